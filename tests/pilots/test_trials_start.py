"""Does a pilot start only when nothing is missing, and does a refusal say all that is?"""

import pytest

from cic.core.errors import DomainError
from cic.core.formats import day
from cic.core.models import AuditEntry, StageChange
from pilots.models import Indicator, Trial
from pilots.operations.trial_parts import add_part, amend_criterion, edit_part, remove_part
from pilots.operations.trials import move_trial
from pilots.transitions.trials import table_of
from tests.factories.partners import AgreementFactory, AmendmentFactory, StaffFactory, today
from tests.factories.trials import (
    IndicatorFactory,
    PermitFactory,
    PilotFactory,
    PocFactory,
    SuccessCriterionFactory,
)

pytestmark = pytest.mark.django_db


def staff(trial):
    return StaffFactory(role="coordinator", centre=trial.centre)


def blockers(trial):
    """What stands between `trial` and its start; asserts that a try changes nothing."""
    before = (AuditEntry.objects.count(), StageChange.objects.count())
    with pytest.raises(DomainError) as caught:
        move_trial(trial, "start", actor=staff(trial))
    assert caught.value.code == "incomplete"
    fresh = Trial.objects.get(pk=trial.pk)
    assert (fresh.state, fresh.version, fresh.started_on) == (trial.state, trial.version, None)
    assert not Indicator.objects.filter(trial=trial).exclude(frozen_at=None).exists()
    assert (AuditEntry.objects.count(), StageChange.objects.count()) == before
    return caught.value.blockers


def test_refused_start_lists_everything_that_is_missing():
    pilot = PilotFactory(state="ready", indicator=False)
    PermitFactory(trial=pilot, name="Use of the street", state="requested")

    assert blockers(pilot) == [
        "It has no dates of start and end.",
        "It has no monitor.",
        "It has no agreement.",
        "The permit “Use of the street” is not granted.",
        "It has no indicator.",
        "There was no proof of concept, and no reason is given why not.",
    ]


@pytest.mark.parametrize("state", ["draft", "pending_signature", "suspended", "terminated", "expired"])
def test_start_under_an_agreement_that_is_not_in_force_is_refused(state):
    pilot = PilotFactory(ready=True)
    pilot.agreement.state = state
    pilot.agreement.save()

    assert blockers(pilot) == [f"The agreement {pilot.agreement.reference} is not in force."]


def test_start_that_outlasts_the_agreement_is_refused_until_it_is_extended():
    pilot = PilotFactory(
        ready=True, agreement=AgreementFactory(in_force=True, starts_on=today(-10), ends_on=today(100))
    )
    reference, end = pilot.agreement.reference, day(today(100))

    assert blockers(pilot) == [f"The agreement {reference} ends on {end}, before the pilot does."]
    AmendmentFactory(agreement=pilot.agreement, in_force=True, new_ends_on=today(180))
    assert move_trial(pilot, "start", actor=staff(pilot)).state == "running"


def test_start_before_the_agreement_begins_is_refused():
    pilot = PilotFactory(ready=True, agreement=AgreementFactory(in_force=True, starts_on=today(5)))

    assert blockers(pilot) == [f"The agreement {pilot.agreement.reference} begins only on {day(today(5))}."]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"valid_from": today(5)}, f"The permit “Crane” is valid only from {day(today(5))}."),
        ({"valid_to": today(170)}, f"The permit “Crane” ends on {day(today(170))}, before the pilot does."),
        ({"state": "refused"}, "The permit “Crane” is not granted."),
    ],
)
def test_start_without_a_permit_for_all_its_days_is_refused(fields, sentence):
    pilot = PilotFactory(ready=True)
    PermitFactory(trial=pilot, name="Crane", **fields)

    assert blockers(pilot) == [sentence]


def test_start_without_a_baseline_needs_the_reason_why():
    pilot = PilotFactory(ready=True, indicator=False)
    IndicatorFactory(trial=pilot, baseline=None)
    assert blockers(pilot) == ["No indicator has a baseline, and no reason is given why not."]

    pilot.no_baseline_reason = "The market is new."
    pilot.save()

    assert move_trial(pilot, "start", actor=staff(pilot)).state == "running"


def test_baseline_in_words_is_a_baseline():
    pilot = PilotFactory(ready=True, indicator=False)
    IndicatorFactory(
        trial=pilot, kind="qualitative", baseline=None, baseline_text="Neighbours wake up", target=None
    )

    assert move_trial(pilot, "start", actor=staff(pilot)).state == "running"


@pytest.mark.parametrize("state", ["running", "finished", "pivot", "no_go"])
def test_start_after_a_poc_without_go_is_refused(state):
    pilot = PilotFactory(ready=True, skip_reason="", origin=PocFactory(state=state))

    assert blockers(pilot) == ["Its proof of concept has no decision to go on."]


def test_start_freezes_the_indicators_with_an_audit_row_each():
    pilot = PilotFactory(ready=True)
    IndicatorFactory(trial=pilot)
    actor = staff(pilot)

    pilot = move_trial(pilot, "start", actor=actor)

    assert (pilot.state, pilot.started_on) == ("running", today())
    assert not pilot.indicators.filter(frozen_at=None).exists()
    assert AuditEntry.objects.filter(action="indicator.freeze", actor=actor).count() == 2
    entry = AuditEntry.objects.get(action="trial.start")
    assert (entry.before["state"], entry.after["state"]) == ("ready", "running")


def test_open_moves_show_the_closed_start_with_its_reasons():
    pilot = PilotFactory(ready=True, monitor=None)

    start = next(row for row in table_of(pilot).open_to(staff(pilot), pilot) if row.name == "start")

    assert (start.allowed, start.blockers) == (False, ("It has no monitor.",))


def test_success_criteria_are_frozen_by_the_start_and_amended_with_a_reason():
    poc = PocFactory(ready=True)
    actor = staff(poc)
    criterion = poc.criteria.get()
    criterion = edit_part(criterion, {"text": "No night above 60 dB(A)"}, actor=actor)
    move_trial(poc, "start", actor=actor)

    for refusal in (
        lambda: edit_part(criterion, {"text": "Easier"}, actor=actor),
        lambda: remove_part(criterion, actor=actor),
    ):
        with pytest.raises(DomainError, match="frozen"):
            refusal()
    with pytest.raises(DomainError, match="frozen"):
        add_part(type(criterion), actor=actor, trial=poc, text="One more")
    with pytest.raises(DomainError, match="reason"):
        amend_criterion(criterion, actor=actor, text="No night above 61 dB(A)", reason=" ")
    amended = amend_criterion(
        criterion, actor=actor, text="No night above 61 dB(A)", reason="The street was rebuilt."
    )

    assert amended.text == "No night above 61 dB(A)"
    assert amended.amendments == [
        {
            "before": "No night above 60 dB(A)",
            "after": "No night above 61 dB(A)",
            "reason": "The street was rebuilt.",
            "on": today().isoformat(),
            "by": str(actor),
        }
    ]


def test_criterion_is_answered_after_the_start_only():
    poc = PocFactory(ready=True)
    actor = staff(poc)
    criterion = poc.criteria.get()
    with pytest.raises(DomainError, match="after the start"):
        edit_part(criterion, {"met": True}, actor=actor)
    move_trial(poc, "start", actor=actor)

    assert edit_part(criterion, {"met": False, "evidence": "Night 4: 63"}, actor=actor).met is False


def test_pilot_has_no_success_criteria():
    pilot = PilotFactory()

    with pytest.raises(DomainError, match="indicators"):
        add_part(SuccessCriterionFactory._meta.model, actor=staff(pilot), trial=pilot, text="Quiet")
