"""Is this XLSX safe to open, and what is in its first sheet? Bombs, entities and foreign parts are refused."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .rows import Unreadable

MOST_PARTS = 500
LARGEST_UNPACKED_BYTES = 300 * 1024 * 1024
LARGEST_PART_RATIO = 100
RATIO_APPLIES_FROM_BYTES = 1024 * 1024
MOST_ROWS = 1_048_576
MOST_COLUMNS = 500
BLOCK = 1 << 20

_DAMAGED = (
    InvalidFileException,
    BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    SyntaxError,
    IndexError,
    EOFError,
    AttributeError,
    OverflowError,
    zlib.error,
)
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FOREIGN_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)


def refuse_unsafe(path: Path) -> None:
    """Unpack every part once, in blocks, and refuse what no spreadsheet needs.

    Raises: Unreadable for a bomb, nested archives, path tricks, entities or another encoding than UTF-8.
    """
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise Unreadable(f"{path.name}: {len(parts)} parts in one spreadsheet.")
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
                raise Unreadable(f"{path.name}: unpacks to more than {LARGEST_UNPACKED_BYTES >> 20} MB.")
            names = {part.filename for part in parts}
            if (
                "[Content_Types].xml" not in names
                or "xl/workbook.xml" not in names
                or len(names) != len(parts)
            ):
                raise Unreadable(f"{path.name}: not an XLSX spreadsheet.")
            for part in parts:
                _refuse_part(path, archive, part)
    except (
        BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise Unreadable(f"{path.name}: damaged or encrypted ({error}).") from error


def _refuse_part(path: Path, archive: ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename
    if (
        name.startswith(("/", "\\"))
        or ".." in name.split("/")
        or name.lower().endswith((".zip", ".xlsx", ".xlsm", ".docx"))
    ):
        raise Unreadable(f"{path.name}: forbidden part {name!r}.")
    if name.lower().endswith("vbaproject.bin"):
        raise Unreadable(f"{path.name}: holds macros; save it as XLSX without them.")
    if part.file_size > RATIO_APPLIES_FROM_BYTES and part.file_size > LARGEST_PART_RATIO * max(
        1, part.compress_size
    ):
        raise Unreadable(f"{path.name}: part {name!r} is packed more than {LARGEST_PART_RATIO} : 1.")
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    before = b""
    with archive.open(part) as stream:
        head = stream.read(256)
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")) or _FOREIGN_ENCODING.search(head):
            raise Unreadable(f"{path.name}: part {name!r} is not in UTF-8.")
        block = head
        while block:
            if _DECLARATION.search(before + block):
                raise Unreadable(f"{path.name}: part {name!r} declares entities.")
            before = block[-16:]
            block = stream.read(BLOCK)


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet as text, numbers written plainly; formulas count as their stored result.

    Raises: Unreadable.
    """
    refuse_unsafe(path)
    if not openpyxl.DEFUSEDXML:  # pragma: no cover - the lock file brings it
        raise Unreadable("defusedxml is not installed; spreadsheets are refused without it.")
    with path.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            if not book.worksheets:
                raise Unreadable(f"{path.name}: has no sheet.")
            yield from _cells(book.worksheets[0])
        except Unreadable:
            raise
        except _DAMAGED as error:
            raise Unreadable(f"{path.name}: cannot be opened ({error}).") from error


def _cells(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # a declared size may lie by a billion rows
    first = next(sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS, values_only=True), ())
    header = [_written(cell) for cell in first]
    while header and not header[-1]:
        header.pop()
    yield header
    # One column more than the header has shows a row that is too wide; a cell at XFD1 costs nothing.
    for cells in sheet.iter_rows(min_row=2, max_row=MOST_ROWS, max_col=len(header) + 1, values_only=True):
        yield [_written(cell) for cell in cells]


def _written(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "True" if cell else "False"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f") if abs(cell) < 1e300 else "invalid"
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
