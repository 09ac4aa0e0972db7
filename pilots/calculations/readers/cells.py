"""What does one cell say? From published text to a plain value, noting all that had to be done to it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cic.core.cells import as_line, fields_of, items_of

from .rows import Action, Notes, Problem

LONGEST_LINE = 2_000
LONGEST_TEXT = 50_000
CENT = Decimal("0.01")
LARGEST_AMOUNT_EUR = Decimal(10) ** 12
MILLIONTH = Decimal("0.000001")
LARGEST_FIGURE = Decimal(10) ** 12
EMPTY_WORDS = frozenset({"", "-", "NA", "N/A", "n/a", "null", "NULL", "None", "nan", "NaN", "."})

_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f\u2000-\u200a]+")
_BREAKS = re.compile(r"[ \t\u00a0]*(?:\r\n|[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029])[\s\u00a0]*")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)
_XLSX_ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f]|5[Ff])_")
_MARKUP = re.compile(r"<\s*(?:[a-zA-Z!/?])|javascript\s*:|\bon\w+\s*=\s*[\"']", re.IGNORECASE)


def _misread(byte: int) -> str:
    """The character shown for `byte` by a program that takes UTF-8 for Windows-1252."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTE_OF = {_misread(byte): byte for byte in range(0x80, 0x100)}
_TAIL = "[" + "".join(re.escape(_misread(byte)) for byte in range(0x80, 0xC0)) + "]"
_DOUBLE_ENCODED = re.compile(f"[\u00c2-\u00c5]{_TAIL}|\u00e2{_TAIL}{{2}}")
_QUOTES = frozenset("‘’“”‚„–—…»«‹›")


def _undo(match: re.Match[str]) -> str:
    """The character meant by one double-encoded run, or the run itself when that is doubtful."""
    found = match.group()
    following = match.string[match.end() : match.end() + 1]
    if len(found) == 2 and found[1] in _QUOTES and not following.isalpha():
        return found  # “BLÅ” ends in a letter and a closing quote: not a mistake
    try:
        meant = bytes(_BYTE_OF[character] for character in found).decode("utf-8")
    except UnicodeDecodeError:
        return found
    likely = "\u00a0" <= meant <= "\u017f" or "\u2010" <= meant <= "\u2044" or meant in "€™"
    return meant if likely else found


def repair_encoding(text: str) -> str:
    """`text` with UTF-8 that was read as Windows-1252 put right, run by run, in the sure cases only."""
    return text if text.isascii() else _DOUBLE_ENCODED.sub(_undo, text)


def written_out(raw: str) -> str:
    """`raw` as a report shows it: what nobody sees, and no database keeps, as its number."""
    return _HIDDEN.sub(lambda match: ascii(match[0])[1:-1], raw)


def _is_plain(raw: str) -> bool:
    """Whether nothing in `raw` can need cleaning: most cells, told at no cost."""
    return raw.isascii() and raw.isprintable() and "_x00" not in raw


def _cleaned(raw: str, name: str, notes: Notes) -> str:
    text = _XLSX_ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), raw) if "_x00" in raw else raw
    repaired = repair_encoding(text)
    if repaired != text:
        notes.add(name, Problem.MOJIBAKE, raw, Action.REPAIRED)
    shown = _HIDDEN.sub("", repaired)
    if shown != repaired:
        notes.add(name, Problem.CONTROL_CHARACTER, ascii(raw), Action.REMOVED)
    return unicodedata.normalize("NFC", shown)


def _unquoted(text: str, name: str, notes: Notes) -> str:
    """`text` without the quotes left over from a cell that was quoted twice."""
    if len(text) > 2 and text[0] == '"' == text[-1] and '""' in text[1:-1]:
        notes.add(name, Problem.NESTED_QUOTES, text, Action.REPAIRED)
        return text[1:-1].replace('""', '"')
    return text


def line(raw: str, name: str, notes: Notes, *, longest: int = LONGEST_LINE) -> str:
    """One line of text: breaks folded to a space, outer spaces and hidden characters gone; "" when blank."""
    if _is_plain(raw):
        text = raw
    else:
        text = _cleaned(raw, name, notes)
        if _BREAKS.search(text.strip()):
            notes.add(name, Problem.LINE_BREAK, raw, Action.FOLDED)
        text = _SPACES.sub(" ", _BREAKS.sub(" ", text))
    stripped = text.strip()
    if stripped != text:
        notes.add(name, Problem.OUTER_SPACE, raw, Action.REMOVED)
    stripped = _unquoted(stripped, name, notes)
    if "<" in stripped and _MARKUP.search(stripped):
        notes.add(name, Problem.MARKUP_IN_TEXT, stripped, Action.KEPT_AS_TEXT)
    return shortened(stripped, name, notes, longest)


