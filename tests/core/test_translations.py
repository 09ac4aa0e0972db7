"""Is a record said in several languages, by whom, and does it show what lags behind?"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import translation

from cic.core.background import run_job
from cic.core.errors import DomainError
from cic.core.machine_translation import ask_for_the_rest
from cic.core.models import AuditEntry, Job
from cic.core.translations import translate
from pilots.models import Challenge
from pilots.operations.challenges import edit_challenge
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    return ChallengeFactory(
        language="ca", title="Soroll de nit", need="Els camions fan soroll.", affected_groups=""
    )


@pytest.fixture
def editor(need):
    return StaffFactory(role="coordinator", centre=need.centre)


def test_a_text_is_said_in_the_language_in_use_and_falls_back_to_its_own(need, editor):
    need = translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)

    with translation.override("es"):
        assert (need.said.title, need.said.title.language) == ("Ruido nocturno", "es")
        assert (need.said.need, need.said.need.language) == ("Els camions fan soroll.", "ca")
    with translation.override("ca"):
        assert (need.said.title, need.said.original) == ("Soroll de nit", "")
    assert need.written_in() == ["ca", "es"]
    assert [(row.code, row.done, row.total) for row in need.completeness()] == [
        ("es", 1, 2), ("en", 0, 2), ("fr", 0, 2),
    ]  # fmt: skip


def test_a_changed_source_leaves_its_translation_behind_until_somebody_looks_it_over(need, editor):
    need = translate(
        need, {"es": {"title": "Ruido nocturno", "need": "Los camiones hacen ruido."}}, actor=editor
    )

    need = edit_challenge(need, {"title": "Soroll a la nit"}, actor=editor)

    assert {name: entry["outdated"] for name, entry in need.translations["es"].items()} == {
        "title": True, "need": False,
    }  # fmt: skip
    need = translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)
    assert need.translations["es"]["title"]["outdated"] is False


def test_a_machine_never_replaces_a_persons_text(need, editor):
    need = translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)

    said = {"title": "Sonido de noche", "need": "Los camiones hacen ruido."}
    need = translate(need, {"es": said}, actor=editor, origin="machine")

    assert need.translations["es"] == {
        "title": {"text": "Ruido nocturno", "origin": "human", "outdated": False},
        "need": {"text": "Los camiones hacen ruido.", "origin": "machine", "outdated": False},
    }


@pytest.mark.parametrize(
    "texts",
    [
        {"xx": {"title": "?"}}, {"ca": {"title": "Soroll"}}, {"es": {"reference": "N-1"}}, {"es": {"title": "a" * 201}},
    ],
)  # fmt: skip
def test_what_is_no_translation_is_refused_and_nothing_changes(need, editor, texts):
    with pytest.raises(DomainError, match=r".+") as refusal:
        translate(need, texts, actor=editor)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["translations"])
    assert Challenge.objects.get().translations == {}


def test_a_translation_is_found_by_its_words_and_stands_in_the_log(need, editor):
    translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)

    assert Challenge.objects.search("ruido").get() == need
    entry = AuditEntry.objects.latest("position")
    assert (entry.action, entry.before, entry.after) == (
        "challenge.translate", {"title_es": ""}, {"title_es": "Ruido nocturno"},
    )  # fmt: skip


def test_an_empty_text_takes_a_translation_away(need, editor):
    need = translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)

    need = translate(need, {"es": {"title": ""}}, actor=editor)

    assert (need.translations, Challenge.objects.search("ruido").count()) == ({}, 0)


# --- by programs ------------------------------------------------------------------------------------------------------


def address(need):
    return f"/api/v1/challenges/{need.pk}/"


def test_the_api_writes_all_languages_and_reads_the_one_asked_for(need, editor, client):
    client.force_login(editor)
    body = {"title": "Soroll a la nit", "translations": {"es": {"title": "Ruido nocturno"}}}

    answer = client.patch(address(need), body, content_type="application/json", headers={"if-match": "*"})

    assert (answer.status_code, answer.json()["title"]) == (200, "Soroll a la nit")
    assert answer.json()["translations"] == {
        "es": {"title": {"text": "Ruido nocturno", "origin": "human", "outdated": False}}
    }
    read = client.get(f"{address(need)}?lang=es").json()
    assert (read["title"], read["need"], read["language"]) == (
        "Ruido nocturno",
        "Els camions fan soroll.",
        "ca",
    )
    assert read["said"] == {"title": "es", "need": "ca", "affected_groups": "ca", "territory_text": "ca"}
    assert client.get(f"{address(need)}?lang=xx").status_code == 400


def test_what_was_read_can_be_written_back(need, editor, client):
    translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)
    client.force_login(editor)
    read = client.get(address(need))

    body = {"translations": read.json()["translations"]}
    answer = client.patch(
        address(need), body, content_type="application/json", headers={"if-match": read["ETag"]}
    )

    assert (answer.status_code, answer["ETag"]) == (200, read["ETag"])


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_list_in_another_language_costs_what_the_list_costs(item_count, client, django_assert_num_queries):
    said = {"title": {"text": "Ruido", "origin": "human", "outdated": False}}
    ChallengeFactory.create_batch(item_count, publication="public", language="ca", translations={"es": said})

    with django_assert_num_queries(1):
        results = client.get("/api/v1/challenges/?lang=es&fields=title").json()["results"]

    assert results == [{"title": "Ruido", "said": {"title": "es"}}] * item_count


def test_who_may_not_translate_changes_nothing_by_the_api(need, client):
    client.force_login(StaffFactory(role="secretary", centre=need.centre))

    body = {"translations": {"es": {"title": "Ruido nocturno"}}}
    answer = client.patch(address(need), body, content_type="application/json", headers={"if-match": "*"})

    assert (answer.status_code, Challenge.objects.get().translations) == (403, {})


# --- on the page ------------------------------------------------------------------------------------------------------


def form_of(need, code="es"):
    return f"/workspace/challenges/{need.pk}/translations/{code}/"


def test_the_page_shows_source_and_translation_and_saves_what_was_changed(need, client):
    client.force_login(StaffFactory(role="editor", centre=need.centre))
    translate(need, {"es": {"need": "Ruido de camiones."}}, actor=None, origin="machine")

    page = client.get(form_of(need)).content.decode()
    answer = client.post(
        form_of(need), {"title": "Ruido nocturno", "need": "Ruido de camiones.", "version": need.version + 1}
    )

    assert "Els camions fan soroll." in page
    assert answer.status_code == 302
    entries = Challenge.objects.get().translations["es"]
    assert {name: (entry["text"], entry["origin"]) for name, entry in entries.items()} == {
        "title": ("Ruido nocturno", "human"), "need": ("Ruido de camiones.", "machine"),
    }  # fmt: skip
    assert "1 by a machine" in client.get(f"/workspace/challenges/{need.pk}/").content.decode()


def test_whoever_saves_second_sees_what_the_first_wrote(need, client):
    client.force_login(StaffFactory(role="editor", centre=need.centre))
    opened_on = need.version
    translate(need, {"es": {"title": "Ruido nocturno"}}, actor=None)

    answer = client.post(form_of(need), {"title": "Ruido de noche", "need": "", "version": opened_on})

    assert answer.status_code == 412
    assert answer.context["theirs"] == [
        {"label": "Title · Español", "theirs": "Ruido nocturno", "yours": "Ruido de noche"}
    ]
    assert Challenge.objects.get().said_in("es").title == "Ruido nocturno"


@pytest.mark.parametrize(
    ("code", "role", "status"), [("ca", "editor", 404), ("xx", "editor", 404), ("es", "secretary", 403)]
)
def test_the_page_is_for_other_languages_and_for_those_who_translate(need, client, code, role, status):
    client.force_login(StaffFactory(role=role, centre=need.centre))

    assert client.get(form_of(need, code)).status_code == status


# --- by a machine -----------------------------------------------------------------------------------------------------


class Service(BaseHTTPRequestHandler):
    """What LibreTranslate documents of POST /translate, with a word in front of each text."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        answer = {"translatedText": [f"[{body['target']}] {text}" for text in body["q"]]}
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        """Nothing on the terminal."""


