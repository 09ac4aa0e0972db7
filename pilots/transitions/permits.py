"""Which way does a permit go from being asked for to being granted?"""

from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from pilots.choices import PermitState as S
from pilots.permissions.trials import part_of_run_trial

PERMIT = Table(
    noun="permit",
    tones={S.REQUESTED: "progress", S.GRANTED: "good", S.REFUSED: "stop"},
    moves=[
        Move("grant", (S.REQUESTED,), S.GRANTED, part_of_run_trial, label=_("It was granted"),
             asks=("number", "valid_from", "valid_to"), style="primary"),
        Move("refuse", (S.REQUESTED,), S.REFUSED, part_of_run_trial, label=_("It was refused"),
             note_required=True, style="warn"),
        Move("ask_again", (S.GRANTED, S.REFUSED), S.REQUESTED, part_of_run_trial, label=_("Ask again")),
    ],
)  # fmt: skip
