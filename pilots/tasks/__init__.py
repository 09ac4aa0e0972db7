"""What does this room do by the clock? Each task looks for what is due and not done, never for a window of time."""

from . import challenges, evaluations, ideas, imports, mondays, trials

__all__ = ["challenges", "evaluations", "ideas", "imports", "mondays", "trials"]

HOUR = 3600
BEAT = {
    "pilots.ask_for_monday_mails": {"task": "pilots.ask_for_monday_mails", "schedule": HOUR / 4},
    "pilots.close_over_challenges": {"task": "pilots.close_over_challenges", "schedule": HOUR},
    "pilots.forget_import_files": {"task": "pilots.forget_import_files", "schedule": HOUR},
    "pilots.lapse_unanswered": {"task": "pilots.lapse_unanswered", "schedule": HOUR},
    "pilots.remind_authors": {"task": "pilots.remind_authors", "schedule": HOUR},
    "pilots.remind_evaluators": {"task": "pilots.remind_evaluators", "schedule": HOUR},
    "pilots.remind_of_milestones": {"task": "pilots.remind_of_milestones", "schedule": 6 * HOUR},
    "pilots.remind_of_measurements": {"task": "pilots.remind_of_measurements", "schedule": 6 * HOUR},
    "pilots.remind_of_permits": {"task": "pilots.remind_of_permits", "schedule": 6 * HOUR},
}
