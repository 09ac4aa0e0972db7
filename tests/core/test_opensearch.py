"""Does a search engine decide what is found and never who may see it, and is it not missed when it is away?"""

import pytest
from django.test import Client
from structlog.testing import capture_logs

from cic.core import opensearch
from cic.core.background import run_job
from cic.core.finding import find
from cic.core.indexing import searchable_models
from cic.core.models import Job
from cic.core.operations import edit, record, remove
from partners.models import Organisation
from tests.core.engine import Engine
from tests.core.resource_contract import queries_of
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import OrganisationFactory, PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(settings, monkeypatch):
    monkeypatch.setattr(opensearch, "_away_until", 0.0)
    with Engine() as engine:
        settings.SEARCH_URL = engine.url
        yield engine


def filled():
    opensearch.fill([Organisation])


def work_off():
    """Run what waits."""
    for job in Job.objects.filter(done_at=None, task="core.index_records"):
        run_job(job.pk)


def names(text):
    return sorted(Organisation.objects.search(text).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("col·laboració", ["Clima de col·laboració", "Col·laboració Urbana"]),
        ("COL•LABORACIO clim", ["Clima de col·laboració"]),
        ("clim col·laboracio", []),
        ("cli urbana", []),
        ("cl", []),
        ("!?", []),
    ],
)
def test_engine_is_asked_and_finds_what_the_database_finds(engine, text, found):
    for name in ("Col·laboració Urbana", "Clima de col·laboració"):
        OrganisationFactory(name=name, municipality="")
    filled()
    asked = len(engine.asked)

    assert names(text) == found == sorted(Organisation.objects.holding(text).values_list("name", flat=True))
    assert len(engine.asked) - asked == (text != "!?")


def test_analyzer_folds_by_itself_what_somebody_types_to_the_server():
    tokens = {
        Engine.taken_apart(opensearch.SETTINGS, f"co{way}aboració")[0]
        for way in ("l·l", "l•l", "L·L", "l.l", "ŀl")
    }

    assert tokens == {"collaboracio"}


def test_what_is_written_edited_and_removed_reaches_the_engine_by_the_outbox(engine):
    filled()
    admin = StaffFactory(role="admin")
    organisation = record(Organisation(name="Zapp", helix="industry"), actor=admin)
    assert engine.documents == {}
    work_off()
    assert engine.documents == {f"partners.organisation:{organisation.pk}": ("partners.organisation", "zapp")}

    organisation = edit(organisation, {"name": "Zupp"}, actor=admin)
    work_off()
    assert (names("zapp"), names("zupp")) == ([], ["Zupp"])

    remove(organisation, actor=admin)
    work_off()
    assert engine.documents == {}


def test_older_words_do_not_replace_newer_ones(engine):
    organisation = OrganisationFactory(name="Newer", version=7)
    filled()
    Organisation.objects.filter(pk=organisation.pk).update(version=6, search_text="older")

    opensearch.index_records(records={"partners.organisation": [organisation.pk]})

    assert [words for _noun, words in engine.documents.values()] == [organisation.search_text]


def test_l04_l05_engine_that_names_everything_leaks_nothing(engine):
    rival, idea = PartnerFactory(), IdeaFactory(title="Zapp secret", state="submitted")
    opensearch.fill(searchable_models())

    assert [group.total for group in find("zapp", StaffFactory(role="admin"), each=5)] == [1]
    assert find("zapp", rival, each=5) == []
    client = Client()
    client.force_login(rival)
    assert client.get("/api/v1/search/?q=zapp").json()["results"] == []
    assert client.get("/api/v1/ideas/?search=zapp").json()["results"] == []
    assert f"pilots.idea:{idea.pk}" in engine.documents


def test_all_nouns_are_asked_for_at_once(engine):
    OrganisationFactory(name="Zapp")
    opensearch.fill(searchable_models())
    admin = StaffFactory(role="admin")
    admin.standing  # noqa: B018  asked once per request
    asked = len(engine.asked)

    assert queries_of(lambda: find("zapp", admin, each=5)) == 1
    assert len(engine.asked) - asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}),
        (302, {}),
        (200, "no object"),
        (200, {"timed_out": True, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}}),
        (200, {"timed_out": False, "_shards": {"failed": 1}, "hits": {"total": {"value": 0}, "hits": []}}),
        (
            200,
            {
                "timed_out": False,
                "_shards": {"failed": 0},
                "hits": {"total": {"value": 1}, "hits": [{"_id": "x:1"}]},
            },
        ),
    ],
)
def test_engine_that_answers_badly_is_not_believed(engine, answer):
    OrganisationFactory(name="Zapp")
    filled()
    engine.answer = answer
    asked = len(engine.asked)

    with capture_logs() as logs:
        assert [names("zapp"), names("zapp")] == [["Zapp"], ["Zapp"]]

    assert [log["event"] for log in logs] == ["search_engine_unusable"]
    assert "secret" not in str(logs)
    assert len(engine.asked) - asked == 1


def test_engine_that_is_down_leaves_the_search_to_the_database_and_the_words_to_later(engine):
    filled()
    engine.stop()
    record(Organisation(name="Zapp", helix="industry"), actor=StaffFactory(role="admin"))

    assert names("zapp") == ["Zapp"]
    work_off()
    job = Job.objects.get(task="core.index_records")
    assert (job.done_at, job.attempts) == (None, 1)


def test_more_hits_than_one_answer_holds_are_counted_by_the_database(engine, monkeypatch):
    OrganisationFactory.create_batch(3, name="Zapp")
    filled()
    monkeypatch.setattr(opensearch, "MOST_HITS", 2)

    assert names("zapp") == ["Zapp", "Zapp", "Zapp"]


def test_index_that_was_never_filled_is_not_made_by_a_write(engine):
    OrganisationFactory(name="Zapp")
    opensearch.index_records(records={"partners.organisation": [Organisation.objects.get().pk]})

    assert (engine.indices, names("zapp")) == ({}, ["Zapp"])


def test_index_is_made_anew_beside_the_old_one(engine):
    filled()
    [old] = engine.indices
    engine.indices["words-other"] = engine.indices["words-20260101000000"] = {"documents": {}}
    OrganisationFactory(name="Zapp")
    engine.indices[old]["documents"]["partners.organisation:999"] = (
        1,
        {"noun": "partners.organisation", "words": "gone"},
    )
    engine.aliases["words"] = old

    opensearch.fill([Organisation])

    assert [words.split()[0] for _noun, words in engine.documents.values()] == ["zapp"]
    assert "words-other" in engine.indices
    assert "words-20260101000000" not in engine.indices


def test_without_the_setting_nobody_is_asked_or_told(settings):
    settings.SEARCH_URL = ""
    record(Organisation(name="Zapp", helix="industry"), actor=StaffFactory(role="admin"))

    assert names("zapp") == ["Zapp"]
    assert not Job.objects.filter(task="core.index_records").exists()
