"""How do people come into an organisation, change their place in it, and leave it?"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import enqueue, notify
from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import can, require
from cic.core.tally import DAY_S, refuse_asked_often, too_often
from partners.choices import (
    ASKS_PER_DAY,
    CLOSED_STATES,
    INVITATIONS_AT_MOST,
    INVITATIONS_PER_ADDRESS_AND_DAY,
    JoinOrigin,
    JoinState,
    MembershipRole,
)
from partners.models import JoinRequest, Membership, Organisation, User
from partners.signals import membership_ended
from partners.transitions import JOIN_REQUEST

from .addresses import mail_address
from .people import ending


@operation
def ask_to_join(organisation: Organisation, *, actor: Any, message: str = "") -> JoinRequest:
    """Ask the administrators of `organisation` to be let in.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate", "invalid" or "limit".
    """
    require(actor, "partners.ask_to_join")
    organisation = open_organisation(organisation)
    _refuse_member(actor, organisation)
    request = JoinRequest(
        organisation=organisation, origin=JoinOrigin.ASKED, user=actor, email=actor.email, message=message
    )
    _refuse_second(request)
    refuse_asked_often("join", actor, organisation, ASKS_PER_DAY)
    request = record(request, actor=actor)
    enqueue("partners.tell_of_join_request", key=f"join:{request.pk}:asked", request_id=request.pk)
    return request


@operation
def invite(
    organisation: Organisation,
    email: str,
    *,
    actor: Any,
    role: str = MembershipRole.MEMBER,
    message: str = "",
) -> JoinRequest:
    """Invite whoever signs in with `email`. The answer is the same whether they have an account or not.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate", "invalid" or "limit".
    """
    require(actor, "partners.manage_members", organisation)
    organisation = open_organisation(organisation)
    request = JoinRequest(
        organisation=organisation,
        origin=JoinOrigin.INVITED,
        email=mail_address(email),
        role=role,
        message=message,
    )
    member = Membership.objects.current().filter(organisation=organisation, user__email=request.email)
    if member.exists():
        raise DomainError(
            "duplicate", _("This person is a member already."), fields={"email": [_("Already a member.")]}
        )
    _refuse_second(request)
    if (
        JoinRequest.objects.waiting().filter(organisation=organisation, origin=JoinOrigin.INVITED).count()
        >= INVITATIONS_AT_MOST
    ):
        raise DomainError("limit", _("Too many invitations wait for an answer. Take some back first."))
    refuse_invited_often(request.email)
    request = record(request, actor=actor)
    notify(
        request.email,
        "partners.join_invited",
        key=f"join:{request.pk}",
        language=actor.language if actor else settings.LANGUAGE_CODE,
        organisation=organisation.name,
        inviter=str(actor),
        message=message,
        path="/workspace/people/",
    )
    return request


def refuse_invited_often(address: str) -> None:
    """Refuse one more invitation to an address that got enough of them today, whoever sent or took back which.

    Raises: DomainError "limit".
    """
    digest = hashlib.sha256(address.encode()).hexdigest()[:24]
    if too_often(f"invitation:{digest}", INVITATIONS_PER_ADDRESS_AND_DAY, span_s=DAY_S):
        raise DomainError("limit", _("This address has been invited often enough today. Try again tomorrow."))


@operation
def create_join_request(values: Mapping[str, Any], *, actor: Any) -> JoinRequest:
    """Ask to join, or invite when an address is given (`organisation`, `email`, `role`, `message`).

    Raises: NotAllowed; DomainError "wrong_state", "duplicate" or "invalid".
    """
    organisation, message = values["organisation"], values.get("message", "")
    if email := values.get("email"):
        role = values.get("role", MembershipRole.MEMBER)
        return invite(organisation, email, actor=actor, role=role, message=message)
    return ask_to_join(organisation, actor=actor, message=message)


@operation
def move_join_request(
    request: JoinRequest, name: str, *, actor: Any, note: str = "", expected_version: int | None = None
) -> JoinRequest:
    """Accept, decline or take back; accepted, it makes a membership.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete" or "duplicate".
    """
    organisation = lock(request.organisation)
    request = move(request, JOIN_REQUEST, name, actor=actor, note=note, expected_version=expected_version)
    if name == "accept":
        user = actor if request.origin == JoinOrigin.INVITED else request.user
        _refuse_member(user, organisation)
        record(
            Membership(
                user=user, organisation=organisation, role=request.role, starts_on=timezone.localdate()
            ),
            actor=actor,
            note=note,
        )
    if request.origin == JoinOrigin.ASKED and name in ("accept", "decline"):
        notify(
            request.user,
            "partners.join_answered",
            key=f"join:{request.pk}:{name}",
            organisation=organisation.name,
            accepted=name == "accept",
            reason=note,
            path="/workspace/",
        )
    return request


@operation
def add_member(values: Mapping[str, Any], *, actor: Any, note: str = "") -> Membership:
    """Make a person a member at once (`user`, `organisation`, `role`, `title`, `starts_on`): the city's staff only.

    Raises: NotAllowed; DomainError "wrong_state", "duplicate" or "invalid".
    """
    require(actor, "partners.add_member")
    membership = Membership(**values)
    open_organisation(membership.organisation)
    _refuse_member(membership.user, membership.organisation)
    if membership.starts_on is None:
        membership.starts_on = timezone.localdate()
    return record(membership, actor=actor, note=note)


@operation
def edit_membership(
    membership: Membership,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Membership:
    """Change role, position or last day. One that has ended stays so: whoever left comes back by their own will.

    Raises: NotAllowed; DomainError "invalid", "duplicate", "stale", "wrong_state" once it has ended, or "limit" for
    the last administrator.
    """
    require(actor, "partners.change_membership", membership)
    refused = sorted(set(changes) - {"role", "title", "starts_on", "ends_on"})
    if refused:
        sentence = _("End this one and begin another.")
        raise DomainError("invalid", sentence, fields={name: [sentence] for name in refused})
    demoted = changes.get("role", membership.role) != MembershipRole.ADMIN
    starts_on = changes.get("starts_on")
    put_off = starts_on is not None and starts_on > timezone.localdate()
    if demoted or put_off or changes.get("ends_on") is not None:
        _keep_an_admin(membership, actor)
    edited = edit(membership, changes, actor=actor, note=note, expected_version=expected_version)
    if membership.is_over and not edited.is_over:
        raise DomainError("wrong_state", _("This membership has ended already."))
    if edited.is_open and _memberships_today(edited.user, edited.organisation).exclude(pk=edited.pk).exists():
        raise DomainError("duplicate", _("This person is a member already."))
    return edited


@operation
def end_membership(
    membership: Membership, *, actor: Any, last_day: date | None = None, note: str = ""
) -> Membership:
    """Let a person go, from now on unless a last day is given. Members may go by themselves.

    Raises: NotAllowed; DomainError "wrong_state", or "limit" for the last administrator.
    """
    require(actor, "partners.end_membership", membership)
    if membership.is_over:
        raise DomainError("wrong_state", _("This membership has ended already."))
    _keep_an_admin(membership, actor)
    membership = edit(
        membership, ending(membership.starts_on, last_day), actor=actor, note=note, action="end"
    )
    membership_ended.send(sender=Membership, membership=membership, actor=actor)
    return membership


@operation
def hand_over(membership: Membership, successor: Membership, *, actor: Any, note: str = "") -> Membership:
    """Make `successor` the administrator in place of `membership`, who stays as a member.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "partners.change_membership", membership)
    lock(membership.organisation)
    same = successor.organisation_id == membership.organisation_id and successor.pk != membership.pk
    if not (same and successor.is_open and successor.user.is_active):
        sentence = _("Choose another present member of this organisation.")
        raise DomainError("invalid", sentence, fields={"successor": [sentence]})
    edit(successor, {"role": MembershipRole.ADMIN}, actor=actor, note=note, action="take_over")
    return edit(membership, {"role": MembershipRole.MEMBER}, actor=actor, note=note, action="hand_over")


