"""Are stories, calls, standard pages, sections and texts of centres found in the one box, each by those who may read them?"""

import importlib
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from wagtail.models import PageViewRestriction

from cic.core.finding import find
from cic.core.indexing import refold
from cic.core.search import words_of
from cms.models import CentrePage, CentresPage, ChallengesPage, HomePage, NewsPage, StoryPage, WordedPage
from cms.models.pages import words_of as words_of_field
from cms.urls import FOUND
from partners.choices import Role
from tests.core.resource_contract import client_of, queries_of
from tests.factories.cms import (
    CallPageFactory,
    CentrePageFactory,
    SectionPageFactory,
    StoryPageFactory,
    TextPageFactory,
    staff,
)
from tests.factories.partners import CentreFactory, PartnerFactory, UserFactory

BOX, API = "/workspace/search/", "/api/v1/search/"
NOBODY = AnonymousUser()
BODY = [
    ("heading", "Zqhead"),
    ("text", "<p>Zq<b>rich</b> l·l.</p>"),
    ("quote", {"text": "Zqquote", "who": "Ada", "role": ""}),
    ("accordion", {"parts": [{"title": "Zqpart", "text": "<p>Zqinside</p>"}]}),
]
KINDS = {
    "stories": (StoryPageFactory, NewsPage),
    "calls": (CallPageFactory, ChallengesPage),
    "site-pages": (TextPageFactory, HomePage),
    "sections": (SectionPageFactory, HomePage),
    "centre-texts": (CentrePageFactory, CentresPage),
}


def page_of(noun="stories", **more):
    make, above = KINDS[noun]
    if make is CentrePageFactory:
        more.setdefault("centre", CentreFactory(publication="public"))
    parent = above.objects.get(locale__language_code="en")
    return make(parent=parent, **{"title": "Zapp", "lead": "Zqlead.", "body": BODY, "live": True, **more})


def found(text, user):
    """The titles of the written pages that were found."""
    models = [model for noun, (model, _route) in FOUND.items() if noun != "cases"]
    return [row.title for group in find(text, user, each=5, nouns=models) for row in group.rows]


@pytest.mark.parametrize("noun", KINDS)
def test_public_page_is_found_by_everybody_by_all_its_words_and_opens(site, noun):
    page = page_of(noun)
    reader = UserFactory()

    for text in ("zapp", "zqlead", "zqhead", "zqrich ll", "zqquote ada", "zqpart zqins"):
        assert [found(text, each) for each in (NOBODY, reader, staff(Role.EDITOR))] == [["Zapp"]] * 3
    assert found("zqhead zqnothing", reader) == []

    [group] = client_of(reader).get(BOX, {"q": "zapp"}).context["groups"]
    assert (group["label"], group["total"], group["more"]) == (page._meta.verbose_name_plural, 1, "")
    for person in (reader, staff(Role.EDITOR)):
        response = client_of(person).get(group["rows"][0]["url"], follow=True)
        assert (response.redirect_chain, response.status_code) == ([(page.url, 302)], 200)
    [told] = client_of(None).get(API, {"q": "zapp"}).json()["results"]
    url = f"http://127.0.0.1:8000/en/record/{noun}/{page.pk}/"
    assert told == {
        "noun": noun,
        "count": 1,
        "records": [{"id": page.pk, "reference": "", "title": "Zapp", "url": url}],
    }
    assert client_of(None).get(url.removeprefix("http://127.0.0.1:8000")).url == page.url


@pytest.mark.parametrize("noun", KINDS)
def test_l04_draft_is_found_and_opened_by_who_edits_pages_only(site, noun):
    page = page_of(noun, live=False)
    address = f"/en/record/{noun}/{page.pk}/"
    others = [NOBODY, UserFactory(), PartnerFactory(), staff(Role.EVALUATOR), staff(Role.SECRETARY)]

    for role in (Role.EDITOR, Role.COORDINATOR, Role.ADMIN):
        assert found("zqquote", staff(role)) == ["Zapp"]
    assert [found("zqquote", reader) for reader in others] == [[]] * 5
    for reader in (None, *others[1:]):
        assert client_of(reader).get(address).status_code == 404
        assert client_of(reader).get(f"/en/record/{noun}/{page.pk + 999}/").status_code == 404
    assert client_of(None).get(API, {"q": "zqquote"}).json()["results"] == []
    response = client_of(staff(Role.EDITOR)).get(address, follow=True)
    assert (response.redirect_chain, response.status_code) == ([(f"/admin/pages/{page.pk}/edit/", 302)], 200)


