"""Does the page of a pilot answer what people ask of it, and leave out what is not known or not public?"""

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup

from cic.core.models import StageChange
from pilots.models import Site, Trial
from tests.factories.cms import make_world
from tests.factories.partners import AgreementFactory, CentreFactory
from tests.factories.trials import LogEntryFactory, MilestoneFactory, PilotFactory, TrialPartnerFactory

pytestmark = pytest.mark.usefixtures("site")


def page_of(client, trial):
    response = client.get(f"/en/pilots/{trial.reference}/")
    assert response.status_code == 200
    return response.content.decode()


def test_pilot_page_tells_of_agreement_money_data_and_whom_to_ask(client):
    trial = PilotFactory(
        publication="public",
        centre=CentreFactory(publication="public", contact_email="office@city.example"),
        agreement=AgreementFactory(publication="public", title="Quiet nights", state="in_force"),
        budget_eur="18400.00",
        data_collected="Noise, without voices.",
    )
    TrialPartnerFactory(trial=trial, contribution="Two vans")
    text = page_of(client, trial)
    for words in (
        "Quiet nights",
        "18,400 €",
        "Two vans",
        "Noise, without voices.",
        "mailto:office@city.example",
    ):
        assert words in text.replace("\u202f", ",").replace("\u00a0", " ")


def test_pilot_page_leaves_out_what_nobody_said(client):
    trial = PilotFactory(
        publication="public",
        centre=CentreFactory(publication="internal", contact_email="office@city.example"),
        agreement=AgreementFactory(publication="internal", title="Xanarium"),
        budget_eur=None,
        data_collected="",
    )
    text = page_of(client, trial)
    for words in ("Xanarium", "office@city.example", "Who pays", "What data is collected", "Whom to ask"):
        assert words not in text


def test_timeline_of_a_pilot_holds_public_entries_and_milestones_newest_first(client):
    trial = PilotFactory(publication="public", state="running")
    LogEntryFactory(trial=trial, text="Set up in the square", happened_on="2026-01-02", is_public=True)
    LogEntryFactory(trial=trial, text="Xanarium", happened_on="2026-01-03", is_public=False)
    MilestoneFactory(trial=trial, title="First month", due_on="2026-02-01", done_on="2026-02-03")
    MilestoneFactory(trial=trial, title="Second month", due_on="2026-03-01", done_on=None)
    context = client.get(f"/en/pilots/{trial.reference}/").context
    assert [row.get("text") if row["title"] == "" else row["title"] for row in context["timeline"]] == [
        "First month",
        "Set up in the square",
    ]
    assert [step["title"] for step in context["ahead"]] == ["Second month"]


def test_lone_place_without_an_outline_is_told_in_words_not_as_a_pin_on_nothing(site, client):
    world = make_world("Vans")
    Site.objects.update(
        name="Market hall", address="Carrer de Sants, 120", latitude="41.37", longitude="2.13", territory=None
    )

    page = BeautifulSoup(client.get(f"/en/pilots/{world.trial.reference}/").content, "html.parser")

    assert [row.get_text(strip=True) for row in page.select(".map-list li")] == [
        "Market hall, Carrer de Sants, 120"
    ]
    assert page.select(".map-picture") == []


@pytest.mark.parametrize("later", [[], ["evaluated", "closed"]])
def test_stopped_pilot_says_when_and_why_whatever_became_of_it_since(client, later):
    trial = PilotFactory(running=True, public=True, state="stopped")
    for number, state in enumerate(["running", "stopped", *later]):
        StageChange.objects.create(
            object_type="pilots.trial", object_id=trial.pk, field="state", to_state=state,
            reason=f"The reason why it is {state} is long enough. And goes on.",
            effective_at=datetime(2026, 3, 1 + number, 12, tzinfo=UTC),
        )  # fmt: skip
        Trial.objects.filter(pk=trial.pk).update(state=state)
    reason = "The reason why it is stopped is long enough."

    response = client.get(f"/en/pilots/{trial.reference}/")

    page = BeautifulSoup(response.content, "html.parser")
    station = next(row for row in response.context["stations"] if row["key"] == "pilot")
    told = {row["title"]: row["text"] for row in response.context["timeline"]}
    assert page.select_one(".stopped").get_text() == f"Stopped early, 2 March 2026: {reason} And goes on."
    assert (station["note"], station["date"], station["reason"]) == (
        "Stopped early",
        date(2026, 3, 2),
        reason,
    )
    assert [words for words in told.values() if words] == [f"{reason} And goes on."]
