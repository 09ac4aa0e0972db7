"""Which of the records that a source describes are new, changed or as they were?"""

from collections.abc import Sequence
from typing import Any

from django.db import models

from cic.core.operations import edit_many, record_many
from pilots.calculations.readers import Action, Problem, Row
from pilots.models import SourceRecord

from . import words
from .fitting import EMPTY, fitted, plain
from .wanted import Chunk, Wanted, coming_key

LONGEST_KEY = 120
NOT_KNOWN = (*EMPTY, "unclassified")


def upsert(
    model: type[models.Model], wanted: Sequence[Wanted], chunk: Chunk, *, noun: str, create_only: bool = False
) -> dict[str, models.Model | None]:
    """Create what is new, change what the source changed, leave alone what a person changed here.

    Returns the records by external id; None where a dry run would create one. With `create_only`,
    a record that is there stays as it is.
    """
    keys = [want.key for want in wanted]
    label = model._meta.label_lower
    rows = model._base_manager.filter(source=chunk.source, external_id__in=keys)
    found: dict[str, Any] = {obj.external_id: obj for obj in rows}  # type: ignore[attr-defined]
    said = _said(label, wanted, chunk)
    result: dict[str, models.Model | None] = dict(found)
    new: list[Any] = []
    edits: list[tuple[Any, dict[str, Any]]] = []
    learnt: list[SourceRecord] = []
    relearnt: list[SourceRecord] = []
    for want in wanted:
        if len(want.key) > LONGEST_KEY:
            chunk.note(want.row, "", Problem.TOO_LONG, want.key, Action.REJECTED)
            chunk.count(noun, "rejected")
            continue
        obj, memory = found.get(want.key), said.get((want.row.layout, want.key))
        once = chunk.run.dry_run or create_only
        if (obj is None and want.key in result) or (once and coming_key(label, want.key) in chunk.coming):
            continue  # created by an earlier row of this import
        values = fitted(model, want, chunk)
        if obj is None and memory is not None:
            chunk.note(want.row, "", words.REMOVED_HERE, want.key, Action.KEPT)
            chunk.count(noun, "unchanged")
        elif obj is None and want.barred:
            chunk.note(want.row, "", want.barred, want.key, Action.REJECTED)
            chunk.count(noun, "rejected")
        elif obj is None:
            result[want.key] = _born(model, want, values, chunk, new, learnt, create_only=create_only)
            chunk.count(noun, "created")
        elif create_only:
            chunk.coming.add(coming_key(label, want.key))
            chunk.count(noun, "unchanged")
        else:
            changes = _changes(obj, memory, values, want, chunk)
            if changes:
                edits.append((obj, changes))
            chunk.count(noun, "changed" if changes else "unchanged")
            _remember(label, want, memory, values, chunk, learnt, relearnt)
    if not chunk.run.dry_run:
        _with_relations(model, [*new, *(obj for obj, _changes in edits)])
        record_many(new, actor=chunk.actor, note=_origin(chunk))
        edit_many(edits, actor=chunk.actor, note=_origin(chunk))
        SourceRecord.objects.bulk_create(learnt, batch_size=500)
        SourceRecord.objects.bulk_update(relearnt, ["values"], batch_size=200)
    return result


def _with_relations(model: type[models.Model], objects: list[Any]) -> None:
    """What each belongs to, in a query for each relation: the log of changes calls a record by their names."""
    relations = [field.name for field in model._meta.concrete_fields if field.many_to_one]
    models.prefetch_related_objects(objects, *relations)


def _said(label: str, wanted: Sequence[Wanted], chunk: Chunk) -> dict[tuple[str, str], SourceRecord]:
    """What this source said of these records before, by layout and external id.

    By layout, because one publisher's files tell one thing in several ways: each is compared with itself.
    """
    layouts = {memory_source(chunk, want.row): want.row.layout for want in wanted}
    memories = SourceRecord.objects.filter(
        object_type=label, source__in=layouts, external_id__in=[want.key for want in wanted]
    )
    return {(layouts[memory.source], memory.external_id): memory for memory in memories}


