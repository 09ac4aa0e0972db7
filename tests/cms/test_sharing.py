"""Do pages tell machines what they are, and may other sites show what is public, and nothing else?"""

import io
import json
import re
from html import unescape

import pytest
from django.utils.translation import override
from PIL import Image

from cic.core.templatetags.cic import foreign
from cms.facts.datasets import DATASETS
from cms.facts.live import programme_chart
from cms.frame import Frame
from cms.models import NewsPage
from cms.operations.releases import refresh
from cms.tasks import sweep_pictures
from pilots.models import Trial
from tests.factories.cms import StoryPageFactory, case_of, make_site, make_world, picture, publish
from tests.factories.events import EventFactory
from tests.factories.trials import IndicatorFactory, MeasurementFactory

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def told(client, address):
    """What a page says in schema.org: its own subject, if any, then organisation, site and crumbs."""
    page = client.get(address).content.decode()
    found = [json.loads(text) for text in SCRIPT.findall(page)]
    assert {row["@context"] for row in found} == {"https://schema.org"}
    return found


def meta(page):
    """Open Graph and Twitter tags."""
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page))


def test_every_public_page_names_organisation_site_and_way(site, client, settings):
    world = make_world("Vans")
    case = publish(case_of(world.outcome))
    refresh()

    for address, labels in {
        "/en/pilots/": ["Home", "Pilots"],
        f"/en/pilots/{world.trial.reference}/": ["Home", "Pilots", "Vans pilot"],
        f"/en/cases/{case.slug}/": ["Home", "Cases", case.title],
        "/en/data/pilots/": ["Home", "Open data", "Proofs of concept and pilots"],
    }.items():
        graph = {row["@type"]: row for row in told(client, address)[-1]["@graph"]}
        assert list(graph) == ["GovernmentOrganization", "WebSite", "BreadcrumbList"]
        assert graph["WebSite"]["publisher"]["@id"] == graph["GovernmentOrganization"]["@id"]
        items = graph["BreadcrumbList"]["itemListElement"]
        assert [row["name"] for row in items] == labels
        assert [row["position"] for row in items] == list(range(1, len(labels) + 1))
        assert items[-1]["item"] == f"{settings.BASE_URL}{address}"


def test_trial_case_and_table_are_what_schema_org_calls_them(site, client, settings):
    world = make_world("Vans")
    case = publish(case_of(world.outcome))
    refresh()

    trial = told(client, f"/en/pilots/{world.trial.reference}/")[0]
    article = told(client, f"/en/cases/{case.slug}/")[0]
    table = told(client, "/en/data/measurements/")[0]

    assert (trial["@type"], trial["identifier"]) == ("ResearchProject", world.trial.reference)
    assert (article["@type"], article["headline"], article["inLanguage"]) == ("Article", case.title, "en")
    assert (table["@type"], table["inLanguage"]) == ("Dataset", "en")
    assert [row["contentUrl"] for row in table["distribution"]] == [
        f"{settings.BASE_URL}/data/measurements.{name}" for name in ("csv", "json", "parquet")
    ]
    assert [row["name"] for row in table["variableMeasured"]] == [
        "indicator", "trial", "period_end", "value", "not_measured_because",
    ]  # fmt: skip
    assert len(told(client, "/en/data/")[0]["dataset"]) == len(DATASETS)


def test_x05_markup_in_a_title_stays_inert_in_every_script_tag_and_card(site, client):
    world = make_world("</script><script>alert(1)</script>")
    reference = world.trial.reference

    rows = told(client, f"/en/pilots/{reference}/")
    pages = [
        client.get(address).content.decode()
        for address in (f"/en/pilots/{reference}/", f"/embed/en/pilots/{reference}/")
    ]

    assert rows[0]["name"] == world.trial.title
    assert rows[1]["@graph"][2]["itemListElement"][-1]["name"] == world.trial.title
    assert [page.count("<script>alert") for page in pages] == [0, 0]


