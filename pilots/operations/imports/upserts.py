"""Which of the records that a source describes are new, changed or as they were?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from cic.core.operations import edit_many, record_many
from cic.core.texts import clean_text
from cic.core.validators import check_web_address
from pilots.calculations.readers import Action, Problem, Row
from pilots.models import ImportNote, ImportRun, SourceRecord

from . import words

EMPTY: tuple[Any, ...] = (None, "", [], {})
NOT_KNOWN = (*EMPTY, "unclassified")


@dataclass(slots=True)
class Wanted:
    """What a row asks of one record: `values` follow the source, `initial` are given at birth only.

    `stage` is the state the source speaks of now; a record goes there only from the states in `stage_from`.
    """

    row: Row
    values: dict[str, Any]
    initial: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    stage: Any = ""
    stage_from: tuple[Any, ...] = ()

    @property
    def key(self) -> str:
        return self.external_id or self.row.external_id


@dataclass(slots=True)
class Chunk:
    """A stretch of rows under way: whose, for what, and what there is to report.

    `coming` remembers what this import has created, or in a dry run would have.
    """

    run: ImportRun
    coming: set[int]
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[ImportNote] = field(default_factory=list)

    @property
    def actor(self) -> Any:
        return self.run.actor

    @property
    def source(self) -> str:
        return self.run.origin

    def count(self, noun: str, what: str) -> None:
        """Count one record of `noun` as created, changed, unchanged or rejected."""
        self.tally[noun, what] += 1

    def note(self, row: Row, name: str, problem: str, value: object, action: str) -> None:
        """Add a line to the report."""
        self.notes.append(
            ImportNote(
                run=self.run,
                row=row.number,
                kind=str(row.kind),
                external_id=row.external_id[:120],
                field=name[:60],
                problem=str(problem),
                value=str(value)[:500],
                action=str(action),
            )
        )

    def reject(self, row: Row, name: str, problem: str, value: object) -> None:
        """Report that `row` was not imported."""
        self.note(row, name, problem, value, Action.REJECTED)
        self.count(str(row.kind), "rejected")

    @property
    def verb(self) -> str:
        """What is done about a change: it is written, or would be."""
        return words.WOULD_WRITE if self.run.dry_run else words.WRITTEN


def coming_key(label: str, external_id: str) -> int:
    """A small stand-in for a record that a dry run would create."""
    return hash((label, external_id))


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
    said = {
        memory.external_id: memory
        for memory in SourceRecord.objects.filter(
            object_type=label, source=chunk.source, external_id__in=keys
        )
    }
    result: dict[str, models.Model | None] = dict(found)
    new: list[Any] = []
    edits: list[tuple[Any, dict[str, Any]]] = []
    learnt: list[SourceRecord] = []
    relearnt: list[SourceRecord] = []
    for want in wanted:
        obj, memory = found.get(want.key), said.get((want.row.layout, want.key))
        once = chunk.run.dry_run or create_only
        if (obj is None and want.key in result) or (once and coming_key(label, want.key) in chunk.coming):
            continue  # created by an earlier row of this import
        values = fitted(model, want, chunk)
        if obj is None and memory is not None:
            chunk.note(want.row, "", words.REMOVED_HERE, want.key, Action.KEPT)
            chunk.count(noun, "unchanged")
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
        record_many(new, actor=chunk.actor, note=_origin(chunk))
        edit_many(edits, actor=chunk.actor, note=_origin(chunk))
        SourceRecord.objects.bulk_create(learnt, batch_size=500)
        SourceRecord.objects.bulk_update(relearnt, ["values"], batch_size=200)
    return result


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


def plain(value: Any) -> Any:
    """`value` as JSON keeps it, so that what was said can be compared with what is said."""
    if value is None or isinstance(value, bool | int | float | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items() if item not in EMPTY}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@cache
def _texts(model: Any) -> dict[str, tuple[bool, int | None, bool]]:
    """The text fields of a model: whether they hold several lines, how many characters, whether an address."""
    return {
        each.attname: (
            not isinstance(each, models.CharField),
            each.max_length,
            check_web_address in each.validators,
        )
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField)
    }


def fitted(model: type[models.Model], want: Wanted, chunk: Chunk) -> dict[str, Any]:
    """The values as the model can hold them: texts cleaned and cut, addresses checked; each loss noted."""
    texts: dict[str, tuple[bool, int | None, bool]] = _texts(model)  # type: ignore[arg-type]
    values = {}
    for name, value in want.values.items():
        if name in texts and isinstance(value, str):
            multiline, longest, is_address = texts[name]
            value = clean_text(value, multiline=multiline)
            if longest and len(value) > longest:
                chunk.note(
                    want.row, name, Problem.TOO_LONG, f"{len(value)} > {longest}: {value}", Action.SHORTENED
                )
                value = "" if is_address else value[: longest - 1].rstrip() + "…"
            if is_address and value and not _is_address(value):
                chunk.note(want.row, name, Problem.NOT_AN_ADDRESS, value, Action.LEFT_EMPTY)
                value = ""
        elif name == "source_values":
            value = plain(value)
        values[name] = value
    return values


def _is_address(value: str) -> bool:
    try:
        check_web_address(value)
    except ValidationError:
        return False
    return True
