"""What waits for this person: what is late, what only they can do, what others have to do, and what runs out?

Each panel is one query over many kinds of record; the reader's own part of each kind is told by `Reach`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, CharField, DateField, F, Max, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate
from django.utils import timezone

from cic.core.choices import Publication
from events.choices import SessionState
from events.models import Session
from partners.calculations.terms import notice_date
from partners.choices import READING_ROLES, AgreementState, Role
from partners.models import Agreement, CommitteeAction, Party, ResourceGift, standing_of
from pilots.calculations.indicators import next_due
from pilots.choices import (
    LIVE_STATES,
    EvaluationState,
    ExtensionState,
    IdeaState,
    MeasurementState,
    PermitState,
    TrialKind,
    TrialState,
)

from .chains import with_chain
from .decisions import Decision
from .evaluations import Evaluation
from .ideas import Idea, IdeaPartner, InformationRequest, proposed_by
from .indicators import Indicator, Measurement
from .outcomes import Outcome
from .trials import ExtensionRequest, Milestone, Permit, Trial

HORIZON_DAYS = 90
# More than anybody does in a week; the counts say “100” then.
AT_MOST = 100
OWN_SHOWN = 8
# What each part of a union has, in the order of a Task.
COLUMNS = (
    "w_kind", "w_target", "w_reference", "w_title", "w_day", "w_source", "w_version", "w_changed"
)  # fmt: skip
# Where an action that a committee agreed stands.
AGREED = {
    "target": "meeting_id",
    "reference": "meeting__agreement__reference",
    "title": "text",
    "day": "due_on",
}
# What rooms to the right know that waits on a person: `duties.register_duties`.
FURTHER: list[Callable[[Any], list["Task"]]] = []
# The same as parts of the one query: rows with `COLUMNS`.
FURTHER_ROWS: list[Callable[[Any], list[Any]]] = []
IN_HAND = (IdeaState.SUBMITTED, IdeaState.SCREENING, IdeaState.IN_EVALUATION)


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


class Reach:
    """Which records a person answers for: by appointment in a centre, by name, or through an organisation."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.standing = standing_of(user)

    def centre(self, roles: Sequence[str], path: str = "centre_id") -> Q:
        """Records of the centres where one of `roles` holds."""
        if self.standing.everywhere(roles):
            return Q(**{f"{path}__isnull": False})
        return Q(**{f"{path}__in": self.standing.centres(roles)})

    def steered(self, path: str = "") -> Q:
        """Trials they coordinate, or monitor as somebody who works for the centre."""
        monitored = Q(**{f"{path}monitor_id": self.user.pk}) & self.centre(READING_ROLES, f"{path}centre_id")
        return monitored | self.centre([Role.COORDINATOR], f"{path}centre_id")

    def joined(self, path: str = "") -> Q:
        """Trials they take part in."""
        return Q(**{f"{path}pk__in": Trial.objects.of(self.user).values("pk")})

    def own_ideas(self, path: str = "") -> Q:
        """Ideas they wrote and still stand for, or that an organisation they administer proposes."""
        mine = Q(**{f"{path}author_id": self.user.pk}) & proposed_by(self.user, path)
        return mine | Q(**{f"{path}organisation_id__in": self.standing.admin_of})

    def inside(self, path: str = "") -> Q:
        """Trials whose inner workings they may read."""
        return Q(**{f"{path}pk__in": Trial.objects.inside(self.user).values("pk")})


def work_of(user: Any) -> Work:
    """All that concerns `user` today: eight queries, and what rooms to the right ask, however much there is."""
    reach, today = Reach(user), timezone.localdate()
    late, measured_by_us = _due_measurements(reach, today)
    further = [task for waiting in FURTHER for task in waiting(user)]
    further_rows = [part for waiting in FURTHER_ROWS for part in waiting(user)]
    return Work(
        overdue=_sorted([*_together(_overdue(reach, today)), *late]),
        mine=_sorted([*_together([*_waiting_on_me(reach, today), *further_rows]), *measured_by_us, *further]),
        others=_together(_waiting_on_others(reach)),
        expiring=_sorted([*_together(_expiring(reach, today)), *_ending_agreements(user, today)]),
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
        _rows(
            steps, "milestone", target="trial_id", reference="trial__reference", title="title", day="due_on"
        ),
        _rows(starts, "trial_starts", target="pk", reference="reference", title="title", day="starts_on"),
    ]
    return _together(parts)


def _rows(rows: Any, kind: str, *, target: str, reference: str, title: Any, day: Any = None) -> Any:
    """`rows` as columns that fit beside those of any other kind."""
    text = CharField()
    # The title is often that of the whole, such as the idea of an evaluation.
    whole = reference.rpartition("reference")[0]
    version = F("version") + F(f"{whole}version") if whole else F("version")
    changed = Greatest("updated_at", f"{whole}updated_at") if whole else F("updated_at")
    when = F(day) if isinstance(day, str) else Value(None) if day is None else day
    return (
        rows.order_by()
        .annotate(
            w_kind=Value(kind, output_field=text),
            w_target=F(target),
            w_reference=Cast(F(reference), text),
            w_title=Cast(F(title) if isinstance(title, str) else title, models.TextField()),
            w_day=Cast(when, DateField()),
            w_source=F("pk"),
            w_version=Cast(version, models.IntegerField()),
            w_changed=changed,
        )
        .values_list(*COLUMNS)
    )


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


