"""Do feeds of a record, a search and the latest say in two forms what anybody may know?"""

import json
from xml.etree import ElementTree

import pytest

from cic.core.operations import record
from pilots.models import LogEntry
from tests.core.resource_contract import queries_of
from tests.factories.partners import CentreFactory
from tests.factories.trials import PilotFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
ATOM = "{http://www.w3.org/2005/Atom}"


def pilot_with_news(*texts):
    trial = PilotFactory(running=True, publication="public")
    for text in texts:
        record(LogEntry(trial=trial, text=text, is_public="zq" not in text), actor=trial.monitor)
    return trial


def test_feed_of_a_pilot_says_the_same_in_both_forms_newest_first(client):
    trial = pilot_with_news("The vans came at four.", "zqinternal", "And at five.")
    address = f"/en/feeds/records/{trial.reference}"

    atom, feed = client.get(f"{address}.atom"), client.get(f"{address}.json")
    entries = ElementTree.fromstring(atom.content).findall(f"{ATOM}entry")
    document = json.loads(feed.content)

    assert [entry.find(f"{ATOM}title").text for entry in entries] == [
        "And at five.",
        "The vans came at four.",
    ]
    assert [item["title"] for item in document["items"]] == ["And at five.", "The vans came at four."]
    assert (document["version"], document["language"]) == ("https://jsonfeed.org/version/1.1", "en")
    assert document["feed_url"] == f"http://127.0.0.1:8000{address}.json"
    assert len({item["id"] for item in document["items"]}) == 2
    assert (feed["Content-Type"], feed["Cache-Control"], dict(feed.cookies)) == (
        "application/feed+json; charset=utf-8",
        "public, max-age=30",
        {},
    )


@pytest.mark.parametrize("form", ["atom", "json"])
def test_l07_feed_of_what_is_not_public_is_not_there(client, form):
    assert client.get(f"/en/feeds/records/{TrialFactory().reference}.{form}").status_code == 404


def test_feed_of_a_search_holds_what_fits_and_the_page_links_it(client):
    centre = CentreFactory(publication="public")
    fits = TrialFactory(public=True, centre=centre)
    TrialFactory(public=True)
    TrialFactory(centre=centre)

    feed = client.get(f"/en/feeds/pilots.json?centre={centre.pk}&page=2").json()
    page = client.get(f"/en/pilots/?centre={centre.pk}").content.decode()

    assert [item["title"] for item in feed["items"]] == [fits.title]
    assert feed["home_page_url"] == f"http://127.0.0.1:8000/en/pilots/?centre={centre.pk}"
    assert f'href="/en/follow/?centre={centre.pk}"' in page
    assert f'href="/en/feeds/pilots.json?centre={centre.pk}"' in page


def test_pages_name_their_feeds_in_the_head(client):
    trial = pilot_with_news()
    head = client.get(f"/en/pilots/{trial.reference}/").content.decode().split("</head>")[0]

    for form, media in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
        assert f'type="{media}"' in head
        assert f'href="/en/feeds/records/{trial.reference}.{form}"' in head


@pytest.mark.parametrize("item_count", [1, 3])
def test_feed_of_a_record_costs_the_same_for_one_entry_and_three(client, item_count):
    trial = pilot_with_news(*(f"Seen {n}" for n in range(item_count)))
    address = f"/en/feeds/records/{trial.reference}.atom"

    assert queries_of(lambda: client.get(address)) == 4
