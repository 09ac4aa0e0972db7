"""How does somebody come into a group, and out of it again?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify, notify_all
from cic.core.errors import DomainError
from cic.core.operations import lock, move, operation, record
from cic.core.permissions import require
from cic.core.tally import refuse_asked_often
from community.choices import (
    GROUP_INVITATIONS_AT_MOST,
    LIVE_STATES,
    GroupAccess,
    GroupState,
    MemberState,
)
from community.models import Follow, Group, GroupMember
from community.transitions import PLACE, PLACE_ROLE
from partners.choices import ASKS_PER_DAY
from partners.models import User
from partners.operations.addresses import mail_address
from partners.operations.memberships import refuse_invited_often

from .follows import end_follows
from .groups import hand_on_groups, require_active

ROLE_MOVES = tuple(row.name for row in PLACE_ROLE.moves)


@operation
def ask_to_come_in(group: Group, *, actor: Any, message: str = "") -> GroupMember:
    """Come into an open group, or ask the hosts of one on request. Whoever was removed asks, whatever the group is.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate" or "limit".
    """
    require(actor, "community.make_place")
    group = lock(group)
    require(actor, "community.view_group", group)
    require_active(group)
    _refuse_second(group, actor)
    if GroupMember.objects.waiting_for(actor).filter(group=group).exists():
        raise DomainError("duplicate", _("You are invited to this group. Take up the invitation."))
    place = GroupMember(group=group, user=actor, message=message)
    if group.access == GroupAccess.OPEN and not _was_removed(group, actor):
        place.state, place.joined_at = MemberState.MEMBER, timezone.now()
    else:
        refuse_asked_often("group", actor, group, ASKS_PER_DAY)
    place = record(place, actor=actor)
    if place.state == MemberState.ASKED:
        _tell_hosts(place, "community.group_asked", actor)
    return place


@operation
def invite_to_group(group: Group, email: str, *, actor: Any) -> GroupMember:
    """Invite whoever signs in with `email`; who asked already is let in. It tells nobody whether there is an account.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate", "invalid" or "limit".
    """
    group = lock(group)
    require(actor, "community.edit_group", group)
    require_active(group)
    address = mail_address(email)
    here = GroupMember.objects.filter(group=group, user__email=address)
    if here.present().exists():
        sentence = _("This person is in the group already.")
        raise DomainError("duplicate", sentence, fields={"email": [sentence]})
    asked = here.filter(state=MemberState.ASKED).first()
    if asked is not None:
        return move_place(asked, "accept", actor=actor)
    waiting = GroupMember.objects.filter(group=group, state=MemberState.INVITED)
    if waiting.filter(email=address).exists():
        sentence = _("This address is invited already.")
        raise DomainError("duplicate", sentence, fields={"email": [sentence]})
    if waiting.count() >= GROUP_INVITATIONS_AT_MOST:
        raise DomainError("limit", _("Too many invitations wait for an answer. Take some back first."))
    refuse_invited_often(address)
    place = record(GroupMember(group=group, email=address, state=MemberState.INVITED), actor=actor)
    notify(
        place.email,
        "community.group_invited",
        key=f"place:{place.pk}",
        language=actor.language if actor else settings.LANGUAGE_CODE,
        group=group.name,
        inviter=str(actor),
        path="/workspace/groups/",
    )
    return place


@operation
def create_place(values: Mapping[str, Any], *, actor: Any) -> GroupMember:
    """Ask to come in (`group`, `message`), or invite where an address is given (`group`, `email`).

    Raises: NotAllowed; DomainError as `ask_to_come_in` and `invite_to_group`.
    """
    if email := values.get("email"):
        return invite_to_group(values["group"], email, actor=actor)
    return ask_to_come_in(values["group"], actor=actor, message=values.get("message", ""))


@operation
def move_place(
    place: GroupMember,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> GroupMember:
    """Let in, refuse, take up, decline, take back, leave, remove; make a host or step down; and tell whom it concerns.

    The group is locked first: of two hosts who answer at once the second is told that it is answered, and of two
    hosts who leave at once one stays.
    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid", "duplicate" or "stale".
    """
    group = lock(place.group)
    given = dict(changes or {})
    if name in ("accept", "join"):
        given["joined_at"] = timezone.now()
    if name == "join":
        _refuse_second(group, actor, besides=place)
        given |= {"user": actor, "email": ""}
    table = PLACE_ROLE if name in ROLE_MOVES else PLACE
    place = move(
        place,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=given,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if place.state in (MemberState.LEFT, MemberState.REMOVED):
        _gone(group, place, actor)
    _tell(place, name, actor, note)
    return place


def _gone(group: Group, place: GroupMember, actor: Any) -> None:
    """Whoever is out hears nothing more of it; a group that nobody is in is closed."""
    end_follows(Follow.objects.filter(group=group, user=place.user).with_subjects(), actor=actor)
    anybody = GroupMember.objects.filter(group=group, state=MemberState.MEMBER).exists()
    if not anybody and group.state == GroupState.ACTIVE:
        hand_on_groups()


def _refuse_second(group: Group, user: Any, besides: GroupMember | None = None) -> None:
    live = GroupMember.objects.filter(group=group, user=user, state__in=LIVE_STATES)
    other = live.exclude(pk=besides.pk if besides else 0).first()
    if other is None:
        return
    if other.state == MemberState.MEMBER:
        raise DomainError("duplicate", _("You are in this group already."))
    if besides is None:
        raise DomainError("duplicate", _("You have asked already. The hosts answer."))
    # Who is invited by another address need not wait for an answer any more.
    move(other, PLACE, "withdraw", actor=None)


def _was_removed(group: Group, user: Any) -> bool:
    """Whether the hosts' last word was no: asking and taking that back does not undo it."""
    outside = (MemberState.ASKED, MemberState.WITHDRAWN)
    ways = GroupMember.objects.filter(group=group, user=user).exclude(state__in=outside)
    last = ways.order_by("-pk").values_list("state", flat=True).first()
    return last in (MemberState.REMOVED, MemberState.REFUSED)


