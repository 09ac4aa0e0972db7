"""Does every figure of the public pages agree with the list it leads to?"""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache

from cms.operations import cases as operations
from cms.operations.case_languages import translate_case
from partners.choices import Role
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.partners import CentreFactory
from tests.factories.trials import PilotFactory, PocFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(site):
    """Nine trials that run, of both kinds, one that ended, with its case in two languages, and a centre not active yet."""
    cache.clear()
    world = make_world("Quiet vans")
    shown = {
        "public": True,
        "running": True,
        "centre": world.centre,
        "promoter": world.trial.partners.get().organisation,
    }
    for number in range(7):
        SiteFactory(trial=PilotFactory(title=f"Trial {number}", **shown))
    for number in range(2):
        PocFactory(title=f"Proof {number}", **shown)
    PilotFactory(title="Internal", running=True, centre=world.centre)
    CentreFactory(name="Planned", state="proposed", publication="public")
    case = publish(case_of(world.outcome))
    other = translate_case(case, "fr", actor=staff(Role.EDITOR))
    texts = {"title": "Livraisons", "answer": "Oui.", "challenges": "Bruit.", "solution": "Roues."}
    publish(operations.edit_case(other, texts, actor=staff(Role.EDITOR)))
    cache.clear()
    return world


def page_at(client, path):
    return BeautifulSoup(client.get(path).content, "html.parser")


def number(text):
    return int(re.sub(r"\D", "", text))


def listed(client, path):
    """How many the list at `path` says it has; where it says nothing, how many it shows."""
    page = page_at(client, path)
    said = page.select_one(".found-count strong")
    return number(said.text) if said else len(page.select("main .cards > li"))


def test_every_tile_and_line_counts_what_its_list_holds(many, client):
    wrong, seen = {}, 0
    for path in ("/en/", "/en/figures/"):
        page = page_at(client, path)
        told = [
            (tile.select_one(".tile-figure span").text, tile.select_one("a")) for tile in page.select(".tile")
        ]
        told += [
            (row.select_one("td").text, row.select_one("a")) for row in page.select(".bar-table tbody tr")
        ]
        for figure, link in told:
            # The page of centres says itself how many of them are active, that of needs shows them beside the ideas.
            if link is None or link["href"] in ("/en/centres/", "/en/challenges/"):
                continue
            seen += 1
            if listed(client, link["href"]) != number(figure):
                wrong[path, link["href"]] = (figure, listed(client, link["href"]))

    assert wrong == {}
    assert seen > 12


def test_home_shows_all_that_run_or_says_how_many_of_them(many, client):
    page = page_at(client, "/en/")

    head = next(head for head in page.select(".ruled-head") if head.h2.text == "Being tried now")
    running = page.select_one(".tile-figure").text.strip()
    assert (running, head.a.text) == ("9", "6 of 9; see all that run")
    assert len(head.parent.select(".cards > li")) == 6
    assert listed(client, head.a["href"]) == 9


def test_every_choice_of_a_facet_finds_as_many_as_it_says(many, client):
    page = page_at(client, "/en/pilots/")
    choices = [label for label in page.select(".facet-options label") if label.data]

    found = {
        f"{box['name']}={box['value']}": (
            int(label.data["value"]),
            listed(client, f"/en/pilots/?{box['name']}={box['value']}"),
        )
        for label in choices
        if (box := label.input)
    }

    assert {choice: both for choice, both in found.items() if both[0] != both[1]} == {}
    assert len(found) >= 8


def test_centres_and_organisations_count_what_their_pages_list(many, client):
    centres = page_at(client, "/en/centres/")
    assert "1 of 2 are active." in centres.main.text
    card = next(card for card in centres.select(".card") if "Quiet vans" in card.text)
    words = [item.text for item in card.select(".dots li")]
    assert words[:2] == ["10 trials", "9 running"]
    assert len(page_at(client, card.a["href"]).select(".cards > li[id]")) == 10

    row = next(
        row for row in page_at(client, "/en/organisations/").select("tbody tr") if "Quiet vans" in row.text
    )
    assert row.select("td")[2].text == "10"
    assert len(page_at(client, row.a["href"]).select(".cards > li[id]")) == 10


def test_list_that_is_cut_says_of_how_many_and_leads_to_all(many, client, monkeypatch):
    monkeypatch.setattr("cms.facts.centres.TRIALS_SHOWN", 4)
    monkeypatch.setattr("cms.facts.organisations.TRIALS_SHOWN", 4)
    organisation = many.trial.partners.get().organisation_id

    for path in (f"/en/centres/{many.centre.reference}/", f"/en/organisations/{organisation}/"):
        page = page_at(client, path)
        link = next(link for link in page.select(".ruled-head a") if "see all" in link.text)
        assert (link.text, len(page.select(".cards > li[id]"))) == ("4 of 10; see all", 4)
        assert listed(client, link["href"]) == 10


@pytest.mark.parametrize("language", ["ca", "es", "en", "fr"])
def test_case_in_two_languages_is_one_case_in_every_language(many, client, language):
    page = page_at(client, f"/{language}/")
    link = page.select(".tile")[2].a["href"]

    assert number(page.select(".tile-figure")[2].text) == listed(client, link) == 1
