"""Do citizens find capsules, coming events and open groups: on a page, in feeds, in the map of the site?"""

import json
import re

import pytest
from django.core.cache import cache

from cic.core.translations import translate
from events.choices import CapsuleState
from tests.factories.cms import make_site
from tests.factories.community import GroupFactory
from tests.factories.events import CapsuleFactory, EventFactory, SessionFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db):
    """The public pages."""
    make_site()
    yield
    cache.clear()


def test_capsules_are_listed_with_what_one_needs_to_choose(client, site):
    capsule = CapsuleFactory(published=True, title="Measuring noise", audience="Teams", minutes=20)
    translate(capsule, {"es": {"title": "Medir el ruido"}}, actor=None)
    CapsuleFactory(title="Draft of a capsule")
    CapsuleFactory(title="Withdrawn capsule", state=CapsuleState.WITHDRAWN)
    session = SessionFactory(published=True, title="In the room", capsule=capsule)
    SessionFactory(published=True, title="Long ago", capsule=capsule, starts_at=in_days(-9))

    page = client.get("/es/eventos/capsules/")
    html = page.content.decode()

    assert [row.said.title for row in page.context["capsules"]] == ["Medir el ruido"]
    assert f'href="/es/eventos/{session.event.reference}/#{session.reference}"' in html
    assert "Long ago" not in html
    assert '<span lang="en">Teams</span>' in html
    assert 'href="/es/eventos/capsules/"' in client.get("/es/eventos/").content.decode()
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[0])
    course = data["itemListElement"][0]["item"]
    assert (data["@type"], course["@type"], course["timeRequired"]) == ("ItemList", "Course", "PT20M")
    assert (course["inLanguage"], len(course["hasCourseInstance"])) == (["es", "en"], 1)
    assert "/es/eventos/capsules/" in client.get("/sitemap-capsules.xml").content.decode()
    answer = client.get(f"/es/record/{capsule.reference}/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/es/eventos/capsules/#{capsule.reference}"
    found = client.get("/es/busqueda/?q=ruido").content.decode()
    assert f'href="/es/eventos/capsules/#{capsule.reference}"' in found


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_capsules_costs_the_same_for_one_and_three(client, site, count, django_assert_num_queries):
    for _number in range(count):
        SessionFactory(published=True, capsule=CapsuleFactory(published=True))
    client.get("/en/")

    with django_assert_num_queries(5):
        assert client.get("/en/events/capsules/").status_code == 200


def test_without_capsules_the_map_of_the_site_names_no_list(client, site):
    CapsuleFactory()

    assert "<loc>" not in client.get("/sitemap-capsules.xml").content.decode()


def test_coming_events_are_a_feed_in_both_forms(client, site):
    for title, days in (("Far", 20), ("Near", 3), ("Was", -9)):
        EventFactory(public=True, title=title, starts_at=in_days(days), ends_at=in_days(days + 0.1))
    EventFactory(title="Internal plan", starts_at=in_days(2), ends_at=in_days(2.1))

    feed = client.get("/en/feeds/events.json")
    atom = client.get("/en/feeds/events.atom").content.decode()

    assert [item["title"] for item in feed.json()["items"]] == ["Near", "Far"]
    assert "Ca l'Alier" in feed.json()["items"][0]["content_text"]
    assert re.findall(r"<title>([^<]+)</title>", atom)[1:] == ["Near", "Far"]
    assert feed["Cache-Control"] == "public, max-age=30"
    assert client.get("/en/events/").content.decode().count("/en/feeds/events.atom") == 2


def test_open_groups_are_promised_in_their_language_and_others_nowhere(client, site):
    group = GroupFactory(access="open", name="Nit", language="ca")
    closed = GroupFactory(access="on_request", name="Others")

    found = client.get("/sitemap-groups.xml").content.decode()
    page = client.get(f"/es/groups/{group.reference}/").content.decode()
    other = client.get(f"/es/groups/{closed.reference}/").content.decode()

    own = f"http://127.0.0.1:8000/ca/groups/{group.reference}/"
    assert re.findall(r"<loc>([^<]+)</loc>", found) == [own]
    assert re.findall(r'hreflang="(\w+|x-default)" href="([^"]+)"', page.split("</head>")[0]) == [
        ("ca", own),
        ("x-default", own),
    ]
    assert f'<link rel="canonical" href="{own}">' in page
    assert '<h1><span lang="ca">Nit</span></h1>' in page
    assert ("noindex" in page, "noindex" in other) == (False, True)
