"""Which rows hold all these words, however they are accented or spelt?"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections, models
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation

from . import opensearch

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12
MIN_PREFIX = 3
SORT_LENGTH = 100
FILL_CHUNK = 2000
# What is worked out from the texts of a record, and no person says.
DERIVED = ("search_text", "sort_key")
SUFFIX = "_fts"
TEXT_COLUMN, VECTOR = '"search_text"', "search_vector"
EVENTS = ("insert", "delete", "update")

# The middle dot of Catalan l·l as people type it: U+00B7, U+2022, U+2027, U+2219, U+22C5, or a full stop.
# NFKD has already turned ŀ (U+0140) into l + U+00B7, which some write after an l of its own.
_GEMINATE = re.compile(r"l{1,2}[\u00b7\u2022\u2027\u2219\u22c5](?=l)|l\.(?=l)")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """`text` as it is compared: lower case, no accents, l·l as ll, words parted by single spaces."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_LETTERS)
    return _NOT_A_WORD.sub(" ", _GEMINATE.sub("l", text)).strip()


def words_of(obj: Any, names: Sequence[str] = (), text: Callable[[Any], str] = str) -> str:
    """The words a Searchable record is found by: those of its SEARCH_FIELDS in every language, folded.

    The record of a migration knows no SEARCH_FIELDS: `names` says them, and `text` what each of them says.
    """
    names = names or obj.SEARCH_FIELDS
    texts = [text(getattr(obj, name) or "") for name in names]
    for entries in (getattr(obj, "translations", None) or {}).values():
        texts += (entry["text"] for name, entry in entries.items() if name in names)
    return fold(" ".join(texts))


def derive(obj: Any) -> bool:
    """Set what a Searchable record is found and sorted by; whether any of it is new."""
    before = obj.search_text, obj.sort_key
    obj.search_text, obj.sort_key = words_of(obj), sort_key(getattr(obj, obj.SORTED_BY))
    return before != (obj.search_text, obj.sort_key)


def sort_key(text: str) -> str:
    """Where `text` stands in a list: accents, case, ç and l·l count as their plain letters, articles stay."""
    return fold(text)[:SORT_LENGTH].strip()


