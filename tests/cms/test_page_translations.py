"""Is a page of another language followed text by text, without a machine taking a person's place or anybody alone publishing?"""

import json
import re

import polib
import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from wagtail.models import Locale

from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from cic.core.models.translations import MACHINE
from cms.facts.saying import completeness, lines_of, source_of
from cms.models import CasePage, NewsPage, StoryPage, TextPage
from cms.operations import translations as operations
from partners.choices import Role
from tests.core.test_translations import service  # noqa: F401
from tests.factories.cms import StoryPageFactory, case_of, make_world, staff
from tests.factories.partners import CentreFactory

BODY = [
    {"type": "heading", "id": "11111111-1111-4111-8111-111111111111", "value": "What was tried"},
    {"type": "text", "id": "22222222-2222-4222-8222-222222222222", "value": "<p>Quiet <b>vans</b>.</p>"},
    {
        "type": "accordion",
        "id": "33333333-3333-4333-8333-333333333333",
        "value": {
            "parts": [{"type": "item", "id": "x", "value": {"title": "Where?", "text": "<p>Here.</p>"}}]
        },
    },
]
HEADING, TEXT = f"body.{BODY[0]['id']}", f"body.{BODY[1]['id']}"


@pytest.fixture
def editor():
    return staff(Role.EDITOR)


@pytest.fixture
def story(site):
    cache.clear()
    above = NewsPage.objects.get(locale__language_code="en")
    page = StoryPageFactory(
        parent=above, title="Quiet vans", lead="Twelve shops took part.", body=json.dumps(BODY), live=True
    )
    return StoryPage.objects.get(pk=page.pk)


@pytest.fixture
def copy(story):
    return story.copy_for_translation(Locale.objects.get(language_code="fr"))


def latest(page):
    return StoryPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def states(page):
    draft = latest(page)
    return {line.path: line.state for line in lines_of(draft, source_of(draft))}


def publish(page, editor):
    page = StoryPage.objects.get(pk=page.pk)
    page.get_workflow().start(page, editor)
    step = page.current_workflow_task_state
    step.task.specific.on_action(step, staff(Role.COORDINATOR), "approve")
    cache.clear()
    return StoryPage.objects.get(pk=page.pk)


def change(page, **texts):
    for name, text in texts.items():
        setattr(page, name, text)
    page.save_revision().publish()


def test_a_copy_says_nothing_until_somebody_translates_it(copy, editor):
    assert set(states(copy).values()) == {"unsaid"}
    assert len(states(copy)) == 6

    draft = latest(copy)
    draft.title = "Camionnettes silencieuses"
    draft.save_revision(user=editor)

    assert states(copy)["title"] == "human"
    draft = latest(copy)
    said = completeness(draft, lines_of(draft, source_of(draft)))
    assert (said.code, said.done, said.total) == ("fr", 1, 6)


def test_what_lags_behind_is_marked_by_itself_and_keeps_its_text(story, copy, editor):
    operations.say_parts(copy, {"title": "Camionnettes", "lead": "Douze commerces."}, actor=editor)

    change(story, lead="Thirteen shops took part.")

    assert states(copy)["lead"] == "outdated"
    assert states(copy)["title"] == "human"
    assert latest(copy).lead == "Douze commerces."
    operations.confirm_parts(copy, ["lead"], actor=editor)
    assert states(copy)["lead"] == "human"
    change(story, lead="Fourteen.")
    draft = latest(copy)
    draft.lead = "Quatorze."
    draft.save_revision(user=editor)
    assert states(copy)["lead"] == "human"


def test_a_machine_never_takes_the_place_of_a_person(story, copy, editor):
    operations.say_parts(copy, {"title": "Camionnettes"}, actor=editor)
    operations.say_parts(copy, {"title": "M", "lead": "Machine."}, actor=editor, origin=MACHINE)

    assert (latest(copy).title, latest(copy).lead) == ("Camionnettes", "Machine.")
    assert states(copy)["lead"] == "machine"

    change(story, title="Very quiet vans", lead="Thirteen.")
    assert (states(copy)["title"], states(copy)["lead"]) == ("outdated", "outdated")
    operations.say_parts(copy, {"title": "M", "lead": "Machine 2."}, actor=editor, origin=MACHINE)

    assert (latest(copy).title, latest(copy).lead) == ("Camionnettes", "Machine 2.")


def test_the_machine_works_in_the_background_as_a_draft(copy, editor, client, service):  # noqa: F811
    client.force_login(editor)
    address = f"/workspace/site-pages/{copy.pk}/translation/"

    page = client.get(address).content.decode()
    answer = client.post(address, {"step": "rest"})
    run_job(Job.objects.get(task="cms.say_rest").pk)

    assert "Translate the rest" in page
    assert answer.status_code == 302
    assert {asked["format"] for _path, asked in service.asked} == {"text", "html"}
    assert set(states(copy).values()) == {"machine"}
    assert not StoryPage.objects.get(pk=copy.pk).live
    assert client.post(address, {"step": "rest"}).status_code == 422


