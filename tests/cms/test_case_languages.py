"""Is a case begun, described and published in several languages at once, and is it said what nobody has said yet?"""

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override

from cic.core.background import run_job
from cic.core.background.mails import render_mail
from cic.core.errors import DomainError
from cic.core.models import Job
from cic.core.translations import translate
from cms.facts.freezing import snapshot_of
from cms.facts.live import programme_chart
from cms.facts.saying import MACHINE, OUTDATED, UNSAID, lines_of, source_of
from cms.models import CasePage
from cms.operations import cases as operations
from cms.operations.case_languages import ask_together, prepare_in, translate_case
from cms.operations.translations import ask_machine
from partners.choices import Role
from tests.cms.test_photos import _own_files, two
from tests.core.test_translations import service  # noqa: F401
from tests.factories.cms import TEXTS, case_of, make_world, publish, staff

__all__ = ["_own_files"]

# Wagtail leaves the file that it makes a size of a picture in to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def world(site):
    return make_world("Vans")


@pytest.fixture
def editor(world):
    return staff(Role.EDITOR, world.centre)


def version(code):
    """The newest version of the case in a language."""
    return CasePage.objects.get(locale__language_code=code).get_latest_revision_as_object()


def states(case):
    """How each text of a translation stands."""
    return {line.path: line.state for line in lines_of(case, source_of(case))}


def test_a_translation_begins_with_what_the_tracker_says_in_its_language(world, editor):
    translate(world.idea, {"ca": {"problem": "Furgonetes sorolloses."}}, actor=editor)
    translate(world.outcome, {"ca": {"lessons": "Va bé."}}, actor=editor, origin="machine")
    translate(world.trial, {"ca": {"title": "Furgonetes"}}, actor=editor)
    case = case_of(world.outcome, author=editor, title="Did it work?", challenges=f"{world.idea.problem}")

    copy = translate_case(case, "ca", actor=editor)

    assert (copy.title, copy.challenges, copy.lessons) == ("Furgonetes", "Furgonetes sorolloses.", "Va bé.")
    assert states(copy) | {"answer": UNSAID, "solution": UNSAID} == states(copy)
    assert [states(copy)[name] for name in ("title", "challenges", "lessons", "responsible")] == [
        OUTDATED, "human", MACHINE, "human",
    ]  # fmt: skip
    assert version("ca").foreign == {name: "en" for name, state in states(copy).items() if state == UNSAID}


def test_what_is_left_empty_follows_the_original_and_is_marked_on_the_public_page(world, editor, client):
    prepare_in(world.outcome, ["ca"], actor=editor)
    operations.edit_case(version("en"), TEXTS, actor=editor)
    operations.edit_case(
        version("ca"), {"title": "Furgonetes", "answer": "Sí.", "solution": ""}, actor=editor
    )
    operations.edit_case(version("en"), {"solution": "Vans on rubber."}, actor=editor)

    for code in ("en", "ca"):
        publish(CasePage.objects.get(locale__language_code=code), asker=editor)
    page = BeautifulSoup(client.get(version("ca").get_url()).content, "html.parser")

    marked = [part.get_text(strip=True) for part in page.select("main .prose [lang=en]")]
    assert "Vans on rubber." in marked
    assert page.select_one("main h1").get("lang") is None
    assert page.select_one("main .verdict").get_text() == "Sí."


def test_what_a_machine_said_is_a_persons_once_it_is_ticked_or_written_anew(world, editor, client):
    translate(world.outcome, {"ca": {"lessons": "Va bé."}}, actor=editor, origin="machine")
    prepare_in(world.outcome, ["ca"], actor=editor)
    copy = version("ca")
    client.force_login(editor)
    address = f"/workspace/cases/{copy.pk}/edit/"
    form = client.get(address).context["form"]
    given = {name: form.initial.get(name) or "" for name in form._meta.fields}

    client.post(address, given)
    kept = states(version("ca"))["lessons"]
    client.post(address, {**given, "checked_lessons": "on"})

    assert "checked_lessons" in form.fields
    assert (kept, states(version("ca"))["lessons"], version("ca").lessons) == (MACHINE, "human", "Va bé.")


