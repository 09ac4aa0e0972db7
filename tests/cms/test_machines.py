"""Do feeds, the map of the site, robots.txt and security.txt say what machines need, with the configured host?"""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cic.core.publication import publish_due
from cic.core.tokens import issue_token
from cms.operations.releases import refresh
from cms.security import check_contact, check_security_txt, expiry
from partners.choices import Role
from pilots.models import Trial
from tests.factories.cms import case_of, make_world, publish, staff

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def entries(client, address):
    """Location to {hreflang: location} of one sitemap."""
    tree = ET.fromstring(client.get(address).content)
    return {
        url.find(f"{SITEMAP}loc").text: {
            link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")
        }
        for url in tree.findall(f"{SITEMAP}url")
    }


@pytest.mark.parametrize("part", ["pages", "data", "trials", "agreements", "centres", "needs", "ideas"])
def test_sitemap_alternates_are_reciprocal_absolute_and_have_a_default(site, client, part):
    world = make_world("Vans")
    publish(case_of(world.outcome))

    found = entries(client, f"/sitemap-{part}.xml")

    assert found
    for location, alternates in found.items():
        assert location.startswith(f"{settings.BASE_URL}/")
        assert location in alternates.values()
        assert alternates["x-default"] in alternates.values()
        for code, other in alternates.items():
            if code != "x-default":
                assert found[other] == alternates


def test_sitemap_and_page_name_the_same_translations(site, client):
    world = make_world("Vans")
    for location, alternates in entries(client, "/sitemap-trials.xml").items():
        page = client.get(location.removeprefix(settings.BASE_URL)).content.decode()
        for code, other in alternates.items():
            assert f'<link rel="alternate" hreflang="{code}" href="{other}">' in page
        assert f'<link rel="canonical" href="{location}">' in page
    assert world.trial.reference


def test_every_page_of_the_sitemap_answers(site, client):
    publish(case_of(make_world("Vans").outcome))
    statuses = defaultdict(list)
    for part in ("pages", "data", "trials", "agreements", "centres", "needs", "ideas"):
        for location in entries(client, f"/sitemap-{part}.xml"):
            statuses[client.get(location.removeprefix(settings.BASE_URL)).status_code].append(location)

    assert list(statuses) == [200]


def test_s06_forged_host_reaches_no_address(site, client):
    make_world("Vans")

    for address in (
        "/sitemap-trials.xml",
        "/en/feeds/pilots.atom",
        "/en/pilots/",
        "/.well-known/security.txt",
    ):
        assert client.get(address, headers={"host": "evil.example"}).status_code == 400
        assert "localhost" not in client.get(address, headers={"host": "localhost"}).content.decode()


def test_feed_holds_public_cases_of_each_language_with_their_address(site, client):
    case = publish(case_of(make_world("Vans").outcome, title="Vans & <ramps>"))

    for language in ("en", "ca"):
        tree = ET.fromstring(client.get(f"/{language}/feeds/cases.atom").content)
        entry = tree.find("{http://www.w3.org/2005/Atom}entry")
        assert entry.find("{http://www.w3.org/2005/Atom}title").text == "Vans & <ramps>"
        link = entry.find("{http://www.w3.org/2005/Atom}link").get("href")
        assert link == f"{settings.BASE_URL}/en/cases/{case.slug}/"


@pytest.mark.parametrize("count", [1, 3])
def test_feed_and_sitemap_cost_does_not_grow(site, client, count, django_assert_num_queries):
    for number in range(count):
        publish(case_of(make_world(f"Vans {number}").outcome))

    for address, queries in (
        ("/en/feeds/cases.atom", 2),
        ("/en/feeds/pilots.atom", 2),
        ("/sitemap-trials.xml", 3),
        ("/sitemap-pages.xml", 3),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_robots_names_the_sitemap_and_no_page(site, client):
    text = client.get("/robots.txt").content.decode()

    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in text
    assert "Disallow: /workspace/" in text


def test_security_txt_expires_within_a_year(site, client, settings):
    settings.CONTACT_EMAIL = "security@example.org"

    text = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())

    assert fields["Contact"] == "mailto:security@example.org"
    policy = client.get(fields["Policy"].removeprefix(settings.BASE_URL))
    assert "mailto:security@example.org" in policy.content.decode()
    assert timezone.now() + timedelta(days=60) < parse_datetime(fields["Expires"])
    assert parse_datetime(fields["Expires"]) < timezone.now() + timedelta(days=365)


def test_security_txt_without_a_mailbox_leads_to_a_form_and_is_warned_of(site, client, settings):
    settings.CONTACT_EMAIL = ""
    text = client.get("/.well-known/security.txt").content.decode()
    contact = re.search(r"^Contact: (.+)$", text, re.MULTILINE)[1]

    form = client.get(contact.removeprefix(settings.BASE_URL))

    assert (form.status_code, b"<form" in form.content) == (200, True)
    assert check_contact(None) == []  # nobody but this machine reaches it
    settings.BASE_URL = "https://cic.example.org"
    assert [row.id for row in check_contact(None)] == ["cms.W002"]
    settings.CONTACT_EMAIL = "security@example.org"
    assert check_contact(None) == []


