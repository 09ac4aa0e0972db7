"""Is a page in the language of its address, whatever the reader's browser, cookie or habit says?"""

import re

import pytest

from cic.core.translations import translate
from cms.facts.participants import taking_part
from cms.views.machines import OrganisationsMap
from partners.models import Organisation
from tests.factories.cms import case_of, make_site, make_world, publish
from tests.factories.events import CapsuleFactory, SessionFactory
from tests.factories.partners import CentreFactory, StaffFactory

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


def test_agreement_says_its_object_in_the_readers_language_or_in_which_it_is(site, client):
    agreement = make_world("Vans").agreement
    translate(agreement, {"es": {"object": "Probar de noche."}}, actor=None, origin="machine")

    page = client.get(f"/es/convenios/{agreement.reference}/").content.decode()

    assert '<div class="lead"><p>Probar de noche.</p></div>' in page
    assert f'<h1><span lang="{agreement.language}">' in page
    assert "Traducido por una máquina." in page


def test_organisation_is_said_where_it_says_something_and_else_is_of_every_language(site, client):
    world = make_world("Vans")
    Organisation.objects.filter(pk=world.trial.promoter.pk).update(description="Fem rodes.", language="ca")
    promoter = Organisation.objects.get(pk=world.trial.promoter.pk)
    silent = taking_part().exclude(pk=promoter.pk).filter(description="").first()

    promoter = translate(promoter, {"es": {"description": "Hacemos ruedas."}}, actor=None)

    assert (promoter.written_in(), silent.written_in()) == (["ca", "es"], ["ca", "es", "en", "fr"])
    assert silent.completeness() == []
    assert "Hacemos ruedas." in client.get(f"/es/entidades/{promoter.pk}/").content.decode()
    page = client.get(f"/fr/organisations/{promoter.pk}/").content.decode()
    assert '<div class="lead" lang="ca"><p>Fem rodes.</p></div>' in page
    promised = [code for row, code in OrganisationsMap()._items()[0:99] if row[0] == promoter.pk]
    assert promised == ["ca", "es"]
    assert {code for row, code in OrganisationsMap()._items()[0:99] if row[0] == silent.pk} == {
        "ca", "es", "en", "fr",
    }  # fmt: skip


def test_text_in_another_language_says_so(site, client):
    world = make_world("Vans")

    page = client.get(f"/ca/proves-pilot/{world.trial.reference}/").content.decode()

    assert re.search(r'<h1><span lang="en">Vans pilot</span></h1>', page)
    assert "<h1>" in client.get(f"/en/pilots/{world.trial.reference}/").content.decode()


def test_case_stands_in_the_language_of_its_outcome_and_is_shown_to_all(site, client):
    case = publish(case_of(make_world("Vans").outcome))

    page = client.get("/ca/experiencies/").content.decode()

    assert f'href="/en/cases/{case.slug}/"' in page
    assert f'<a href="/en/cases/{case.slug}/"><span lang="en">{case.title}</span></a>' in page
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

    assert len(re.findall(r'<h2 id="(?!checks")[^"]+">', page)) == 6
    assert "1112/2018" in page
    assert "EN 301 549" in page
    assert "2026" in page


ADDRESSES = {
    "en": "/en/pilots/", "es": "/es/pruebas-piloto/", "ca": "/ca/proves-pilot/", "fr": "/fr/pilotes/",
}  # fmt: skip


def alternates(page):
    """Language → address, as the head of a page names them."""
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))


def test_record_is_read_in_the_languages_it_was_put_into_and_no_others_are_promised(site, client):
    world = make_world("Vans")
    said = {"title": {"text": "Furgonetas", "origin": "machine", "outdated": False}}
    type(world.trial).objects.update(translations={"es": said})
    reference = world.trial.reference

    pages = {
        code: client.get(f"{address}{reference}/").content.decode() for code, address in ADDRESSES.items()
    }

    promised = {code: f"http://127.0.0.1:8000{ADDRESSES[code]}{reference}/" for code in ("es", "en")}
    for page in pages.values():
        assert alternates(page) == {**promised, "x-default": promised["en"]}
    kept = {code: re.search(r'rel="canonical" href="([^"]+)"', page)[1] for code, page in pages.items()}
    assert kept == {"es": promised["es"], "en": promised["en"], "ca": promised["en"], "fr": promised["en"]}
    assert "<h1>Furgonetas</h1>" in pages["es"]
    assert f'<a href="/en/pilots/{reference}/" hreflang="en">' in pages["es"]
    assert re.search(r'<div class="lead" lang="en">', pages["es"])
    assert '<h1><span lang="en">Vans pilot</span></h1>' in pages["ca"]

    sitemap = client.get("/sitemap-trials.xml").content.decode()
    assert sorted(re.findall(r"<loc>([^<]+)</loc>", sitemap)) == sorted(promised.values())


