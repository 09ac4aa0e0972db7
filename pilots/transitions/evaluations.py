"""Which way does one evaluator's task go?"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.transitions import Move, Table
from pilots.choices import EvaluationState as S
from pilots.choices import IdeaState
from pilots.permissions.evaluations import evaluator
from pilots.permissions.roles import signed_in, steers


def not_scored(evaluation: Any) -> Sequence[str]:
    """One sentence for each criterion without a score, and one when the idea is not in evaluation."""
    scored = set(evaluation.scores.values_list("criterion_id", flat=True))
    sentences = [
        gettext("“%(criterion)s” has no score yet.") % {"criterion": criterion.name}
        for criterion in evaluation.criteria_set.criteria.all()
        if criterion.pk not in scored
    ]
    return sentences + list(not_in_evaluation(evaluation))


def not_in_evaluation(evaluation: Any) -> Sequence[str]:
    """A sentence when the idea is no longer in evaluation."""
    if evaluation.idea.state == IdeaState.IN_EVALUATION:
        return ()
    return (gettext("The idea is no longer in evaluation."),)


EVALUATION = Table(
    "pilots.evaluation",
    tones={S.ASSIGNED: "warn", S.ACCEPTED: "progress", S.SUBMITTED: "good", S.RECUSED: "stop"},
    moves=[
        Move("accept", (S.ASSIGNED,), S.ACCEPTED, evaluator, label=_("I have no conflict: read and evaluate"), blockers=not_in_evaluation, style="primary"),
        Move("recuse", (S.ASSIGNED, S.ACCEPTED), S.RECUSED, evaluator, needs=("conflict_note",), label=_("I have a conflict of interest"), style="warn"),
        Move("submit", (S.ACCEPTED,), S.SUBMITTED, evaluator, needs=("recommendation",), asks=("comment",), label=_("Hand in the evaluation"), blockers=not_scored, style="primary"),
        Move("give_back", (S.SUBMITTED,), S.ACCEPTED, steers, label=_("Give back to the evaluator"), blockers=not_in_evaluation, note_required=True),
    ],
)  # fmt: skip

# What a decision, a withdrawal or a merger does to the evaluations of an idea: whoever may do that, does this.
EVALUATION_EFFECTS = Table(
    "pilots.evaluation",
    tones=EVALUATION.tones,
    moves=[Move("lock", (S.ASSIGNED, S.ACCEPTED, S.SUBMITTED), S.LOCKED, signed_in)],
)
