"""Does anything that is not public reach anybody through any public channel?"""

import json
import re
from datetime import date

import pytest
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.models import CasePage, CasesPage, HomePage, TextPage
from cms.operations import cases as operations
from partners.choices import Role
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.ideas import IdeaAnnexFactory
from tests.factories.partners import AmendmentFactory, CentreFactory, PartnerFactory, UserFactory
from tests.factories.trials import LogEntryFactory, RiskFactory, TeamPersonFactory

CANARY = "Xanarium"
LANGUAGES = ("ca", "es", "en", "fr")


def channels(client, world):
    """Every public address there is, those of the hidden records included."""
    found = ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"]
    found += [
        f"/sitemap-{part}.xml" for part in ("pages", "trials", "agreements", "centres", "needs", "ideas")
    ]
    menu = {
        "en": "pilots challenges cases centres agreements search about help accessibility privacy",
        "ca": "proves-pilot reptes experiencies centres convenis cerca",
        "es": "pruebas-piloto retos experiencias centros convenios busqueda",
        "fr": "pilotes defis experiences centres conventions recherche",
    }
    for language in LANGUAGES:
        found += [f"/{language}/", f"/{language}/feeds/cases.atom", f"/{language}/feeds/pilots.atom"]
        found += [f"/{language}/{slug}/" for slug in menu[language].split()]
    found += [
        f"/en/search/?q={CANARY}",
        f"/en/pilots/?search={CANARY}",
        f"/en/challenges/?search={CANARY}",
        f"/en/agreements/?search={CANARY}",
        "/en/agreements/?format=csv",
        f"/en/pilots/{world.trial.reference}/",
        f"/en/challenges/{world.challenge.reference}/",
        f"/en/challenges/{world.idea.reference}/",
        f"/en/centres/{world.centre.reference}/",
        f"/en/agreements/{world.agreement.reference}/",
        "/en/cases/xanarium-pilot/",
        "/en/data/cases/xanarium-pilot.json",
    ]
    return {address: client.get(address) for address in found}


def leaks(responses):
    """Addresses whose body or headers hold the canary beyond what was asked for."""
    hits = []
    for address, response in responses.items():
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode() + str(dict(response.headers))
        echoed = (
            text.replace(f'value="{CANARY}"', "").replace(f"?q={CANARY}", "").replace(f"search={CANARY}", "")
        )
        chip = re.sub(rf"</span> {CANARY} <svg", "", echoed)
        if CANARY.lower() in chip.lower():
            hits.append(address)
    return hits


@pytest.mark.parametrize("reader", ["nobody", "partner", "editor"])
def test_l01_nothing_internal_is_in_any_public_channel(site, client, reader):
    world = make_world(CANARY, public=False)
    case_of(world.outcome, title=f"{CANARY} case", lessons=CANARY)
    make_world("Public one")
    people = {"partner": lambda: PartnerFactory(), "editor": lambda: staff(Role.EDITOR)}
    if reader in people:
        client.force_login(people[reader]())

    responses = channels(client, world)

    assert {response.status_code for response in responses.values()} <= {200, 302, 404}
    assert leaks(responses) == []


def test_l01_what_is_confidential_of_public_records_is_in_no_public_channel(site, client):
    world = make_world("Quiet vans")
    IdeaAnnexFactory(idea=world.idea, text=CANARY)
    LogEntryFactory(trial=world.trial, text=CANARY, is_public=False)
    RiskFactory(trial=world.trial, description=CANARY)
    TeamPersonFactory(trial=world.trial, user=UserFactory(name=CANARY), task=CANARY)
    for name in ("confidentiality_clause", "property_clause", "extension_clause"):
        type(world.agreement).objects.filter(pk=world.agreement.pk).update(**{name: CANARY})
    world.agreement.parties.update(signatory_name=CANARY, signatory_position=CANARY)
    type(world.trial).objects.filter(pk=world.trial.pk).update(
        data_protection=CANARY,
        insurance=CANARY,
        method=CANARY,
        environment=CANARY,
        source_values={"x": CANARY},
    )
    type(world.trial.monitor).objects.filter(pk=world.trial.monitor_id).update(name=CANARY)
    type(world.idea.author).objects.filter(pk=world.idea.author_id).update(
        name=CANARY, email="xanarium@example.org"
    )
    publish(case_of(world.outcome, consists_of="Vans.", responsible="The city"))

    assert leaks(channels(client, world)) == []


