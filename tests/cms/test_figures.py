"""Do the figures of the programme count what is public, and nothing else, the same on the page and in the file?"""

import csv
import io
from datetime import date

from cms.facts import figures
from cms.operations.releases import refresh
from partners.models import Area
from tests.factories.cms import case_of, make_world, publish
from tests.factories.partners import AreaFactory, ResourceFactory, ResourceGiftFactory, StaffFactory
from tests.factories.trials import PilotFactory


def counted():
    return {(row.section, row.key): row.number for row in figures.count(figures.totals())}


def test_figures_count_only_what_is_public(site):
    area = AreaFactory(key="mobility", names={"en": "Mobility"})
    world = make_world("Vans", trl_in=5, trl_out=7)
    make_world("Hidden", public=False)
    world.trial.areas.add(area)
    PilotFactory(publication="public", state="preparing")
    PilotFactory(publication="public", running=True, started_on=date(2025, 2, 1))

    found = counted()

    assert (found["total", "trials"], found["total", "running"], found["total", "challenges"]) == (3, 1, 1)
    assert (found["state", "evaluated"], found["state", "preparing"], found["state", "running"]) == (1, 1, 1)
    assert found["verdict", "adopted"] == 1
    assert (found["area", "mobility"], found["trl", "2"], found["year", "2025"]) == (1, 1, 1)


def test_verdict_of_an_outcome_that_is_internal_is_not_counted(site):
    world = make_world("Vans")
    type(world.outcome).objects.update(publication="internal")

    assert [key for key in counted() if key[0] == "verdict"] == []


def test_cases_in_two_languages_are_one_case_with_its_time(site):
    world = make_world("Vans", started_on=date(2025, 1, 1), ended_on=date(2025, 4, 11))
    publish(case_of(world.outcome))

    found = counted()

    assert (found["total", "cases"], found["time", "trial"]) == (1, 100)


def test_resources_are_promised_and_given_by_kind_where_execution_is_public(site, settings):
    world = make_world("Vans")
    party = world.agreement.parties.first()
    euros = ResourceFactory(agreement=world.agreement, party=party, kind="money", promised=1000, unit="€")
    both = {"confirmed_by_city": StaffFactory(), "confirmed_by_party": StaffFactory()}
    ResourceGiftFactory(resource=euros, amount=400, **both)

    assert (counted()["promised", "money"], counted()["given", "money"]) == (1000, 400)
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]
    assert ("promised", "money") not in counted()


def test_each_figure_leads_to_exactly_the_rows_it_counts(site, client):
    Area.objects.all().delete()
    make_world("Vans").trial.areas.add(AreaFactory())
    PilotFactory(publication="public", state="preparing")
    shown = client.get("/en/figures/").context["sections"]

    lines = [line for section in shown for line in section["lines"] if line["url"]]

    assert len(lines) >= 4
    for line in lines:
        assert str(client.get(line["url"]).context["count"]) == line["figure"], line["url"]


def test_page_and_file_say_the_same(site, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_world("Vans", trl_in=5, trl_out=7)
    refresh()

    text = b"".join(client.get("/data/figures.csv").streaming_content).decode()

    rows = {(row["section"], row["key"]): float(row["number"]) for row in csv.DictReader(io.StringIO(text))}
    assert rows == {key: float(number) for key, number in counted().items()}
    page = client.get("/en/figures/")
    assert page.context["tiles"][1]["figure"] == "1"
    assert "Evaluated" in page.content.decode()


def test_home_opens_with_totals_and_leads_to_all_figures(site, client):
    make_world("Vans")

    response = client.get("/en/")

    assert [tile["figure"] for tile in response.context["tiles"]][:2] == ["0", "1"]
    assert 'href="/en/figures/"' in response.content.decode()
