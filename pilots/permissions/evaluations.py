"""Who may set criteria, assign evaluators, and evaluate?"""

from typing import Any

from partners.choices import Role
from pilots.choices import EvaluationState

from .roles import holds, sees, sees_inside, signed_in, steers

evaluates = holds(Role.EVALUATOR)
READING_STATES = (EvaluationState.ACCEPTED, EvaluationState.SUBMITTED)


def evaluator(user: Any, evaluation: Any = None) -> bool:
    """The person the evaluation was given to, as long as they evaluate for its centre."""
    if evaluation is None:
        return signed_in(user)
    return evaluation.evaluator_id == user.pk and evaluates(user, evaluation)


def reads_for_evaluation(user: Any, evaluation: Any = None) -> bool:
    """The evaluator, from having declared no conflict on; and whoever steers, who reads the idea anyway."""
    if evaluation is None:
        return signed_in(user)
    if steers(user, evaluation):
        return True
    handed_in = evaluation.state == EvaluationState.LOCKED and bool(evaluation.recommendation)
    return evaluator(user, evaluation) and (evaluation.state in READING_STATES or handed_in)


PERMISSIONS = {
    "pilots.view_criteria": sees,
    "pilots.edit_criteria": steers,
    "pilots.view_evaluation": sees_inside,
    "pilots.assign_evaluations": steers,
    "pilots.evaluate": evaluator,
    "pilots.read_for_evaluation": reads_for_evaluation,
}