def test_page_is_found_as_it_stands_and_not_by_the_correction_that_waits(site):
    page, editor = page_of(), staff(Role.EDITOR)
    draft = page.get_latest_revision_as_object()
    draft.lead = "Zqsecond."
    revision = draft.save_revision(user=editor)
    assert [found("zqsecond", reader) for reader in (NOBODY, editor)] == [[], []]
    assert not {"search_text", "sort_key", "updated_at"} & set(revision.content)

    revision.publish(user=editor, skip_permission_checks=True)
    assert [found(word, NOBODY) for word in ("zqlead", "zqsecond")] == [[], ["Zapp"]]

    StoryPage.objects.get(pk=page.pk).unpublish()
    assert [found("zqsecond", reader) for reader in (NOBODY, editor)] == [[], ["Zapp"]]


@pytest.mark.parametrize("how", ["closed", "withdrawn", "above"])
def test_l18_page_that_is_shut_or_beneath_one_that_is_is_not_found(site, how):
    page = page_of()
    above = NewsPage.objects.get(locale__language_code="en")
    if how == "withdrawn":
        above.unpublish()
    else:
        PageViewRestriction.objects.create(page=above if how == "above" else page, restriction_type="login")

    assert [found("zapp", reader) for reader in (NOBODY, UserFactory())] == [[], []]
    assert found("zapp", staff(Role.EDITOR)) == ["Zapp"]


def test_l04_text_of_a_centre_is_found_with_its_centre_only(site):
    centre = CentreFactory(publication="internal")
    page = page_of("centre-texts", centre=centre)
    member = staff(Role.EVALUATOR, centre)

    assert [found("zapp", reader) for reader in (NOBODY, member)] == [[], []]
    assert client_of(member).get(f"/en/record/centre-texts/{page.pk}/").status_code == 404
    CentrePage.objects.filter(pk=page.pk).update(live=False)
    assert found("zapp", staff(Role.EDITOR)) == ["Zapp"]


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_however_many_pages(site, count):
    for number in range(count):
        for noun in KINDS:
            page_of(noun, title=f"Zapp {number}", slug=f"{noun}-{number}", live=bool(number % 2))
    for reader, number in ((staff(Role.EDITOR), 5 * count), (UserFactory(), 5 * (count // 2))):
        reader.standing  # noqa: B018  asked once per request
        assert queries_of(lambda reader=reader: find("zapp", reader, each=5)) == 1
        assert sum(group.total for group in find("zapp", reader, each=5)) == number


def test_every_page_that_the_box_finds_is_a_noun_of_the_api_with_an_address():
    worded = {model for model in WordedPage.__subclasses__() if not model._meta.abstract}
    written = {each for model in WordedPage.__subclasses__() for each in model.__subclasses__()}

    assert {model for model, _route in FOUND.values()} == worded | written


@pytest.mark.parametrize("noun", KINDS)
def test_migration_fills_the_words_that_the_page_has(site, noun):
    page = page_of(noun)
    told = page.search_text
    type(page).objects.filter(pk=page.pk).update(search_text="stale", sort_key="")
    [fill] = importlib.import_module("cms.migrations.0011_fill_words_of_pages").Migration.operations
    apps = MigrationLoader(connection).project_state([("cms", "0011_fill_words_of_pages")]).apps

    fill.code(apps, SimpleNamespace(connection=connection))

    now = type(page).objects.get(pk=page.pk)
    assert (now.search_text, now.sort_key) == (told, "zapp")
    assert refold(type(page)) == 0
    assert words_of(now, ("title", *now.WORDS), words_of_field) == told