def test_cards_and_feeds_speak_the_language_of_the_page(site, client):
    world = make_world("Vans")
    translate(world.trial, {"es": {"title": "Furgonetas"}}, actor=None)

    page = client.get("/es/pruebas-piloto/").content.decode()

    assert re.search(r'class="card-title"><a href="[^"]+">Furgonetas</a>', page)
    assert re.search(r'class="card-text"><span lang="en">', page)
    assert "Furgonetas" in client.get("/es/feeds/pilots.atom").content.decode()
    assert "Furgonetas" in client.get("/es/busqueda/?q=furgonetas").content.decode()


@pytest.mark.django_db
def test_a_language_more_is_a_setting(client, settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [*settings.LANGUAGES, ("gl", "Galego")]
    make_site()

    page = client.get("/gl/")
    records = client.get("/gl/pilots/")

    assert (page.status_code, records.status_code) == (200, 200)
    assert '<html lang="gl">' in page.content.decode()
    assert "What the city tries out" in page.content.decode()
    assert 'hreflang="gl"' in client.get("/ca/").content.decode()
    assert client.get("/data/catalog.ttl").status_code == 200


def test_what_is_public_of_every_noun_is_listed_until_it_is_translated(site, client):
    world = make_world("Vans")
    session = SessionFactory(published=True, event__centre=world.centre)
    capsule = CapsuleFactory(published=True, centre=world.centre)
    shown = {
        "events": session.event, "sessions": session, "capsules": capsule, "indicators": world.indicator,
        "outcomes": world.outcome,
    }  # fmt: skip
    SessionFactory(event=session.event), CapsuleFactory(centre=world.centre)
    translate(session, {"es": {"title": "Sesión"}}, actor=None)
    client.force_login(StaffFactory(role="editor", centre=world.centre))

    french = {
        row["url"]
        for group in client.get("/workspace/translations/?language=fr").context["groups"]
        for row in group["rows"]
    }
    spanish = client.get("/workspace/translations/?language=es").content.decode()

    there = {part: f"/workspace/{part}/{row.pk}/translations/fr/" for part, row in shown.items()}
    there["products"] = f"/workspace/outcomes/products/{world.outcome.products.get().pk}/translations/fr/"
    assert {url for url in french if url.split("/")[2] in there} == set(there.values())
    assert f"/workspace/events/{session.event_id}/translations/es/" in spanish
    assert f"/workspace/sessions/{session.pk}/translations/es/" not in spanish
    assert [client.get(url).status_code for url in french] == [200] * len(french)


def test_what_is_still_to_be_translated_is_listed_for_those_who_may(
    site, client, django_assert_max_num_queries
):
    world = make_world("Vans")
    translate(world.trial, {"es": {"title": "Furgonetas"}}, actor=None)
    editor = StaffFactory(role="editor", centre=world.trial.centre)
    client.force_login(editor)

    with django_assert_max_num_queries(16):
        french = client.get("/workspace/translations/?language=fr")
    spanish = client.get("/workspace/translations/?language=es")

    assert f"/workspace/trials/{world.trial.pk}/translations/fr/" in french.content.decode()
    assert f"/workspace/trials/{world.trial.pk}/translations/es/" not in spanish.content.decode()
    client.force_login(StaffFactory(role="editor", centre=CentreFactory()))
    elsewhere = client.get("/workspace/translations/?language=fr").content.decode()
    assert f"/workspace/trials/{world.trial.pk}/translations/fr/" not in elsewhere
    client.force_login(StaffFactory(role="secretary", centre=world.trial.centre))
    assert client.get("/workspace/translations/").status_code == 403
