"""Can the city's staff log a pilot and give out evaluations by pages alone? Jobs 2 and 4 of their week."""

from collections import Counter
from typing import Any

import pytest

from partners.choices import Role
from pilots.models import Evaluation, Trial
from tests.factories.ideas import ChallengeFactory, CriteriaSetFactory, IdeaFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    StaffFactory,
    TerritoryFactory,
    today,
)

from .steps import fill, follow, move, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active")


@pytest.fixture
def coordinator(centre: Any, visitor: Any, script: bool) -> Any:
    """The browser of a coordinator, with scripts and without."""
    return visitor(StaffFactory(name="Nuria Prats", role=Role.COORDINATOR, centre=centre), script=script)


def test_job_2_a_pilot_is_logged_step_by_step_and_left_in_between(centre, coordinator, picture):
    city = OrganisationFactory(name="City of Barcelona", helix="administration")
    company = OrganisationFactory(name="Quiet Wheels")
    agreement = AgreementFactory(
        title="Streets for trials", centre=centre, in_force=True, parties=[city, company]
    )
    monitor = StaffFactory(name="Pau Monitor", role=Role.MONITOR, centre=centre)
    district = TerritoryFactory(name="Sants-Montjuïc")

    coordinator.goto("/workspace/trials/")
    follow(coordinator, "Plan a trial")
    picture(coordinator)
    fill(coordinator, title="Quiet crates", summary="Crates roll on rubber wheels.", centre=str(centre.pk))
    send(coordinator, "Save and go on")
    # What the agreement says need not be typed again; the rest is asked for when it is known.
    trial = Trial.objects.get()
    fill(coordinator, name="Carrer Gran", territory=str(district.pk), latitude="41.3751", longitude="2.1492")
    send(coordinator, "Add")
    picture(coordinator)
    follow(coordinator, "Leave for now")

    # Another day: the trial says what is missing, and where one goes on.
    coordinator.goto(f"/workspace/trials/{trial.pk}/")
    picture(coordinator)
    follow(coordinator, "Go on planning")
    fill(coordinator, agreement=str(agreement.pk), monitor=str(monitor.pk), promoter="Quiet Wheels")
    fill(coordinator, skip_reason="The wheels are sold already.")
    send(coordinator, "Save and go on")
    assert coordinator.get_by_text("Carrer Gran").count() > 0
    follow(coordinator, "Go on")
    fill(coordinator, name="Use of the street", authority="District council")
    send(coordinator, "Add")
    follow(coordinator, "Go on")
    follow(coordinator, "Go on")
    fill(coordinator, name="Noise at night", unit="dB(A)", direction="down", baseline="66", target="60")
    send(coordinator, "Add")
    follow(coordinator, "Go on")
    fill(coordinator, starts_on=today().isoformat(), ends_on=today(180).isoformat(), budget_eur="18400")
    send(coordinator, "Save and finish")

    trial.refresh_from_db()
    assert (trial.agreement, trial.monitor, trial.budget_eur) == (agreement, monitor, 18400)
    assert (trial.sites.get().territory, trial.indicators.get().target) == (district, 60)
    move(coordinator, "make_ready")
    # The permit is asked for, not granted: the closed button says so.
    assert "Use of the street" in coordinator.locator("main").inner_text()


def test_job_4_three_ideas_are_given_out_evenly_in_the_matrix(centre, coordinator, picture):
    need = ChallengeFactory(centre=centre, title="Quiet nights")
    criteria = CriteriaSetFactory(name="What counts", centre=centre)
    for title in ("Rubber wheels", "Felt under the crates", "Night shift by bicycle"):
        IdeaFactory(centre=centre, challenge=need, state="in_evaluation", title=title)
    for name in ("Anna Vidal", "Bernat Soler", "Carla Puig"):
        StaffFactory(name=name, role=Role.EVALUATOR, centre=centre)

    coordinator.goto("/workspace/evaluations/")
    follow(coordinator, "Who evaluates what")
    picture(coordinator)
    for box in coordinator.locator("main input[name=selected]").all():
        box.check()
    send(coordinator, "Give out evenly")
    fill(coordinator, each="2", criteria_set=str(criteria.pk), due_on=today(14).isoformat())
    picture(coordinator)
    send(coordinator, "Give out")

    given = Evaluation.objects.select_related("evaluator")
    assert Counter(row.evaluator.name for row in given) == {
        "Anna Vidal": 2, "Bernat Soler": 2, "Carla Puig": 2,
    }  # fmt: skip
    assert Counter(Counter(row.idea_id for row in given).values()) == {2: 3}
    assert coordinator.get_by_text("6 evaluations given out.").count() == 1
    picture(coordinator)
