"""How is an organisation verified, suspended and merged, and how is one's wish to join it answered?"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.transitions import Move, Table
from partners.choices import CLOSED_STATES, Role
from partners.choices import JoinState as J
from partners.choices import OrganisationState as S
from partners.permissions import answers_join_request, is_staff_somewhere, registrar, withdraws_join_request


def why_not_merge(organisation: Any) -> Sequence[str]:
    """What stands against merging `organisation` into its `merged_into`."""
    target = organisation.merged_into
    if target is None:
        return ()
    if target.pk == organisation.pk:
        return (_("An organisation cannot be merged into itself."),)
    if target.state == S.MERGED:
        return (_("“%(name)s” was itself merged into another organisation.") % {"name": target},)
    return ()


def why_not_answer(request: Any) -> Sequence[str]:
    """A request that waited too long holds no more."""
    return (_("This is too old to be answered. Send a new one."),) if request.is_lapsed else ()


def why_not_let_in(request: Any) -> Sequence[str]:
    """Nobody comes into an organisation that was suspended or merged since, whoever asked or invited before."""
    if request.organisation.state in CLOSED_STATES:
        return (_("Nobody can join an organisation that is suspended or was merged."),)
    return why_not_answer(request)


ORGANISATION = Table(
    "organisation",
    tones={S.PENDING: "progress", S.VERIFIED: "good", S.SUSPENDED: "stop", S.MERGED: "neutral"},
    public_labels={S.PENDING: gettext_lazy("Being checked by the city")},
    moves=[
        Move("verify", (S.PENDING,), S.VERIFIED, registrar, label=gettext_lazy("Verify"), style="primary"),
        Move("suspend", (S.PENDING, S.VERIFIED), S.SUSPENDED, registrar, label=gettext_lazy("Suspend"), note_required=True, style="warn"),
        Move("reinstate", (S.SUSPENDED,), S.VERIFIED, registrar, label=gettext_lazy("Reinstate"), note_required=True),
        Move("merge", (S.PENDING, S.VERIFIED, S.SUSPENDED), S.MERGED, is_staff_somewhere(Role.COORDINATOR), ("merged_into",), label=gettext_lazy("Merge into another"), blockers=why_not_merge, style="warn"),
    ],
)  # fmt: skip

JOIN_REQUEST = Table(
    "join_request",
    tones={J.WAITING: "progress", J.ACCEPTED: "good", J.DECLINED: "stop", J.WITHDRAWN: "neutral"},
    moves=[
        Move("accept", (J.WAITING,), J.ACCEPTED, answers_join_request, label=gettext_lazy("Accept"), blockers=why_not_let_in, style="primary"),
        Move("decline", (J.WAITING,), J.DECLINED, answers_join_request, label=gettext_lazy("Decline")),
        Move("withdraw", (J.WAITING,), J.WITHDRAWN, withdraws_join_request, label=gettext_lazy("Take back")),
    ],
)  # fmt: skip
