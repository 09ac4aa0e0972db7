"""Does the card of a case say how strong the evidence is, every decision, why it stopped, and how to use it elsewhere?"""

import csv
import io
from decimal import Decimal

import pytest
from django.utils import timezone

from cic.core.models import StageChange
from cms.facts.checking import open_findings
from pilots.models import Decision, Lineage, Trial
from tests.factories.cms import case_of, make_world, publish
from tests.factories.ideas import DecisionFactory
from tests.factories.partners import TeamMemberFactory, today
from tests.factories.trials import IndicatorFactory, MeasurementFactory, SiteFactory


def page_of(client, case):
    response = client.get(f"/en/cases/{case.slug}/")
    assert response.status_code == 200
    return response


def test_evidence_is_named_by_its_level_with_the_comparison_beside(site, client):
    world = make_world("Vans")
    place = SiteFactory(trial=world.trial, name="Next street", comparison="alike")
    other = IndicatorFactory(trial=world.trial, name="Noise there", site=place, comparison_of=world.indicator)
    for days, value in ((-60, 68), (-30, 67), (-10, 68)):
        MeasurementFactory(indicator=other, period_start=today(days - 6), period_end=today(days), value=value)

    response = page_of(client, publish(case_of(world.outcome)))
    page = " ".join(response.content.decode().split())

    assert response.context["evidence"]["level"] == 3
    assert "level 3 of 5" in page
    assert "before and after, beside a comparison place that was alike" in page
    assert [row["beside"] for row in response.context["table"]] == ["", "Vans noise"]
    assert "Next street" in page
    assert [item["title"] for item in response.context["charts"]] == ["Vans noise"]


def test_single_measurement_is_drawn_as_before_and_after(site, client):
    world = make_world("Vans")
    single = IndicatorFactory(
        trial=world.trial, name="Shops", unit="shops", baseline=Decimal(2), target=Decimal(9)
    )
    MeasurementFactory(indicator=single, value=7)

    charts = page_of(client, publish(case_of(world.outcome))).context["charts"]

    assert [(item["title"], item.get("bars", False)) for item in charts] == [
        ("Vans noise", False), ("Shops", True),
    ]  # fmt: skip


def test_every_decision_stands_in_the_chain_in_full(site, client):
    world = make_world("Vans")
    first = Decision.objects.get()
    DecisionFactory(
        idea=world.idea, told=True, published_at=timezone.now(), replaces=first, body="Appeal board",
        reasons="The appeal was right. The ramps are safe.", conditions="No work before seven.",
    )  # fmt: skip
    DecisionFactory(idea=world.idea, told=True, published_at=None, reasons="Not for the public.")

    page = page_of(client, publish(case_of(world.outcome))).content.decode()

    assert "All 2 decisions in full" in page
    assert "Vans was wanted by all. More." in page
    assert "replaced by a later decision" in page
    assert "The ramps are safe." in page
    assert "No work before seven." in page
    assert "Not for the public." not in page


def test_stopped_trial_says_when_and_why_and_did_not_work(site, client):
    world = make_world("Vans")
    StageChange.objects.create(
        object_type="pilots.trial", object_id=world.trial.pk, field="state",
        from_state="running", to_state="stopped", reason="A wheel broke. Twice.", effective_at=timezone.now(),
    )  # fmt: skip

    response = page_of(client, publish(case_of(world.outcome)))

    assert response.context["stopped"]["reason"] == "A wheel broke. Twice."
    assert response.context["worked"] is False
    pilot = next(row for row in response.context["stations"] if row["key"] == "pilot")
    assert (pilot["note"], pilot["reason"]) == ("Stopped early", "A wheel broke. Twice.")


def test_words_of_conditions_and_decisions_are_checked_before_they_go_public(site):
    world = make_world("Vans")
    type(world.outcome).objects.update(success_conditions="Ask nuria@example.org for the keys.")

    assert [row.kind for row in open_findings(case_of(world.outcome, future="Later."))] == ["email"]


