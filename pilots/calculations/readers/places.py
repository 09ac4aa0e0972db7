"""Where is it, and on which address? Countries, postcodes, coordinates and web addresses as published."""

import re
from decimal import Decimal

from .cells import line, optional
from .rows import Action, Notes, Problem

# Codes of the EU's interinstitutional style guide against ISO 3166-1 alpha-2; XK (Kosovo) is the user-assigned code of both.
RECODED = {"UK": "GB", "EL": "GR"}
NAMES = {
    "andorra": "AD",
    "czech republic": "CZ",
    "czechia": "CZ",
    "russia": "RU",
    "san marino": "SM",
    "united kingdom": "GB",
    "spain": "ES",
}
BEYOND_COUNTRIES = frozenset({"european union", "europe", "world"})
# Countries whose postcodes have a fixed number of digits and may begin with 0.
POSTCODE_DIGITS = {
    "DE": 5,
    "EE": 5,
    "ES": 5,
    "FI": 5,
    "FR": 5,
    "HR": 5,
    "IT": 5,
    "LT": 5,
    "NO": 4,
    "TR": 5,
    "US": 5,
}

_NAMIBIAN = re.compile(r"\b(?:namibia|windhoek|otjiwarongo|swakopmund|walvis bay)", re.IGNORECASE)
_BREAK_BETWEEN = re.compile(
    r"\s*[\r\n]+\s*|(?<=\S)[,;]?\s+(?:(?:en|and|y|i|et|und)\s+)?(?=https?://)|;\s*(?=www\.)"
)
_WEB = re.compile(r"https?://[^\s/?#@\"'<>\\]+\.[^\s/?#@\"'<>\\.]{2,}[^\s\"'<>\\]*", re.IGNORECASE)
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?:[/?#][^\s\"'<>\\]*)?", re.IGNORECASE)
_TRAILING_WORDS = re.compile(r"(\S+)\s+(?!\S*/)[^/]*")
_REPLACED = re.compile(r"(Proof of Concept)(s|ing)?")


def country(
    code: str, notes: Notes, *, name: str = "", named: bool = True, evidence: str = ""
) -> tuple[str, str]:
    """ISO country code and the code as published; "" where it is not known.

    "NA" is both Namibia and *not available*: it is Namibia only when the row names a real organisation
    (`named`) and the country's name, a tax id beginning with NA or a Namibian place stands beside it.
    """
    source = code.strip().upper()
    if source in RECODED:
        notes.add("country", Problem.COUNTRY_RECODED, source, Action.CONVERTED)
        return RECODED[source], source
    if source == "NA" or (not source and _NAMIBIAN.search(evidence)):
        return _perhaps_namibia(source, name, named, evidence, notes), source
    if re.fullmatch(r"[A-Z]{2}", source, re.ASCII):
        return source, source
    if optional(source):
        notes.add("country", Problem.UNKNOWN_VALUE, code, Action.LEFT_EMPTY)
        return "", source
    known = NAMES.get(name.strip().casefold(), "")
    if known:
        notes.add("country", Problem.COUNTRY_FROM_NAME, name, Action.SUBSTITUTED)
    elif not name or name.strip().casefold() not in BEYOND_COUNTRIES:
        notes.add("country", Problem.MISSING, name, Action.LEFT_EMPTY)
    return known, source


def _perhaps_namibia(source: str, name: str, named: bool, evidence: str, notes: Notes) -> str:
    shown = f"{source} {name} {evidence}".strip()
    if not source:
        # A blank may be a code NA that some tool took for "not available": likely, not certain.
        notes.add("country", Problem.COUNTRY_UNCLEAR, shown, Action.FOR_A_PERSON)
        return ""
    if not named:
        notes.add("country", Problem.NAMIBIA_MISLABEL, shown, Action.LEFT_EMPTY)
        return ""
    if (
        name.strip().casefold() == "namibia"
        or _NAMIBIAN.search(evidence)
        or re.search(r"\bNA\d{6,}", evidence)
    ):
        notes.add("country", Problem.NAMIBIA_CONFIRMED, shown, Action.KEPT)
        return "NA"
    notes.add("country", Problem.COUNTRY_UNCLEAR, shown, Action.FOR_A_PERSON)
    return ""


def postcode(raw: str, iso_country: str, notes: Notes) -> str:
    """A postcode with the leading zeros that a spreadsheet ate."""
    written = line(optional(raw), "postcode", notes, longest=20)
    digits = POSTCODE_DIGITS.get(iso_country, 0)
    if written.isascii() and written.isdigit() and len(written) < digits:
        notes.add("postcode", Problem.POSTCODE_ZERO, raw, Action.REPAIRED)
        return written.zfill(digits)
    return written


def position(raw: str, notes: Notes) -> tuple[Decimal | None, Decimal | None]:
    """Latitude and longitude out of one cell, in degrees to six decimals (about 10 cm)."""
    written = optional(raw).strip().strip("()")
    if not written:
        return None, None
    match = re.fullmatch(r"(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)", written, re.ASCII)
    if match:
        latitude, longitude = Decimal(match[1]), Decimal(match[2])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return round(latitude, 6), round(longitude, 6)
    notes.add("geolocation", Problem.INVALID_NUMBER, raw, Action.LEFT_EMPTY)
    return None, None


def websites(raw: str, name: str, notes: Notes) -> list[str]:
    """The http(s) addresses in one cell, in their order; what is no address is noted and left out."""
    if raw.startswith("\u00a0"):
        notes.add(name, Problem.NO_BREAK_SPACE, raw, Action.REMOVED)
    written = optional(raw.replace("\u00a0", " ").replace("\u200b", "").strip())
    if not written:
        return []
    restored = (
        _REPLACED.sub(lambda match: "pilot" + (match[2] or ""), written) if "://" in written else written
    )
    if restored != written:
        # A search-and-replace of "pilot" by "Proof of Concept" went through the addresses too.
        notes.add(name, Problem.WORD_REPLACED, written, Action.REPAIRED)
    found = []
    for part in _BREAK_BETWEEN.split(restored):
        address = _address(part, name, notes)
        if address and address not in found:
            found.append(address)
    if len(found) > 1:
        notes.add(name, Problem.SEVERAL_ADDRESSES, raw, Action.FIRST_KEPT)
    return found


def _address(part: str, name: str, notes: Notes) -> str:
    candidate = part.strip().rstrip(",;")
    if not candidate:
        return ""
    if "://" in candidate and (match := _TRAILING_WORDS.fullmatch(candidate)):
        candidate = match[1].rstrip(",;")
    if _WEB.fullmatch(candidate) and len(candidate) <= 500:
        return candidate
    if "://" not in candidate and _BARE.fullmatch(candidate) and len(candidate) <= 490:
        notes.add(name, Problem.NO_SCHEME, candidate, Action.REPAIRED)
        return "https://" + candidate
    notes.add(name, Problem.NOT_AN_ADDRESS, candidate, Action.LEFT_EMPTY)
    return ""
