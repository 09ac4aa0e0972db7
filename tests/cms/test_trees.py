"""Does `cms_setup` make the whole site, once?"""

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site, Workflow

from cms.models import HomePage, TextPage
from cms.operations.trees import PLAN
from tests.factories.cms import make_site

OLD = (
    ("heading", "Compliance status"),
    (
        "text",
        '<p data-block-key="x1">This site is partially conformant with Royal Decree 1112/2018 because of what is named below as'
        " not accessible. This is our own assessment (self-evaluation); no independent one has been made yet.</p>",
    ),
    ("heading", "Preparation of this statement"),
    ("text", "<p>This statement was prepared on 3 May 2026 by hand.</p>"),
)
LANGUAGES = ("ca", "en", "es", "fr")


def test_setup_makes_every_page_in_every_language(db):
    made = make_site()

    homes = HomePage.objects.order_by("locale__language_code")
    assert [home.locale.language_code for home in homes] == list(LANGUAGES)
    assert made["pages"] == Page.objects.filter(depth__gte=2).count() == len(LANGUAGES) * (1 + len(PLAN))
    assert len({home.translation_key for home in homes}) == 1
    assert Site.objects.get().root_page.specific == HomePage.objects.get(locale__language_code="en")


def test_setup_twice_makes_nothing_the_second_time(db, capsys):
    make_site()

    call_command("cms_setup")

    assert capsys.readouterr().out == "0 languages, 0 pages, 0 groups, 0 workflows\n"
    assert Workflow.objects.filter(name="Second person").count() == 1


def test_setup_keeps_what_an_editor_changed(db):
    make_site()
    page = TextPage.objects.get(role="help", locale__language_code="ca")
    page.title, page.slug = "Com funciona", "com-funciona"
    page.save_revision().publish()

    make_site()

    page.refresh_from_db()
    assert (page.title, page.slug) == ("Com funciona", "com-funciona")
    assert TextPage.objects.filter(role="help", locale__language_code="ca").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["help", "accessibility", "privacy", "about"])
def test_plain_page_has_text_in_its_language(site, language, role):
    page = TextPage.objects.get(role=role, locale__language_code=language)

    assert len(page.body) >= 4
    assert "{" not in str(page.body)


@pytest.mark.parametrize("has_draft", [False, True])
def test_setup_takes_out_of_an_old_statement_what_the_site_says_by_itself_and_nobody_changed(
    db, capsys, has_draft
):
    make_site()
    page = TextPage.objects.get(role="accessibility", locale__language_code="en")
    now = [(block.block_type, str(block.value)) for block in page.body]
    page.body = [*OLD, *now]
    page.save()
    if has_draft:
        page.save_revision()

    for _time in range(2):
        call_command("cms_setup")

    page = TextPage.objects.get(pk=page.pk)
    versions = [page, page.get_latest_revision_as_object()]
    assert [
        [str(block.value) for block in one.body if block.block_type == "heading"] for one in versions
    ] == [["Preparation of this statement", *(text for kind, text in now if kind == "heading")]] * 2
    assert capsys.readouterr().out.count("by itself now: 1\n") == 1
