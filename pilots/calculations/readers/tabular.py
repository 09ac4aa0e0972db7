"""How does a table of unknown make become records? Streaming CSV, XLSX, JSON arrays and NDJSON, one record at a time."""

import codecs
import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from cic.core.cells import restored

from .rows import Action, Note, Problem, Unreadable
from .spreadsheets import MOST_COLUMNS, sheet_rows

LARGEST_FILE_BYTES = 200 * 1024 * 1024
LARGEST_CELL_CHARACTERS = csv.field_size_limit()  # Python's own 131,072; beyond it a quote was never closed
LARGEST_ITEM_CHARACTERS = 2_000_000
SEPARATORS = ("|", ";", "\t", ",")
BLOCK = 1 << 16


@dataclass(slots=True)
class Record:
    """One line of a table; `problem` is set when its cells cannot be told apart."""

    number: int
    cells: dict[str, str]
    problem: Note | None = None


@dataclass(slots=True)
class Table:
    """A table that can be read more than once, a record at a time."""

    path: Path
    shape: str
    columns: tuple[str, ...]
    encoding: str = "utf-8"
    separator: str = ""
    remarks: list[Note] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        if self.shape == "json":
            return _json_records(self.path, self.encoding)
        if self.shape == "xlsx":
            return _records(sheet_rows(self.path), self.columns, pad=True)
        return _records(_csv_lines(self.path, self.encoding, self.separator), self.columns, pad=False)