def text(raw: str, name: str, notes: Notes, *, longest: int = LONGEST_TEXT) -> str:
    """Text of several lines, breaks as newlines; markup in it stays text."""
    clean = raw if _is_plain(raw) else _cleaned(raw, name, notes)
    clean = re.sub(r"\r\n|[\r\v\f\x85\u2028\u2029]", "\n", clean).replace("\u00a0", " ").strip()
    if "<" in clean and _MARKUP.search(clean):
        notes.add(name, Problem.MARKUP_IN_TEXT, clean, Action.KEPT_AS_TEXT)
    return shortened(clean, name, notes, longest)


def shortened(value: str, name: str, notes: Notes, longest: int) -> str:
    """`value` cut to `longest` characters, with a note if that lost anything."""
    if len(value) <= longest:
        return value
    notes.add(name, Problem.TOO_LONG, f"{len(value)} > {longest}", Action.SHORTENED)
    return value[: longest - 1].rstrip() + "…"


def optional(raw: str) -> str:
    """`raw`, or "" when it is one of the words that publishers write for a missing value."""
    return "" if raw.strip() in EMPTY_WORDS else raw


def identifier(raw: str) -> str:
    """An id as text: "7.0" and " 7 " are 7."""
    stripped = raw.strip()
    return stripped[:-2] if stripped.endswith(".0") and stripped[:-2].isdigit() else stripped


def whole(raw: str, name: str, notes: Notes) -> int | None:
    """A count or position; None when missing or not a number."""
    digits = identifier(optional(raw))
    if not digits:
        return None
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits)
    notes.add(name, Problem.INVALID_NUMBER, raw, Action.LEFT_EMPTY)
    return None


def amount(raw: str, name: str, notes: Notes) -> Decimal | None:
    """Euro to the cent; a decimal comma and a decimal point both hold, the last separator decides."""
    written = optional(raw).strip().replace("\u00a0", "").replace(" ", "")
    if not written:
        return None
    value = _decimal(written, name, notes)
    if value is None or not value.is_finite() or abs(value) >= LARGEST_AMOUNT_EUR:
        notes.add(name, Problem.INVALID_NUMBER, raw, Action.LEFT_EMPTY)
        return None
    cents = value.quantize(CENT)
    if cents != value:
        notes.add(name, Problem.FLOAT_RESIDUE, raw, Action.CONVERTED)
    return cents


def number(raw: str, name: str, notes: Notes) -> Decimal | None:
    """A measured figure to six decimals; a decimal comma and a decimal point both hold."""
    written = optional(raw).strip().replace("\u00a0", "").replace(" ", "")
    if not written:
        return None
    value = _decimal(written, name, notes)
    if value is None or not value.is_finite() or abs(value) >= LARGEST_FIGURE:
        notes.add(name, Problem.INVALID_NUMBER, raw, Action.LEFT_EMPTY)
        return None
    kept = value.quantize(MILLIONTH)
    if kept != value:
        notes.add(name, Problem.FLOAT_RESIDUE, raw, Action.CONVERTED)
    return kept


def _decimal(written: str, name: str, notes: Notes) -> Decimal | None:
    if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?", written, re.ASCII):
        return Decimal(written)
    if re.fullmatch(r"-?\d{1,15},\d{1,20}", written, re.ASCII):
        if re.fullmatch(r"-?\d{1,3},\d{3}", written, re.ASCII):
            notes.add(name, Problem.AMBIGUOUS_NUMBER, written, Action.FOR_A_PERSON)
            return None
        notes.add(name, Problem.DECIMAL_COMMA, written, Action.CONVERTED)
        return Decimal(written.replace(",", "."))
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+\.\d{1,2}", written, re.ASCII):
        return Decimal(written.replace(",", ""))
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+,\d{1,2}", written, re.ASCII):
        notes.add(name, Problem.DECIMAL_COMMA, written, Action.CONVERTED)
        return Decimal(written.replace(".", "").replace(",", "."))
    return None