def test_a_machine_says_the_rest_of_a_case_which_waits_until_somebody_has_read_it(
    world,
    editor,
    client,
    service,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    translate(world.trial, {"ca": {"title": "Furgonetes"}}, actor=editor)
    prepare_in(world.outcome, ["ca"], actor=editor)
    english, catalan = version("en"), version("ca")
    client.force_login(editor)
    address = f"/workspace/cases/{english.pk}/edit/"
    form = client.get(address).context["form"]
    given = {name: form.initial.get(name) or "" for name in form.fields} | TEXTS | {"answer_ca": "Sí."}

    with django_capture_on_commit_callbacks():
        answer = client.post(address, {**given, "rest": "yes"})
    # Somebody was faster than the machine.
    operations.edit_case(version("ca"), {"solution": "Furgonetes de goma."}, actor=editor)
    run_job(Job.objects.get(task="cms.say_rest").pk)

    draft, now = version("ca"), states(version("ca"))
    assert answer["Location"] == address
    assert (draft.title, draft.answer, draft.solution) == ("Furgonetes", "Sí.", "Furgonetes de goma.")
    assert (draft.challenges, now["challenges"], now["answer"]) == (
        f"[ca] {TEXTS['challenges']}", MACHINE, "human",
    )  # fmt: skip
    assert UNSAID not in now.values()
    with pytest.raises(DomainError, match="Read what a machine wrote"):
        operations.ask_for_approval(catalan, actor=editor)

    form = client.get(address).context["form"]
    ticks = {name: "on" for name in form.fields if name.startswith("checked_")}
    texts = {name: form.initial.get(name) or "" for name in form.fields if name not in ticks}
    client.post(address, texts | ticks)
    assert sorted(ticks) == sorted(f"checked_{name}_ca" for name in now if now[name] == MACHINE)
    assert operations.ask_for_approval(version("ca"), actor=editor).state == "asked"


def test_nothing_is_saved_when_there_is_nothing_left_for_a_machine(world, editor, client, service):  # noqa: F811
    prepare_in(world.outcome, ["ca"], actor=editor)
    english = version("en")
    client.force_login(editor)
    address = f"/workspace/cases/{english.pk}/edit/"
    form = client.get(address).context["form"]
    given = {name: form.initial.get(name) or "" for name in form.fields}
    said = {f"{name}_ca": "Dit." for name in ("title", *CasePage.TEXTS)}

    answer = client.post(address, {**given, **said, "rest": "yes"})

    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        422, ["Everything is translated already."],
    )  # fmt: skip
    assert (version("ca").title, Job.objects.filter(task="cms.say_rest").count()) == (english.title, 0)


def test_a_public_case_is_not_changed_by_a_machine(world, editor, service):  # noqa: F811
    prepare_in(world.outcome, ["ca"], actor=editor)
    operations.edit_case(version("en"), TEXTS, actor=editor)
    publish(version("en"), asker=editor)
    publish(CasePage.objects.get(pk=version("ca").pk), asker=editor)

    with pytest.raises(DomainError, match="This case is public"):
        ask_machine(version("ca"), actor=editor)


def test_without_a_service_no_machine_is_offered_for_a_case(world, editor, client):
    prepare_in(world.outcome, ["ca"], actor=editor)
    client.force_login(editor)

    assert client.get(f"/workspace/cases/{version('en').pk}/edit/").context["machine"] is False


def test_both_languages_are_prepared_described_asked_for_and_approved_at_once(world, editor, client):
    second = staff(Role.SECRETARY, world.centre)
    client.force_login(editor)
    client.post(f"/workspace/trials/{world.trial.pk}/case/", {"languages": ["ca"]})
    english, catalan = version("en"), version("ca")
    here, there = (f"/workspace/cases/{case.pk}/" for case in (english, catalan))
    texts = {name: getattr(english, name) for name in ("title", *CasePage.TEXTS)} | TEXTS
    said = {"title_ca": "Furgonetes", "answer_ca": "Sí."}

    writing = client.get(f"{here}edit/").context["form"]
    onward = [client.post(f"{here}edit/", {**texts, **said, "onward": "yes"})["Location"]]
    refused = client.post(f"{here}photos/", two())
    words = {"description_0_ca": "Una furgoneta.", "description_1_ca": "Una rampa.", "onward": "yes"}
    onward.append(client.post(f"{here}photos/", two(**words))["Location"])
    asking = client.get(f"{here}ask/")
    client.post(f"{here}ask/", {"also": asking.context["form"]["also"].value()})
    waiting = [CasePage.objects.get(pk=case.pk).state for case in (english, catalan)]
    mails = Job.objects.filter(task="core.send_mail")
    asked = [row.payload["context"]["tongues"] for row in mails.filter(payload__user_id=second.pk)]
    client.force_login(second)
    form = client.get(f"{there}approve/").context["form"]
    client.post(f"{there}approve/", {"also": form["also"].value(), "seen": form["seen"].value()})

    assert [pair["said"][0]["field"].name for pair in writing.pairs()] == [
        f"{name}_ca" for name in ("title", *CasePage.TEXTS)
    ]
    assert onward == [f"{here}photos/", f"{here}ask/"]
    assert (version("en").answer, version("ca").answer) == (TEXTS["answer"], "Sí.")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["description_0_ca"])
    assert "Main challenges" in asking.context["untold"][0]["unsaid"]
    told = [row.payload for row in mails.filter(payload__user_id=editor.pk)]
    assert waiting == ["asked", "asked"]
    assert (asked, [(row["kind"], row["context"]["tongues"]) for row in told]) == (
        ["English, Català"], [("cms.page_approved", "Català, English")],
    )  # fmt: skip
    context = {**told[0]["context"], "reader_name": "", "asked_by": "Ada"}
    assert "Català, English" in render_mail("cms.page_asked", context, "en")[1]
    alone = render_mail("cms.page_asked", {**context, "tongues": ""}, "en")[1]
    assert "languages" not in alone
    assert [CasePage.objects.get(pk=case.pk).live for case in (english, catalan)] == [True, True]
    assert [row.description for row in version("ca").photos.all()] == ["Una furgoneta.", "Una rampa."]


