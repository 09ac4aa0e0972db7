"""What does a list that was exported here say, once somebody has worked on it? One record per row, column by column."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from cic.core.cells import LONGEST_CELL, inert, plain

from . import cells
from .cells import amount, day, line, moment, number, several, whole, yes_no
from .formats import OWN_LISTS, fold, format_of
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout
from .tabular import LARGEST_CELL_CHARACTERS, Record, open_table

SOURCE = "lists"
WRONG = (
    Problem.INVALID_NUMBER, Problem.INVALID_DATE, Problem.AMBIGUOUS_NUMBER, Problem.TOO_LONG, Problem.UNKNOWN_VALUE,
)  # fmt: skip
Read = Callable[[str, str, Notes], Any]
# How long a text may be is for its operation to say: here it loses nothing.
_SAID_IN = re.compile(r"(\w+)_([a-z]{2,3}(?:-[a-z]+)?)")
text: Read = partial(cells.text, longest=LARGEST_CELL_CHARACTERS)

# The columns that are taken in, by layout. What the export tells beyond them (a centre, a date of sending) stays as it is.
COLUMNS: Mapping[str, tuple[Kind, str, Mapping[str, Read]]] = {
    "own-organisations": (
        Kind.ORGANISATION,
        "id",
        {
            **dict.fromkeys(
                ("name", "legal_name", "helix", "size", "country", "municipality", "language", "state"), line
            ),
            "description": text,
        },
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
    "own-centres": (
        Kind.CENTRE,
        "reference",
        {**dict.fromkeys(("name", "lead_unit", "contact_email", "language", "state"), line), "purpose": text},
    ),
    "own-agreements": (
        Kind.AGREEMENT,
        "reference",
        {
            **dict.fromkeys(("title", "kind", "language", "register_url", "state"), line),
            **dict.fromkeys(
                ("object", "extension_clause", "confidentiality_clause", "property_clause", "committee"), text
            ),
            "starts_on": day,
            "ends_on": day,
            "notice_days": whole,
        },
    ),
    "own-ideas": (
        Kind.IDEA,
        "reference",
        {
            **dict.fromkeys(("title", "language", "organisation", "challenge", "state"), line),
            **dict.fromkeys(("problem", "proposal", "novelty", "beneficiaries", "asked_of_city"), text),
            "trl": whole,
        },
    ),
    "own-events": (
        Kind.EVENT,
        "reference",
        {
            **dict.fromkeys(("kind", "title", "place", "interpretation", "zone", "language"), line),
            "summary": text,
            "spoken": several,
            "gives_certificates": yes_no,
        },
    ),
    "own-sessions": (
        Kind.SESSION,
        "reference",
        {
            **dict.fromkeys(
                ("event", "title", "thematic_line", "zone", "place", "recording_url", "language", "state"),
                line,
            ),
            "summary": text,
            "starts_at": moment,
            "ends_at": moment,
            "capacity": whole,
        },
    ),
    "own-registrations": (
        Kind.REGISTRATION,
        "id",
        dict.fromkeys(("session", "name", "email", "language", "state"), line),
    ),
    "own-capsules": (
        Kind.CAPSULE,
        "reference",
        {
            **dict.fromkeys(("title", "audience", "level", "language", "state"), line),
            **dict.fromkeys(("summary", "goals", "text"), text),
            "minutes": whole,
        },
    ),
}
READERS: Mapping[Kind, Mapping[str, Read]] = {kind: readers for kind, _key, readers in COLUMNS.values()}
NEEDED = {
    Kind.ORGANISATION: ("name",),
    Kind.CHALLENGE: ("title",),
    Kind.TRIAL: ("title",),
    Kind.INDICATOR: ("trial", "name"),
    Kind.CENTRE: ("name",),
    Kind.AGREEMENT: ("title",),
    Kind.IDEA: ("title",),
    Kind.EVENT: ("title",),
    Kind.SESSION: ("event", "title"),
    Kind.REGISTRATION: ("session", "name", "email"),
    Kind.CAPSULE: ("title",),
}
# The report of such a row says what was wrong, and never with whose name or address.
PERSONAL = (Kind.REGISTRATION,)


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
    found = {fold(name): cell for name, cell in record.cells.items()}
    notes = Notes()
    values = {name: read(found[name], name, notes) for name, read in readers.items() if name in found}
    if kind in PERSONAL:
        notes.taken = [replace(note, value="") for note in notes.taken]
    values["translations"] = _translations(found, readers, notes)
    key = line(found.get(key_column, ""), key_column, notes)[:120]
    version = found.get("version", "").strip().removesuffix(".0")
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


def _translations(
    found: Mapping[str, str], readers: Mapping[str, Read], notes: Notes
) -> dict[str, dict[str, Any]]:
    """Language → field → what columns such as `title_es` say; whether the field is translated is not known here."""
    said: dict[str, dict[str, Any]] = {}
    for column, cell in found.items():
        match = _SAID_IN.fullmatch(column)
        if match and column not in readers and readers.get(match[1]) in (line, text):
            said.setdefault(match[2], {})[match[1]] = readers[match[1]](cell, column, notes)
    return said


def reads_alike(kind: Kind, name: str, value: Any, now: Any) -> bool:
    """Whether a cell that was read as `value` says what the table says of `now`: as it leaves, neutralised, or cut by a sheet."""
    said, read = str(plain(now)), READERS[kind][name]
    return any(
        read(cell, name, Notes()) == value
        for cell in (said, inert(said), *([said[:LONGEST_CELL]] if len(said) > LONGEST_CELL else []))
    )