def test_card_leads_to_a_replication_and_shows_those_that_are_public(site, client):
    world, other, hidden = make_world("Vans"), make_world("Compost"), make_world("Hidden", public=False)
    for line in (other, hidden):
        Lineage.objects.create(
            kind="replicated", from_type="pilots.trial", from_id=world.trial.pk, to_type="pilots.trial",
            to_id=line.trial.pk,
        )  # fmt: skip
    type(world.outcome).objects.filter(pk=world.outcome.pk).update(success_conditions="A yard nearby.")
    world.outcome.refresh_from_db()
    case = publish(case_of(world.outcome, future="It goes on."))

    response = page_of(client, case)

    again = response.context["again"]
    assert again["start_url"] == f"/workspace/outcomes/{world.outcome.pk}/replicate/"
    assert again["texts"] == ["A yard nearby."]
    assert [row["title"] for row in again["taken_up"]] == ["Compost pilot"]
    assert again["centre"]["url"] == f"/en/centres/{world.centre.reference}/"
    assert client.get(again["start_url"])["Location"].startswith("/accounts/login/")


def test_case_approved_before_these_were_kept_still_reads(site, client):
    world = make_world("Vans")
    case = publish(case_of(world.outcome))
    new = ("evidence", "methods", "stopped", "centre", "replicability", "budget_eur")
    case.snapshot = {key: value for key, value in case.snapshot.items() if key not in new}
    for row in case.snapshot["partners"]:
        del row["key"]
    for row in case.snapshot["table"]:
        for key in ("level", "change", "comparisons"):
            row.pop(key, None)
    type(case).objects.filter(pk=case.pk).update(snapshot=case.snapshot)

    response = page_of(client, case)

    assert response.context["evidence"] is None
    assert client.get(f"/en/data/cases/{case.slug}.json").json()["evidence"] is None


def test_i01_case_is_taken_away_as_a_table_until_it_is_withdrawn(site, client):
    world = make_world("Vans")
    Trial.objects.filter(pk=world.trial.pk).update(title="=1+1")
    world.indicator.__class__.objects.update(name="=cmd()")
    case = publish(case_of(world.outcome, title="Vans"))
    address = f"/en/data/cases/{case.slug}.csv"

    rows = list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))

    assert [row["value"] for row in rows] == ["66", "62", "59"]
    assert {row["name"] for row in rows} == {"'=cmd()"}
    case.unpublish()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("public", [True, False])
def test_centre_tells_the_specialisms_of_its_team_and_names_nobody(site, client, public):
    world = make_world("Vans", public=public)
    company = world.trial.partners.last().organisation
    for _number in range(2):
        TeamMemberFactory(centre=world.centre, specialism="Acoustics", organisation=company)
    gone = TeamMemberFactory(centre=world.centre, specialism="Law", ends_on=today(-1))

    response = client.get(f"/en/centres/{world.centre.reference}/")

    if not public:
        assert response.status_code == 404
        return
    assert [(row["specialism"], row["number"]) for row in response.context["team"]] == [("Acoustics", 2)]
    assert [row["name"] for row in response.context["team"][0]["organisations"]] == [company.name]
    assert gone.user.name not in response.content.decode()


def test_partner_that_nothing_public_tells_of_any_more_is_named_without_a_link(site, client):
    world = make_world("Vans")
    case = publish(case_of(world.outcome))
    company = world.trial.partners.last().organisation
    shown = {row["name"]: row["url"] for row in page_of(client, case).context["partners"]}
    assert client.get(shown[company.name]).status_code == 200

    world.trial.partners.all().delete()

    shown = {row["name"]: row["url"] for row in page_of(client, case).context["partners"]}
    assert shown[company.name] == ""
    assert client.get(f"/en/organisations/{company.pk}/").status_code == 404
