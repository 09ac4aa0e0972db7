"""Does every model, write, task, state, order and setting keep the rules of the house?"""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from cic.celery import app as celery
from cic.core.permissions import can
from cic.core.topics import topic_of
from cic.settings.env import TABLE
from cic.urls import ROOMS

from .tables import modules_of, ways
from .world import factories, room_models

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("cic", "partners", "events", "pilots", "community", "cms")
API = [resource for room in ROOMS for resource in room.API]


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the rooms, without migrations."""
    for folder in folders or FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_every_model_has_a_docstring_and_a_factory():
    undocumented = [
        model
        for model in room_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]
    without = [
        model for model in room_models() if model._meta.app_label != "core" and model not in factories()
    ]

    assert undocumented == []
    assert without == []


# --- writes ---------------------------------------------------------------------------------------------------------

WRITES = {
    "save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "raw_delete",
}  # fmt: skip
# Where something is written outside of an operation, and why that is right.
WRITERS = {
    "cic/core/operations.py": "the operations themselves",
    "cic/core/background": "the outbox and its receipts, in the transaction of the operation that enqueues",
    "cic/core/idempotency.py": "the key, in the transaction of the request's effect",
    "cic/core/tokens.py": "operations on tokens, and the hour of their last use",
    "cic/core/indexing.py": "derived words",
    "cic/core/search.py": "the same, within a migration",
    "cic/core/files.py": "operations on files",
    "cic/core/scanning.py": "operations on files that are held",
    "cic/core/webhooks": "operations on webhooks, and how far each has followed the log",
    "cic/core/bins.py": "the operations that bring a removed record back, and that let its bytes go",
    "cic/core/auditing.py": "the operation that keeps what a check of the log found",
    "cic/core/exports.py": "operations on exports",
    "cic/core/notifications.py": "operations on what people are told",
    "cic/core/digests.py": "which notifications were in a daily mail",
    "cic/providers.py": "the door of those who come in by the city's own sign-in; the person is made by sign_up",
    "cic/accounts.py": "the door allauth signs people up through: there is no actor yet",
    "partners/models/users.py": "the manager that Django's own commands make accounts with",
}


def is_a_row_write(call: ast.Call) -> bool:
    """Whether this is a write through a manager, a queryset or an instance, as far as its text tells."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    before = ast.unparse(call.func.value)
    through_rows = re.search(
        r"\.(objects|_base_manager|_default_manager|all\(|filter\(|exclude\(|select_for_update\()", before
    )
    if call.func.attr in ("update", "delete", "create"):
        return bool(through_rows)
    if call.func.attr == "save":
        return not re.search(r"form|storage|workbook|image|picture|page|revision", before)
    return True


def test_only_operations_write():
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)[:80]}"
        for path, tree in sources()
        if "operations" not in path.parts and path.stem != "operations" and "management" not in path.parts
        if not any(str(path).startswith(writer) for writer in WRITERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_a_row_write(node)
    ]

    assert found == []


# Operations without an actor, and whose act they are.
NOBODYS = {
    "partners.operations.agreements.expire_agreement": "the calendar's",
    "partners.operations.people.sign_up": "of the person who comes to be by it",
    "pilots.operations.imports.chunks.take_chunk": "of whoever started the run",
    "pilots.operations.imports.chunks.take_singly": "of whoever started the run",
    "cms.operations.trees.set_up_site": "the installation's",
}


def is_operation(function: FunctionType) -> bool:
    """Whether `@operation` made it one write."""
    return function.__code__.co_filename.endswith("cic/core/operations.py")


@pytest.mark.parametrize("room", ["partners", "events", "pilots", "community", "cms"])
def test_every_operation_is_one_transaction_by_a_named_actor(room):
    wrong = []
    for module in modules_of(f"{room}.operations"):
        for name, function in vars(module).items():
            if (
                not inspect.isfunction(function)
                or function.__module__ != module.__name__
                or name.startswith("_")
            ):
                continue
            actor = inspect.signature(function).parameters.get("actor")
            named = actor is not None and actor.kind is actor.KEYWORD_ONLY
            place = f"{module.__name__}.{name}"
            if named != is_operation(function) and place not in NOBODYS:
                wrong.append(place)

    assert wrong == []


# --- background work --------------------------------------------------------------------------------------------------


def literals(name: str, position: int = 0) -> Iterator[tuple[str, str]]:
    """The literal argument at `position` of every call of `name`, with its place."""
    for path, tree in sources():
        for node in ast.walk(tree):
            called = (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
            )
            if called and len(node.args) > position and isinstance(node.args[position], ast.Constant):
                yield f"{path}:{node.lineno}", node.args[position].value