def test_a_file_goes_out_and_comes_back_clean(copy, editor, client):
    client.force_login(editor)
    operations.say_parts(copy, {"lead": "Machine."}, actor=editor, origin=MACHINE)
    answer = client.get(f"/workspace/site-pages/{copy.pk}/translation.po")
    file = polib.pofile(answer.content.decode())
    entries = {entry.msgctxt: entry for entry in file}

    assert answer["Content-Disposition"] == 'attachment; filename="quiet-vans-fr.po"'
    assert (entries["title"].msgid, entries["title"].msgstr) == ("Quiet vans", "")
    assert entries["lead"].fuzzy
    entries["title"].msgstr = "Camionnettes"
    entries[TEXT].msgstr = "<p>Des <b>camionnettes</b><script>alert(1)</script>.</p>"
    entries[HEADING].msgid, entries[HEADING].msgstr = "Another", "Autre"

    assert operations.read_po(copy, str(file).encode(), actor=editor) == (2, 1)
    draft = latest(copy)
    assert draft.title == "Camionnettes"
    assert "<script" not in str(draft.body[1].value.source)
    assert "<b>camionnettes</b>" in str(draft.body[1].value.source)
    assert (states(copy)[TEXT], states(copy)[HEADING]) == ("human", "unsaid")
    assert operations.read_po(copy, str(file).encode(), actor=editor) == (0, 1)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nonsense", b'msgid "a"\nmsgstr "b"\n', b""])
def test_what_is_no_file_of_this_page_is_refused(copy, editor, content):
    with pytest.raises(DomainError, match=r"PO file|another page"):
        operations.read_po(copy, content, actor=editor)

    assert set(states(copy).values()) == {"unsaid"}


def test_nobody_publishes_a_translation_alone_nor_changes_what_waits(copy, editor, client):
    operations.say_parts(copy, {"title": "Camionnettes"}, actor=editor)
    published = publish(copy, editor)
    assert (published.live, published.title) == (True, "Camionnettes")

    operations.say_parts(copy, {"title": "Pas approuvé"}, actor=editor)
    assert "Pas approuvé" not in client.get(published.url).content.decode()
    page = StoryPage.objects.get(pk=copy.pk)
    page.get_workflow().start(page, editor)

    with pytest.raises(DomainError) as refused:
        operations.say_parts(copy, {"title": "Encore"}, actor=editor)
    assert refused.value.code == "wrong_state"
    client.force_login(editor)
    assert (
        client.post(f"/workspace/site-pages/{copy.pk}/translation/", {"step": "confirm"}).status_code == 422
    )
    with pytest.raises(NotAllowed):
        operations.say_parts(copy, {"title": "Encore"}, actor=staff(Role.SECRETARY))


def test_what_is_not_translated_stands_in_its_own_language_and_says_so(copy, editor, client):
    operations.say_parts(copy, {"title": "Camionnettes", TEXT: "<p>Des camionnettes.</p>"}, actor=editor)
    page = BeautifulSoup(client.get(publish(copy, editor).url).content, "html.parser")

    assert page.select_one("h1").get("lang") is None
    assert page.select_one("p.lead")["lang"] == "en"
    assert page.find("h2", string="What was tried").parent["lang"] == "en"
    assert page.find(string="Des camionnettes.").find_parent(lang=True)["lang"] == "fr"


def test_a_block_added_to_the_original_comes_along_when_it_is_said(story, copy, editor):
    new = {"type": "heading", "id": "44444444-4444-4444-8444-444444444444", "value": "Then"}
    change(story, body=json.dumps([BODY[0], new, *BODY[1:]]))
    assert states(copy)[f"body.{new['id']}"] == "unsaid"

    operations.say_parts(copy, {f"body.{new['id']}": "Puis"}, actor=editor)

    assert [str(block.value) for block in latest(copy).body][:2] == ["What was tried", "Puis"]


def test_pages_written_on_their_own_can_follow(site, editor, client):
    own = TextPage.objects.get(role="about", locale__language_code="fr")
    client.force_login(editor)
    address = f"/workspace/site-pages/{own.pk}/translation/"

    before = client.get(address).content.decode()
    answer = client.post(address, {"step": "follow", "language": "ca"})

    assert "follows no page" in before
    assert answer.status_code == 302
    draft = TextPage.objects.get(pk=own.pk).get_latest_revision_as_object()
    lines = lines_of(draft, source_of(draft))
    assert {line.state for line in lines} == {"human"}
    assert TextPage.objects.get(pk=own.pk).said == {}


