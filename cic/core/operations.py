"""How is anything written? In one transaction, by an actor, with an audit row chained to the one before."""

import functools
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

import structlog
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import opensearch
from .errors import DomainError, NotAllowed, from_validation
from .models import AuditEntry, AuditHead, Searchable, StageChange, Translatable
from .models import Sequence as Numbers
from .models.audit import words_of_entry
from .models.translations import flat
from .search import DERIVED, derive
from .texts import clean_text
from .transitions import Table
from .validators import check_date

P = ParamSpec("P")
R = TypeVar("R")
Obj = TypeVar("Obj", bound=models.Model)

# Fields that no edit may set: the kernel keeps them, or a transition table does.
KEPT = frozenset({"id", "created_at", "updated_at", "version", "reference", "state", "publication", *DERIVED})
# Drawn references have six digits: enough for a city, and short enough to be read out.
DRAWN_FROM = 100_000
_open: ContextVar[list[AuditEntry] | None] = ContextVar("open_audit_entries", default=None)


@contextmanager
def _ledger() -> Iterator[None]:
    """Collect audit entries; the outermost ledger chains and writes them as the last act before commit.

    Written last so that the lock on the chain's head is the last one taken: two operations can
    wait for each other's rows only in one order, and never dead-lock on the head.
    """
    outer = _open.get()
    entries: list[AuditEntry] = []
    token = _open.set(entries)
    try:
        yield
        if outer is None:
            _seal(entries)
        else:
            outer.extend(entries)
    finally:
        _open.reset(token)


def _seal(entries: list[AuditEntry]) -> None:
    if not entries:
        return
    head, _created = AuditHead.objects.select_for_update().get_or_create(pk=1)
    for entry in entries:
        head.position += 1
        entry.position, entry.previous_hash = head.position, head.hash
        entry.hash = head.hash = entry.digest()
    AuditEntry.objects.bulk_create(entries, batch_size=500)
    head.save()
    if opensearch.in_use():
        tell_search(
            (entry.object_type, int(entry.object_id))
            for entry in entries
            if issubclass(apps.get_model(entry.object_type), Searchable)
        )


