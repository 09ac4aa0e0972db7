"""What was measured? One measurement per row of an uploaded table, whether a sensor or a person wrote it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .cells import day, identifier, line, number, text
from .formats import MEASUREMENTS, fold, format_of
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout
from .tabular import Record, open_table

SOURCE = "measurements"
# Names of columns that people write, and those of the export of measurements.
NAMES = {"not_measured_because": "not_measured_reason", "note": "text", "unit": "", "state": ""}
FIGURES = ("value", "numerator", "denominator")
SPOKEN = dict.fromkeys(("yes", "true", "sí", "si", "oui"), "1") | dict.fromkeys(("no", "false", "non"), "0")
# An export puts an apostrophe before what a spreadsheet would take for a formula.
NEUTRALISED = re.compile(r"^'(?=[=+\-@|%\t\r])")
WRONG = (Problem.INVALID_NUMBER, Problem.INVALID_DATE, Problem.AMBIGUOUS_NUMBER)


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """Per file one row FILE and then one MEASUREMENT per row. Raises: Unreadable, UnknownFormat."""
    # Of each row met so far a number, not its text: a hundred thousand of them are a few megabytes.
    met: set[int] = set()
    for path in paths:
        table = open_table(path)
        found = format_of(table, (MEASUREMENTS,))
        first = Row(0, Kind.FILE, "", {"format": found.key, "file": table.path.name}, table.remarks)
        yield from of_layout(found.key, [first])
        yield from of_layout(found.key, (_once(_measurement(record), met) for record in table.records()))


def _once(row: Row, met: set[int]) -> Row:
    """`row`, or its rejection when its indicator and period stood in the upload before."""
    if row.kind == Kind.REJECTED or not row.values["in_force"]:
        return row
    key = hash(row.external_id.casefold())
    if key not in met:
        met.add(key)
        return row
    return _rejected(
        row.number, row.external_id, [Note("", Problem.REPEATED_ID, row.external_id, Action.REJECTED)]
    )


def _rejected(at: int, key: str, notes: Sequence[Note]) -> Row:
    said = [Note(note.field, note.problem, note.value, Action.REJECTED) for note in notes]
    return Row(at, Kind.REJECTED, key, {}, said)


def _measurement(record: Record) -> Row:
    if record.problem:
        return Row(record.number, Kind.REJECTED, "", {}, [record.problem])
    folded = ((fold(name), NEUTRALISED.sub("", cell)) for name, cell in record.cells.items())
    cells = {NAMES.get(name, name): cell for name, cell in folded}
    get = cells.get
    notes = Notes()
    indicator = identifier(line(get("indicator", ""), "indicator", notes, longest=250))
    values: dict[str, Any] = {
        "trial": line(get("trial", ""), "trial", notes, longest=40),
        "indicator": indicator,
        "period_start": day(get("period_start", ""), "period_start", notes),
        "period_end": day(get("period_end", ""), "period_end", notes),
        "text": text(get("text", ""), "text", notes, longest=10_000),
        "not_measured_reason": line(
            get("not_measured_reason", ""), "not_measured_reason", notes, longest=300
        ),
        "correction_reason": line(get("correction_reason", ""), "correction_reason", notes, longest=300),
        # The export tells corrected versions too; they are history, not news.
        "in_force": get("is_current", "").strip().casefold() not in ("false", "0"),
    }
    for name in FIGURES:
        raw = get(name, "")
        values[name] = number(SPOKEN.get(raw.strip().casefold(), raw), name, notes)
    key = f"{indicator} · {get('period_start', '').strip()} – {get('period_end', '').strip()}"[:120]
    wrong = [note for note in notes.taken if note.problem in WRONG]
    named = {note.field for note in wrong}
    wrong += [
        Note(name, Problem.MISSING, "", Action.REJECTED)
        for name in ("indicator", "period_start", "period_end")
        if not values[name] and name not in named
    ]
    if wrong:
        return _rejected(record.number, key, wrong)
    key = f"{indicator[:80]} · {values['period_start']} – {values['period_end']}"
    return Row(record.number, Kind.MEASUREMENT, key, values, notes.taken)