def test_l04_search_for_the_exact_words_of_a_draft_finds_and_counts_nothing(site, client):
    case_of(make_world(CANARY, public=False).outcome)

    page = client.get(f"/en/search/?q={CANARY}").content.decode()

    assert "0 results" in page


def test_l07_feeds_and_sitemap_name_published_things_only(site, client):
    shown, hidden = make_world("Shown"), make_world("Hidden", public=False)
    publish(case_of(shown.outcome))
    case_of(hidden.outcome)

    for address in ("/sitemap-trials.xml", "/en/feeds/pilots.atom"):
        text = client.get(address).content.decode()
        assert shown.trial.reference in text
        assert hidden.trial.reference not in text
    for address in ("/sitemap-pages.xml", "/en/feeds/cases.atom"):
        text = client.get(address).content.decode()
        assert "shown-pilot" in text
        assert "hidden-pilot" not in text


def test_l10_an_earlier_version_cannot_be_asked_for(site, client):
    case = publish(case_of(make_world("Vans").outcome, answer="Old words."))
    editor = staff(Role.EDITOR)
    operations.edit_case(case, {"answer": "New words."}, actor=editor, what="Words.", why="Wrong.")
    publish(CasePage.objects.get(), asker=editor)
    first = case.revisions.order_by("pk").first().pk

    for query in (f"?version={first}", f"?revision={first}", "?preview=1"):
        assert "Old words." not in client.get(f"/en/cases/{case.slug}/{query}").content.decode()
    for address in (f"/admin/pages/{case.pk}/revisions/{first}/view/", f"/admin/pages/{case.pk}/history/"):
        assert client.get(address).status_code == 302
    client.force_login(PartnerFactory())
    assert client.get(f"/admin/pages/{case.pk}/revisions/{first}/view/").status_code == 403


def test_l11_preview_is_for_those_who_may_read_the_draft_and_stays_out_of_caches(site, client):
    world = make_world("Vans")
    case = case_of(world.outcome)
    address = f"/workspace/cases/{case.pk}/preview/"

    assert client.get(address).status_code == 302
    for stranger in (PartnerFactory(), staff(Role.EDITOR, CentreFactory())):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.force_login(staff(Role.EDITOR, world.centre))
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_c04_private_page_asks_and_stays_out_of_caches(site, client):
    page = TextPage.objects.get(role="about", locale__language_code="en")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="open sesame")

    response = client.get("/en/about/")

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "shared innovation centres of" not in response.content.decode()
    assert "/en/about/" not in client.get("/sitemap-pages.xml").content.decode()
    assert 'href="/en/about/"' not in client.get("/en/").content.decode()
    assert "What this is" not in client.get("/en/search/?q=register+teams+work").content.decode()


def test_l18_what_is_beneath_a_private_page_stops_within_one_request(site, client):
    case = publish(case_of(make_world("Vans").outcome, title="Vanishing case"))
    address = f"/en/cases/{case.slug}/"
    assert client.get(address).status_code == 200

    home = HomePage.objects.get(locale__language_code="en")
    restriction = PageViewRestriction.objects.create(page=home, restriction_type="login")

    assert client.get(address).status_code == 302
    assert client.get(f"/en/data/cases/{case.slug}.json").status_code == 404
    assert client.get("/en/feeds/cases.atom").status_code == 404
    assert case.slug not in client.get("/sitemap-pages.xml").content.decode()
    assert case.slug not in client.get("/ca/experiencies/").content.decode()
    restriction.delete()
    assert client.get(address).status_code == 200


