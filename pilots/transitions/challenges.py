"""Which way does a need go, and who shows it to the public?"""

from django.utils.translation import gettext_lazy as _

from cic.core.publication import publication_table
from cic.core.transitions import Move, Table
from pilots.choices import ChallengeState as S
from pilots.permissions.roles import edits_for_the_public, steers

CHALLENGE = Table(
    "pilots.challenge",
    public_labels={
        S.DRAFT: _("Being written"),
        S.OPEN: _("Open to ideas"),
        S.CLOSED: _("Closed to ideas"),
        S.SOLVED: _("Solved"),
    },
    tones={S.OPEN: "progress", S.SOLVED: "good"},
    moves=[
        Move("open", (S.DRAFT,), S.OPEN, steers, needs=("title", "need"), label=_("Open to ideas"), style="primary"),
        Move("close", (S.OPEN,), S.CLOSED, steers, label=_("Close to ideas")),
        Move("solve", (S.OPEN, S.CLOSED), S.SOLVED, steers, label=_("Mark as solved"), note_required=True),
        Move("reopen", (S.CLOSED, S.SOLVED), S.OPEN, steers, asks=("closes_on",), label=_("Open again"), note_required=True),
    ],
)  # fmt: skip

CHALLENGE_PUBLICATION = publication_table(
    "pilots.challenge", prepares=edits_for_the_public, approves=edits_for_the_public
)