def memory_source(chunk: Chunk, row: Row) -> str:
    """Under which name the sayings of one layout of a source are kept."""
    return f"{chunk.source}/{row.layout}"


def _origin(chunk: Chunk) -> str:
    return f"{chunk.source}, import {chunk.run.pk}"


def _born(
    model: type[models.Model],
    want: Wanted,
    values: dict[str, Any],
    chunk: Chunk,
    new: list[Any],
    learnt: list[SourceRecord],
    *,
    create_only: bool,
) -> models.Model | None:
    label = model._meta.label_lower
    if chunk.run.dry_run or create_only:
        chunk.coming.add(coming_key(label, want.key))
    if chunk.run.dry_run:
        chunk.note(
            want.row,
            "",
            words.NEW,
            str(values.get("title") or values.get("name") or want.key),
            words.WOULD_WRITE,
        )
        return None
    state = {"state": want.stage} if want.stage else {}
    born = {
        **initial_of(model, want, chunk),
        **{name: value for name, value in values.items() if value is not None},
    }
    obj = model(source=chunk.source, external_id=want.key, **born, **state)
    new.append(obj)
    memory = plain({name: value for name, value in values.items() if value not in EMPTY})
    source = memory_source(chunk, want.row)
    learnt.append(SourceRecord(object_type=label, source=source, external_id=want.key, values=memory))
    return obj


def initial_of(model: type[models.Model], want: Wanted, chunk: Chunk) -> dict[str, Any]:
    """The values given at birth, fitted like the others."""
    return fitted(model, Wanted(want.row, want.initial), chunk) if want.initial else {}


def _changes(
    obj: Any, memory: SourceRecord | None, values: dict[str, Any], want: Wanted, chunk: Chunk
) -> dict[str, Any]:
    """What to set on `obj`: what the source tells anew, unless somebody changed it here in the meantime.

    A layout that describes a record for the first time only fills what is still empty.
    """
    last = memory.values if memory else {}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if value in EMPTY:
            continue  # a source that is silent about a value does not erase it
        if name == "source_values":
            told = last.get(name, {})
            news = {key: told_now for key, told_now in value.items() if told.get(key) != told_now}
            value = {**obj.source_values, **news} if memory else {**news, **obj.source_values}
        now, here = plain(value), plain(getattr(obj, name))
        if now == here or (name != "source_values" and last.get(name) == now):
            continue
        if name != "source_values" and name not in last and here not in NOT_KNOWN:
            continue
        if name != "source_values" and name in last and here != last[name] and here not in NOT_KNOWN:
            chunk.note(want.row, name, words.CHANGED_HERE, f"{here} / {now}", Action.KEPT)
            continue
        chunk.note(want.row, name, words.CHANGED, f"{here} → {now}", chunk.verb)
        changes[name] = value
    if want.stage and obj.state != want.stage and obj.state in want.stage_from:
        chunk.note(want.row, "state", words.CHANGED, f"{obj.state} → {want.stage}", chunk.verb)
        changes["state"] = want.stage
    return changes


def _remember(
    label: str,
    want: Wanted,
    memory: SourceRecord | None,
    values: dict[str, Any],
    chunk: Chunk,
    learnt: list[SourceRecord],
    relearnt: list[SourceRecord],
) -> None:
    said = plain({name: value for name, value in values.items() if value not in EMPTY})
    if memory is None:
        source = memory_source(chunk, want.row)
        learnt.append(SourceRecord(object_type=label, source=source, external_id=want.key, values=said))
        return
    together = {**memory.values, **said}
    if "source_values" in said:
        together["source_values"] = {**memory.values.get("source_values", {}), **said["source_values"]}
    if together != memory.values:
        memory.values = together
        relearnt.append(memory)
