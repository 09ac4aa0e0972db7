"""Which rows of which kinds make each panel of *My work*? Querysets of one shape, to be joined into one query a panel."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate

from cic.core.choices import Publication
from events.choices import SessionState
from events.models import Session
from partners.choices import READING_ROLES, AgreementState, AmendmentState, JoinOrigin, Role
from partners.models import (
    Agreement,
    Amendment,
    AmendmentSignature,
    CommitteeAction,
    JoinRequest,
    Party,
    ResourceGift,
    standing_of,
)
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

from .decisions import Decision
from .evaluations import Evaluation
from .ideas import Idea, IdeaPartner, InformationRequest, proposed_by
from .indicators import Measurement
from .outcomes import Outcome
from .trials import ExtensionRequest, Milestone, Permit, Trial

HORIZON_DAYS = 90
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
DECIDING = (Role.COORDINATOR, Role.SECRETARY)
PUBLISHING = (Role.EDITOR, Role.COORDINATOR)
IN_HAND = (IdeaState.SUBMITTED, IdeaState.SCREENING, IdeaState.IN_EVALUATION)


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


def rows_of(rows: Any, kind: str, *, target: str, reference: str, title: Any, day: Any = None) -> Any:
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


def overdue(reach: Reach, today: date) -> list[Any]:
    trial = {"target": "trial_id", "reference": "trial__reference"}
    late_steps = Milestone.objects.filter(
        reach.steered("trial__"), done_on=None, due_on__lt=today, trial__state__in=LIVE_STATES
    )
    past_end = Trial.objects.filter(reach.steered(), state__in=LIVE_STATES, ends_on__lt=today)
    held_up = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.SUSPENDED, TrialState.PAUSED], resumes_on__lt=today
    )
    not_started = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.READY, TrialState.PREPARING], starts_on__lt=today
    )
    asked = InformationRequest.objects.open().filter(reach.own_ideas("idea__"), due_on__lt=today)
    evaluations = Evaluation.objects.given_to(reach.user).open().filter(due_on__lt=today)
    permits = Permit.objects.filter(
        reach.steered("trial__"), state=PermitState.GRANTED, valid_to__lt=today, trial__state__in=LIVE_STATES
    )
    own = {"target": "pk", "reference": "reference", "title": "title"}
    agreed = CommitteeAction.objects.open().concerning(reach.user)
    unread = Idea.objects.waiting_for_triage().filter(reach.centre([Role.COORDINATOR]), answer_by__lt=today)
    return [
        rows_of(unread, "read_idea_late", day="answer_by", **own),
        rows_of(agreed.filter(due_on__lt=today), "action_late", **AGREED),
        rows_of(late_steps, "milestone_late", title="title", day="due_on", **trial),
        rows_of(past_end, "trial_past_end", day="ends_on", **own),
        rows_of(held_up, "trial_late_resume", day="resumes_on", **own),
        rows_of(not_started, "trial_late_start", day="starts_on", **own),
        rows_of(
            asked, "answer_late", target="pk", reference="idea__reference", title="idea__title", day="due_on"
        ),
        rows_of(
            evaluations,
            "evaluate_late",
            target="pk",
            reference="idea__reference",
            title="idea__title",
            day="due_on",
        ),
        rows_of(permits, "permit_expired", title="name", day="valid_to", **trial),
    ]


def waiting_on_me(reach: Reach, today: date) -> list[Any]:
    return [*_ideas_and_decisions(reach, today), *_trials_and_sheets(reach), *_agreements(reach, today)]


def _ideas_and_decisions(reach: Reach, today: date) -> list[Any]:
    user, own = reach.user, {"target": "pk", "reference": "reference", "title": "title"}
    about_idea = {"target": "pk", "reference": "idea__reference", "title": "idea__title"}
    decision = {
        "target": "pk", "reference": "reference", "title": Coalesce("idea__title", "trial__title"), "day": "decided_on",
    }  # fmt: skip
    here = reach.centre(DECIDING, "idea__centre_id") | reach.centre(DECIDING, "trial__centre_id")
    in_time = Q(answer_by=None) | Q(answer_by__gte=today)
    triage = Idea.objects.waiting_for_triage().filter(reach.centre([Role.COORDINATOR]), in_time)
    evaluations = Evaluation.objects.given_to(user).open().filter(Q(due_on=None) | Q(due_on__gte=today))
    nobody_at_it = ~Exists(Evaluation.objects.open().filter(idea=OuterRef("pk")))
    judged = Idea.objects.decidable().filter(reach.centre(DECIDING), nobody_at_it)
    evaluated = Exists(Evaluation.objects.taking_part().filter(idea=OuterRef("pk")))
    asked = InformationRequest.objects.open().filter(reach.own_ideas("idea__"), due_on__gte=today)
    invited = IdeaPartner.objects.filter(confirmed_at=None, organisation_id__in=reach.standing.admin_of)
    sent = {"day": TruncDate("submitted_at"), **own}
    return [
        rows_of(triage, "read_idea", day="answer_by", **own),
        rows_of(judged.filter(evaluated), "decide_idea", **sent),
        rows_of(judged.exclude(evaluated), "assign_idea", **sent),
        rows_of(Decision.objects.untold().filter(here), "tell_decision", **decision),
        rows_of(Decision.objects.standing().to_publish().filter(here), "publish_decision", **decision),
        rows_of(evaluations, "evaluate", day="due_on", **about_idea),
        rows_of(asked, "answer", day="due_on", **about_idea),
        rows_of(invited, "answer_invitation", **about_idea),
    ]


def _trials_and_sheets(reach: Reach) -> list[Any]:
    user, own = reach.user, {"target": "pk", "reference": "reference", "title": "title"}
    of_trial = {"reference": "trial__reference", "title": "trial__title"}
    measured = {
        "target": "indicator_id", "reference": "indicator__trial__reference", "title": "indicator__name", "day": "period_end",
    }  # fmt: skip
    submitted = Measurement.objects.filter(
        reach.steered("indicator__trial__"), state=MeasurementState.SUBMITTED
    )
    returned = Measurement.objects.filter(
        reach.inside("indicator__trial__"), measured_by_id=user.pk, state=MeasurementState.RETURNED
    )
    extensions = ExtensionRequest.objects.filter(
        reach.centre(DECIDING, "trial__centre_id"), state=ExtensionState.REQUESTED
    )
    unjudged = Trial.objects.filter(
        reach.steered(), state__in=[TrialState.ENDED, TrialState.STOPPED], outcome=None
    )
    undecided = Trial.objects.filter(
        reach.centre(DECIDING), kind=TrialKind.POC, state=TrialState.FINISHED, decisions=None
    )
    to_publish = Trial.objects.filter(reach.centre(PUBLISHING), publication=Publication.IN_REVIEW)
    outcomes = Outcome.objects.filter(
        reach.centre(PUBLISHING, "trial__centre_id"), publication=Publication.IN_REVIEW
    )
    # Whom a sheet was given to writes it; another one says whether it is good.
    handed_in = Session.objects.filter(
        reach.centre(PUBLISHING, "event__centre_id"), state=SessionState.SUBMITTED
    ).exclude(chair_id=user.pk)
    sent_back = Session.objects.filter(chair_id=user.pk, state=SessionState.CHANGES_ASKED)
    sheet = {"target": "pk", "reference": "event__reference", "title": "title"}
    return [
        rows_of(submitted, "approve_measurement", **measured),
        rows_of(returned, "mend_measurement", **measured),
        rows_of(extensions, "answer_extension", target="trial_id", day="new_ends_on", **of_trial),
        rows_of(unjudged, "write_outcome", day="ended_on", **own),
        rows_of(undecided, "decide_poc", day="ended_on", **own),
        rows_of(to_publish, "publish_trial", **own),
        rows_of(outcomes, "publish_outcome", target="pk", **of_trial),
        rows_of(handed_in, "approve_sheet", **sheet),
        rows_of(sent_back, "mend_sheet", **sheet),
    ]


def _agreements(reach: Reach, today: date) -> list[Any]:
    of_agreement = {
        "target": "agreement_id",
        "reference": "agreement__reference",
        "title": "agreement__title",
    }
    own, admin_of = {"target": "pk", "reference": "reference", "title": "title"}, reach.standing.admin_of
    waiting = Agreement.objects.filter(state=AgreementState.PENDING_SIGNATURE)
    review = Agreement.objects.filter(
        reach.centre([Role.LEGAL, Role.COORDINATOR]), state=AgreementState.IN_REVIEW
    )
    unsigned = Party.objects.filter(signed_on=None)
    # Where everybody has signed, the legal reviewer brings it into force.
    signed = waiting.filter(reach.centre([Role.LEGAL]), ~Exists(unsigned.filter(agreement=OuterRef("pk"))))
    amended = Amendment.objects.filter(state=AmendmentState.PENDING_SIGNATURE)
    signature = AmendmentSignature.objects.filter(party=OuterRef("pk"), amendment=OuterRef(OuterRef("pk")))
    unsigning = Party.objects.filter(~Exists(signature), agreement=OuterRef("agreement"))
    for_us = amended.filter(Exists(unsigning.filter(organisation_id__in=admin_of)))
    signed_by_all = amended.filter(reach.centre([Role.LEGAL], "agreement__centre_id"), ~Exists(unsigning))
    gifts = ResourceGift.objects.filter(
        (Q(confirmed_by_city=None) & reach.centre([Role.COORDINATOR], "resource__agreement__centre_id"))
        | Q(confirmed_by_party=None, resource__party__organisation_id__in=reach.standing.member_of)
    )
    joining = JoinRequest.objects.waiting().filter(origin=JoinOrigin.ASKED, organisation_id__in=admin_of)
    agreed = CommitteeAction.objects.open().concerning(reach.user).filter(due_on__gte=today)
    return [
        rows_of(review, "review_agreement", **own),
        rows_of(unsigned.filter(agreement__in=waiting, organisation_id__in=admin_of), "sign_agreement", **of_agreement),
        rows_of(signed, "bring_into_force", **own),
        rows_of(for_us, "sign_amendment", **of_agreement),
        rows_of(signed_by_all, "amend_into_force", **of_agreement),
        rows_of(
            gifts, "confirm_gift", target="resource__agreement_id", reference="resource__agreement__reference",
            title="resource__agreement__title", day="given_on",
        ),
        rows_of(agreed, "action", **AGREED),
        rows_of(
            joining, "answer_join", target="organisation_id", reference="organisation__name", title="email",
            day=TruncDate("created_at"),
        ),
    ]  # fmt: skip


def waiting_on_others(reach: Reach) -> list[Any]:
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
        reach.centre([Role.COORDINATOR]),
        Exists(Party.objects.filter(agreement=OuterRef("pk"), signed_on=None)),
        state=AgreementState.PENDING_SIGNATURE,
    )
    evaluations = Evaluation.objects.filter(
        reach.centre([Role.COORDINATOR], "idea__centre_id"),
        state__in=[EvaluationState.ASSIGNED, EvaluationState.ACCEPTED],
    ).exclude(evaluator_id=user.pk)
    return [
        rows_of(ideas, "idea_in_hand", day=TruncDate("submitted_at"), **own),
        rows_of(extensions, "extension_asked", day="new_ends_on", **of_trial),
        rows_of(
            submitted, "measurement_sent", target="indicator_id", reference="indicator__trial__reference",
            title="indicator__name", day="period_end",
        ),
        rows_of(asked, "answer_awaited", target="pk", reference="idea__reference", title="idea__title", day="due_on"),
        rows_of(permits, "permit_awaited", target="trial_id", reference="trial__reference", title="name"),
        rows_of(agreements, "signature_awaited", **own),
        rows_of(
            evaluations, "evaluation_awaited", target="pk", reference="idea__reference", title="idea__title",
            day="due_on",
        ),
    ]  # fmt: skip


def expiring(reach: Reach, today: date) -> list[Any]:
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
        rows_of(
            permits,
            "permit_ends",
            target="trial_id",
            reference="trial__reference",
            title="name",
            day="valid_to",
        ),
        rows_of(trials, "trial_ends", day="ends_on", **own),
        rows_of(parked, "idea_review", day="review_on", **own),
    ]