def test_every_enqueued_name_is_a_task():
    celery.loader.import_default_modules()
    celery.autodiscover_tasks(force=True)

    unknown = [(place, name) for place, name in literals("enqueue") if name not in celery.tasks]

    assert unknown == []


def test_every_scheduled_name_is_a_task():
    celery.loader.import_default_modules()
    celery.autodiscover_tasks(force=True)

    assert [
        row["task"] for row in celery.conf.beat_schedule.values() if row["task"] not in celery.tasks
    ] == []


# --- transition tables --------------------------------------------------------------------------------------------------


# A proof of concept is planned where a pilot is prepared; into a group one is invited where another asks.
STARTS = {"Trial": ("planned", "preparing"), "GroupMember": ("asked", "invited")}


def stateful_fields() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every model field that a table moves."""
    for model in room_models():
        for field in model._meta.concrete_fields:
            if (model._meta.model_name, field.name) in ways():
                yield model, field


def test_every_table_belongs_to_a_model():
    known = {model._meta.model_name: model for model in room_models()}

    # A few walk along what is worked out, such as the stage of a decision, and not along a column.
    assert [way for way in ways() if not hasattr(known.get(way[0]), way[1])] == []


def test_every_state_is_reachable():
    dead = {}
    for model, field in stateful_fields():
        moves = ways()[model._meta.model_name, field.name]
        reached = set(STARTS.get(model.__name__, ())) | {field.get_default()}
        while more := {row.to_state for row in moves if set(row.from_states) & reached} - reached:
            reached |= more
        states = {key for key, _label in field.flatchoices} | {
            state for row in moves for state in row.from_states
        }
        if unreached := states - reached:
            dead[f"{model.__name__}.{field.name}"] = unreached

    assert dead == {}


# --- search and order -----------------------------------------------------------------------------------------------------


def test_search_over_confidential_words_is_closed_to_who_may_not_read_them():
    nobody = AnonymousUser()
    for _name, viewset in API:
        secret = viewset.serializer_class.confidential_fields
        words = set(getattr(viewset.model, "SEARCH_FIELDS", ())) & set(secret)
        if viewset.filterset_class and any(not can(nobody, secret[field]) for field in words):
            assert "search" in viewset.filterset_class.hidden(nobody, secret)


def indexed(model: type[models.Model]) -> set[str]:
    """The fields with which an index, a key or a unique constraint of `model` begins."""
    first = {field.name for field in model._meta.concrete_fields if field.db_index or field.unique}
    for index in [*model._meta.indexes, *model._meta.constraints]:
        if getattr(index, "fields", None):
            first.add(index.fields[0].lstrip("-"))
    return first


# The nouns that imports, programs and years fill; the others are read within one of these.
GROWING = ("organisations", "agreements", "challenges", "ideas", "trials", "measurements", "outcomes")


@pytest.mark.parametrize(("name", "viewset"), [row for row in API if row[0] in GROWING])
def test_every_declared_order_of_a_growing_noun_is_answered_by_an_index(name, viewset):
    columns = {field.name for field in viewset.model._meta.concrete_fields}

    assert set(viewset.orders().values()) & columns - indexed(viewset.model) == set()


# --- settings ------------------------------------------------------------------------------------------------------------


def test_readme_lists_the_settings_as_they_are():
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (\w+) \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )

    def shown(value: object) -> str:
        text = (
            ", ".join(value)
            if isinstance(value, list)
            else str(value).lower()
            if isinstance(value, bool)
            else str(value)
        )
        return f"`{text}`" if text else "–"

    assert rows == [(row.name, row.type, shown(row.default), row.meaning) for row in TABLE]


def test_settings_are_read_in_one_place():
    readers = [
        str(path)
        for path, tree in sources()
        if str(path) not in ("cic/settings/env.py", "cic/up.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and getattr(node.value, "id", "") == "os"
        if "setdefault" not in ast.unparse(tree)
    ]

    assert readers == []


# --- mails ---------------------------------------------------------------------------------------------------------------


def test_every_mail_has_a_topic():
    kinds = [
        f"{path.parts[0] if path.parts[0] != 'cic' else 'core'}.{path.stem}"
        for folder in FOLDERS
        for path in (found.relative_to(ROOT) for found in sorted((ROOT / folder).rglob("mail/*.txt")))
    ]
    without = [kind for kind in kinds if not topic_of(kind)]

    assert len(kinds) > 50
    assert without == []


def test_every_mail_has_its_text():
    missing = []
    for place, kind in [*literals("notify", 1), *literals("notify_all", 1)]:
        room, _dot, name = kind.partition(".")
        try:
            get_template(f"{room}/mail/{name}.txt")
        except TemplateDoesNotExist:
            missing.append((place, kind))

    assert missing == []
    assert settings.EMAIL_TIMEOUT