def _overdue(reach: Reach, today: date) -> list[Any]:
    trial = {"target": "trial_id", "reference": "trial__reference"}
    late_steps = Milestone.objects.filter(
        reach.steered("trial__"), done_on=None, due_on__lt=today, trial__state__in=LIVE_STATES
    )
    past_end = Trial.objects.filter(reach.steered(), state=TrialState.RUNNING, ends_on__lt=today)
    not_started = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.READY, TrialState.PREPARING], starts_on__lt=today
    )
    asked = InformationRequest.objects.open().filter(reach.own_ideas("idea__"), due_on__lt=today)
    evaluations = Evaluation.objects.open().filter(evaluator_id=reach.user.pk, due_on__lt=today)
    permits = Permit.objects.filter(
        reach.steered("trial__"), state=PermitState.GRANTED, valid_to__lt=today, trial__state__in=LIVE_STATES
    )
    own = {"target": "pk", "reference": "reference", "title": "title"}
    agreed = CommitteeAction.objects.open().concerning(reach.user)
    return [
        _rows(agreed.filter(due_on__lt=today), "action_late", **AGREED),
        _rows(late_steps, "milestone_late", title="title", day="due_on", **trial),
        _rows(past_end, "trial_past_end", day="ends_on", **own),
        _rows(not_started, "trial_late_start", day="starts_on", **own),
        _rows(
            asked, "answer_late", target="pk", reference="idea__reference", title="idea__title", day="due_on"
        ),
        _rows(
            evaluations,
            "evaluate_late",
            target="pk",
            reference="idea__reference",
            title="idea__title",
            day="due_on",
        ),
        _rows(permits, "permit_expired", title="name", day="valid_to", **trial),
    ]


def _waiting_on_me(reach: Reach, today: date) -> list[Any]:
    user = reach.user
    deciding = [Role.COORDINATOR, Role.SECRETARY]
    publishing = [Role.EDITOR, Role.COORDINATOR]
    measured = {
        "target": "indicator_id",
        "reference": "indicator__trial__reference",
        "title": "indicator__name",
    }
    about_idea = {"target": "pk", "reference": "idea__reference", "title": "idea__title"}
    own = {"target": "pk", "reference": "reference", "title": "title"}
    submitted = Measurement.objects.filter(
        reach.steered("indicator__trial__"), state=MeasurementState.SUBMITTED
    )
    returned = Measurement.objects.filter(
        reach.inside("indicator__trial__"), measured_by_id=user.pk, state=MeasurementState.RETURNED
    )
    extensions = ExtensionRequest.objects.filter(
        reach.centre(deciding, "trial__centre_id"), state=ExtensionState.REQUESTED
    )
    triage = Idea.objects.filter(
        reach.centre([Role.COORDINATOR]), state__in=[IdeaState.SUBMITTED, IdeaState.SCREENING]
    )
    untold = Decision.objects.untold().filter(
        reach.centre(deciding, "idea__centre_id") | reach.centre(deciding, "trial__centre_id")
    )
    evaluations = Evaluation.objects.open().filter(
        Q(due_on=None) | Q(due_on__gte=today), evaluator_id=user.pk
    )
    asked = InformationRequest.objects.open().filter(reach.own_ideas("idea__"), due_on__gte=today)
    invited = IdeaPartner.objects.filter(confirmed_at=None, organisation_id__in=reach.standing.admin_of)
    unjudged = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.ENDED, TrialState.STOPPED], outcome=None
    )
    undecided = Trial.objects.filter(
        reach.centre(deciding), kind=TrialKind.POC, state=TrialState.FINISHED, decisions=None
    )
    to_publish = Trial.objects.filter(reach.centre(publishing), publication=Publication.IN_REVIEW)
    outcomes = Outcome.objects.filter(
        reach.centre(publishing, "trial__centre_id"), publication=Publication.IN_REVIEW
    )
    review = Agreement.objects.filter(
        reach.centre([Role.LEGAL, Role.COORDINATOR]), state=AgreementState.IN_REVIEW
    )
    unsigned = Party.objects.filter(
        organisation_id__in=reach.standing.admin_of,
        signed_on=None,
        agreement__state=AgreementState.PENDING_SIGNATURE,
    )
    gifts = ResourceGift.objects.filter(
        (Q(confirmed_by_city=None) & reach.centre([Role.COORDINATOR], "resource__agreement__centre_id"))
        | Q(confirmed_by_party=None, resource__party__organisation_id__in=reach.standing.member_of)
    )
    about_agreement = {"reference": "agreement__reference", "title": "agreement__title"}
    gift = {"reference": "resource__agreement__reference", "title": "resource__agreement__title"}
    agreed = CommitteeAction.objects.open().concerning(user)
    # Whom a sheet was given to writes it; another one says whether it is good.
    handed_in = Session.objects.filter(
        reach.centre(publishing, "event__centre_id"), state=SessionState.SUBMITTED
    ).exclude(chair_id=user.pk)
    sent_back = Session.objects.filter(chair_id=user.pk, state=SessionState.CHANGES_ASKED)
    sheet = {"target": "pk", "reference": "event__reference", "title": "title"}
    return [
        _rows(agreed.filter(due_on__gte=today), "action", **AGREED),
        _rows(handed_in, "approve_sheet", **sheet),
        _rows(sent_back, "mend_sheet", **sheet),
        _rows(submitted, "approve_measurement", day="period_end", **measured),
        _rows(returned, "mend_measurement", day="period_end", **measured),
        _rows(
            extensions, "answer_extension", target="trial_id", reference="trial__reference", title="trial__title",
            day="new_ends_on",
        ),
        _rows(triage, "read_idea", day=TruncDate("submitted_at"), **own),
        _rows(
            untold, "tell_decision", target="pk", reference="reference",
            title=Coalesce("idea__title", "trial__title"), day="decided_on",
        ),
        _rows(evaluations, "evaluate", day="due_on", **about_idea),
        _rows(asked, "answer", day="due_on", **about_idea),
        _rows(invited, "answer_invitation", **about_idea),
        _rows(unjudged, "write_outcome", day="ended_on", **own),
        _rows(undecided, "decide_poc", day="ended_on", **own),
        _rows(to_publish, "publish_trial", **own),
        _rows(outcomes, "publish_outcome", target="pk", reference="trial__reference", title="trial__title"),
        _rows(review, "review_agreement", **own),
        _rows(unsigned, "sign_agreement", target="agreement_id", **about_agreement),
        _rows(gifts, "confirm_gift", target="resource__agreement_id", day="given_on", **gift),
    ]  # fmt: skip


