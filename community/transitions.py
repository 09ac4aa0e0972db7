"""Which way do comments, groups, debates and people in groups go, and who takes them along?"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from community.choices import CommentState as S
from community.choices import DebateState, GroupRole, GroupState
from community.choices import MemberState as M
from community.models import GroupMember
from community.permissions import (
    answers_for_self,
    hosts,
    moderates,
    removes,
    reports,
    steps_down,
    takes_back,
    wrote,
)

COMMENT = Table(
    "community.comment",
    tones={
        S.PENDING: "progress",
        S.PUBLISHED: "good",
        S.REPORTED: "warn",
        S.RESTORED: "good",
        S.HIDDEN: "stop",
        S.WITHDRAWN: "neutral",
    },
    moves=[
        Move("publish", (S.PENDING,), S.PUBLISHED, moderates, label=_("Publish"), style="primary", sets=("published_at",)),
        Move("report", (S.PUBLISHED,), S.REPORTED, reports, label=_("Report"), needs=("reported_for",)),
        Move("restore", (S.REPORTED, S.HIDDEN), S.RESTORED, moderates, label=_("Leave it public"), sets=("published_at",)),
        Move("hide", (S.PENDING, S.PUBLISHED, S.REPORTED, S.RESTORED), S.HIDDEN, moderates, label=_("Hide"), note_required=True, style="warn"),
        Move("withdraw", (S.PENDING, S.PUBLISHED, S.REPORTED, S.RESTORED), S.WITHDRAWN, wrote, label=_("Take back")),
    ],
)  # fmt: skip


def why_not_close_group(group: Any) -> Sequence[str]:
    """What is still debated has no conclusions yet."""
    if group.debates.filter(state=DebateState.OPEN).exists():
        return (gettext("Debates are still open. Close them with their conclusions first."),)
    return ()


def why_not_debate(debate: Any) -> Sequence[str]:
    """Nothing begins again in a closed group."""
    return (gettext("The group is closed."),) if debate.group.state == GroupState.CLOSED else ()


def why_not_come_in(place: Any) -> Sequence[str]:
    """Nobody comes into a closed group."""
    return (gettext("The group is closed."),) if place.group.state == GroupState.CLOSED else ()


def why_not_go(place: Any) -> Sequence[str]:
    """A group with people in it keeps a host."""
    if place.role != GroupRole.HOST:
        return ()
    others = GroupMember.objects.present().filter(group_id=place.group_id).exclude(pk=place.pk)
    roles = set(others.values_list("role", flat=True))
    if roles and GroupRole.HOST not in roles:
        return (gettext("You are the only host. Make another member a host first."),)
    return ()


def why_not_step_down(place: Any) -> Sequence[str]:
    """A group has a host, even if it is the only person in it."""
    others = GroupMember.objects.hosts().filter(group_id=place.group_id).exclude(pk=place.pk)
    return () if others.exists() else (gettext("A group needs a host. Make another member a host first."),)


def why_not_host(place: Any) -> Sequence[str]:
    """Hosts are people who are in the group and may sign in."""
    if place.state == M.MEMBER and place.user.is_active:
        return ()
    return (gettext("Only who is in the group can look after it."),)


GROUP = Table(
    "community.group",
    tones={GroupState.ACTIVE: "good", GroupState.CLOSED: "neutral"},
    moves=[
        Move("close", (GroupState.ACTIVE,), GroupState.CLOSED, hosts, label=_("Close the group"), blockers=why_not_close_group, note_required=True, style="warn"),
        Move("reopen", (GroupState.CLOSED,), GroupState.ACTIVE, hosts, label=_("Open the group again")),
    ],
)  # fmt: skip

PLACE = Table(
    "community.group_member",
    tones={M.ASKED: "progress", M.INVITED: "progress", M.MEMBER: "good", M.REFUSED: "stop", M.REMOVED: "stop"},
    moves=[
        Move("accept", (M.ASKED,), M.MEMBER, hosts, label=_("Let in"), sets=("joined_at",), blockers=why_not_come_in, style="primary"),
        Move("refuse", (M.ASKED,), M.REFUSED, hosts, label=_("Do not let in"), note_required=True),
        Move("join", (M.INVITED,), M.MEMBER, answers_for_self, label=_("Come in"), sets=("user", "email", "joined_at"), blockers=why_not_come_in, style="primary"),
        Move("decline", (M.INVITED,), M.DECLINED, answers_for_self, label=_("Decline")),
        Move("withdraw", (M.ASKED, M.INVITED), M.WITHDRAWN, takes_back, label=_("Take back")),
        Move("leave", (M.MEMBER,), M.LEFT, answers_for_self, label=_("Leave the group"), blockers=why_not_go),
        Move("remove", (M.MEMBER,), M.REMOVED, removes, label=_("Remove from the group"), note_required=True, blockers=why_not_go, style="warn"),
    ],
)  # fmt: skip

PLACE_ROLE = Table(
    "community.group_member",
    field="role",
    moves=[
        Move("make_host", (GroupRole.MEMBER,), GroupRole.HOST, hosts, label=_("Make a host"), blockers=why_not_host),
        Move("step_down", (GroupRole.HOST,), GroupRole.MEMBER, steps_down, label=_("Be a host no more"), blockers=why_not_step_down),
    ],
)  # fmt: skip

DEBATE = Table(
    "community.debate",
    tones={DebateState.OPEN: "progress", DebateState.CLOSED: "good"},
    moves=[
        Move("close", (DebateState.OPEN,), DebateState.CLOSED, hosts, needs=("conclusions",), sets=("closed_at",), label=_("Close with conclusions"), style="primary"),
        Move("reopen", (DebateState.CLOSED,), DebateState.OPEN, hosts, label=_("Open again"), sets=("closed_at",), blockers=why_not_debate, note_required=True),
    ],
)  # fmt: skip