def open_organisation(organisation: Organisation) -> Organisation:
    """The organisation, locked, while somebody may still come into it. Raises: DomainError "wrong_state"."""
    fresh = lock(organisation)
    if fresh.state in CLOSED_STATES:
        raise DomainError(
            "wrong_state", _("Nobody can join an organisation that is suspended or was merged.")
        )
    return fresh


def _refuse_member(user: User | None, organisation: Organisation) -> None:
    if user is None or not user.is_active:
        raise NotAllowed()
    if _memberships_today(user, organisation).exists():
        raise DomainError("duplicate", _("This person is a member already."))


def _memberships_today(user: User, organisation: Organisation) -> Any:
    return Membership.objects.current().filter(user=user, organisation=organisation)


def _refuse_second(request: JoinRequest) -> None:
    """One waiting request per address; one that waited too long makes place for a new one."""
    waiting = JoinRequest.objects.filter(
        organisation=request.organisation, email=request.email, state=JoinState.WAITING
    ).first()
    if waiting is None:
        return
    if not waiting.is_lapsed:
        raise DomainError("duplicate", _("There is a request for this address already."))
    move(waiting, JOIN_REQUEST, "withdraw", actor=None, note=_("It waited too long."))


def _keep_an_admin(membership: Membership, actor: Any) -> None:
    """Refuse to take an organisation its last administrator, unless the city's staff does it."""
    lock(membership.organisation)
    if membership.role != MembershipRole.ADMIN or actor is None or can(actor, "partners.add_member"):
        return
    others = Membership.objects.current().filter(
        organisation_id=membership.organisation_id, role=MembershipRole.ADMIN, user__is_active=True
    )
    if not others.exclude(pk=membership.pk).exists():
        raise DomainError(
            "limit", _("This is the organisation's last administrator. Hand over to another member first.")
        )