def test_cases_keep_their_own_way(site, editor, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(editor)

    assert client.get(f"/workspace/site-pages/{case.pk}/translation/").status_code == 404
    with pytest.raises(NotAllowed):
        operations.say_parts(case, {"title": "X"}, actor=staff(Role.EDITOR, CentreFactory()))


def test_a_case_is_not_made_anew_in_another_language_past_its_centre(site, client, editor):
    case = case_of(make_world("Xanarium", public=False).outcome)
    client.force_login(staff(Role.EDITOR, CentreFactory()))
    french = Locale.objects.get(language_code="fr")
    address = f"/admin/translation/submit/page/{case.pk}/"

    shown = client.get(address)
    client.post(address, {"locales": [french.pk]})
    client.post(
        f"/admin/translation/submit/page/{case.get_parent().pk}/",
        {"locales": [french.pk], "include_subtree": "on"},
    )

    assert "Xanarium" not in shown.content.decode()
    assert shown.status_code == 404
    assert CasePage.objects.filter(translation_key=case.translation_key).count() == 1
    client.force_login(editor)
    assert client.get(address).status_code == 200


def test_how_many_pages_can_be_read_is_counted_and_only_originals_leave_others_behind(
    site, story, editor, client
):
    client.force_login(editor)

    french = client.get("/workspace/translations/?language=fr").content.decode()

    assert f"/workspace/site-pages/{story.pk}/translation/" in french
    here, total = re.search(r"(\d+) of (\d+) public pages can be read in this language", french).groups()
    assert int(total) - int(here) == 1


def test_marks_of_the_editors_script_are_no_change(copy, editor):
    operations.say_parts(copy, {TEXT: "<p>Machine.</p>"}, actor=editor, origin=MACHINE)
    draft = latest(copy)
    body = json.loads(json.dumps(draft.body.get_prep_value()))
    body[1]["value"] = '<p data-block-key="a1b2c">Machine.</p>'
    draft.body = json.dumps(body)

    draft.save_revision(user=editor)

    assert states(copy)[TEXT] == "machine"


def test_the_page_of_languages_costs_the_same_for_long_pages(
    story, copy, editor, client, django_assert_num_queries
):
    client.force_login(editor)
    client.get("/workspace/")  # what is asked once per process is asked now
    seen = [story, copy]

    for language in ("ca", "es"):
        for page in seen:
            with django_assert_num_queries(7):
                assert client.get(f"/workspace/site-pages/{page.pk}/translation/").status_code == 200
        seen.append(story.copy_for_translation(Locale.objects.get(language_code=language)))
        operations.say_parts(seen[-1], {"title": "M", TEXT: "<p>M.</p>"}, actor=editor)
    for page in seen:
        with django_assert_num_queries(7):
            assert client.get(f"/workspace/site-pages/{page.pk}/translation/").status_code == 200


def test_a_formatted_text_is_read_in_plain_words_paragraph_by_paragraph(story, copy, editor, client):
    operations.say_parts(copy, {TEXT: "<p>Fruits &amp; pain.</p><p>La nuit.</p>"}, actor=editor)
    client.force_login(editor)

    shown = BeautifulSoup(client.get(f"/workspace/site-pages/{copy.pk}/translation/").content, "html.parser")

    said = shown.find(string="Fruits & pain.").find_parent(lang="fr")
    assert [part.string for part in said.select("p")] == ["Fruits & pain.", "La nuit."]


def test_a_step_with_a_file_asks_for_the_file(copy, editor, client):
    client.force_login(editor)

    answer = client.post(f"/workspace/site-pages/{copy.pk}/translation/", {"step": "file"})

    assert answer.status_code == 422
    assert set(states(copy).values()) == {"unsaid"}


@pytest.mark.parametrize(
    "text", ["<h3><p>x</h3></p>", '<a linktype="page">x</a>', '<a linktype="page" id="x">x</a>', "<b>" * 2000]
)
def test_f03_crossed_tags_of_a_file_are_refused_and_change_nothing(copy, editor, text):
    before = copy.latest_revision_id

    with pytest.raises(DomainError) as caught:
        operations.say_parts(copy, {TEXT: text}, actor=editor)

    copy.refresh_from_db()
    assert (caught.value.code, copy.latest_revision_id) == ("invalid", before)


def test_x09_controls_do_not_get_into_formatted_text_of_a_file(copy, editor):
    operations.say_parts(copy, {TEXT: "<p>a\x00b&#x202e;c</p>"}, actor=editor)

    assert "<p>abc</p>" in str(latest(copy).body)


def test_a_translation_gets_an_address_in_its_language_until_it_was_public(story, copy, editor):
    assert latest(copy).slug == story.slug

    operations.say_parts(copy, {"title": "Camionnettes silencieuses"}, actor=editor)
    page = publish(copy, editor)
    operations.say_parts(page, {"title": "Camions silencieux"}, actor=editor)

    assert page.slug == "camionnettes-silencieuses"
    assert (latest(copy).slug, publish(copy, editor).slug) == ("camionnettes-silencieuses",) * 2
