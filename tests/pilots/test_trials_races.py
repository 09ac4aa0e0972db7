"""Does one of many simultaneous acts on a trial win, with one audit row that says so?"""

import pytest

from cic.core.errors import DomainError
from cic.core.models import AuditEntry, StageChange
from pilots.models import Decision, ExtensionRequest, Measurement, Trial
from pilots.operations.extensions import ask_extension, move_extension
from pilots.operations.measurements import record_measurement
from pilots.operations.trials import decide_poc, move_trial
from tests.factories.partners import StaffFactory, today
from tests.factories.trials import PilotFactory, PocFactory

pytestmark = pytest.mark.django_db(transaction=True)
DECIDED = {
    "verdict": "go",
    "body": "Committee",
    "authority": "Minutes",
    "reasons": "It works.",
    "decided_on": today(),
}


def outcomes(results):
    """How many won, and the codes of those who did not."""
    codes = {error.code for error in results if isinstance(error, DomainError)}
    won = [result for result in results if not isinstance(result, Exception)]
    assert not [
        error for error in results if isinstance(error, Exception) and not isinstance(error, DomainError)
    ]
    return len(won), codes


def test_r03_of_eight_starts_one_wins(at_once):
    pilot = PilotFactory(ready=True)
    actor = StaffFactory(role="coordinator", centre=pilot.centre)

    results = at_once(lambda: move_trial(pilot, "start", actor=actor), 8)

    assert outcomes(results) == (1, {"wrong_state"})
    assert StageChange.objects.about(pilot).count() == 1
    assert AuditEntry.objects.filter(action="trial.start").count() == 1


def test_r03_of_eight_decisions_on_a_poc_one_stands(at_once):
    poc = PocFactory(running=True, state="finished")
    actor = StaffFactory(role="coordinator", centre=poc.centre)

    results = at_once(lambda: decide_poc(poc, DECIDED, actor=actor), 8)

    assert outcomes(results) == (1, {"wrong_state"})
    assert Decision.objects.count() == 1
    assert Trial.objects.get().state == "go"


def test_r03_of_eight_measurements_of_one_period_one_is_kept(at_once):
    indicator = PilotFactory(running=True).indicators.get()
    actor = StaffFactory(role="coordinator", centre=indicator.trial.centre)
    period = {"period_start": today(-9), "period_end": today(-3)}

    results = at_once(lambda: record_measurement(actor=actor, indicator=indicator, value=61, **period), 8)

    assert outcomes(results) == (1, {"duplicate"})
    assert Measurement.objects.count() == 1


def test_r03_of_eight_extensions_one_is_asked_and_granted_once(at_once):
    pilot = PilotFactory(running=True)
    actor = StaffFactory(role="coordinator", centre=pilot.centre)

    asked = at_once(
        lambda: ask_extension(actor=actor, trial=pilot, new_ends_on=today(120), reason="Summer"), 8
    )
    request = ExtensionRequest.objects.get()
    granted = at_once(lambda: move_extension(request, "grant", actor=actor), 8)

    assert outcomes(asked) == (1, {"duplicate"})
    assert outcomes(granted) == (1, {"wrong_state"})
    assert AuditEntry.objects.filter(action="trial.extend").count() == 1
