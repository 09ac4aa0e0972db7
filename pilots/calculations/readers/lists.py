"""What does a list that was exported here say, once somebody has worked on it? One record per row, column by column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cic.core.cells import LONGEST_CELL, inert, plain

from .cells import line
from .formats import OWN_LISTS, fold, format_of
from .layouts import KINDS, LAYOUTS, Layout, text
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout
from .tabular import Record, open_table

SOURCE = "lists"
WRONG = (
    Problem.INVALID_NUMBER, Problem.INVALID_DATE, Problem.AMBIGUOUS_NUMBER, Problem.TOO_LONG, Problem.UNKNOWN_VALUE,
    Problem.NOT_AS_WRITTEN,
)  # fmt: skip
_SAID_IN = re.compile(r"(\w+)_([a-z]{2,3}(?:-[a-z]+)?)")


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """Per file one row FILE and then one row per record. Raises: Unreadable, UnknownFormat."""
    for path in paths:
        table = open_table(path)
        found = format_of(table, OWN_LISTS)
        first = Row(0, Kind.FILE, "", {"format": found.key, "file": table.path.name}, table.remarks)
        met: set[str] = set()
        yield from of_layout(found.key, [first])
        yield from of_layout(found.key, (_row(record, LAYOUTS[found.key], met) for record in table.records()))


def _row(record: Record, layout: Layout, met: set[str]) -> Row:
    """A row with the columns that are there; an empty cell is a value, a missing column says nothing."""
    if record.problem:
        return Row(record.number, Kind.REJECTED, "", {}, [record.problem])
    found = {fold(name): cell for name, cell in record.cells.items()}
    notes = Notes()
    readers = {name: read for name in found if (read := layout.read_of(name))}
    values = {name: read(found[name], name, notes) for name, read in readers.items()}
    if layout.personal:
        notes.taken = [replace(note, value="") for note in notes.taken]
    values["translations"] = _translations(found, layout, notes)
    key = line(found.get(layout.key, ""), layout.key, notes)[:120]
    version = found.get("version", "").strip().removesuffix(".0")
    values |= {"key": key, "version": int(version) if version.isdecimal() and len(version) < 10 else None}
    wrong = [note for note in notes.taken if note.problem in WRONG]
    wrong += [
        Note(name, Problem.MISSING, "", Action.REJECTED) for name in layout.needed if not values.get(name)
    ]
    if key and key in met:
        wrong.append(Note(layout.key, Problem.REPEATED_ID, key, Action.REJECTED))
    met.add(key)
    if wrong:
        said = [Note(note.field, note.problem, note.value, Action.REJECTED) for note in wrong]
        return Row(record.number, Kind.REJECTED, key, {}, said)
    return Row(record.number, layout.kind, key, values, notes.taken)


def _translations(found: Mapping[str, str], layout: Layout, notes: Notes) -> dict[str, dict[str, Any]]:
    """Language → field → what columns such as `title_es` say; whether the field is translated is not known here."""
    said: dict[str, dict[str, Any]] = {}
    for column, cell in found.items():
        match = _SAID_IN.fullmatch(column)
        read = layout.cells.get(match[1]) if match and layout.read_of(column) is None else None
        if match and read in (line, text):
            said.setdefault(match[2], {})[match[1]] = read(cell, column, notes)
    return said


def reads_alike(kind: str, name: str, value: Any, now: Any) -> bool:
    """Whether a cell that was read as `value` says what the table says of `now`: as it leaves, neutralised, or cut by a sheet."""
    said, read = str(plain(now)), KINDS[kind].read_of(name)
    return read is not None and any(
        read(cell, name, Notes()) == value
        for cell in (said, inert(said), *([said[:LONGEST_CELL]] if len(said) > LONGEST_CELL else []))
    )