def _tell(place: GroupMember, name: str, actor: Any, note: str) -> None:
    if name == "join":
        _tell_hosts(place, "community.group_joined", actor)
        return
    user = place.user
    if name not in ANSWERS or user is None or not user.is_active or user.pk == getattr(actor, "pk", None):
        return
    facts = _facts(place.group)
    if name == "remove":
        facts["path"] = "/workspace/my-data/"
    kind = f"community.group_{ANSWERS[name]}"
    notify(user, kind, key=f"{place.pk}:{place.version}", **facts, reason=note)


# What each answer is called in the mails.
ANSWERS = {"accept": "let_in", "refuse": "refused", "remove": "removed", "make_host": "made_host"}


def _tell_hosts(place: GroupMember, kind: str, actor: Any) -> None:
    """Those who look after the group; where nobody does, who administers the installation."""
    readers = [user for user in hosts_of(place.group) if user.pk != getattr(actor, "pk", None)]
    # Bound to the place: who is no host any more when the mail is sent does not get it.
    facts = _facts(place.group) | {"path": reverse("group_member_detail", args=[place.pk])}
    notify_all(readers, kind, key=str(place.pk), person=str(place.user), why=place.message, **facts)


def hosts_of(group: Group) -> list[User]:
    """The hosts who may sign in; where there are none, the administrators of the installation."""
    hosts = User.objects.filter(pk__in=GroupMember.objects.hosts().filter(group=group).values("user_id"))
    return list(hosts.order_by("pk")) or list(User.objects.appointed(["admin"], None))


def _facts(group: Group) -> dict[str, str]:
    return {
        "reference": group.reference,
        "title": group.own.name,
        "path": reverse("group_detail", args=[group.pk]),
    }
