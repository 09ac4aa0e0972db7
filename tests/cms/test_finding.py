"""Are cases found in the one box, each by those who may read it, by the words that are theirs to read?"""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Locale, Page, PageViewRestriction

from cic.core import opensearch
from cic.core.background import run_job
from cic.core.finding import find
from cic.core.indexing import refold, searchable_models
from cic.core.models import Job
from cms.models import CasePage, CasesPage, NewsPage
from cms.operations import case_languages, cases
from partners.choices import Role
from tests.core.engine import Engine
from tests.core.resource_contract import client_of, queries_of
from tests.factories.cms import StoryPageFactory, case_of, make_world, publish, staff
from tests.factories.partners import CentreFactory, PartnerFactory, UserFactory

BOX, API = "/workspace/search/", "/api/v1/search/"
NOBODY = AnonymousUser()


def found(text, user):
    """The titles of the cases that were found."""
    groups = [group for group in find(text, user, each=5) if group.model is CasePage]
    return [row.title for group in groups for row in group.rows]


@pytest.fixture
def world(site):
    return make_world("Vans")


@pytest.mark.parametrize("text", ["bellw·ether", "zapp tranquil•litat", "TRANQUIL.LITAT", "tranquil·li"])
def test_case_is_found_by_title_and_texts_however_spelt(world, text):
    case_of(world.outcome, title="Zapp", answer="Més tranquil·litat.", future="Bellw·ether.")

    assert found(text, staff(Role.EDITOR)) == ["Zapp"]


def test_l04_draft_is_found_by_staff_of_its_centre_only(world):
    case_of(world.outcome, title="Zapp", solution="zqsecret")
    company = world.trial.promoter
    others = [
        NOBODY,
        UserFactory(),
        PartnerFactory(organisation=company) if company else PartnerFactory(),
        staff(Role.EDITOR, CentreFactory()),
    ]

    assert found("zqsecret", staff(Role.EDITOR, world.centre)) == ["Zapp"]
    assert [found("zqsecret", reader) for reader in others] == [[], [], [], []]


def test_case_is_found_as_it_is_corrected_withdrawn_and_written_anew(world):
    editor, anybody = staff(Role.EDITOR), UserFactory()
    case = publish(case_of(world.outcome, author=editor, title="Zapp", answer="Zqfirst."))
    assert [found("zqfirst", reader) for reader in (NOBODY, anybody, editor)] == [["Zapp"]] * 3

    case = cases.edit_case(
        case, {"answer": "Zqsecond."}, actor=editor, what="The answer.", why="It was wrong."
    )
    assert [found("zqsecond", reader) for reader in (anybody, editor)] == [[], []]
    assert found("zqfirst", anybody) == ["Zapp"]

    case = publish(case)
    assert [found(word, anybody) for word in ("zqfirst", "zqsecond")] == [[], ["Zapp"]]

    case = cases.withdraw_case(case, actor=staff(Role.COORDINATOR), note="An error.")
    assert [found("zqsecond", reader) for reader in (anybody, editor)] == [[], ["Zapp"]]

    cases.edit_case(case, {"title": "Zupp"}, actor=editor)
    assert [found(word, editor) for word in ("zapp", "zupp")] == [[], ["Zupp"]]


def test_translation_is_found_by_its_own_words(world):
    editor = staff(Role.EDITOR)
    case = publish(case_of(world.outcome, author=editor, title="Zapp", answer="Zqhush."))
    copy = case_languages.translate_case(case, "ca", actor=editor)
    cases.edit_case(copy, {"title": "Furgonetes", "answer": "Silenci."}, actor=editor)

    assert found("silenci", editor) == ["Furgonetes"]
    assert found("zqhush", editor) == ["Zapp"]
    assert found("silenci", NOBODY) == []


@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_l18_case_beneath_a_page_that_is_shut_is_not_found(world, how):
    publish(case_of(world.outcome, title="Zapp"))
    above = CasesPage.objects.get(locale__language_code="en")
    if how == "closed":
        PageViewRestriction.objects.create(page=above, restriction_type="login")
    else:
        above.unpublish()

    assert found("zapp", UserFactory()) == []
    assert found("zapp", staff(Role.EDITOR)) == ["Zapp"]


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_for_all_nouns_and_links_that_open(site, count):
    drafts = [case_of(make_world(f"Vans {n}").outcome, title=f"Zapp {n}") for n in range(count)]
    editor = staff(Role.EDITOR)
    editor.standing  # noqa: B018  asked once per request
    assert queries_of(lambda: find("zapp", editor, each=5)) == 1

    for case in drafts:
        publish(case)
    for reader, leads_to in ((editor, "/workspace/cases/{0.pk}/"), (UserFactory(), "/en/cases/{0.slug}/")):
        client = client_of(reader)
        [group] = client.get(BOX, {"q": "zapp"}).context["groups"]
        assert (group["label"], group["total"], group["more"]) == (
            CasePage._meta.verbose_name_plural,
            count,
            "",
        )
        for row, case in zip(group["rows"], drafts[::-1], strict=True):
            assert row["reference"] == case.outcome.trial.reference
            response = client.get(row["url"], follow=True)
            assert response.redirect_chain == [(leads_to.format(case), 302)]
            assert response.status_code == 200


