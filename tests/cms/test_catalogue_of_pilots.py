"""Does the catalogue of pilots count what it shows, and show the same in list, facets and map?"""

import re
from datetime import date
from html import unescape

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.utils.html import escape

from cic.core.maps import Box, Grid
from cms.facts import ANYONE
from cms.facts.index import current
from community.models.searches import in_words, matching, spelled
from partners.models import Area, Territory
from pilots.models import Site, Trial
from pilots.models.places import clusters
from pilots.operations import trials as operations
from tests.factories.partners import CentreFactory, OrganisationFactory, StaffFactory
from tests.factories.trials import OutcomeFactory, PilotFactory, PocFactory, SiteFactory

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def _fresh():
    """What one test counted is not the next one's."""
    cache.clear()
    yield
    cache.clear()


def page(client, query=""):
    """The catalogue's context at an address."""
    response = client.get(f"/en/pilots/{query}")
    assert response.status_code == 200
    return response.context


def numbers(context):
    """Every choice that is offered with its number."""
    return {
        (facet["name"], option["value"]): option["count"]
        for facet in context["facets"]
        for option in facet["options"]
    }


@pytest.fixture
def city():
    """Two districts, five public trials and one that is not public."""
    north, south = (
        Territory.objects.create(code=code, name=name, kind="district", outline=[outline])
        for code, name, outline in (
            ("01", "Gràcia", [[2.1, 41.4], [2.2, 41.4], [2.2, 41.5], [2.1, 41.5]]),
            ("02", "Sants", [[2.1, 41.3], [2.2, 41.3], [2.2, 41.4], [2.1, 41.4]]),
        )
    )
    quarter = Territory.objects.create(code="01.1", name="Vallcarca", kind="neighbourhood", parent=north)
    area = Area.objects.create(key="mobility", names={"en": "Mobility"})
    centre = CentreFactory(publication="public")
    firm = OrganisationFactory(helix="industry")
    made = [
        PilotFactory(
            publication="public", state="running", started_on=date(2025, 3, 1), promoter=firm, centre=centre
        ),
        PilotFactory(publication="public", state="running", started_on=date(2024, 3, 1), sdgs=[3, 13]),
        PilotFactory(
            publication="corrected", state="closed", started_on=date(2025, 6, 1), sdgs=[13], promoter=firm
        ),
        PocFactory(publication="public", state="no_go"),
        PocFactory(publication="public", state="planned"),
        PilotFactory(publication="internal", state="running", sdgs=[13], promoter=firm, title="Xanarium"),
    ]
    for trial in (made[0], made[2], made[5]):
        trial.areas.add(area)
    for trial, district, latitude, longitude in (
        (made[0], quarter, "41.410000", "2.150000"),
        (made[0], north, "41.420000", "2.160000"),
        (made[1], north, "41.410000", "2.150000"),
        (made[2], south, "41.350000", "2.150000"),
        (made[5], south, "41.350000", "2.150000"),
    ):
        SiteFactory(
            trial=trial, territory=district, latitude=latitude, longitude=longitude, name="Plaça Nova"
        )
    OutcomeFactory(trial=made[2], verdict="adopted", publication="public")
    OutcomeFactory(trial=made[3], verdict="not_adopted", publication="internal")
    return made


@pytest.mark.parametrize("query", ["", "?progress=running", "?area={area}&year=2025", "?sdg=13&kind=pilot"])
def test_each_choice_of_a_facet_says_how_many_it_would_show(city, client, query):
    query = query.format(area=Area.objects.get().pk)
    context = page(client, query)
    assert context["count"] == len(context["rows"])
    told = numbers(context)
    assert told
    for (name, value), number in told.items():
        rest = [pair for pair in query[1:].split("&") if pair and not pair.startswith(f"{name}=")]
        shown = page(client, "?" + "&".join([*rest, f"{name}={value}"]))
        assert (name, value, len(shown["rows"])) == (name, value, number)


def test_facets_count_public_rows_and_public_verdicts_only(city, client):
    told = numbers(page(client))
    assert told["progress", "running"] == 2
    assert told["helix", "industry"] == 2
    assert [key for key in told if key[0] == "verdict"] == [("verdict", "adopted")]
    assert told["sdg", "13"] == 2


def test_a_trial_with_two_places_in_one_district_counts_once(city, client):
    told = numbers(page(client))
    assert [number for (name, _value), number in told.items() if name == "territory"] == [2, 1]


def test_each_choice_in_force_is_a_chip_that_takes_only_itself_away(city, client):
    context = page(client, "?progress=running&progress=done&kind=pilot")
    assert [(chip["value"], chip["remove_url"]) for chip in context["chips"]] == [
        ("Being tried now", "/en/pilots/?progress=done&kind=pilot"),
        ("Finished", "/en/pilots/?progress=running&kind=pilot"),
        ("Pilot", "/en/pilots/?progress=running&progress=done"),
    ]