def test_page_has_a_picture_made_of_its_title(site, client, settings):
    world = make_world("Vans")
    page = client.get(f"/en/pilots/{world.trial.reference}/").content.decode()
    tags = meta(page)

    assert tags["og:image"] == f"{settings.BASE_URL}/share/en/pilots/{world.trial.reference}.png"
    assert tags["twitter:image"] == tags["og:image"]
    assert (tags["twitter:card"], tags["og:image:alt"]) == ("summary_large_image", "Vans pilot")
    response = client.get(tags["og:image"].removeprefix(settings.BASE_URL))
    first = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(first)).size == (1200, 630)
    Trial.objects.filter(pk=world.trial.pk).update(title="Another title")
    assert b"".join(client.get(tags["og:image"].removeprefix(settings.BASE_URL)).streaming_content) != first
    assert meta(client.get("/en/").content.decode())["og:image"].endswith("/share/en/site/home.png")
    assert b"".join(client.get("/share/en/site/home.png").streaming_content)[1:4] == b"PNG"


def test_case_has_a_picture_until_it_is_withdrawn(site, client):
    case = publish(case_of(make_world("Vans").outcome))
    address = f"/share/en/cases/{case.slug}.png"
    assert b"".join(client.get(address).streaming_content)[1:4] == b"PNG"

    case.unpublish()

    assert client.get(address).status_code == 404


