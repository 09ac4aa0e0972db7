"""What is a reader told of a trial: its state, or what the plan's dates make of it?"""

from datetime import date


def trial_status(state: str, starts_on: date | None, ends_on: date | None, today: date) -> str:
    """A state of TrialState, or one of TrialStatus where the dates say more.

    Only what waits for its start can start soon or late, only what runs can run over.
    """
    if state in ("ready", "planned", "preparing") and starts_on is not None and starts_on < today:
        return "late_start"
    if state == "ready" and starts_on is not None:
        return "starting_soon"
    if state == "running" and ends_on is not None and ends_on < today:
        return "past_end"
    return state


def day_of(
    started_on: date | None, ended_on: date | None, ends_on: date | None, today: date
) -> tuple[int, int] | None:
    """Day number of today and length of the plan in days, such as (96, 180); None before the start or after the end."""
    if started_on is None or ended_on is not None or today < started_on:
        return None
    day = (today - started_on).days + 1
    return (day, (ends_on - started_on).days + 1) if ends_on is not None else (day, day)