def open_table(path: Path | str) -> Table:
    """The table in the file at `path`: its shape, encoding, separator and columns.

    Raises: Unreadable when the file is no table, too large, or made to do harm.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise Unreadable(f"{path.name}: larger than {LARGEST_FILE_BYTES // 1024 // 1024} MB.")
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise Unreadable(f"{path.name}: the file is empty.")
    if head.startswith(b"PK\x03\x04"):
        return _spreadsheet(path)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG")):
        raise Unreadable(f"{path.name}: not a CSV, XLSX or JSON file.")
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace") as stream:
        first = stream.read(1024).lstrip("\ufeff \t\r\n")[:1]
    table = _json_table(path, encoding) if first in ("[", "{") else _csv_table(path, encoding)
    if encoding == "cp1252":
        table.remarks.append(Note("", Problem.ENCODING, "Windows-1252", Action.CONVERTED))
    return table


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without BOM) or UTF-16 with BOM if the whole file is valid as that, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        stream.seek(0)
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def _open_text(path: Path, encoding: str) -> TextIO:
    # The five bytes that Windows-1252 leaves undefined become U+FFFD; a cell shows where.
    return path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="")


# CSV


def _csv_table(path: Path, encoding: str) -> Table:
    try:
        with _open_text(path, encoding) as stream:
            first = stream.readline(BLOCK)
        separator = max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
        header = next(_csv_lines(path, encoding, separator), [])
    except (csv.Error, UnicodeError) as error:
        raise Unreadable(f"{path.name}: {error}.") from error
    columns, remarks = _columns(path, header)
    return Table(path, "csv", columns, encoding, separator, remarks)


def _csv_lines(path: Path, encoding: str, separator: str) -> Iterator[list[str]]:
    with _open_text(path, encoding) as stream:
        reader = csv.reader(stream, delimiter=separator)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeError) as error:
                raise Unreadable(f"{path.name}, line {reader.line_num}: {error}.") from error
            # What our own tables put before a text that a spreadsheet would run.
            yield [restored(cell) for cell in cells]


# XLSX


def _spreadsheet(path: Path) -> Table:
    header = next(sheet_rows(path), [])
    columns, remarks = _columns(path, header)
    return Table(path, "xlsx", columns, remarks=remarks)


# both


def _columns(path: Path, header: Sequence[str]) -> tuple[tuple[str, ...], list[Note]]:
    """Column names, trimmed; a repeated one gets a number, so that no cell hides another."""
    if not any(cell.strip() for cell in header):
        raise Unreadable(f"{path.name}: the first line has no column names.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"{path.name}: more than {MOST_COLUMNS} columns.")
    columns: list[str] = []
    remarks: list[Note] = []
    for cell in header:
        name = re.sub(r"\s+", " ", cell.replace("\ufeff", "").replace("\u00a0", " ")).strip()
        if name and name in columns:
            remarks.append(Note(name, Problem.DUPLICATE_COLUMN, name, Action.FIRST_KEPT))
            name = f"{name} ({columns.count(name) + 1})"
        columns.append(name)
    return tuple(columns), remarks


def _records(lines: Iterator[list[str]], columns: tuple[str, ...], *, pad: bool) -> Iterator[Record]:
    """Records numbered as a spreadsheet shows them: the header is row 1. Rows without any cell are passed over."""
    width = len(columns)
    next(lines, None)
    for number, cells in enumerate(lines, start=2):
        if not any(cells):
            continue
        if pad and len(cells) < width:
            cells += [""] * (width - len(cells))
        if len(cells) == width or len(cells) > width and not any(cells[width:]):
            yield Record(number, dict(zip(columns, cells, strict=False)))
        else:
            note = Note(
                "", Problem.WRONG_CELL_COUNT, f"{len(cells)} ≠ {width}: {cells[:3]}"[:200], Action.REJECTED
            )
            yield Record(number, dict(zip(columns, cells, strict=False)), note)


# JSON


def _json_table(path: Path, encoding: str) -> Table:
    first = next(_json_records(path, encoding), None)
    if first is None or not (first.cells or first.problem):
        raise Unreadable(f"{path.name}: the list is empty.")
    return Table(path, "json", tuple(first.cells), encoding)


def _no_constant(name: str) -> None:
    """NaN and Infinity are no values in JSON: read as missing."""


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= 30 else digits


def _json_records(path: Path, encoding: str) -> Iterator[Record]:
    for number, item in enumerate(_json_items(path, encoding), start=1):
        if isinstance(item, dict):
            yield Record(number, _flat(item))
        else:
            note = Note("", Problem.WRONG_CELL_COUNT, repr(item)[:200], Action.REJECTED)
            yield Record(number, {}, note)


def _json_items(path: Path, encoding: str) -> Iterator[Any]:
    """The items of the one array in the file (bare, or the value of the only key), or of NDJSON, without holding it whole."""
    decoder = json.JSONDecoder(parse_float=Decimal, parse_int=_int, parse_constant=_no_constant)
    with _open_text(path, encoding) as stream:
        buffer = stream.read(BLOCK).lstrip("\ufeff \t\r\n")
        opening = re.match(r'(?:\{\s*"[^"]*"\s*:\s*)?\[', buffer)
        if opening:
            buffer = buffer[opening.end() :]
        elif not buffer.startswith("{"):
            raise Unreadable(f"{path.name}: not a list of objects.")
        while True:
            buffer = buffer.lstrip(" \t\r\n," if opening else " \t\r\n")
            if opening and buffer.startswith("]"):
                return
            if not opening and not buffer:
                buffer = stream.read(BLOCK)
                if not buffer:
                    return
                continue
            try:
                item, end = decoder.raw_decode(buffer)
            except RecursionError as error:
                raise Unreadable(f"{path.name}: nested too deeply.") from error
            except ValueError as error:
                more = stream.read(max(BLOCK, len(buffer)))  # doubling: a long item is parsed few times
                if not more or len(buffer) > LARGEST_ITEM_CHARACTERS:
                    raise Unreadable(
                        f"{path.name}: broken JSON or an item that is too long ({error})."
                    ) from error
                buffer += more
                continue
            yield item
            buffer = buffer[end:]


def _flat(item: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            cells |= {f"{name}:{inner}": _written(found) for inner, found in value.items()}
        else:
            cells[name] = _written(value)
    return cells


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(_written(part) for part in value)
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else "invalid"
    return str(value)
