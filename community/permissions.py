"""Who may comment in public, answer for the city, report and moderate; and who does what in a group?"""

from typing import Any

from django.conf import settings

from cic.core.choices import PUBLIC_STATES
from cic.core.permissions import register, sees
from community.choices import OFF, DebateState, GroupRole, GroupState, MemberState
from community.models import Comment, Debate, Group, GroupMember
from community.models.comments import MODERATING
from partners.choices import Role
from partners.models import standing_of
from partners.permissions import (
    is_staff_of,
    is_staff_somewhere,
    platform_admin,
    signed_in,
    within_reach,
)

ANSWERING = (Role.COORDINATOR, Role.MONITOR, Role.SECRETARY, Role.LEGAL, Role.EDITOR, Role.MODERATOR)


def may_act(user: Any) -> bool:
    """Whoever signed in; an auditor changes nothing."""
    return signed_in(user) and not standing_of(user).has_somewhere([Role.AUDITOR])


def acts_in_groups(user: Any) -> bool:
    """The same, but not with a token limited to one centre: groups belong to none."""
    return may_act(user) and within_reach(user, None)


def role_in(user: Any, group: Any) -> str:
    """What `user` is in `group` now; empty for who is not in it. Asked once for each person and row of the group."""
    if not within_reach(user, None):
        return ""
    known: dict[int, str] = group.__dict__.setdefault("_roles", {})
    if user.pk not in known:
        places = GroupMember.objects.present().filter(group_id=group.pk, user_id=user.pk)
        known[user.pk] = places.values_list("role", flat=True).first() or ""
    return known[user.pk]


def know_role(user: Any, place: Any) -> None:
    """Take what `user` is in a group from their own place in it, which a page has fetched: so `role_in` need not ask."""
    role = place.role if place.state == MemberState.MEMBER and place.user_id == user.pk else ""
    place.group.__dict__.setdefault("_roles", {})[user.pk] = role


def group_of(obj: Any) -> Any:
    """The group something belongs to; None for what belongs to none."""
    if isinstance(obj, Comment):
        obj = obj.debate
    if isinstance(obj, Debate | GroupMember):
        obj = obj.group
    return obj if isinstance(obj, Group) else None


def hosts(user: Any, obj: Any = None) -> bool:
    """The hosts of the group it belongs to, and whoever administers the installation."""
    if obj is None or not acts_in_groups(user):
        return acts_in_groups(user)
    group = group_of(obj)
    return group is not None and (platform_admin(user, None) or role_in(user, group) == GroupRole.HOST)


def removes(user: Any, place: Any = None) -> bool:
    """The hosts, anybody but themselves: they leave."""
    return hosts(user, place) and (place is None or place.user_id != user.pk)


def takes_part(user: Any, obj: Any = None) -> bool:
    """Whoever is in the group, while it is active."""
    if obj is None:
        return acts_in_groups(user)
    group = group_of(obj)
    return group.state == GroupState.ACTIVE and bool(role_in(user, group)) and acts_in_groups(user)


def founds(user: Any, obj: Any = None) -> bool:
    """Whoever works for the city or belongs to an organisation."""
    standing = standing_of(user)
    return acts_in_groups(user) and bool(standing.member_of or standing.roles)


def is_the_person(user: Any, place: Any = None) -> bool:
    """The very person; of an invitation, who signed in with its address."""
    if place is None or not signed_in(user):
        return signed_in(user)
    return place.user_id == user.pk or (place.user_id is None and place.email == user.email)


def answers_for_self(user: Any, place: Any = None) -> bool:
    """The very person comes in, declines, or leaves."""
    return acts_in_groups(user) and is_the_person(user, place)


def takes_back(user: Any, place: Any = None) -> bool:
    """Whoever began it: who asked, or the hosts who invited."""
    if place is None:
        return acts_in_groups(user)
    return hosts(user, place) if place.state == MemberState.INVITED else answers_for_self(user, place)


def reads_message(user: Any, place: Any = None) -> bool:
    """Why somebody asks to come in: the hosts, and the person themselves."""
    return may_act(user) if place is None else hosts(user, place) or is_the_person(user, place)