def _waiting_on_others(reach: Reach) -> list[Any]:
    user = reach.user
    own = {"target": "pk", "reference": "reference", "title": "title"}
    of_trial = {"target": "trial_id", "reference": "trial__reference", "title": "trial__title"}
    ideas = Idea.objects.filter(reach.own_ideas(), state__in=IN_HAND)
    extensions = ExtensionRequest.objects.filter(
        reach.inside("trial__"), asked_by_id=user.pk, state=ExtensionState.REQUESTED
    )
    submitted = Measurement.objects.filter(
        reach.inside("indicator__trial__"), measured_by_id=user.pk, state=MeasurementState.SUBMITTED
    ).exclude(reach.steered("indicator__trial__"))
    asked = InformationRequest.objects.open().filter(asked_by_id=user.pk)
    permits = Permit.objects.filter(
        reach.steered("trial__"), state=PermitState.REQUESTED,
        trial__state__in=[TrialState.PREPARING, TrialState.READY, *LIVE_STATES],
    )  # fmt: skip
    agreements = Agreement.objects.filter(
        reach.centre([Role.COORDINATOR]), state=AgreementState.PENDING_SIGNATURE
    )
    evaluations = Evaluation.objects.filter(
        reach.centre([Role.COORDINATOR], "idea__centre_id"),
        state__in=[EvaluationState.ASSIGNED, EvaluationState.ACCEPTED],
    ).exclude(evaluator_id=user.pk)
    return [
        _rows(ideas, "idea_in_hand", day=TruncDate("submitted_at"), **own),
        _rows(extensions, "extension_asked", day="new_ends_on", **of_trial),
        _rows(
            submitted, "measurement_sent", target="indicator_id", reference="indicator__trial__reference",
            title="indicator__name", day="period_end",
        ),
        _rows(asked, "answer_awaited", target="pk", reference="idea__reference", title="idea__title", day="due_on"),
        _rows(permits, "permit_awaited", target="trial_id", reference="trial__reference", title="name"),
        _rows(agreements, "signature_awaited", **own),
        _rows(
            evaluations, "evaluation_awaited", target="pk", reference="idea__reference", title="idea__title",
            day="due_on",
        ),
    ]  # fmt: skip


def _expiring(reach: Reach, today: date) -> list[Any]:
    soon = today + timedelta(days=HORIZON_DAYS)
    permits = Permit.objects.filter(
        reach.steered("trial__"), state=PermitState.GRANTED, valid_to__gte=today, valid_to__lte=soon,
        trial__state__in=[TrialState.READY, *LIVE_STATES],
    )  # fmt: skip
    trials = Trial.objects.filter(
        reach.steered() | reach.joined(), state__in=LIVE_STATES, ends_on__gte=today, ends_on__lte=soon
    )
    parked = Idea.objects.filter(
        reach.centre([Role.COORDINATOR, Role.SECRETARY]), state=IdeaState.PARKED, review_on__lte=soon
    )
    own = {"target": "pk", "reference": "reference", "title": "title"}
    return [
        _rows(
            permits,
            "permit_ends",
            target="trial_id",
            reference="trial__reference",
            title="name",
            day="valid_to",
        ),
        _rows(trials, "trial_ends", day="ends_on", **own),
        _rows(parked, "idea_review", day="review_on", **own),
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
