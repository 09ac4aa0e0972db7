"""Can the city's staff do the jobs of their week by pages alone, as somebody new to the product would try?"""

from typing import Any

import pytest

from partners.choices import Role
from pilots.models import Idea, Measurement, Milestone
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import AgreementFactory, CentreFactory, StaffFactory, today
from tests.factories.trials import MeasurementFactory, MilestoneFactory, PilotFactory

from .steps import fill, follow, move, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active")


@pytest.fixture
def coordinator(centre: Any, visitor: Any) -> Any:
    """The browser of a coordinator."""
    return visitor(StaffFactory(name="Nuria Prats", role=Role.COORDINATOR, centre=centre))


def test_job_1_monday_starts_with_what_is_late(centre, coordinator, picture):
    trial = PilotFactory(centre=centre, running=True, title="Quiet crates")
    MilestoneFactory(trial=trial, title="Third round of measurements", due_on=today(-4), done_on=None)
    IdeaFactory(centre=centre, state="submitted", title="Shade for the square")
    AgreementFactory(centre=centre, in_force=True, title="Streets for trials", ends_on=today(60))

    coordinator.goto("/workspace/")
    picture(coordinator)
    late = coordinator.get_by_role("region", name="Overdue")
    late.get_by_role("link", name="Third round of measurements").click()

    coordinator.wait_for_url(f"**/workspace/trials/{trial.pk}/**")
    coordinator.goto(f"/workspace/trials/{trial.pk}/plan/")
    coordinator.locator("a[href$='/edit/']", has_text="Third round").click()
    fill(coordinator, done_on=today().isoformat())
    send(coordinator, "Save")
    assert Milestone.objects.get().done_on == today()
    coordinator.goto("/workspace/")
    assert coordinator.get_by_text("Third round of measurements").count() == 0


def test_job_3_ideas_are_read_by_keyboard(centre, coordinator, picture):
    need = ChallengeFactory(centre=centre, title="Quiet nights")
    for title in ("Rubber wheels", "Felt under the crates", "Night shift by bicycle"):
        IdeaFactory(centre=centre, challenge=need, state="submitted", title=title, problem="Crates rattle.")

    coordinator.goto("/workspace/triage/")
    picture(coordinator)
    keys = coordinator.keyboard
    for key in ("j", "x", "j", "x"):
        keys.press(key)
    assert coordinator.locator("[data-selection-count]").inner_text() == "2"
    coordinator.wait_for_url(lambda url: "idea=" in url)  # what one rests at is looked at a little later
    send(coordinator, "Start reading")

    assert Idea.objects.filter(state="screening").count() == 2
    keys.press("?")
    assert coordinator.get_by_role("dialog").get_by_text("Next idea, previous idea").count() == 1


def test_job_7_figures_are_approved_and_returned_in_the_grid(centre, coordinator, picture):
    trial = PilotFactory(centre=centre, running=True)
    indicator = trial.indicators.get()
    for day in (-28, -21):
        MeasurementFactory(
            indicator=indicator, state="submitted", period_start=today(day), period_end=today(day + 6)
        )

    coordinator.goto(f"/workspace/trials/{trial.pk}/")
    follow(coordinator, "Indicators")
    # Nothing of the head that stays in sight may cover whose figures these are.
    name = coordinator.get_by_role("link", name=indicator.name)
    assert name.evaluate("""link => {
        const box = link.getBoundingClientRect();
        return link.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    }""")
    picture(coordinator)
    coordinator.locator("input[name=selected]").first.check()
    send(coordinator, "Approve")
    assert Measurement.objects.filter(state="approved").count() == 1
    coordinator.locator("input[name=selected]").first.check()
    coordinator.locator("input[name=reason]").fill("The meter stood inside.")
    send(coordinator, "Return")

    assert Measurement.objects.get(state="returned").return_reason == "The meter stood inside."


def test_job_8_a_pilot_is_suspended_after_an_incident(centre, coordinator, picture):
    trial = PilotFactory(centre=centre, running=True, title="Quiet crates")

    coordinator.goto(f"/workspace/trials/{trial.pk}/log/")
    follow(coordinator, "Write into the logbook")
    fill(coordinator, text="A crate rolled onto the street.")
    coordinator.locator("[name=is_incident]").check()
    picture(coordinator)
    send(coordinator, "Save")
    coordinator.goto(f"/workspace/trials/{trial.pk}/")
    move(
        coordinator, "suspend", note="A crate rolled onto the street.", told="The residents of the block",
        resumes_on=today(14).isoformat(), authority="Monitor of the centre",
    )  # fmt: skip

    trial.refresh_from_db()
    assert (trial.state, trial.resumes_on, trial.told) == (
        "suspended",
        today(14),
        "The residents of the block",
    )