_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[ T]:?T?:?(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(UTC|Z)?", re.ASCII
)


def day(raw: str, name: str, notes: Notes) -> date | None:
    """A calendar day written 2021-01-28, 2021/01/28, 28/01/2021 or as the start of an instant."""
    written = optional(raw).strip()
    if not written:
        return None
    try:
        if match := _SLASHED.fullmatch(written):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.match(written):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    notes.add(name, Problem.INVALID_DATE, raw, Action.LEFT_EMPTY)
    return None


def year(raw: str, name: str, notes: Notes) -> int | None:
    """A year alone, also written as "2021.0"."""
    written = identifier(optional(raw))
    if not written:
        return None
    if re.fullmatch(r"(?:19|20)\d\d", written, re.ASCII):
        return int(written)
    notes.add(name, Problem.INVALID_DATE, raw, Action.LEFT_EMPTY)
    return None


def instant(raw: str, name: str, notes: Notes, *, zone: str) -> datetime | None:
    """An instant in UTC; local time in `zone` where the text names none. Takes 2016/01/22T:13:06:40."""
    written = optional(raw).strip()
    if not written:
        return None
    match = _INSTANT.fullmatch(written)
    if match:
        parts = [int(match[index] or 0) for index in range(1, 7)]
        try:
            local = datetime(*parts, tzinfo=UTC if match[7] else ZoneInfo(zone))  # type: ignore[misc,arg-type]
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    notes.add(name, Problem.INVALID_DATE, raw, Action.LEFT_EMPTY)
    return None


_CLOCK = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})[ T](\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)


def moment(raw: str, name: str, notes: Notes) -> datetime | None:
    """An instant with its offset, 2026-05-27T15:35:00+02:00; or what a clock shows, 2026-05-27 15:35, without a zone."""
    written = optional(raw).strip()
    if not written:
        return None
    try:
        if match := _CLOCK.fullmatch(written):
            on, month, in_year, hour, minute, second = (int(part or 0) for part in match.groups())
            found = datetime(in_year, month, on, hour, minute, second)  # noqa: DTZ001  the row names its zone
        else:
            found = datetime.fromisoformat(written)
        if 1900 < found.year < 2200:
            return found
    except ValueError:
        pass
    notes.add(name, Problem.INVALID_DATE, raw, Action.LEFT_EMPTY)
    return None


def several(raw: str, name: str, notes: Notes) -> list[str]:
    """The texts of a list in one cell: “Catalan; English”."""
    return items_of(line(raw, name, notes))


def lines_of(
    raw: str, name: str, notes: Notes, *, fields: Mapping[str, Callable[[str, str, Notes], Any]], needed: int
) -> list[tuple[Any, ...]]:
    """The rows in one cell: one to a line, their fields parted by `|`, each read in its own way; the first `needed` are there."""
    rows = []
    for said in filter(str.strip, text(raw, name, notes).splitlines()):
        given = fields_of(said)
        if len(given) > len(fields) or not all(given[:needed]) or len(given) < needed:
            notes.add(name, Problem.NOT_AS_WRITTEN, f"{as_line(list(fields))} ≠ {said}", Action.REJECTED)
        else:
            given += [""] * (len(fields) - len(given))
            rows.append(
                tuple(read(field, name, notes) for read, field in zip(fields.values(), given, strict=True))
            )
    return rows


def yes_no(raw: str, name: str, notes: Notes) -> bool | None:
    """True, false or not stated."""
    written = optional(raw).strip().casefold()
    known = {
        "": None,
        "true": True,
        "yes": True,
        "1": True,
        "y": True,
        "false": False,
        "no": False,
        "0": False,
        "n": False,
    }
    if written in known:
        return known[written]
    notes.add(name, Problem.UNKNOWN_VALUE, raw, Action.LEFT_EMPTY)
    return None


def once(raw: str, name: str, notes: Notes) -> str:
    """The value of a cell that a join has doubled: "PRC;PRC" is PRC."""
    parts = {part.strip() for part in raw.split(";")}
    if ";" in raw and len(parts) == 1:
        notes.add(name, Problem.DOUBLED_VALUE, raw, Action.REPAIRED)
        return parts.pop()
    return raw
