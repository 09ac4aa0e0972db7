"""What waits for this person: what is late, what only they can do, what others have to do, and what runs out?

Each panel is one query over many kinds of record; the reader's own part of each kind is told by `Reach`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Max, Q, When
from django.utils import timezone

from partners.calculations.terms import notice_date
from partners.choices import AgreementState, Role
from partners.models import Agreement
from pilots.calculations.indicators import next_due
from pilots.choices import LIVE_STATES, IdeaState, MeasurementState, TrialState

from .chains import with_chain
from .ideas import Idea
from .indicators import Indicator
from .panels import COLUMNS, HORIZON_DAYS, Reach, expiring, overdue, rows_of, waiting_on_me, waiting_on_others
from .trials import Milestone, Trial

# More than anybody does in a week; the counts say “100” then.
AT_MOST = 100
OWN_SHOWN = 8
# What rooms to the right know that waits on a person: `duties.register_duties`.
FURTHER: list[Callable[[Any], list["Task"]]] = []
# The same as parts of the one query: rows with `COLUMNS`.
FURTHER_ROWS: list[Callable[[Any], list[Any]]] = []


@dataclass(frozen=True)
class Task:
    """One thing: its kind, the record it leads to, how people call that, the title, and the day it is about.

    `source` is the row it was found in. `version` only grows, with every change of that row or of what it
    belongs to; the last of those changes was at `changed_at`.
    """

    kind: str
    target: int
    reference: str
    title: str
    day: date | None
    source: int
    version: int
    changed_at: datetime


@dataclass(frozen=True)
class Work:
    """All that concerns one person."""

    overdue: list[Task]
    mine: list[Task]
    others: list[Task]
    expiring: list[Task]
    trials: list[Trial]
    ideas: list[Idea]


def work_of(user: Any) -> Work:
    """All that concerns `user` today: eight queries, and what rooms to the right ask, however much there is."""
    reach, today = Reach(user), timezone.localdate()
    late, measured_by_us = _due_measurements(reach, today)
    further = [task for waiting in FURTHER for task in waiting(user)]
    further_rows = [part for waiting in FURTHER_ROWS for part in waiting(user)]
    return Work(
        overdue=_sorted([*_together(overdue(reach, today)), *late]),
        mine=_sorted([*_together([*waiting_on_me(reach, today), *further_rows]), *measured_by_us, *further]),
        others=_together(waiting_on_others(reach)),
        expiring=_sorted([*_together(expiring(reach, today)), *_ending_agreements(user, today)]),
        trials=_own_trials(reach),
        ideas=_own_ideas(reach),
    )


def coming_up(user: Any) -> list[Task]:
    """What is planned for the next days: nobody waits for it yet, so it stands in no panel of `Work`."""
    reach, today = Reach(user), timezone.localdate()
    coming = (today, today + timedelta(days=HORIZON_DAYS))
    steps = Milestone.objects.filter(
        reach.steered("trial__") | reach.joined("trial__"),
        done_on=None,
        due_on__range=coming,
        trial__state__in=LIVE_STATES,
    )
    starts = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.READY, TrialState.PREPARING], starts_on__range=coming
    )
    parts = [
        rows_of(
            steps, "milestone", target="trial_id", reference="trial__reference", title="title", day="due_on"
        ),
        rows_of(starts, "trial_starts", target="pk", reference="reference", title="title", day="starts_on"),
    ]
    return _together(parts)


def _together(parts: Sequence[Any]) -> list[Task]:
    """All parts in one query, the nearest day first."""
    first, *rest = parts
    # Days first, what has none last: in one order on both databases.
    undated = Case(When(w_day=None, then=1), default=0, output_field=models.IntegerField())
    rows = [part.annotate(w_undated=undated) for part in (first, *rest)]
    rows = [row.values_list(*COLUMNS, "w_undated") for row in rows]
    found = rows[0].union(*rows[1:], all=True).order_by("w_undated", "w_day", "w_kind", "w_target")[:AT_MOST]
    return [Task(*row[: len(COLUMNS)]) for row in found]


def _sorted(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.day is None, task.day or date.max, task.kind, task.target))[
        :AT_MOST
    ]


def _ending_agreements(user: Any, today: date) -> list[Task]:
    """Agreements the reader stands inside of whose notice date or end comes soon, or whose notice date has passed."""
    soon = today + timedelta(days=HORIZON_DAYS)
    # The notice period is a number of days of each agreement, so which is near is said here, not by the database.
    rows = (
        Agreement.objects.inside(user)
        .with_effective_end()
        .filter(
            state=AgreementState.IN_FORCE,
            effective_ends_on__gte=today,
            effective_ends_on__lte=soon + timedelta(days=730),
        )
    )
    found = []
    for row in rows.order_by("effective_ends_on", "pk")[:500]:
        notice = notice_date(row.effective_ends_on, row.notice_days)
        if notice is not None and today <= notice <= soon:
            found.append(Task("agreement_notice", row.pk, row.reference, row.title, notice, *_stamp(row)))
        elif row.effective_ends_on <= soon:
            found.append(
                Task(
                    "agreement_ends",
                    row.pk,
                    row.reference,
                    row.title,
                    row.effective_ends_on,
                    *_stamp(row),
                )
            )
    return found


def _stamp(row: Any, *wholes: Any) -> tuple[int, int, datetime]:
    """Source, version and last change of a task that was found in `row`."""
    rows = (row, *wholes)
    return row.pk, sum(one.version for one in rows), max(one.updated_at for one in rows)


def due_indicators(indicators: Any) -> Any:
    """Indicators of trials at work with `last_end`: the end of the last period that something was sent in for."""
    sent = Q(measurements__state__in=[MeasurementState.SUBMITTED, MeasurementState.APPROVED])
    live = indicators.filter(trial__state__in=[TrialState.RUNNING], trial__started_on__isnull=False)
    return live.annotate(last_end=Max("measurements__period_end", filter=sent))


def _due_measurements(reach: Reach, today: date) -> tuple[list[Task], list[Task]]:
    """Measurements that are due and not there: late ones for who steers, those for who takes part."""
    rows = due_indicators(Indicator.objects.filter(reach.steered("trial__") | reach.joined("trial__")))
    late, ours = [], []
    for row in rows.select_related("trial").order_by("pk")[:1000]:
        due = next_due(row.period_days, row.trial.started_on, row.last_end)
        if due is None or due > today:
            continue
        steers = row.trial.monitor_id == reach.user.pk or reach.standing.has(
            [Role.COORDINATOR], row.trial.centre_id
        )
        stamp = _stamp(row, row.trial)
        if steers and due < today:
            late.append(Task("measurement_late", row.pk, row.trial.reference, row.name, due, *stamp))
        else:
            ours.append(Task("measure", row.pk, row.trial.reference, row.name, due, *stamp))
    return late, ours


def _own_trials(reach: Reach) -> list[Trial]:
    own = (Q(monitor_id=reach.user.pk) & reach.inside()) | reach.joined()
    rows = Trial.objects.filter(own).exclude(state__in=[TrialState.CLOSED, TrialState.CANCELLED])
    return list(with_chain(rows, reach.user).order_by("-pk")[:OWN_SHOWN])


def _own_ideas(reach: Reach) -> list[Idea]:
    rows = Idea.objects.of(reach.user).exclude(
        state__in=[IdeaState.WITHDRAWN, IdeaState.MERGED, IdeaState.SPLIT]
    )
    return list(with_chain(rows, reach.user).order_by("-pk")[:OWN_SHOWN])
