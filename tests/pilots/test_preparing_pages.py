"""Is a trial planned step by step, each step kept, with what is missing always in view?"""

import pytest

from cic.core.choices import own_language
from partners.choices import Role
from pilots.models import Trial
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import AgreementFactory, CentreFactory, PartnerFactory, StaffFactory, today
from tests.factories.trials import IndicatorFactory, PilotFactory, PocFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory(state="active")


@pytest.fixture
def coordinator(centre, client):
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    client.force_login(coordinator)
    return coordinator


def step(trial, name):
    return f"/workspace/trials/{trial.pk}/prepare/{name}/"


def test_pilot_is_logged_by_its_steps_and_may_then_start(client, coordinator, centre):
    agreement = AgreementFactory(in_force=True, centre=centre)
    monitor = StaffFactory(role=Role.MONITOR, centre=centre)
    promoter = PartnerFactory().memberships.get().organisation
    basics = {
        "title": "Quiet crates", "summary": "Rubber wheels.", "language": "en", "centre": centre.pk,
        "agreement": agreement.pk, "promoter": promoter.name, "monitor": monitor.pk,
        "skip_reason": "Sold already.",
    }  # fmt: skip

    first = client.post("/workspace/trials/prepare/", basics)
    trial = Trial.objects.get()
    assert first["Location"] == step(trial, "places")
    client.post(step(trial, "places"), {"name": "Carrer Gran", "latitude": "41.37", "longitude": "2.14"})
    client.post(step(trial, "permits"), {"name": "Use of the street", "authority": "District"})
    client.post(step(trial, "team"), {"user": monitor.email, "task": "Measures"})
    client.post(
        step(trial, "indicators"),
        {"name": "Noise", "kind": "number", "unit": "dB(A)", "direction": "down", "aggregation": "mean",
         "baseline": "66", "target": "60", "period_days": "30"},
    )  # fmt: skip
    page = client.get(step(trial, "dates"))
    assert page.context["missing"] == [
        "It has no dates of start and end.",
        "The permit “Use of the street” is not granted.",
    ]
    last = client.post(
        step(trial, "dates"),
        {"starts_on": today().isoformat(), "ends_on": today(90).isoformat()},
    )

    trial.refresh_from_db()
    assert last["Location"] == f"/workspace/trials/{trial.pk}/"
    assert (trial.title, trial.monitor, trial.agreement) == ("Quiet crates", monitor, agreement)
    assert [trial.sites.count(), trial.permits.count(), trial.team.count(), trial.indicators.count()] == [
        1
    ] * 4


def test_refused_step_keeps_what_was_typed_and_writes_nothing(client, coordinator, centre):
    trial = PilotFactory(centre=centre, starts_on=None, ends_on=None)

    response = client.post(
        step(trial, "dates"), {"starts_on": today(9).isoformat(), "ends_on": today(1).isoformat()}
    )

    trial.refresh_from_db()
    assert (response.status_code, trial.starts_on, trial.ends_on) == (422, None, None)
    assert response.context["form"]["starts_on"].value() == today(9).isoformat()


def test_steps_with_something_in_them_are_done_and_lead_back(client, coordinator, centre):
    trial = PilotFactory(centre=centre, starts_on=None, ends_on=None)
    SiteFactory(trial=trial)

    steps = client.get(step(trial, "team")).context["steps"]

    assert [row["state"] for row in steps] == ["done", "done", "ahead", "here", "ahead", "ahead"]


def test_proof_of_concept_has_steps_of_its_own(client, coordinator, centre):
    trial = PocFactory(centre=centre)

    page = client.get(step(trial, "criteria"))

    assert [str(row["label"]) for row in page.context["steps"]] == [
        "What and on which terms", "What is to be shown", "Success criteria", "Where", "Permits", "Who works on it",
        "Indicators", "When, money and protection",
    ]  # fmt: skip
    assert client.get(step(PilotFactory(centre=centre), "criteria")).status_code == 404


def test_what_the_idea_says_is_filled_in(client, coordinator, centre):
    idea = IdeaFactory(centre=centre, state="accepted", title="Quiet nights")

    form = client.get(f"/workspace/trials/prepare/?idea={idea.pk}").context["form"]

    assert form["title"].value() == "Quiet nights"


def test_a09_a_trial_that_has_started_is_not_prepared(client, coordinator, centre):
    trial = PilotFactory(centre=centre, running=True)

    assert client.get(step(trial, "places")).status_code == 404
    assert client.post(step(trial, "places"), {"name": "Elsewhere"}).status_code == 404
    assert trial.sites.count() == 0


def test_a01_trial_of_another_centre_is_not_there(client, coordinator):
    trial = PilotFactory()

    assert client.get(step(trial, "places")).status_code == 404
    assert client.post(step(trial, "places"), {"name": "Elsewhere"}).status_code == 404
    assert trial.sites.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_step_costs_the_same_however_many_parts(
    client, coordinator, centre, count, django_assert_num_queries
):
    trial = PilotFactory(centre=centre)
    SiteFactory.create_batch(count, trial=trial)
    IndicatorFactory.create_batch(count, trial=trial)
    client.get(step(trial, "places"))

    with django_assert_num_queries(12):
        client.get(step(trial, "places"))


def test_first_step_offers_what_waits_for_its_next_step_and_goes_on_from_there(client, coordinator, centre):
    idea = IdeaFactory(centre=centre, state="accepted", title="Quiet nights", language="fr")
    concept = PocFactory(
        centre=centre, state="go", title="Rubber", idea=IdeaFactory(centre=centre, state="accepted")
    )
    SiteFactory(trial=concept)
    PilotFactory(centre=centre, idea=IdeaFactory(centre=centre, state="accepted"))
    IdeaFactory(state="accepted"), IdeaFactory(centre=centre, state="declined")
    PocFactory(centre=centre, state="running")

    field = client.get("/workspace/trials/prepare/").context["form"]["comes_from"]
    assert [key for _label, group in field.field.choices[1:] for key, _name in group] == [
        f"trial-{concept.pk}", f"idea-{idea.pk}",
    ]  # fmt: skip
    poc = client.get("/workspace/trials/prepare/?kind=poc").context["form"]["comes_from"]
    assert [key for _label, group in poc.field.choices[1:] for key, _name in group] == [f"idea-{idea.pk}"]

    client.post(
        "/workspace/trials/prepare/", {"comes_from": f"trial-{concept.pk}", "title": "", "language": "en"}
    )
    client.post(
        "/workspace/trials/prepare/",
        {
            "comes_from": f"idea-{idea.pk}",
            "title": "Quieter",
            "language": own_language(),
            "skip_reason": "Sold already.",
        },
    )

    begun, other = Trial.objects.get(origin=concept), Trial.objects.get(idea=idea)
    assert (begun.idea, begun.title, begun.sites.count()) == (concept.idea, "Rubber", 1)
    assert (other.title, other.language, other.promoter) == ("Quieter", "fr", idea.organisation)
    assert other.skip_reason == "Sold already."


def test_first_step_refuses_what_was_not_offered_and_asks_for_a_title_without_a_source(
    client, coordinator, centre
):
    hidden = IdeaFactory(state="accepted")

    for data in (
        {"comes_from": f"idea-{hidden.pk}"},
        {"comes_from": "", "title": "", "centre": centre.pk, "language": "en"},
    ):
        assert client.post("/workspace/trials/prepare/", data).status_code == 422
    assert Trial.objects.count() == 0
