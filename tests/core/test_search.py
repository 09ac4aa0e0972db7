"""Are rows found by their words, whatever their accents and spelling, on both engines?"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

from cic.core.indexing import refold
from cic.core.search import FullTextIndex, SearchQuerySet, fold
from partners.models import Organisation
from tests.factories.ideas import DecisionFactory
from tests.factories.partners import MeetingFactory, OrganisationFactory
from tests.factories.trials import IndicatorFactory, LogEntryFactory, MessageFactory, OutcomeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "col·laboració",
        "col•laboració",
        "colŀlaboració",
        "coŀlaboració",
        "col.laboració",
        "COL·LABORACIÓ",
        "COĿLABORACIÓ",
        "collaboracio",
    ],
)
def test_fold_makes_one_word_of_every_spelling(text):
    assert fold(text) == "collaboracio"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Ciutat   Vella,\tBarcelona!", "ciutat vella barcelona"),
        ("Straße", "strasse"),
        ("ﬁnal Ⅳ ２０２６", "final iv 2026"),
        ("l.l", "ll"),
        ("mail. local", "mail local"),
        ("3.14 a.b", "3 14 a b"),
        ("İstanbul ıssız", "istanbul issiz"),
        ("Søren Œuvre Łódź", "soren oeuvre lodz"),
        ("a_b-c/d", "a b c d"),
        ("\x00\ud800\u202e", ""),
        ("", ""),
    ],
)
def test_fold_keeps_letters_and_digits_only(text, folded):
    assert fold(text) == folded


def found(text):
    return set(Organisation.objects.search(text).values_list("name", flat=True))


@pytest.fixture
def three():
    for name in ("Col·laboració Urbana", "Energia i Clima 2026", "Clima de col·laboració"):
        OrganisationFactory(name=name, municipality="")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("col·laboracio", {"Col·laboració Urbana", "Clima de col·laboració"}),
        ("col•laboració", {"Col·laboració Urbana", "Clima de col·laboració"}),
        ("COLŀLABORACIÓ", {"Col·laboració Urbana", "Clima de col·laboració"}),
        ("col.laboració clima", {"Clima de col·laboració"}),
        ("clim", {"Energia i Clima 2026", "Clima de col·laboració"}),
        ("clim energia", set()),
        ("energia clim", {"Energia i Clima 2026"}),
        ("2026", {"Energia i Clima 2026"}),
        ("2027", set()),
        ("cl", set()),
        ("energia i", {"Energia i Clima 2026"}),
        ("   ", {"Col·laboració Urbana", "Energia i Clima 2026", "Clima de col·laboració"}),
        ("!?*", set()),
    ],
)
def test_search_finds_rows_that_hold_every_word(three, text, names):
    assert found(text) == names


NASTY = [
    "'", '"', '""', "*", "clima*", "* OR *", "NEAR(a b)", "a AND", "NOT", "OR", "-clima", "search_text:clima", "^clima",
    "{a b}: c", "a:*", "a & | ! b", "<->", "\\", "%", "_", ";--", "' OR 1=1 --", "(", ")", "a" * 50_000, "a " * 5_000,
    "\x00", "\ud800", "\u202e", "𞤀𞤁", "日本語", "क्षि", "🙂", "1e10", "0x1f", "a@b.c", "http://x/?a=b", "12a", "a12", "\n\t",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_search_takes_any_text(three, text):
    assert found(text) <= {"Col·laboració Urbana", "Energia i Clima 2026", "Clima de col·laboració"}


def test_search_follows_every_kind_of_write(three):
    first = Organisation.objects.order_by("pk").first()
    Organisation.objects.filter(pk=first.pk).update(search_text="lloc nou")
    assert (found("urbana"), found("nou")) == (set(), {first.name})

    Organisation.objects.bulk_create([Organisation(name="Massiu", search_text="massiu nou")])
    assert found("nou") == {first.name, "Massiu"}

    Organisation.objects.filter(name="Massiu").delete()
    assert found("nou") == {first.name}


def test_search_joins_other_narrowing(three):
    rows = Organisation.objects.filter(state="verified").search("clima").order_by("-name")

    assert [row.name for row in rows[:1]] == ["Energia i Clima 2026"]
    assert rows.count() == 2


def test_search_walks_the_index(three):
    plan = Organisation.objects.search("clima").explain()

    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE INDEX" in plan
        assert "SCAN partners_organisation\n" not in plan
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert (
            "Bitmap Index Scan on partners_organisation_fts" in Organisation.objects.search("clima").explain()
        )


@pytest.mark.django_db(transaction=True)
def test_index_is_rebuilt_by_command(three):
    Organisation.objects.filter(name="Energia i Clima 2026").update(search_text="stale")

    call_command("rebuild_index", verbosity=0)

    assert found("energia") == {"Energia i Clima 2026"}
    assert found("stale") == set()


@pytest.mark.parametrize(
    ("migration", "factories_"),
    [
        ("partners.migrations.0013_fill_words", [MeetingFactory]),
        (
            "pilots.migrations.0016_fill_words",
            [OutcomeFactory, DecisionFactory, IndicatorFactory, LogEntryFactory, MessageFactory],
        ),
    ],
)
def test_migration_fills_the_words_of_rows_that_are_there_in_stretches(migration, factories_, monkeypatch):
    monkeypatch.setattr("cic.core.search.FILL_CHUNK", 2)
    said = {"ca": {"summary": {"text": "Ha anat bé", "origin": "human", "outdated": False}}}
    models_ = []
    for factory in factories_:
        row = factory.create_batch(3)[0]
        models_.append(type(row))
        type(row).objects.update(search_text="", sort_key="")
        if hasattr(row, "translations"):
            type(row).objects.filter(pk=row.pk).update(translations=said)

    for operation in import_module(migration).Migration.operations:
        operation.code(apps, SimpleNamespace(connection=connection))

    assert [refold(model) for model in models_] == [0] * len(models_)
    assert not any(model.objects.filter(search_text="").exists() for model in models_)


@pytest.mark.django_db(transaction=True)
def test_index_is_made_and_unmade_by_its_migration():
    operation = FullTextIndex("paper")
    state = ProjectState()
    state.add_model(
        ModelState(
            "specimens",
            "Paper",
            [("id", models.BigAutoField(primary_key=True)), ("search_text", models.TextField())],
            managers=[("objects", SearchQuerySet.as_manager())],
        )
    )
    paper = state.apps.get_model("specimens", "Paper")
    search = lambda text: list(SearchQuerySet(paper).search(text).values_list("search_text", flat=True))  # noqa: E731

    with connection.schema_editor() as editor:
        editor.create_model(paper)
        SearchQuerySet(paper).bulk_create([paper(search_text="older than its index")])
        operation.database_forwards("specimens", editor, state, state)
    assert search("old") == ["older than its index"]

    with connection.schema_editor() as editor:
        operation.database_backwards("specimens", editor, state, state)
        editor.delete_model(paper)
    tables = connection.introspection.table_names()
    assert not [name for name in tables if name.startswith("specimens_")]
    assert (operation.describe(), operation.migration_name_fragment) == ("Word index of paper", "paper_words")


def test_lists_sort_by_plain_letters_alike_on_every_database(client):
    names = ["Ventall", "l'Àgora", "Col·lectiu", "colomar", "Çatalan", "la plaça", "lab"]
    for name in names:
        OrganisationFactory(name=name)

    results = client.get("/api/v1/organisations/?order=name&fields=name&limit=3").json()
    rest = client.get(results["next"]).json()

    assert [row["name"] for row in results["results"] + rest["results"]] == [
        "Çatalan", "Col·lectiu", "colomar", "l'Àgora", "la plaça", "lab",
    ]  # fmt: skip