def steps_down(user: Any, place: Any = None) -> bool:
    """The hosts, and the person themselves."""
    return hosts(user, place) or answers_for_self(user, place)


def acts(user: Any, obj: Any = None) -> bool:
    """Whoever may change anything: asking is everybody's, inviting the hosts' (the operation asks)."""
    return acts_in_groups(user)


def edits_debate(user: Any, debate: Any = None) -> bool:
    """Its author while they are in the group, and the hosts; as long as it is open."""
    if debate is None:
        return may_act(user)
    own = debate.author_id == user.pk and takes_part(user, debate)
    return debate.state == DebateState.OPEN and (own or hosts(user, debate))


def contributes(user: Any, debate: Any = None) -> bool:
    """Whoever is in the group, while the debate is open."""
    return takes_part(user, debate) and (debate is None or debate.state == DebateState.OPEN)


def speaks(user: Any, subject: Any = None) -> bool:
    """In a debate who is in its group; about what is public whoever signed in, while the installation takes comments."""
    if isinstance(subject, Debate):
        return contributes(user, subject)
    if settings.COMMENTS == OFF or not may_act(user):
        return False
    if subject is None:
        return True
    return subject.publication in PUBLIC_STATES and within_reach(user, subject.centre_id)


def writes(user: Any, subject: Any = None) -> bool:
    """Whoever may speak about it; before it is said about what, whoever may speak anywhere."""
    return may_act(user) if subject is None else speaks(user, subject)


def wrote(user: Any, comment: Any = None) -> bool:
    """Its author; an auditor changes nothing."""
    if comment is None:
        return may_act(user)
    return comment.author_id == user.pk and may_act(user) and within_reach(user, comment.centre_id)


def reports(user: Any, comment: Any = None) -> bool:
    """Whoever signed in, what somebody else wrote; on public records while the installation takes comments."""
    if comment is None:
        return may_act(user)
    taken = comment.debate_id is not None or settings.COMMENTS != OFF
    return taken and may_act(user) and comment.author_id != user.pk and within_reach(user, comment.centre_id)


def follows(user: Any, record: Any = None) -> bool:
    """Whoever signed in, what is public, and the groups in which they read what is posted."""
    if record is None or not signed_in(user):
        return signed_in(user)
    if isinstance(record, Group):
        return Group.objects.read_by(user).filter(pk=record.pk).exists()
    return record.publication in PUBLIC_STATES


def answers_for_city(user: Any, subject: Any = None) -> bool:
    """Staff of the centre; in a debate the city's staff who are in the group."""
    if isinstance(subject, Debate):
        return standing_of(user).has_somewhere(ANSWERING) and contributes(user, subject)
    return of_centre(user, subject)


def moderates(user: Any, obj: Any = None) -> bool:
    """Moderators of the centre, and of a debate also the hosts of its group."""
    if moderates_centre(user, obj):
        return True
    return obj is not None and group_of(obj) is not None and hosts(user, obj)


of_centre = is_staff_of(*ANSWERING)
moderates_centre = is_staff_of(*MODERATING)


def sees_state(user: Any, comment: Any = None) -> bool:
    """Where a comment stands: who wrote it and who moderates. That it was reported is nobody else's business."""
    return moderates(user, comment) or (
        comment is not None and signed_in(user) and comment.author_id == user.pk
    )


register(
    {
        "community.follow": follows,
        "community.view_comment": sees,
        "community.write_comment": writes,
        "community.edit_comment": wrote,
        "community.report_comment": reports,
        "community.answer_for_city": answers_for_city,
        "community.moderate": moderates,
        "community.open_queue": is_staff_somewhere(*MODERATING),
        "community.see_comment_state": sees_state,
        # Groups
        "community.view_group": sees,
        "community.found_group": founds,
        "community.edit_group": hosts,
        "community.view_place": sees,
        "community.make_place": acts,
        "community.read_message": reads_message,
        "community.view_debate": sees,
        "community.start_debate": takes_part,
        "community.edit_debate": edits_debate,
        "community.contribute": contributes,
    }
)