def test_l18_case_beneath_a_withdrawn_index_is_not_reached(site, client):
    case = publish(case_of(make_world("Vans").outcome, title="Vanishing case"))
    CasesPage.objects.get(locale__language_code="en").unpublish()

    assert client.get(f"/en/cases/{case.slug}/").status_code == 404
    assert client.get(f"/en/data/cases/{case.slug}.json").status_code == 404
    for address in ("/en/", "/ca/experiencies/", "/sitemap-pages.xml", "/en/search/?q=vanishing"):
        assert case.slug not in client.get(address).content.decode()


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
wagtails_own_file = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def shown_files(site):
    """A picture and a document in a collection beneath another, both on a public page."""
    above = Collection.get_first_root_node().add_child(name="Above")
    within = above.add_child(name="Within")
    image = Image.objects.create(title="Van", file=get_test_image_file("van.png"), collection=within)
    document = Document(title="Plan", collection=within)
    document.file.save("plan.pdf", get_test_image_file("plan.pdf"))
    page = TextPage.objects.get(role="about", locale__language_code="en")
    page.body = [
        ("picture", {"image": image, "description": "A van", "caption": ""}),
        ("file", {"document": document, "title": ""}),
    ]
    page.save()
    return above, image, document, page


def status(client, address):
    """The status of an answer that may be a file."""
    response = client.get(address)
    # Not response.close(): that also ends the request, and with it the test's connection.
    for close in response._resource_closers:
        close()
    return response.status_code


def addresses_of(client, image, document):
    html = client.get("/en/about/").content.decode()
    picture = re.search(r'src="(/media/images/[^"]+)"', html)
    return picture.group(1), document.url


@wagtails_own_file
def test_l18_private_grand_parent_collection_stops_picture_and_document(shown_files, client):
    above, image, document, page = shown_files
    picture, file = addresses_of(client, image, document)
    assert [status(client, picture), status(client, file)] == [200, 200]

    CollectionViewRestriction.objects.create(collection=above, restriction_type="login")

    assert [status(client, picture), status(client, file)] == [404, 404]


@wagtails_own_file
def test_c03_files_of_a_withdrawn_page_are_gone_with_it(shown_files, client):
    _above, image, document, page = shown_files
    picture, file = addresses_of(client, image, document)

    page.unpublish()

    assert [status(client, picture), status(client, file)] == [404, 404]


@wagtails_own_file
def test_f02_originals_are_served_nowhere(shown_files, client):
    _above, image, document, _page = shown_files

    for name in (image.file.name, document.file.name):
        assert client.get(f"/media/{name}").status_code == 404


def test_x05_markup_in_a_title_cannot_leave_the_json_ld(site, client):
    world = make_world("</script><script>alert(1)</script>")
    page = client.get(f"/en/pilots/{world.trial.reference}/").content.decode()

    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL).group(1)
    assert json.loads(data)["name"] == world.trial.title
    assert "\\u003C/script" in data
    assert "<script>alert" not in page


def test_register_shows_exactly_what_the_setting_lists(site, client, settings):
    world = make_world("Quiet vans")
    settings.AGREEMENT_PUBLIC_FIELDS = ["parties"]

    page = client.get(f"/en/agreements/{world.agreement.reference}/").content.decode()
    csv = b"".join(client.get("/en/agreements/?format=csv").streaming_content).decode()

    assert world.agreement.parties.first().organisation.name in page
    for hidden in ("Quiet vans object", "Quiet vans obligation", "Quiet vans resource", "Signed", "Term"):
        assert hidden not in page
    assert csv.splitlines()[0] == "\ufeffreference,title,parties"
    assert "Quiet vans object" not in csv
    assert client.get("/en/agreements/?search=object").content.decode().count(world.agreement.reference) == 0


def test_register_tells_from_when_and_until_when_an_agreement_is_suspended(site, client):
    world = make_world("Quiet vans")
    days = {"effective_on": date(2026, 3, 2), "resumes_on": date(2026, 5, 4)}
    AmendmentFactory(agreement=world.agreement, kind="suspension", in_force=True, **days)

    page = client.get(f"/en/agreements/{world.agreement.reference}/").content.decode()
    csv = b"".join(client.get("/en/agreements/?format=csv").streaming_content).decode()

    assert "takes effect on 2 March 2026, goes on again on 4 May 2026" in page
    assert "2026-03-02 / 2026-05-04" in csv


def test_i01_register_as_csv_neutralises_formulas(site, client):
    world = make_world("Quiet vans")
    type(world.agreement).objects.filter(pk=world.agreement.pk).update(title="=HYPERLINK(1)")

    csv = b"".join(client.get("/en/agreements/?format=csv").streaming_content).decode()

    assert "'=HYPERLINK(1)" in csv