def tell_search(written: Iterable[tuple[str, int]]) -> None:
    """Have the search engine, where there is one, told the words of these records (label, id), once they are written."""
    # The jobs themselves write by operations.
    from .background import enqueue

    records: dict[str, set[int]] = {}
    for label, pk in written:
        records.setdefault(label, set()).add(pk)
    if records and opensearch.in_use():
        enqueue("core.index_records", records={label: sorted(ids) for label, ids in records.items()})


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` one write: all of it or none of it, its audit rows included."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), _ledger():
            return function(*args, **kwargs)

    return run


def snapshot(obj: models.Model, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The stored values of `obj` by field name; foreign keys as ids, files as names."""
    values: dict[str, Any] = {}
    for field in obj._meta.concrete_fields:
        if field.name in (*DERIVED, "updated_at", "created_at", "version", "password"):
            continue
        if names is not None and field.name not in names:
            continue
        value = getattr(obj, field.attname)
        values[field.name] = value.name if isinstance(field, models.FileField) else value
    return values


def audit(
    obj: models.Model,
    action: str,
    *,
    actor: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    authority: str = "",
) -> AuditEntry:
    """Add one audit entry to the running operation. `action` is a verb; the noun is put before it."""
    entries = _open.get()
    if entries is None:
        raise RuntimeError("audit() is called from within an @operation only.")
    entry = AuditEntry(
        actor=actor if actor is not None and actor.is_authenticated else None,
        authority=authority[:300],
        action=f"{obj._meta.model_name}.{action}",
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:300],
        before=_plain(before),
        after=_plain(after),
        note=note,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        centre_id=getattr(obj, "centre_id", None),
    )
    entry.words = words_of_entry(entry.object_label, entry.before, entry.after, note)
    entries.append(entry)
    return entry


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """`values` as JSON keeps them, so that the digest of a stored row equals that of the new one."""
    return {name: _plain_value(value) for name, value in (values or {}).items()}


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list | tuple | set):
        return [_plain_value(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def lock(obj: Obj, expected_version: int | None = None) -> Obj:
    """The row of `obj`, fresh and locked until the operation ends.

    Raises: DomainError "stale" when somebody changed it since `expected_version`.
    """
    fresh = obj._meta.model._base_manager.select_for_update().get(pk=obj.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise DomainError("stale", _("Somebody changed this since you opened it."))
    return fresh


def _prepare(obj: models.Model, before: Mapping[str, Any] | None = None) -> None:
    """Clean every text of `obj`, mark translations that lag behind what it said `before`, fold the words it is found by."""
    for field in obj._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.FileField):
            value = getattr(obj, field.attname)
            if isinstance(value, str) and value and field.name not in (*DERIVED, "password"):
                multiline = not isinstance(field, models.CharField)
                setattr(obj, field.attname, clean_text(value, multiline=multiline))
    if before is not None and isinstance(obj, Translatable):
        obj.age([name for name in obj.TRANSLATED if getattr(obj, name) != before[name]], before)
    if isinstance(obj, Searchable):
        derive(obj)


def _validate(obj: models.Model) -> None:
    try:
        obj.full_clean()
    except ValidationError as error:
        raise from_validation(error) from error


@operation
def next_references(prefix: str, count: int = 1) -> list[str]:
    """The next `count` references of `prefix` in this (local) year, such as `P-2026-014`."""
    year = timezone.localdate().year
    row, _created = Numbers.objects.select_for_update().get_or_create(prefix=prefix, year=year)
    first, row.last = row.last + 1, row.last + count
    row.save()
    return [f"{prefix}-{year}-{number:03d}" for number in range(first, row.last + 1)]


def _drawn_reference(model: Any) -> str:
    """A reference of this (local) year that tells neither how many there are nor which came first."""
    while True:
        number = DRAWN_FROM + secrets.randbelow(9 * DRAWN_FROM)
        reference = f"{model.REFERENCE_PREFIX}-{timezone.localdate().year}-{number}"
        if not model._base_manager.filter(reference=reference).exists():
            return reference


def _new_references(model: Any, count: int) -> list[str]:
    if model.REFERENCES_IN_ORDER:
        return next_references(model.REFERENCE_PREFIX, count)
    return [_drawn_reference(model) for _each in range(count)]


@operation
def record(obj: Obj, *, actor: Any, note: str = "", authority: str = "", action: str = "create") -> Obj:
    """Save a new object and audit it.

    Raises: DomainError "invalid" with the fields at fault.
    """
    _prepare(obj)
    prefix = getattr(obj, "REFERENCE_PREFIX", "")
    if prefix and not obj.reference:  # type: ignore[attr-defined]
        obj.reference = _new_references(type(obj), 1)[0]  # type: ignore[attr-defined]
    _validate(obj)
    obj.save(force_insert=True)
    audit(obj, action, actor=actor, after=snapshot(obj), note=note, authority=authority)
    return obj


@operation
def record_many(objects: list[Obj], *, actor: Any, note: str = "", action: str = "import") -> list[Obj]:
    """Save many new objects of one model at once and audit each. Rows are not validated one by one."""
    if not objects:
        return objects
    prefix = getattr(objects[0], "REFERENCE_PREFIX", "")
    references = iter(_new_references(type(objects[0]), len(objects))) if prefix else None
    for obj in objects:
        _prepare(obj)
        if references:
            obj.reference = next(references)  # type: ignore[attr-defined]
    type(objects[0])._base_manager.bulk_create(objects, batch_size=500)
    for obj in objects:
        audit(obj, action, actor=actor, after=snapshot(obj), note=note)
    return objects


@operation
def edit_many(
    changes: Sequence[tuple[Obj, Mapping[str, Any]]], *, actor: Any, note: str = "", action: str = "import"
) -> list[Obj]:
    """Apply to each object of one model its own changes, at once; audit what really changed, and return those.

    For what a source of record says: a changed `state` is taken over and remembered as a stage. Like
    `record_many`, rows are not validated one by one.
    """
    if not changes:
        return []
    model = type(changes[0][0])
    fresh = model._base_manager.select_for_update().in_bulk([obj.pk for obj, _values in changes])
    edited: list[Obj] = []
    names: set[str] = set(DERIVED) if issubclass(model, Searchable) else set()
    for obj, values in changes:
        row = fresh[obj.pk]
        before = snapshot(row)
        for name, value in values.items():
            setattr(row, name, value)
        _prepare(row, before)
        after = snapshot(row)
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            continue
        row.version += 1
        row.updated_at = timezone.now()
        names.update((*changed, "version", "updated_at"))
        edited.append(row)
        if "state" in changed:
            _remember_stage(row, action, before["state"], actor=actor, reason=note)
        old, new = _told(before, after, changed), _told(after, before, changed)
        audit(row, action, actor=actor, before=old, after=new, note=note)
    if edited:
        model._base_manager.bulk_update(edited, sorted(names), batch_size=200)
    return edited


def _remember_stage(obj: Any, move_name: str, from_state: str, *, actor: Any, reason: str) -> None:
    StageChange.objects.create(
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        field="state",
        move=move_name,
        from_state=from_state,
        to_state=obj.state,
        actor=actor,
        reason=reason,
        effective_at=timezone.now(),
    )


@operation
def edit(
    obj: Obj,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    expected_version: int | None = None,
    action: str = "edit",
) -> Obj:
    """Apply `changes` (field name to value; a list for many-to-many) and audit what really changed.

    Nothing changed means nothing written. Raises: DomainError "invalid" or "stale".
    """
    fresh = lock(obj, expected_version)
    many = {field.name for field in fresh._meta.many_to_many}
    refused = [name for name in changes if name in KEPT]
    if refused:
        raise DomainError(
            "invalid", _("These fields cannot be set."), fields={n: [_("Read-only.")] for n in refused}
        )
    before = snapshot(fresh)
    for name, value in changes.items():
        if name not in many:
            setattr(fresh, name, value)
    _prepare(fresh, before)
    after = snapshot(fresh)
    changed = [name for name in after if after[name] != before[name]]
    links_before, links_after = {}, {}
    for name in many & set(changes):
        old, new = set(getattr(fresh, name).values_list("pk", flat=True)), {item.pk for item in changes[name]}
        if old != new:
            links_before[name], links_after[name] = sorted(old), sorted(new)
    if not changed and not links_after:
        return fresh
    _validate(fresh)
    if hasattr(fresh, "version"):
        fresh.version += 1
    fresh.save()
    for name in links_after:
        getattr(fresh, name).set(changes[name])
    audit(
        fresh,
        action,
        actor=actor,
        before=_told(before, after, changed) | links_before,
        after=_told(after, before, changed) | links_after,
        note=note,
        authority=authority,
    )
    return fresh


def _told(values: Mapping[str, Any], others: Mapping[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    """The `changed` ones of `values`; of the translations only those texts that are not the same in `others`."""
    told = {name: values[name] for name in changed if name != "translations"}
    if "translations" in changed:
        here, there = flat(values["translations"]), flat(others["translations"])
        told |= {
            name: here.get(name, "")
            for name in here.keys() | there.keys()
            if here.get(name) != there.get(name)
        }
    return told


@operation
def touch(obj: Obj, *, actor: Any) -> None:
    """Raise the version of `obj` because something that belongs to it changed."""
    obj._meta.model._base_manager.filter(pk=obj.pk).update(
        version=models.F("version") + 1, updated_at=timezone.now()
    )


@operation
def remove(obj: models.Model, *, actor: Any, note: str = "") -> None:
    """Delete `obj`; the audit row keeps its label, id, last values and links, so that it can be brought back.

    Raises: DomainError "limit" when others depend on it.
    """
    try:
        links = {
            field.name: sorted(getattr(obj, field.name).values_list("pk", flat=True))
            for field in obj._meta.many_to_many
        }
        version = {"version": obj.version} if hasattr(obj, "version") else {}
        audit(obj, "remove", actor=actor, before=snapshot(obj) | links | version, note=note)
        obj.delete()
    except models.ProtectedError as error:
        raise DomainError("limit", _("Other records depend on this one.")) from error


@operation
def move(
    obj: Obj,
    table: Table,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Obj:
    """Take `obj` along one row of `table`: locked, checked, saved, remembered and audited.

    `changes` may set the fields the row needs or asks. Raises: NotAllowed; DomainError
    "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    row = table.find(name)
    _check_moment(effective_at)
    fresh = lock(obj, expected_version)
    if actor is not None and not (actor.is_active and row.who(actor, fresh)):
        raise NotAllowed()
    state = getattr(fresh, table.field)
    if state not in row.from_states:
        label = getattr(fresh, f"get_{table.field}_display")()
        raise DomainError(
            "wrong_state", _("This is not possible while it is “%(state)s”.") % {"state": label}
        )
    before = snapshot(fresh)
    unknown = set(changes or {}) - set(row.needs) - set(row.asks) - set(row.sets)
    if unknown:
        fields = {key: [_("This move does not set it.")] for key in sorted(unknown)}
        raise DomainError("invalid", _("This move does not set these fields."), fields=fields)
    for key, value in (changes or {}).items():
        setattr(fresh, key, value)
    missing = {key: [_("Fill this in first.")] for key in row.needs if getattr(fresh, key) in (None, "", [])}
    if row.note_required and not note.strip():
        missing["note"] = [_("Give the reason.")]
    blockers = list(row.blockers(fresh))
    if missing or blockers:
        labels = [str(_field_label(fresh, key)) for key in missing]
        sentences = blockers + ([_("Missing: %(fields)s.") % {"fields": ", ".join(labels)}] if labels else [])
        raise DomainError("incomplete", " ".join(map(str, sentences)), fields=missing, blockers=sentences)
    setattr(fresh, table.field, row.to_state)
    _prepare(fresh, before)
    if changes:
        _validate(fresh)
    fresh.version += 1  # type: ignore[attr-defined]
    fresh.save()
    StageChange.objects.create(
        object_type=fresh._meta.label_lower,
        object_id=fresh.pk,
        field=table.field,
        move=name,
        from_state=state,
        to_state=row.to_state,
        actor=actor,
        authority=authority,
        reason=clean_text(note, multiline=True),
        effective_at=effective_at or timezone.now(),
    )
    after = snapshot(fresh)
    changed = [key for key in after if after[key] != before[key]]
    audit(
        fresh,
        name,
        actor=actor,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
        note=note,
        authority=authority,
    )
    return fresh


def _check_moment(effective_at: datetime | None) -> None:
    """What is recorded has happened: today, or before, on a day that every zone can show."""
    if effective_at is None:
        return
    sentence = ""
    try:
        check_date(effective_at)
        if timezone.localdate(effective_at) > timezone.localdate():
            sentence = _("A move takes place today or took place before.")
    except ValidationError as error:
        sentence = " ".join(error.messages)
    if sentence:
        raise DomainError("invalid", sentence, fields={"effective_at": [sentence]})


def _field_label(obj: models.Model, name: str) -> Any:
    return _("reason") if name == "note" else obj._meta.get_field(name.removesuffix("_id")).verbose_name
