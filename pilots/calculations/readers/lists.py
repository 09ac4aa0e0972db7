"""What does a list that was exported here say, once somebody has worked on it? One record per row, column by column."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .cells import amount, day, line, number, text
from .formats import OWN_LISTS, fold, format_of
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout
from .tabular import Record, open_table

SOURCE = "lists"
WRONG = (Problem.INVALID_NUMBER, Problem.INVALID_DATE, Problem.AMBIGUOUS_NUMBER)
Read = Callable[[str, str, Notes], Any]

# The columns that are taken in, by layout. What the export tells beyond them (a centre, a date of sending) stays as it is.
COLUMNS: Mapping[str, tuple[Kind, str, Mapping[str, Read]]] = {
    "own-organisations": (
        Kind.ORGANISATION,
        "id",
        dict.fromkeys(("name", "legal_name", "helix", "size", "country", "municipality", "state"), line),
    ),
    "own-challenges": (
        Kind.CHALLENGE,
        "reference",
        {"title": line, "need": text, "closes_on": day, "state": line},
    ),
    "own-trials": (
        Kind.TRIAL,
        "reference",
        {
            **dict.fromkeys(("kind", "title", "promoter", "state"), line),
            "starts_on": day,
            "ends_on": day,
            "budget_eur": amount,
        },
    ),
    "own-indicators": (
        Kind.INDICATOR,
        "id",
        {**dict.fromkeys(("trial", "name", "kind", "unit"), line), "baseline": number, "target": number},
    ),
}
NEEDED = {
    Kind.ORGANISATION: ("name",),
    Kind.CHALLENGE: ("title",),
    Kind.TRIAL: ("title",),
    Kind.INDICATOR: ("trial", "name"),
}


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """Per file one row FILE and then one row per record. Raises: Unreadable, UnknownFormat."""
    for path in paths:
        table = open_table(path)
        found = format_of(table, OWN_LISTS)
        first = Row(0, Kind.FILE, "", {"format": found.key, "file": table.path.name}, table.remarks)
        met: set[str] = set()
        yield from of_layout(found.key, [first])
        yield from of_layout(found.key, (_row(record, found.key, met) for record in table.records()))


def _row(record: Record, layout: str, met: set[str]) -> Row:
    """A row with the columns that are there; an empty cell is a value, a missing column says nothing."""
    kind, key_column, readers = COLUMNS[layout]
    if record.problem:
        return Row(record.number, Kind.REJECTED, "", {}, [record.problem])
    cells = {fold(name): cell for name, cell in record.cells.items()}
    notes = Notes()
    values = {name: read(cells[name], name, notes) for name, read in readers.items() if name in cells}
    key = line(cells.get(key_column, ""), key_column, notes)[:120]
    version = cells.get("version", "").strip().removesuffix(".0")
    values |= {"key": key, "version": int(version) if version.isdecimal() and len(version) < 10 else None}
    wrong = [note for note in notes.taken if note.problem in WRONG]
    wrong += [
        Note(name, Problem.MISSING, "", Action.REJECTED) for name in NEEDED[kind] if not values.get(name)
    ]
    if key and key in met:
        wrong.append(Note(key_column, Problem.REPEATED_ID, key, Action.REJECTED))
    met.add(key)
    if wrong:
        said = [Note(note.field, note.problem, note.value, Action.REJECTED) for note in wrong]
        return Row(record.number, Kind.REJECTED, key, {}, said)
    return Row(record.number, kind, key, values, notes.taken)