def test_a_case_says_in_its_language_what_the_tracker_says_in_it(world, editor, client):
    translate(world.indicator, {"ca": {"name": "Soroll", "unit": "decibels"}}, actor=editor)
    translate(world.centre, {"ca": {"name": "Centre de furgonetes"}}, actor=editor)
    world.outcome.replicability = "Any loading bay."
    world.outcome.save()
    frozen = snapshot_of(world.outcome, "ca")
    row, centre = frozen["table"][0], frozen["centre"]
    assert (row["name"], row["unit"], row["languages"]["name"]) == ("Soroll", "decibels", "ca")
    assert (centre["name"], centre["language"]) == ("Centre de furgonetes", "ca")
    assert (centre["unit"], centre["unit_language"]) == (world.centre.lead_unit, "en")
    english = publish(case_of(world.outcome, author=editor), asker=editor)
    publish(
        operations.edit_case(translate_case(english, "ca", actor=editor), TEXTS, actor=editor), asker=editor
    )
    case = CasePage.objects.get(locale__language_code="ca")

    page = BeautifulSoup(client.get(case.url).content, "html.parser")
    assert page.select_one(".results-table th[scope=row]").find(string=True) == "Soroll"
    assert page.select_one(".results-table th[scope=row] [lang]") is None
    assert page.find(string="Any loading bay.").find_parent(lang=True)["lang"] == "en"
    with override("ca"):
        assert [bar.label for bar in programme_chart("centre")["chart"].bars] == ["Centre de furgonetes"]


def test_a_case_frozen_before_languages_were_kept_is_still_shown(world, editor, client):
    case = publish(case_of(world.outcome, author=editor), asker=editor)
    old = {key: value for key, value in case.snapshot.items() if key not in ("languages", "replicability")}
    old["table"] = [{key: row[key] for key in row if key != "languages"} for row in old["table"]]
    old["centre"] = {key: old["centre"][key] for key in ("reference", "name", "unit")}
    CasePage.objects.filter(pk=case.pk).update(snapshot=old)

    for address in (case.url, f"/embed/en/cases/{case.slug}/", f"/en/data/cases/{case.slug}.json"):
        response = client.get(address)
        assert (response.status_code, b"Vans noise" in response.content) == (200, True)


def test_asked_for_together_is_all_or_none_and_names_the_language(world, editor, client):
    case = case_of(world.outcome, author=editor)
    copy = translate_case(case, "ca", actor=editor)
    operations.edit_case(copy, {"lessons": "Truqueu a ada@association.example."}, actor=editor)

    with pytest.raises(DomainError) as refusal:
        ask_together([case, version("ca")], actor=editor)

    client.force_login(editor)
    page = client.get(f"/workspace/cases/{case.pk}/ask/")

    assert [wait["page"].pk for wait in page.context["waits"]] == [copy.pk]
    assert "also" not in page.context["form"].fields
    assert all(sentence.startswith("Catal") for sentence in refusal.value.blockers)
    assert [page.state for page in CasePage.objects.all()] == ["draft", "draft"]


def test_history_of_a_case_is_told_in_our_words(world, editor, client):
    case = publish(case_of(world.outcome, author=editor), asker=editor)
    client.force_login(editor)

    told = [row["title"] for row in client.get(f"/workspace/cases/{case.pk}/").context["history"]]

    assert set(map(str, told)) == {
        "Prepared", "Changed", "Approval asked for", "Approved by a second person", "Made public",
    }  # fmt: skip
