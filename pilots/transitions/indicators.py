"""Which way does a measurement go from being noted to being counted?"""

from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from pilots.choices import MeasurementState as S
from pilots.permissions.indicators import approves, measures

MEASUREMENT = Table(
    noun="measurement",
    tones={S.SUBMITTED: "progress", S.APPROVED: "good", S.RETURNED: "warn"},
    moves=[
        Move("submit", (S.DRAFT, S.RETURNED), S.SUBMITTED, measures, label=_("Send in"), style="primary"),
        Move(
            "approve",
            (S.SUBMITTED,),
            S.APPROVED,
            approves,
            label=_("Approve"),
            sets=("is_current",),
            style="primary",
        ),
        Move(
            "return",
            (S.SUBMITTED,),
            S.RETURNED,
            approves,
            label=_("Return"),
            note_required=True,
            sets=("return_reason",),
            style="warn",
        ),
    ],
)