def query_words(text: str) -> list[str]:
    """The folded words of a search, at most MAX_QUERY_WORDS of the first MAX_QUERY_LENGTH characters."""
    # A lone surrogate cannot be sent to a database; it is no letter, so folding drops it.
    return fold(text[:MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS]


def asked_for(text: str) -> tuple[list[str], bool]:
    """The folded words of a search, and whether the last one is the beginning of a word."""
    words = query_words(text)
    # One or two letters begin so many words that the answer would be slow, and no answer to anything.
    return words, bool(words) and len(words[-1]) >= MIN_PREFIX


class _PostgresMatch(models.Func):
    """True where the words of the query (a tsquery in text) are in the row's words, which PostgreSQL keeps beside it.

    A column, not an expression over the text: a page of rows with a common word is found on the way
    through the list, and taking every text apart again on that way would cost more than all the rest.
    """

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """The match in SQL."""
        text, query = (compiler.compile(expression) for expression in self.source_expressions)
        words = f'{text[0].removesuffix(TEXT_COLUMN)}"{VECTOR}"'
        return f"({words} @@ to_tsquery('simple', {query[0]}))", [*text[1], *query[1]]


class SearchQuerySet(models.QuerySet):
    """Rows of a Searchable model, found by their words."""

    def sought_by(self, user: Any) -> Any:
        """Rows that may be found by any of their words for `user`: a record found by a word tells that it holds it."""
        return self.visible_to(user)  # type: ignore[attr-defined]

    def search(self, text: str) -> Any:
        """Rows that somebody looks for: those that `holding` gives, by the search engine where there is one.

        The engine hears of a change a moment later; what must be exact asks `holding`.
        """
        asked = asked_for(text)
        found = opensearch.hits(asked[0], [self.model], prefix=asked[1]) if asked[0] else None
        return self.holding(text) if found is None else self.among(found[self.model])

    def among(self, ids: list[int]) -> Any:
        """Rows with these ids, however many: one parameter of the query."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(pk__in=models.expressions.RawSQL("SELECT unnest(%s::bigint[])", [ids]))
        listed = models.expressions.RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])
        return self.filter(pk__in=listed)

    def holding(self, text: str) -> Any:
        """Rows in which every word of `text` occurs, the last one (from three letters on) as the beginning of a word.

        An empty text narrows nothing; a text without letters or digits finds nothing. Takes any input.
        """
        if not text.strip():
            return self.all()
        words, prefix = asked_for(text)
        if not words:
            return self.none()
        if connections[self.db].vendor == "postgresql":
            query = " & ".join([*words[:-1], words[-1] + ":*" * prefix])
            return self.filter(_PostgresMatch(models.F("search_text"), models.Value(query)))
        table = self.model._meta.db_table + SUFFIX
        match = " ".join(f'"{word}"' for word in words) + "*" * prefix
        found = models.expressions.RawSQL(f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s', [match])
        return self.filter(pk__in=found)


def statements_to_create(vendor: str, table: str, pk: str = "id") -> list[str]:
    """The SQL that makes the word index of one table and fills it from the rows that are there."""
    name = table + SUFFIX
    if vendor == "postgresql":
        words = f"""tsvector GENERATED ALWAYS AS (to_tsvector('simple', {TEXT_COLUMN})) STORED"""
        return [
            f'ALTER TABLE "{table}" ADD COLUMN IF NOT EXISTS "{VECTOR}" {words}',
            f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" USING gin ("{VECTOR}")',
        ]
    add = f'INSERT INTO "{name}" (rowid, search_text) VALUES (new."{pk}", new.search_text);'
    drop = f"""INSERT INTO "{name}" ("{name}", rowid, search_text) VALUES ('delete', old."{pk}", old.search_text);"""
    return [
        # External content: the words are indexed, the text itself is kept once, in its own table.
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{name}" USING fts5'
        f"""(search_text, content='{table}', content_rowid='{pk}', tokenize='unicode61', prefix='3 4')""",
        f'CREATE TRIGGER IF NOT EXISTS "{name}_insert" AFTER INSERT ON "{table}" BEGIN {add} END',
        f'CREATE TRIGGER IF NOT EXISTS "{name}_delete" AFTER DELETE ON "{table}" BEGIN {drop} END',
        f'CREATE TRIGGER IF NOT EXISTS "{name}_update" AFTER UPDATE OF search_text ON "{table}" '
        f"WHEN old.search_text <> new.search_text BEGIN {drop} {add} END",
        f"""INSERT INTO "{name}" ("{name}") VALUES ('rebuild')""",
    ]


def statements_to_drop(vendor: str, table: str) -> list[str]:
    """The SQL that takes the word index of one table away."""
    name = table + SUFFIX
    if vendor == "postgresql":
        return [f'DROP INDEX IF EXISTS "{name}"', f'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{VECTOR}"']
    triggers = [f'DROP TRIGGER IF EXISTS "{name}_{event}"' for event in EVENTS]
    return [*triggers, f'DROP TABLE IF EXISTS "{name}"']


def fill_sort_keys(app_label: str, **models: str) -> RunPython:
    """Migration operation: the sort keys of the rows that are there. `fill_sort_keys("pilots", trial="title")`."""

    def fill(apps: Any, schema_editor: Any) -> None:
        for name, field in models.items():
            rows = apps.get_model(app_label, name)._base_manager.using(schema_editor.connection.alias)
            last = 0
            while part := list(rows.filter(pk__gt=last).order_by("pk").only("pk", field)[:FILL_CHUNK]):
                for row in part:
                    row.sort_key = sort_key(getattr(row, field))
                rows.bulk_update(part, ["sort_key"], batch_size=500)
                last = part[-1].pk

    return RunPython(fill, RunPython.noop, elidable=True)


def fill_words(app_label: str, text: Callable[[Any], str] = str, **models: Sequence[str]) -> RunPython:
    """Migration operation: the words of the rows that are there, each row by the first of its fields in lists.

    `fill_words("pilots", outcome=("summary", "lessons"))`. Stands in a migration of its own that is not atomic: every
    stretch is written by itself, so nobody waits for all of them, and a run that was cut short is run again.
    """

    def fill(apps: Any, schema_editor: Any) -> None:
        for name, fields in models.items():
            rows = apps.get_model(app_label, name)._base_manager.using(schema_editor.connection.alias)
            last = 0
            while part := list(rows.filter(pk__gt=last).order_by("pk")[:FILL_CHUNK]):
                for row in part:
                    row.search_text, row.sort_key = (
                        words_of(row, fields, text),
                        sort_key(getattr(row, fields[0])),
                    )
                rows.bulk_update(part, DERIVED, batch_size=200)
                last = part[-1].pk

    return RunPython(fill, RunPython.noop, elidable=True)


class FullTextIndex(Operation):
    """Migration operation: the word index of a Searchable model. `FullTextIndex("trial")`."""

    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing: the index is not part of Django's picture of the model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create and fill the index."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            vendor = schema_editor.connection.vendor
            for statement in statements_to_create(vendor, model._meta.db_table, model._meta.pk.column):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the index."""
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            for statement in statements_to_drop(schema_editor.connection.vendor, model._meta.db_table):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """One line for `migrate`."""
        return f"Word index of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        """The part of a file name that stands for this operation."""
        return f"{self.model_name.lower()}_words"
