"""Which days does a person have to keep in mind?"""

from typing import Any

from .work import Task, coming_up, work_of

# Kind → what the day belongs to. A late evaluation is the evaluation that was due: the same entry of a calendar.
DEADLINES = {
    "milestone": "milestone",
    "milestone_late": "milestone",
    "trial_starts": "trial-start",
    "trial_late_start": "trial-start",
    "trial_late_resume": "trial-resume",
    "trial_ends": "trial-end",
    "trial_past_end": "trial-end",
    "answer": "request",
    "answer_late": "request",
    "read_idea": "first-answer",
    "read_idea_late": "first-answer",
    "evaluate": "evaluation",
    "evaluate_late": "evaluation",
    "permit_ends": "permit",
    "permit_expired": "permit",
    "measure": "measurement",
    "measurement_late": "measurement",
    "answer_extension": "extension",
    "action": "committee-action",
    "action_late": "committee-action",
    "idea_review": "review",
    "agreement_notice": "agreement-notice",
    "agreement_ends": "agreement-end",
}


def deadlines_of(user: Any) -> list[Task]:
    """What *My work* lists with a day to keep, and what comes up: nine queries, however much there is.

    What is dated by its past, such as an idea sent in last week, is no deadline.
    """
    work = work_of(user)
    tasks = [*work.overdue, *work.mine, *work.expiring, *coming_up(user)]
    return [task for task in tasks if task.kind in DEADLINES and task.day is not None]
