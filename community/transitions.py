"""Which way does a comment go, and who takes it along?"""

from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from community.choices import CommentState as S
from community.permissions import moderates, reports, wrote

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