def test_l04_address_of_a_draft_is_that_of_nothing(world):
    case = case_of(world.outcome)

    for reader in (None, UserFactory(), staff(Role.EDITOR, CentreFactory())):
        for pk in (case.pk, case.pk + 999):
            assert client_of(reader).get(f"/en/record/cases/{pk}/").status_code == 404


def test_api_finds_a_public_case_and_no_draft(world):
    case = case_of(world.outcome, title="Zapp")
    assert client_of(None).get(API, {"q": "zapp"}).json()["results"] == []

    publish(case)

    [group] = client_of(None).get(API, {"q": "zapp"}).json()["results"]
    url = f"http://127.0.0.1:8000/en/record/cases/{case.pk}/"
    record = {"id": case.pk, "reference": world.trial.reference, "title": "Zapp", "url": url}
    assert group == {"noun": "cases", "count": 1, "records": [record]}


def test_words_are_mended_and_versions_do_not_carry_them(world):
    case = publish(case_of(world.outcome, title="Zapp"))
    CasePage.objects.filter(pk=case.pk).update(search_text="stale", sort_key="")
    assert found("zapp", NOBODY) == []
    assert not {"search_text", "sort_key", "updated_at"} & set(case.latest_revision.content)

    assert [refold(CasePage), refold(CasePage)] == [1, 0]

    assert found("zapp", NOBODY) == ["Zapp"]
    assert CasePage.objects.get(pk=case.pk).sort_key == "zapp"


@pytest.fixture
def engine(settings, monkeypatch):
    monkeypatch.setattr(opensearch, "_away_until", 0.0)
    with Engine() as engine:
        settings.SEARCH_URL = engine.url
        yield engine


def work_off():
    for job in Job.objects.filter(done_at=None, task="core.index_records"):
        run_job(job.pk)


def test_engine_is_filled_with_cases_and_told_of_what_becomes_of_them(world, engine, client):
    case = case_of(world.outcome, title="Zapp", answer="Zqfirst.")
    opensearch.fill(searchable_models())
    name, editor = f"cms.casepage:{case.pk}", staff(Role.EDITOR)
    assert engine.documents[name] == ("cms.casepage", case.search_text)

    # As Wagtail's editor saves it: no operation of ours.
    draft = case.get_latest_revision_as_object()
    draft.answer = "Zqsecond."
    draft.save()
    draft.save_revision(user=editor)
    work_off()
    assert "zqsecond" in engine.documents[name][1]
    assert (found("zqsecond", editor), found("zqsecond", NOBODY)) == (["Zapp"], [])

    case = publish(CasePage.objects.get(pk=case.pk))
    work_off()
    assert found("zqsecond", NOBODY) == ["Zapp"]


def test_engine_forgets_a_draft_that_was_deleted(world, engine, client):
    case = case_of(world.outcome, title="Zapp")
    opensearch.fill(searchable_models())
    client.force_login(staff(Role.ADMIN))

    assert client.post(f"/admin/pages/{case.pk}/delete/").status_code == 302
    work_off()

    assert f"cms.casepage:{case.pk}" not in engine.documents


def test_engine_forgets_every_page_and_translation_of_a_tree_that_was_deleted(world, engine):
    case = case_of(world.outcome, title="Zapp")
    catalan = case.copy_for_translation(Locale.objects.get(language_code="ca"))
    parent = NewsPage.objects.get(locale__language_code="en")
    story = StoryPageFactory(parent=parent, title="Zapp told", live=True)
    opensearch.fill(searchable_models())
    mine = {f"cms.casepage:{case.pk}", f"cms.casepage:{catalan.pk}", f"cms.storypage:{story.pk}"}
    assert mine <= set(engine.documents)

    # As Wagtail's editor does it with what it takes along: one page of each tree, and what is beneath.
    for page in (case.get_parent(), catalan, parent):
        DeletePageAction(Page.objects.get(pk=page.pk), user=None).execute(skip_permission_checks=True)
    work_off()

    assert not mine & set(engine.documents)


def test_tree_taken_from_the_public_is_found_by_nobody_outside_at_once(world, engine):
    case = publish(case_of(world.outcome, title="Zapp", answer="Zqsecond."))
    opensearch.fill(searchable_models())
    assert found("zqsecond", NOBODY) == ["Zapp"]

    UnpublishPageAction(case.get_parent().specific, user=staff(Role.ADMIN), include_descendants=True).execute(
        skip_permission_checks=True
    )

    assert found("zqsecond", NOBODY) == []
    work_off()
    # Its words stay for those who may read the draft.
    assert (found("zqsecond", NOBODY), found("zqsecond", staff(Role.EDITOR))) == ([], ["Zapp"])