@pytest.fixture
def service(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TRANSLATION_URL = f"http://127.0.0.1:{server.server_port}"
    settings.TRANSLATION_KEY = "k"
    yield server
    server.shutdown()
    server.server_close()


def test_the_machine_says_the_rest_in_the_background_and_is_marked(
    need, client, service, django_capture_on_commit_callbacks
):
    editor = StaffFactory(role="editor", centre=need.centre)
    client.force_login(editor)
    translate(need, {"es": {"title": "Ruido nocturno"}}, actor=editor)

    with django_capture_on_commit_callbacks():
        answer = client.post(f"{form_of(need)}rest/")
    run_job(Job.objects.get(task="core.translate_rest").pk)

    assert (answer.status_code, answer["Location"]) == (302, form_of(need))
    asked = {
        "q": ["Els camions fan soroll."],
        "source": "ca",
        "target": "es",
        "format": "text",
        "api_key": "k",
    }
    assert service.asked == [("/translate", asked)]
    assert Challenge.objects.get().translations["es"]["need"] == {
        "text": "[es] Els camions fan soroll.", "origin": "machine", "outdated": False,
    }  # fmt: skip
    with translation.override("es"):
        assert Challenge.objects.get().said.is_machine is True


def test_a_service_that_refuses_leaves_everything_as_it_was(need, service):
    editor = StaffFactory(role="editor", centre=need.centre)
    service.status = 403
    ask_for_the_rest(need, "es", permission="pilots.translate", actor=editor)

    run_job(Job.objects.get(task="core.translate_rest").pk)

    job = Job.objects.get(task="core.translate_rest")
    assert (job.done_at, job.parked_at is not None) == (None, True)
    assert Challenge.objects.get().translations == {}


def test_without_a_service_there_is_no_button_and_no_address(need, client):
    client.force_login(StaffFactory(role="editor", centre=need.centre))

    assert client.post(f"{form_of(need)}rest/").status_code == 404
    assert "rest/" not in client.get(form_of(need)).content.decode()


def test_an_export_has_a_column_for_every_language(need, editor, client):
    client.force_login(editor)
    translate(need, {"es": {"title": "123"}}, actor=editor)

    lines = client.get("/workspace/challenges/?export=csv").getvalue().decode().lstrip("\ufeff").splitlines()

    row = dict(zip(*(line.split(",") for line in lines), strict=True))
    assert {name: row[name] for name in row if name.startswith("title")} == {
        "title": "Soroll de nit", "title_ca": "", "title_es": "123", "title_en": "", "title_fr": "",
    }  # fmt: skip
