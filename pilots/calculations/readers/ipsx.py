"""What became of each public-service pilot, by the EU's Innovative Public Services Explorer (IPS-X)?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from .cells import identifier, line, optional, text, year, yes_no
from .formats import IPSX, format_of
from .places import country, websites
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout, once_only
from .tabular import Record, Table, open_table

SOURCE = "ips-x"
# Ours for the source's own words, which travel along as `source_status`.
STAGES = {
    "planned": "idea_accepted",
    "in development": "concept_running",
    "pilot": "pilot_running",
    "implemented": "adopted",
    "in production": "adopted",
    "not in use anymore": "not_adopted",
}
HELIX = {
    "central-government": "administration",
    "local government": "administration",
    "regional government": "administration",
    "governmental": "administration",
    "private sector": "industry",
    "academic-research": "academia",
    "non-governmental": "civil_society",
    "community led": "civil_society",
    "consortium": "unclassified",
    "": "unclassified",
}
_TWICE = {
    "lead_organisation:name": "lead_organisation_name",
    "lead_organisation:category": "lead_organisation_category",
}


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """Per file one row FILE and then one CASE per service. Raises: Unreadable, UnknownFormat."""
    for path in paths:
        table = open_table(path)
        format_of(table, (IPSX,))
        yield from of_layout(IPSX.key, _file(table))


def _file(table: Table) -> Iterator[Row]:
    yield Row(0, Kind.FILE, "", {"format": IPSX.key, "file": table.path.name}, _remarks(table))
    met: set[str] = set()
    for record in table.records():
        if record.problem:
            yield Row(record.number, Kind.REJECTED, "", {}, [record.problem])
        else:
            yield once_only(_case(record), met)


def _remarks(table: Table) -> list[Note]:
    twice = [
        Note(copy, Problem.DUPLICATE_COLUMN, original, Action.FIRST_KEPT)
        for copy, original in _TWICE.items()
        if copy in table.columns and original in table.columns
    ]
    return table.remarks + twice


def _case(record: Record) -> Row:
    get = record.cells.get
    notes = Notes()
    external_id = identifier(get("id", ""))
    title = line(optional(get("name", "")), "title", notes)
    if not external_id or not title:
        missing = Note("title" if external_id else "id", Problem.MISSING, "", Action.REJECTED)
        return Row(record.number, Kind.REJECTED, external_id, {}, [missing])
    for copy, original in _TWICE.items():
        if copy in record.cells and get(copy, "") != get(original, ""):
            notes.add(original, Problem.DIFFERS, get(copy, ""), Action.FIRST_KEPT)
    source_status = line(get("status", ""), "status", notes, longest=100)
    stage = STAGES.get(source_status.casefold())
    if stage is None:
        notes.add("status", Problem.UNKNOWN_VALUE, source_status, Action.REJECTED)
        return Row(record.number, Kind.REJECTED, external_id, {}, notes.taken)
    starts, ends = (
        year(get("start_date", ""), "starts_on", notes),
        year(get("end_date", ""), "ends_on", notes),
    )
    if starts:
        notes.add("starts_on", Problem.YEAR_ONLY, get("start_date", ""), Action.SUBSTITUTED)
    if ends:
        notes.add("ends_on", Problem.YEAR_ONLY, get("end_date", ""), Action.SUBSTITUTED)
        if stage in ("pilot_running", "concept_running"):
            notes.add("status", Problem.ENDED_PILOT, f"{source_status} until {ends}", Action.FOR_A_PERSON)
    if starts and ends and ends < starts:
        notes.add("ends_on", Problem.END_BEFORE_START, str(ends), Action.FOR_A_PERSON)
    category = line(optional(get("lead_organisation_category", "")), "lead_category", notes, longest=100)
    helix = HELIX.get(category.casefold())
    if helix is None:
        notes.add("lead_category", Problem.UNKNOWN_VALUE, category, Action.FOR_A_PERSON)
    elif helix == "unclassified":
        notes.add("lead_category", Problem.UNCLASSIFIED, category, Action.FOR_A_PERSON)
    lead = line(optional(get("lead_organisation_name", "")), "lead_name", notes, longest=300)
    if not lead:
        notes.add("lead_name", Problem.MISSING, "", Action.LEFT_EMPTY)
    sites = websites(get("url", ""), "url", notes)
    values = {
        "title": title,
        "summary": text(get("description", ""), "summary", notes),
        "stage": stage,
        "source_status": source_status,
        "url": sites[0] if sites else "",
        "urls": sites,
        "countries": _countries(record, notes),
        "coverage": line(get("geocoverage", ""), "geocoverage", notes),
        "extent": line(get("geoextent", ""), "geoextent", notes, longest=100),
        "lead_name": lead,
        "lead_helix": helix or "unclassified",
        "source_category": category,
        "start_year": starts,
        "end_year": ends,
        "starts_on": date(starts, 1, 1) if starts else None,
        "ends_on": date(ends, 12, 31) if ends else None,
        "sector": line(get("primary_sector", ""), "primary_sector", notes, longest=200),
        "subsector": line(get("secondary_sector", ""), "secondary_sector", notes, longest=200).rstrip("."),
        "technology": line(get("technology", ""), "technology", notes, longest=100),
        "type": line(get("type", ""), "type", notes, longest=200),
        "uptake": yes_no(get("uptake", ""), "uptake", notes),
        "cross_border": yes_no(get("cross_border", ""), "cross_border", notes),
        "cross_sector": yes_no(get("cross_sector", ""), "cross_sector", notes),
    }
    return Row(record.number, Kind.CASE, external_id, values, notes.taken)


def _countries(record: Record, notes: Notes) -> list[str]:
    """ISO codes of the countries covered, in their order; none for "European Union"."""
    names = re.split(r"\s*;\s*", record.cells.get("geocoverage", ""))
    codes = re.split(r"\s*;\s*", record.cells.get("geocoverage_codes", ""))
    found: list[str] = []
    for place, name in enumerate(names):
        code = codes[place] if place < len(codes) and len(codes) == len(names) else ""
        iso, _ = country(code, notes, name=name)
        if iso and iso not in found:
            found.append(iso)
    return found