def test_picture_goes_when_a_new_one_takes_its_place_or_its_page_is_gone(site, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world, case = make_world("Vans"), publish(case_of(make_world("Compost").outcome))
    address = f"/share/en/pilots/{world.trial.reference}.png"
    for asked in (address, f"/share/en/cases/{case.slug}.png"):
        b"".join(client.get(asked).streaming_content)
    first = {path.name for path in tmp_path.glob("share/pilots/en/*/*.png")}
    Trial.objects.filter(pk=world.trial.pk).update(title="Another title")
    b"".join(client.get(address).streaming_content)

    second = {path.name for path in tmp_path.glob("share/pilots/en/*/*.png")}
    assert (len(first), len(second), first & second) == (1, 1, set())
    sweep_pictures()
    assert len(list(tmp_path.glob("share/*/en/*/*.png"))) == 2
    Trial.objects.filter(pk=world.trial.pk).update(publication="withdrawn")
    case.unpublish()
    sweep_pictures()
    assert list(tmp_path.glob("share/*/en/*")) == []


def test_every_record_has_a_picture_of_its_own_while_anybody_may_read_it(site, client, settings, tmp_path):
    world, event = make_world("Vans"), EventFactory(public=True)
    company = world.trial.partners.get().organisation
    names = {
        "centres": world.centre.reference, "agreements": world.agreement.reference, "events": event.reference,
        "challenges": world.challenge.reference, "organisations": company.pk,
    }  # fmt: skip
    pages = {f"/en/{kind}/{name}/": f"/share/en/{kind}/{name}.png" for kind, name in names.items()}
    pages[f"/en/challenges/{world.idea.reference}/"] = f"/share/en/ideas/{world.idea.reference}.png"

    for page, address in pages.items():
        assert meta(client.get(page).content.decode())["og:image"] == f"{settings.BASE_URL}{address}"
        assert b"".join(client.get(address).streaming_content)[1:4] == b"PNG"
    drawn = {path.parent for path in tmp_path.glob("share/*/en/*/*.png")}
    assert len(drawn) == len(pages)
    sweep_pictures()
    assert {path.parent for path in tmp_path.glob("share/*/en/*/*.png")} == drawn
    for record in (world.centre, world.agreement, world.challenge, world.idea, world.trial, event):
        type(record).objects.filter(pk=record.pk).update(publication="withdrawn")
    sweep_pictures()
    assert [client.get(address).status_code for address in pages.values()] == [404] * len(pages)
    assert list(tmp_path.glob("share/*/en/*")) == []


def test_pictures_in_a_language_that_is_gone_are_swept(site, client, settings, tmp_path):
    reference = make_world("Vans").trial.reference
    for language in ("en", "fr"):
        b"".join(client.get(f"/share/{language}/pilots/{reference}.png").streaming_content)

    settings.LANGUAGES = [row for row in settings.LANGUAGES if row[0] != "fr"]
    sweep_pictures()

    assert [path.name for path in tmp_path.glob("share/pilots/*/*")] == [reference]
    assert list(tmp_path.glob("share/pilots/fr/*")) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail's own file
def test_story_is_shared_with_its_own_picture_or_with_one_of_its_title(site, client, settings):
    news = NewsPage.objects.get(locale__language_code="en")
    plain = StoryPageFactory(parent=news, title="Plain", slug="plain")
    story = StoryPageFactory(parent=news, slug="told", picture=picture(), picture_description="A van")

    own = meta(client.get("/en/news/told/").content.decode())
    drawn = meta(client.get("/en/news/plain/").content.decode())

    assert own["og:image:alt"] == "A van"
    assert (own["og:image:width"], own["og:image:height"]) == ("1000", "526")
    image = client.get(own["og:image"].removeprefix(settings.BASE_URL))
    assert Image.open(io.BytesIO(b"".join(image.streaming_content))).size == (1000, 526)
    assert drawn["og:image"] == f"{settings.BASE_URL}/share/en/stories/plain.png"
    assert b"".join(client.get("/share/en/stories/plain.png").streaming_content)[1:4] == b"PNG"
    for page in (plain, story):
        page.unpublish()
    assert client.get("/share/en/stories/plain.png").status_code == 404


def test_card_may_stand_in_any_page_and_nothing_else_may(site, client):
    world = make_world("Vans")
    reference = world.trial.reference

    card = client.get(f"/embed/en/pilots/{reference}/")
    page = client.get(f"/en/pilots/{reference}/")

    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "script-src 'self'" in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "Vans noise" in card.content.decode()
    assert f'href="http://127.0.0.1:8000/en/pilots/{reference}/" target="_top"' in card.content.decode()


@pytest.mark.parametrize("language", ["ca", "es", "en", "fr"])
def test_card_is_in_the_language_of_its_address_whatever_the_reader_has(site, client, language):
    world = make_world("Vans")

    response = client.get(
        f"/embed/{language}/pilots/{world.trial.reference}/", headers={"accept-language": "de"}
    )

    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language


def test_l07_hidden_trial_has_neither_card_nor_picture_nor_oembed(site, client, settings):
    world = make_world("Xanarium", public=False)
    reference = world.trial.reference
    page = f"{settings.BASE_URL}/en/pilots/{reference}/"

    for address in (
        f"/embed/en/pilots/{reference}/",
        f"/share/en/pilots/{reference}.png",
        f"/oembed?url={page}",
        "/share/en/cases/xanarium-pilot.png",
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert b"xanarium" not in response.content.lower()


def test_oembed_tells_how_to_show_a_pilot(site, client, settings):
    world = make_world("Vans")
    reference = world.trial.reference
    page = client.get(f"/ca/proves-pilot/{reference}/").content.decode()
    link = re.search(r'type="application/json\+oembed" href="([^"]+)"', page).group(1)

    response = client.get(link.removeprefix(settings.BASE_URL))
    data = response.json()

    assert response["Access-Control-Allow-Origin"] == "*"
    assert (data["version"], data["type"], data["title"]) == ("1.0", "rich", "Vans pilot")
    source = re.search(r'src="([^"]+)"', data["html"]).group(1)
    assert source == f"{settings.BASE_URL}/embed/ca/pilots/{reference}/"
    assert client.get(source.removeprefix(settings.BASE_URL)).status_code == 200
    small = client.get(f"{link.removeprefix(settings.BASE_URL)}&maxwidth=300&maxheight=200").json()
    assert (small["width"], small["height"]) == (300, 200)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://elsewhere.example/en/pilots/P-2020-00001/",
        "http://127.0.0.1:8000/en/",
        "http://127.0.0.1:8000@elsewhere.example/en/pilots/P-2020-00001/",
        "http://127.0.0.1:8000/xx/pilots/P-2020-00001/",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_s01_oembed_knows_our_pilots_only(site, client, address):
    make_world("Vans")

    assert client.get("/oembed", {"url": address}).status_code == 404


@pytest.mark.parametrize("code", ["pt-br", "ast"])
def test_a_further_language_by_setting_has_cards_and_says_what_is_not_in_it(site, client, settings, code):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [*settings.LANGUAGES, (code, code)]
    make_site()
    reference = make_world("Vans").trial.reference
    address = f"{settings.BASE_URL}{Frame.load(code).address('pilotspage', f'{reference}/')}"

    shown = client.get("/oembed", {"url": address}).json()

    assert address.startswith(f"{settings.BASE_URL}/{code}/")
    assert f"/embed/{code}/pilots/{reference}/" in shown["html"]
    with override(code):
        title = str(DATASETS["cases"].title)
        assert (title, foreign(title)) == ("Cases", ' lang="en"')


def test_oembed_in_xml_is_not_offered(site, client):
    assert client.get("/oembed?format=xml").status_code == 501


def frames(client, page):
    """The cards that a page offers for other pages, by the title of their frame, as they answer."""
    lines = [unescape(code) for code in re.findall(r"<textarea readonly[^>]*>([^<]+)</textarea>", page)]
    found = [re.fullmatch(r'<iframe src="([^"]+)" title="([^"]+)" [^>]+></iframe>', line) for line in lines]
    return {
        row[2]: client.get(unescape(row[1]).removeprefix("http://127.0.0.1:8000")).content.decode()
        for row in found
    }


def test_each_chart_of_a_pilot_and_of_its_case_can_be_shown_elsewhere(site, client):
    world = make_world("Vans")
    second = IndicatorFactory(trial=world.trial, name="Complaints", unit="calls", baseline=9, target=3)
    MeasurementFactory(indicator=second, state="approved", value=4)
    case = publish(case_of(world.outcome))

    for address, title in (
        (f"/ca/proves-pilot/{world.trial.reference}/", "Vans pilot"),
        (f"/en/cases/{case.slug}/", case.title),
    ):
        cards = frames(client, client.get(address).content.decode())

        assert set(cards) == {title, f"Vans noise · {title}", f"Complaints · {title}"}
        assert [name for name, card in cards.items() if "Complaints" in card] == [f"Complaints · {title}"]


def test_each_section_of_the_figures_can_be_shown_elsewhere(site, client):
    make_world("Vans")

    cards = frames(client, client.get("/es/cifras/").content.decode())

    assert {"En qué punto están", "Por quién participa"} <= set(cards)
    assert re.search(r'<h1><a href="[^"]+/es/cifras/#state" target="_top">', cards["En qué punto están"])


@pytest.mark.parametrize(("by", "name"), [("state", "State"), ("centre", "Centre")])
def test_the_chart_of_all_trials_can_be_shown_elsewhere(site, client, by, name):
    make_world("Vans")
    with override("en"):
        code = programme_chart(by)["elsewhere"]
    address = re.search(r'src="([^"]+)"', code)[1].removeprefix("http://127.0.0.1:8000")

    card = client.get(address)
    page = card.content.decode()

    assert (card.status_code, address) == (200, f"/embed/en/trials/{by}/")
    assert re.search(r'<h1><a href="[^"]+/en/pilots/" target="_top">', page)
    assert f">{name}<" in page
    assert "1 public trial." in page
    assert card["X-Robots-Tag"] == "noindex"


def test_trials_counted_by_nothing_we_know_are_not_found(site, client):
    assert client.get("/embed/en/trials/password/").status_code == 404


@pytest.mark.parametrize(
    "query", ["indicator=0", "indicator=x", "indicator=999999999999999999", "indicator=²"]
)
def test_chart_that_is_not_of_this_pilot_is_not_found(site, client, query):
    world, other = make_world("Vans"), IndicatorFactory()

    for asked in (query, f"indicator={other.pk}"):
        assert client.get(f"/embed/en/pilots/{world.trial.reference}/?{asked}").status_code == 404


def test_case_that_is_withdrawn_is_not_shown_elsewhere(site, client):
    case = publish(case_of(make_world("Vans").outcome))
    address = f"/embed/en/cases/{case.slug}/"
    assert [client.get(f"{address}?chart={number}").status_code for number in (1, 9)] == [200, 404]

    case.unpublish()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_cost_of_a_card_does_not_grow(site, client, count, django_assert_num_queries):
    worlds = [make_world(f"Vans {number}") for number in range(count)]

    with django_assert_num_queries(3):
        client.get(f"/embed/en/pilots/{worlds[0].trial.reference}/")