def test_security_txt_does_not_move_on_by_itself_and_the_health_page_warns(site, client, monkeypatch):
    first = expiry()
    later = timezone.now() + timedelta(days=330)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert expiry() == first
    assert [row.id for row in check_security_txt(None)] == ["cms.W001"]
    assert any("security.txt" in text for text in client.get("/readyz").json()["warnings"])


@pytest.mark.parametrize(
    ("days", "found"),
    [(None, []), (200, []), (61, []), (59, ["cms.W001"]), (-3, ["cms.W001"]), (400, ["cms.E002"])],
)
def test_check_warns_sixty_days_before_security_txt_expires(settings, days, found):
    day = (timezone.now() + timedelta(days=days)).date().isoformat() if days is not None else ""
    settings.SECURITY_TXT_EXPIRES = day

    assert [row.id for row in check_security_txt(None)] == found


def test_check_is_run_with_the_others(settings):
    settings.SECURITY_TXT_EXPIRES = "next year"

    assert "cms.E001" in [row.id for row in run_checks(tags=["cic"])]


def test_check_refuses_a_day_that_is_none(settings):
    settings.SECURITY_TXT_EXPIRES = "next year"

    assert [row.id for row in check_security_txt(None)] == ["cms.E001"]


def test_security_txt_says_the_day_that_was_set(site, client, settings):
    settings.SECURITY_TXT_EXPIRES = "2027-06-30"

    assert "Expires: 2027-06-30T00:00:00Z" in client.get("/.well-known/security.txt").content.decode()


def test_sitemap_holds_the_pages_of_open_data_in_every_language(site, client, settings):
    found = entries(client, "/sitemap-data.xml")

    assert len(found) == 4 * 9
    assert set(found[f"{settings.BASE_URL}/en/data/pilots/"]) == {"ca", "es", "en", "fr", "x-default"}


def test_d05_scheduled_trial_is_nowhere_before_its_moment_and_public_after(site, client):
    world = make_world("Vans")
    trial = world.trial
    Trial.objects.filter(pk=trial.pk).update(
        publication="scheduled", public_from=timezone.now() + timedelta(minutes=1)
    )
    addresses = ["/en/pilots/", "/sitemap-trials.xml", "/en/feeds/pilots.atom", "/en/search/?q=vans"]
    assert publish_due() == 0
    assert client.get(f"/en/pilots/{trial.reference}/").status_code == 404
    assert [a for a in addresses if trial.reference in client.get(a).content.decode()] == []

    Trial.objects.filter(pk=trial.pk).update(public_from=timezone.now())
    assert publish_due() == 1

    assert client.get(f"/en/pilots/{trial.reference}/").status_code == 200
    assert [a for a in addresses if trial.reference in client.get(a).content.decode()] == addresses


ELSEWHERE = {"Origin": "https://elsewhere.example"}
OPEN = ["/api/v1/", "/api/v1/trials/", "/api/v1/trials/?serach=x", "/api/v1/schema/", "/data/catalog.ttl",
        "/data/pilots.json", "/data/pilots.csv", "/en/feeds/pilots.json", "/en/feeds/cases.atom",
        "/oembed"]  # fmt: skip


def test_scripts_of_any_site_read_what_anybody_may_read(site, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_world("Vans")
    refresh()

    for address in OPEN:
        for response in (client.get(address, headers=ELSEWHERE), client.head(address, headers=ELSEWHERE)):
            assert (address, response["Access-Control-Allow-Origin"]) == (address, "*")
            assert "ETag" in response["Access-Control-Expose-Headers"]
            assert "Access-Control-Allow-Credentials" not in response


def test_browser_that_asks_first_may_read_conditionally_and_neither_write_nor_send_a_key(site, client):
    for address in OPEN:
        asked = {
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,if-none-match",
        }
        response = client.options(address, headers={**ELSEWHERE, **asked})

        assert (response.status_code, response.content) == (204, b"")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD"
        assert "If-None-Match" in response["Access-Control-Allow-Headers"]
        assert "Authorization" not in response["Access-Control-Allow-Headers"]


def test_other_sites_read_nothing_as_somebody_and_no_page(site, client):
    person = staff(Role.COORDINATOR)
    key = issue_token(actor=person, name="Sensors", scopes=["read"])[1]
    known = Client()
    known.force_login(person)

    answers = [
        known.get("/api/v1/trials/", headers=ELSEWHERE),
        known.options("/api/v1/trials/", headers={**ELSEWHERE, "Access-Control-Request-Method": "GET"}),
        client.get("/api/v1/trials/", headers={**ELSEWHERE, "Authorization": f"Bearer {key}"}),
        client.post("/api/v1/trials/", headers=ELSEWHERE),
        client.get("/en/pilots/", headers=ELSEWHERE),
        client.get("/accounts/login/", headers=ELSEWHERE),
        client.get("/workspace/", headers=ELSEWHERE),
    ]

    assert ["Access-Control-Allow-Origin" in answer for answer in answers] == [False] * 7
