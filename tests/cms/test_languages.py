"""Is a page in the language of its address, whatever the reader's browser, cookie or habit says?"""

import re

import pytest

from tests.factories.cms import case_of, make_world, publish

SLUGS = {"ca": "proves-pilot", "es": "pruebas-piloto", "en": "pilots", "fr": "pilotes"}


@pytest.mark.parametrize("language", SLUGS)
@pytest.mark.parametrize("other", ["es", "fr"])
def test_c02_language_of_the_body_is_that_of_the_address(site, client, language, other):
    client.cookies["django_language"] = other

    for address in (f"/{language}/", f"/{language}/{SLUGS[language]}/"):
        response = client.get(address, headers={"accept-language": other})
        page = response.content.decode()
        assert f'<html lang="{language}">' in page
        assert response["Content-Language"] == language
        assert response["Cache-Control"] == "public, max-age=30"
        assert "Cookie" not in response.get("Vary", "")


def test_c02_front_door_follows_the_browser_and_says_so(site, client):
    response = client.get("/?a=1", headers={"accept-language": "fr"})

    assert (response.status_code, response["Location"]) == (302, "/fr/?a=1")
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", response["Vary"]))


def test_c04_language_switch_keeps_the_query(site, client):
    page = client.get("/ca/proves-pilot/?search=vans").content.decode()

    assert 'href="/es/pruebas-piloto/?search=vans" lang="es"' in page


def test_record_is_switched_to_the_same_record(site, client):
    world = make_world("Vans")

    page = client.get(f"/en/pilots/{world.trial.reference}/").content.decode()

    assert f'href="/fr/pilotes/{world.trial.reference}/" lang="fr"' in page


def test_text_in_another_language_says_so(site, client):
    world = make_world("Vans")

    page = client.get(f"/ca/proves-pilot/{world.trial.reference}/").content.decode()

    assert re.search(r'<h1 lang="en">Vans pilot</h1>', page)
    assert "<h1>" in client.get(f"/en/pilots/{world.trial.reference}/").content.decode()


def test_case_stands_in_the_language_of_its_outcome_and_is_shown_to_all(site, client):
    case = publish(case_of(make_world("Vans").outcome))

    page = client.get("/ca/experiencies/").content.decode()

    assert f'href="/en/cases/{case.slug}/"' in page
    assert '<li lang="en">' in page
    assert client.get(f"/ca/experiencies/{case.slug}/").status_code == 404


def test_404_of_api_and_admin_stay_404(site, client):
    for address in ("/api/v1/nothing/", "/admin/nothing/", "/media/images/nothing.png"):
        response = client.get(address, headers={"accept-language": "ca"})
        assert response.status_code in (404, 302)
        assert "/ca/" not in response.get("Location", "")


@pytest.mark.parametrize("role", ["help", "accessibility", "privacy"])
@pytest.mark.parametrize("language", SLUGS)
def test_plain_pages_answer_under_their_role_in_every_language(site, client, role, language):
    response = client.get(f"/{language}/{role}/", follow=True)

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.parametrize("language", SLUGS)
def test_accessibility_statement_has_the_parts_the_decree_asks_for(site, client, language):
    page = client.get(f"/{language}/accessibility/", follow=True).content.decode()

    assert len(re.findall(r'<h2 id="[^"]+">', page)) == 6
    assert "1112/2018" in page
    assert "EN 301 549" in page
    assert "2026" in page
