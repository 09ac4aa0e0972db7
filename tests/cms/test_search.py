"""Does the public search find words however they are accented or spelt, and only what is public?"""

import pytest

from cms.facts import search
from cms.models import CentrePage, CentresPage, TextPage
from cms.operations.case_languages import translate_case
from cms.operations.cases import edit_case
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.events import EventFactory
from tests.factories.partners import AgreementFactory, CentreFactory
from tests.factories.trials import PilotFactory


@pytest.mark.parametrize(
    "asked", ["col·laboració", "col•laboració", "colŀlaboració", "col.laboració", "COLLABORACIO"]
)
def test_search_finds_a_trial_by_any_spelling(site, client, asked):
    world = make_world("Col·laboració nocturna")

    page = client.get("/en/search/", {"q": asked}).content.decode()

    assert f"/en/pilots/{world.trial.reference}/" in page


@pytest.mark.parametrize("asked", ["tranquil·litat", "tranquil.litat", "TRANQUILLITAT nits"])
def test_search_finds_a_case_by_any_spelling(site, client, asked):
    case = publish(case_of(make_world("Vans").outcome, answer="Sí: més tranquil·litat a les nits."))

    page = client.get("/en/search/", {"q": asked}).content.decode()

    assert f"/en/cases/{case.slug}/" in page


def test_search_finds_a_plain_page_without_its_accents(site, client):
    page = client.get("/ca/cerca/", {"q": "declaracio accessibilitat"}).content.decode()

    assert 'href="/ca/accessibilitat/"' in page


@pytest.mark.parametrize(
    "asked", ["", " ", "·", "%00", "'\"<svg onload=alert(1)>", "a" * 5000, "😀", "\udcff"]
)
def test_i10_search_takes_anything(site, client, asked):
    response = client.get("/en/search/", {"q": asked.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    assert "<svg onload" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=99999999",
        "state=nonsense",
        "starts_on_min=0",
        "territory=x",
        'search="><svg',
    ],
)
def test_x08_lists_take_any_parameter(site, client, query):
    make_world("Vans")

    for address in ("/en/pilots/", "/en/agreements/", "/en/cases/", "/en/challenges/"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 200
        assert '"><svg' not in response.content.decode().replace('"><svg class', "")


def test_search_result_of_a_renamed_page_is_found_by_its_new_words(site, client):
    page = TextPage.objects.get(role="about", locale__language_code="en")
    page.title = "Bellwether"
    page.save_revision()
    assert "Bellwether" not in client.get("/en/search/?q=bellwether").content.decode().replace(
        'value="bellwether"', ""
    )

    page.save()

    assert "Bellwether" in client.get("/en/search/?q=bellwether").content.decode()


def groups_of(client, address, **query):
    """The groups of the results: title to titles of the rows, in order."""
    found = client.get(address, query).context["groups"]
    return {str(group["title"]): [str(row["title"]) for row in group["rows"]] for group in found}


def test_search_finds_agreements_and_centres(site, client, settings):
    world = make_world("Vans")
    AgreementFactory(title="Drafted vans", object="Vans.", centre=world.centre)

    both = groups_of(client, "/en/search/", q="vans")
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]
    hidden = groups_of(client, "/en/search/", q="vans object")

    assert both["Agreements"] == ["Vans agreement"]
    assert both["Centres"] == ["Vans centre"]
    assert "Agreements" not in hidden


def test_search_finds_the_text_of_a_centre_once_and_only_where_the_centre_is_public(site, client):
    world, other = make_world("Vans"), make_world("Carts", public=False)
    for centre in (world.centre, other.centre):
        parent = CentresPage.objects.get(locale__language_code="en")
        page = CentrePage(title=f"Bellwether {centre.name}", slug=centre.reference, centre=centre)
        parent.add_child(instance=page)

    assert groups_of(client, "/en/search/", q="bellwether") == {"Pages and cases": ["Bellwether Vans centre"]}
    assert "Pages and cases" not in groups_of(client, "/en/search/", q="vans centre")


def test_search_finds_what_nobody_has_put_into_the_language_yet(site, client):
    case = publish(case_of(make_world("Vans").outcome))

    page = client.get("/ca/cerca/", {"q": "vans"}).content.decode()

    assert f'<a href="/en/cases/{case.slug}/"><span lang="en">' in page


def test_search_shows_a_page_of_two_other_languages_once(site, client, settings):
    editor = staff("editor")
    case = publish(case_of(make_world("Vans").outcome, author=editor, title="Bellwether"))
    for language in ("es", "fr"):
        copy = translate_case(case, language, actor=editor)
        publish(edit_case(copy, {"title": f"Bellwether {language}"}, actor=editor))

    assert groups_of(client, "/ca/cerca/", q="bellwether") == {"Pàgines i experiències": ["Bellwether"]}
    settings.LANGUAGE_CODE = "fr"
    assert groups_of(client, "/ca/cerca/", q="bellwether") == {"Pàgines i experiències": ["Bellwether fr"]}
    assert groups_of(client, "/es/busqueda/", q="bellwether") == {"Páginas y experiencias": ["Bellwether es"]}


def test_search_says_the_language_of_the_reader_first(site, client):
    words = {"title": {"text": "Bellwether en català", "origin": "human", "outdated": False}}
    for language, more in (("ca", {}), ("en", {"translations": {"ca": words}}), ("en", {})):
        PilotFactory(running=True, public=True, title="Bellwether", language=language, **more)
        EventFactory(public=True, title="Bellwether", language=language, **more)

    page = client.get("/ca/cerca/", {"q": "bellwether"})

    for group in page.context["groups"]:
        assert [row["title"].language for row in group["rows"]] == ["ca", "ca", "en"], group["title"]
    assert len(page.context["groups"]) == 2


def test_search_counts_all_and_leads_to_those_that_are_not_shown(site, client, monkeypatch):
    monkeypatch.setattr(search, "EACH", 2)
    for number in range(3):
        PilotFactory(running=True, public=True, title=f"Vans {number}")
        CentreFactory(name=f"Vans {number}")

    page = client.get("/en/search/", {"q": "vans"})
    shown = {str(group["title"]): group for group in page.context["groups"]}
    pilots, centres = shown["Pilots and proofs of concept"], shown["Centres"]
    alone = client.get(centres["more_url"]).context

    assert (page.context["count"], pilots["count"], len(pilots["rows"])) == (6, 3, 2)
    assert client.get(pilots["more_url"]).context["count"] == 3
    assert (alone["count"], len(alone["groups"][0]["rows"])) == (3, 3)


def test_search_counts_as_far_as_anybody_reads_and_says_that_there_is_more(site, client, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    for number, language in enumerate(("en", "en", "ca", "en")):
        PilotFactory(running=True, public=True, title=f"Vans {number}", language=language)

    response = client.get("/ca/cerca/", {"q": "vans"})
    [pilots] = [group for group in response.context["groups"] if group["beyond"]]

    assert (pilots["count"], response.context["beyond"]) == (2, True)
    assert [str(row["title"]) for row in pilots["rows"]] == ["Vans 2", "Vans 3"]
    assert client.get(pilots["more_url"]).context["count"] == 4
    assert client.get("/en/search/", {"q": "vans 1"}).context["beyond"] is False
