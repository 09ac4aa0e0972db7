"""How does a decision become known: to whom it concerns, then to everybody?"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from pilots.choices import DecisionStage as S
from pilots.choices import IdeaState
from pilots.permissions.roles import decides


def overtaken(decision: Any) -> Sequence[str]:
    """A sentence when the idea left evaluation since: withdrawn by its author, for instance."""
    idea = decision.idea
    if idea is None or idea.state == IdeaState.IN_EVALUATION:
        return ()
    return (gettext("The idea is “%(state)s” by now.") % {"state": idea.get_state_display()},)


# The stage is read from the dates of the decision, so these moves are walked by operations of their own.
DECISION = Table(
    "pilots.decision",
    field="stage",
    tones={S.RECORDED: "warn", S.TOLD: "progress", S.PUBLISHED: "good"},
    moves=[
        Move("tell", (S.RECORDED,), S.TOLD, decides, label=_("Notify"), blockers=overtaken, style="primary"),
        Move("publish", (S.TOLD,), S.PUBLISHED, decides, label=_("Publish")),
    ],
)
