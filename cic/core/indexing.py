"""Are the words every record is found by those that it holds? Mends them, and the indexes over them."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, router, transaction

from .models import Searchable
from .operations import operation
from .search import DERIVED, EVENTS, SUFFIX, derive, statements_to_create, statements_to_drop

CHUNK = 1000


def searchable_models() -> list[type[models.Model]]:
    """Every model whose records are found by words."""
    return [model for model in apps.get_models() if issubclass(model, Searchable)]


def _chunks(model: Any) -> Iterator[list[Any]]:
    last = 0
    while rows := list(model._base_manager.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def refold(model: Any, *, dry_run: bool = False) -> int:
    """Fold the words of every record of `model` again. Returns how many had others.

    Neither version nor audit: the words are derived, no person said anything new.
    """
    changed = 0
    for rows in _chunks(model):
        stale = []
        for row in rows:
            if derive(row):
                stale.append(row)
        changed += len(stale)
        if stale and not dry_run:
            _store(model, stale)
    return changed


@operation
def _store(model: Any, rows: list[Any]) -> None:
    model._base_manager.bulk_update(rows, list(DERIVED), batch_size=200)


def remake(model: Any) -> None:
    """Make the word index of `model` from nothing, its triggers included."""
    connection, table = connections[router.db_for_write(model)], model._meta.db_table
    statements = statements_to_drop(connection.vendor, table)
    statements += statements_to_create(connection.vendor, table, model._meta.pk.column)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def restore_triggers(*, using: str = "default", **kwargs: Any) -> None:
    """After a migration: SQLite drops a table's triggers when it alters the table, and the index would go stale."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        names = {name for (name,) in cursor.fetchall()}
    for model in searchable_models():
        index = model._meta.db_table + SUFFIX
        if index in names and not {f"{index}_{event}" for event in EVENTS} <= names:
            remake(model)
