"""What does a reader hand over? Rows of plain values, each with notes on what was wrong and what was done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a row is about."""

    FILE = "file"
    REJECTED = "rejected"
    PROJECT = "project"
    ORGANISATION = "organisation"
    PARTICIPATION = "participation"
    CASE = "case"
    IDEA = "idea"
    COMMENT = "comment"
    MEASUREMENT = "measurement"
    CHALLENGE = "challenge"
    TRIAL = "trial"
    INDICATOR = "indicator"
    CENTRE = "centre"
    AGREEMENT = "agreement"
    EVENT = "event"
    SESSION = "session"
    REGISTRATION = "registration"
    CAPSULE = "capsule"
    AMENDMENT = "amendment"
    OUTCOME = "outcome"
    CRITERIA = "criteria"
    SHEET_TEMPLATE = "sheet_template"
    PERSON = "person"
    APPOINTMENT = "appointment"


class Problem(StrEnum):
    """What was wrong with a value, or worth knowing about it."""

    AMBIGUOUS_NUMBER = "ambiguous_number"
    AMOUNTS_DIFFER = "amounts_differ"
    CONTROL_CHARACTER = "control_character"
    COUNTRY_FROM_NAME = "country_from_name"
    COUNTRY_RECODED = "country_recoded"
    COUNTRY_UNCLEAR = "country_unclear"
    DECIMAL_COMMA = "decimal_comma"
    DIFFERS = "differs"
    DOUBLED_VALUE = "doubled_value"
    DUPLICATE_COLUMN = "duplicate_column"
    ENCODING = "encoding"
    END_BEFORE_START = "end_before_start"
    ENDED_PILOT = "ended_pilot"
    FLOAT_RESIDUE = "float_residue"
    HTML = "html"
    INVALID_DATE = "invalid_date"
    INVALID_NUMBER = "invalid_number"
    LINE_BREAK = "line_break"
    MARKUP_IN_TEXT = "markup_in_text"
    MISSING = "missing"
    MOJIBAKE = "mojibake"
    NAMIBIA_CONFIRMED = "namibia_confirmed"
    NAMIBIA_MISLABEL = "namibia_mislabel"
    NESTED_QUOTES = "nested_quotes"
    NO_BREAK_SPACE = "no_break_space"
    NO_COORDINATOR = "no_coordinator"
    NO_PARTICIPANTS = "no_participants"
    NO_SCHEME = "no_scheme"
    NO_TIME_ZONE = "no_time_zone"
    NOT_AS_WRITTEN = "not_as_written"
    NOT_AN_ADDRESS = "not_an_address"
    OUTER_SPACE = "outer_space"
    POSTCODE_ZERO = "postcode_zero"
    REPEATED_ACRONYM = "repeated_acronym"
    REPEATED_ID = "repeated_id"
    REPEATED_PARTICIPATION = "repeated_participation"
    REPEATED_TITLE = "repeated_title"
    SAME_NAME = "same_name"
    SEVERAL_ADDRESSES = "several_addresses"
    TOO_LONG = "too_long"
    UNCLASSIFIED = "unclassified"
    UNKNOWN_VALUE = "unknown_value"
    WORD_REPLACED = "word_replaced"
    WRONG_CELL_COUNT = "wrong_cell_count"
    YEAR_ONLY = "year_only"
    ZERO_MEANS_UNKNOWN = "zero_means_unknown"


class Action(StrEnum):
    """What was done about it."""

    CONVERTED = "converted"
    FIRST_KEPT = "first_kept"
    FOLDED = "folded"
    FOR_A_PERSON = "for_a_person"
    KEPT = "kept"
    KEPT_APART = "kept_apart"
    KEPT_AS_TEXT = "kept_as_text"
    LEFT_EMPTY = "left_empty"
    REJECTED = "rejected"
    REMOVED = "removed"
    REPAIRED = "repaired"
    SHORTENED = "shortened"
    SUBSTITUTED = "substituted"


NOTED_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on one field of one row: what was found, and what was done."""

    field: str
    problem: Problem
    value: str
    action: Action


@dataclass(slots=True)
class Row:
    """One thing read from a file of this `layout`.

    `number` is its row as a spreadsheet shows it (header 1), or its place in a list. `kind` is a Kind, or what a list that
    another room keeps is about.
    """

    number: int
    kind: str
    external_id: str
    values: dict[str, Any]
    notes: list[Note] = field(default_factory=list)
    layout: str = ""


def records(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """`rows` by the one row of a file that tells them; what is said of a file goes with the row that follows, or else precedes."""
    record: list[Row] = []
    files: list[Row] = []
    for row in rows:
        if row.kind == Kind.FILE:
            files.append(row)
        elif record and not files and row.number == record[-1].number:
            record.append(row)
        else:
            if record:
                yield record
            record, files = [*files, row], []
    if record or files:
        yield [*record, *files]


def row_count(found: Iterable[Iterable[Row]]) -> int:
    """How many rows of a file these `records` are: a file that holds none is no row itself."""
    return sum(any(row.kind != Kind.FILE for row in record) for record in found)


class Notes:
    """Collects the notes of one row while its cells are read."""

    __slots__ = ("taken",)

    def __init__(self) -> None:
        self.taken: list[Note] = []

    def add(self, name: str, problem: Problem, value: object, action: Action) -> None:
        self.taken.append(Note(name, problem, str(value)[:NOTED_VALUE_CHARACTERS], action))


def of_layout(layout: str, rows: Iterable[Row]) -> Iterator[Row]:
    """`rows`, each knowing which layout it was read from."""
    for row in rows:
        row.layout = layout
        yield row


def once_only(row: Row, met: set[str]) -> Row:
    """`row`, or its rejection when its id stood in the file before: one id is one record."""
    if row.kind == Kind.REJECTED or row.external_id not in met:
        met.add(row.external_id)
        return row
    note = Note("id", Problem.REPEATED_ID, row.external_id, Action.REJECTED)
    return Row(row.number, Kind.REJECTED, row.external_id, {}, [note])


class Unreadable(ValueError):
    """The file cannot be read at all; the message says why."""


class UnknownFormat(Unreadable):
    """No known format has these columns; `missing` names what the nearest one (`nearest`) still needs."""

    def __init__(self, name: str, nearest: str, missing: Sequence[str], found: Sequence[str]) -> None:
        self.nearest = nearest
        self.missing = tuple(missing)
        self.found = tuple(found)
        needed = ", ".join(self.missing)
        super().__init__(f"{name}: no known format. Nearest is {nearest}; missing columns: {needed}.")
