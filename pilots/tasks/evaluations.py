"""Which evaluations are due soon?"""

from celery import shared_task

from pilots.models import Evaluation
from pilots.operations.evaluations import remind_of_evaluation


@shared_task(name="pilots.remind_evaluators")
def remind_evaluators() -> None:
    """Remind the evaluators who have not handed in: once a week before the day, and once the day before."""
    for evaluation in (
        Evaluation.objects.open().filter(due_on__isnull=False).select_related("idea", "evaluator")
    ):
        remind_of_evaluation(evaluation)