def test_an_unknown_choice_is_left_aside_and_said(city, client):
    context = page(client, "?area=999999&box=north&kind=poc")
    assert (context["unclear"], context["count"]) == (True, 2)


def test_the_map_shows_the_same_trials_as_the_list(city, client):
    context = page(client)
    assert sorted((mark.n, mark.label) for mark in context["map"]["marks"]) == [
        (1, city[0].title),
        (1, city[2].title),
        (2, "2 pilots here"),
    ]
    assert "Xanarium" not in client.get("/en/pilots/").content.decode()


def test_following_a_circle_lists_exactly_its_trials(city, client):
    (several,) = [mark for mark in page(client)["map"]["marks"] if mark.n > 1]
    context = page(client, several.url.removeprefix("/en/pilots/").removesuffix("#map"))
    assert {row.pk for row in context["rows"]} == {city[0].pk, city[1].pk}
    assert context["count"] == several.n


def test_squares_of_the_grid_take_every_place_exactly_once(city):
    # On the edges of squares as well as within them.
    for n in range(10):
        SiteFactory(
            trial=city[4], latitude=f"41.{400_000 + n * 10_000}", longitude=f"2.{100_000 + n * 10_000}"
        )
    grid = Grid(Box.parse("2.1,41.3,2.2,41.5"), 10, 20)
    sites, index = Site.objects.visible_to(ANYONE).tried(), current()
    found = clusters(index.places_of(index.everyone), grid)
    for row in found:
        within = sites.within(grid.square(row["column"], row["row"])).values("trial_id").distinct().count()
        assert within == row["n"]
    assert len(found) == 13


def test_near_a_typed_district_orders_by_distance_and_leaves_out_what_has_no_place(city, client):
    context = page(client, "?place=gracia")
    assert context["near"].label == "Gràcia"
    assert [row.pk for row in context["rows"]] == [city[0].pk, city[1].pk, city[2].pk]
    assert context["rows"][2].away == "11 km away"
    assert context["count"] == 3


def test_what_is_near_a_place_can_be_followed_and_says_so(city, client):
    response = client.get("/en/pilots/?place=gracia&helix=industry&page=1")
    follow = unescape(re.search(r'href="(/en/follow/[^"]*)"', response.content.decode())[1])
    search = follow.removeprefix("/en/follow/")

    assert "New pilots (near Gràcia; Who promotes it: " in client.get(follow).content.decode()
    near = in_words(spelled(QueryDict(search.replace("&helix=industry", "")[1:])))
    assert near == "New pilots (near Gràcia)"
    assert matching(search, [trial.pk for trial in city]) == {city[0].pk}
    assert search in client.get(f"/en/feeds/pilots.json{search}").json()["home_page_url"]


def test_what_is_near_a_position_is_followed_by_its_middle(city, client):
    response = client.get("/en/pilots/?near=41.45,2.15")
    follow = unescape(re.search(r'href="(/en/follow/[^"]*)"', response.content.decode())[1])

    assert "New pilots (near 41.450, 2.150)" in client.get(follow).content.decode()


@pytest.mark.parametrize(("typed", "label"), [("placa nova", "Plaça Nova"), ("VALLCARCA", "Vallcarca")])
def test_a_place_is_found_without_its_accents(city, client, typed, label):
    assert page(client, f"?place={typed}")["near"].label == label


def test_an_unknown_place_keeps_what_was_typed_and_shows_everything(city, client):
    response = client.get("/en/pilots/", {"place": "Atlantis <b>"})
    assert (response.context["near"], response.context["count"]) == (None, 5)
    assert escape("Atlantis <b>") in response.content.decode()


@pytest.mark.parametrize("near", ["x", "91,2", "41.4", "41.4,2.1,3", "nan,nan", "1e9,2"])
def test_a_position_that_is_none_is_left_aside(city, client, near):
    assert page(client, f"?near={near}")["near"] is None


@pytest.mark.parametrize("order", ["", "title", "-started_on", "ends_on"])
def test_pages_follow_each_other_without_gap_or_repetition(client, order, monkeypatch):
    monkeypatch.setattr("cms.facts.browsing.ROWS_PER_PAGE", 2)
    for _n in range(5):
        PilotFactory(publication="public", state="running", started_on=None if _n % 2 else date(2025, 1, 1))
    seen, query = [], f"?order={order}"
    while query:
        context = page(client, query)
        seen += [row.pk for row in context["rows"]]
        query = context["next_url"].removeprefix("/en/pilots/")
    assert sorted(seen) == sorted(Trial.objects.values_list("pk", flat=True))
    assert len(seen) == 5


def test_what_changes_is_counted_anew(city, client):
    assert page(client)["count"] == 5
    operations.move_trial(city[0], "withdraw_publication", actor=StaffFactory(), note="A mistake")
    assert page(client)["count"] == 4
