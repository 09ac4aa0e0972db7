"""Who works together on what, by CORDIS? Projects, organisations and participations out of its published layouts."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from .cells import amount, day, identifier, line, once, optional, text, whole, yes_no
from .cordis_layouts import LAYOUTS, Layout
from .formats import FORMATS, format_of
from .places import country, position, postcode, websites
from .rows import Action, Kind, Note, Notes, Problem, Row, of_layout
from .tabular import Record, Table, open_table

SOURCE = "cordis"
HELIX = {
    "HES": "academia",
    "REC": "academia",
    "PRC": "industry",
    "PUB": "administration",
    "OTH": "unclassified",
    "": "unclassified",
}
ROLES = {
    "coordinator": "coordinator",
    "participant": "participant",
    "partner": "participant",
    "associatedpartner": "associated_partner",
    "internationalpartner": "associated_partner",
    "thirdparty": "third_party",
}
_UNNAMED = -1
_CONTACT_FORM = re.compile(r"/project/(\d{6,12})/\d+/?$", re.ASCII)


@dataclass(slots=True)
class _Seen:
    """What has been read so far: hashes, so that memory stays small however long the file is."""

    projects: set[str] = field(default_factory=set)
    organisations: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    acronyms: set[int] = field(default_factory=set)
    shares: set[int] = field(default_factory=set)
    keys: dict[int, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(slots=True)
class _Consortia:
    """Which projects have participants and coordinators, from one look ahead at the files that say so."""

    known: bool = False
    taking_part: set[str] = field(default_factory=set)
    coordinated: set[str] = field(default_factory=set)


def read(paths: Sequence[Path | str]) -> Iterator[Row]:
    """All rows of one CORDIS export: first the files of projects, then those of organisations.

    Yields per file one row FILE with its remarks, then PROJECT, ORGANISATION (when first met) and PARTICIPATION.
    Raises: Unreadable, UnknownFormat.
    """
    tables = [open_table(path) for path in paths]
    ours = [candidate for candidate in FORMATS if candidate.reader == "cordis"]
    files = [(table, LAYOUTS[format_of(table, ours).key]) for table in tables]
    files.sort(key=lambda pair: pair[1].participation is not None)
    consortia = _look_ahead(files)
    seen = _Seen()
    for table, layout in files:
        yield from of_layout(layout.key, _file(table, layout, seen, consortia))


def _file(table: Table, layout: Layout, seen: _Seen, consortia: _Consortia) -> Iterator[Row]:
    values = {
        "format": layout.key,
        "file": table.path.name,
        "encoding": table.encoding,
        "separator": table.separator,
    }
    yield Row(0, Kind.FILE, "", values, list(table.remarks))
    for record in table.records():
        if record.problem:
            yield Row(record.number, Kind.REJECTED, "", {}, [record.problem])
        else:
            yield from _rows(record, layout, seen, consortia)


def _look_ahead(files: list[tuple[Table, Layout]]) -> _Consortia:
    consortia = _Consortia()
    for table, layout in files:
        if not layout.participation:
            continue
        consortia.known = True
        for record in table.records():
            project = identifier(record.cells.get(layout.project["external_id"], ""))
            consortia.taking_part.add(project)
            if record.cells.get(layout.participation["role"], "").strip().casefold() == "coordinator":
                consortia.coordinated.add(project)
    return consortia


def _rows(record: Record, layout: Layout, seen: _Seen, consortia: _Consortia) -> Iterator[Row]:
    def cells(columns: dict[str, str]) -> dict[str, str]:
        return {name: optional(record.cells.get(column, "")) for name, column in columns.items()}

    project = cells(layout.project)
    project_id = identifier(project["external_id"])
    if not re.fullmatch(r"\d{1,12}", project_id, re.ASCII):
        note = Note("project", Problem.MISSING, project["external_id"][:200], Action.REJECTED)
        yield Row(record.number, Kind.REJECTED, "", {}, [note])
        return
    if layout.describes_projects and project_id not in seen.projects:
        seen.projects.add(project_id)
        yield _project(record.number, project_id, project, seen, consortia)
    elif layout.participation is None:
        note = Note("id", Problem.REPEATED_ID, project_id, Action.REJECTED)
        yield Row(record.number, Kind.REJECTED, project_id, {}, [note])
    if layout.participation is None:
        return
    organisation = cells(layout.organisation)
    pic = _pic(organisation)
    if not pic:
        note = Note(
            "organisation", Problem.MISSING, organisation.get("contact_form", "")[:200], Action.REJECTED
        )
        yield Row(record.number, Kind.REJECTED, "", {}, [note])
        return
    # Not `optional`: "NA" may be Namibia here.
    organisation["country"] = record.cells.get(layout.organisation["country"], "")
    country_name = record.cells.get(layout.country_name, "")
    described, remark = _organisation(record.number, pic, organisation, country_name, seen)
    if described:
        yield described
    share = _participation(record.number, project_id, pic, cells(layout.participation), layout, seen)
    share.values["source_activity"] = organisation["activity"].split(";")[0].strip().upper()
    share.notes += remark
    yield share


def _pic(cells: dict[str, str]) -> str:
    """The participant's identification code: its own column, or the number in the contact form's address."""
    written = identifier(cells.get("external_id", ""))
    if not written and (match := _CONTACT_FORM.search(cells.get("contact_form", ""))):
        written = match[1]
    return written if re.fullmatch(r"\d{6,12}", written, re.ASCII) else ""


def _project(number: int, project_id: str, cells: dict[str, str], seen: _Seen, consortia: _Consortia) -> Row:
    notes = Notes()
    get = cells.get
    acronym = line(get("acronym", ""), "acronym", notes, longest=100)
    title = line(get("title", ""), "title", notes)
    if not title:
        title = acronym or f"CORDIS {project_id}"
        notes.add("title", Problem.MISSING, "", Action.SUBSTITUTED)
    if acronym:
        key = hash(acronym)
        if key in seen.acronyms:
            notes.add("acronym", Problem.REPEATED_ACRONYM, acronym, Action.KEPT)
        seen.acronyms.add(key)
    starts_on, ends_on = (
        day(get("starts_on", ""), "starts_on", notes),
        day(get("ends_on", ""), "ends_on", notes),
    )
    if starts_on and ends_on and ends_on < starts_on:
        notes.add("ends_on", Problem.END_BEFORE_START, ends_on.isoformat(), Action.FOR_A_PERSON)
    cost = amount(get("total_cost_eur", ""), "total_cost_eur", notes)
    if cost == 0:
        notes.add("total_cost_eur", Problem.ZERO_MEANS_UNKNOWN, get("total_cost_eur", ""), Action.LEFT_EMPTY)
        cost = None
    if consortia.known and project_id not in consortia.taking_part:
        notes.add("participations", Problem.NO_PARTICIPANTS, "", Action.KEPT)
    if consortia.known and project_id not in consortia.coordinated:
        notes.add("participations", Problem.NO_COORDINATOR, "", Action.FOR_A_PERSON)
    doi = line(get("doi", ""), "doi", notes, longest=100)
    values = {
        "title": title,
        "acronym": acronym,
        "summary": text(get("summary", ""), "summary", notes),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "signed_on": day(get("signed_on", ""), "signed_on", notes),
        "total_cost_eur": cost,
        "contribution_eur": amount(get("contribution_eur", ""), "contribution_eur", notes),
        "participations": whole(get("participations", ""), "participations", notes),
        "programme": line(get("programme", ""), "programme", notes, longest=100),
        "topics": [part for part in re.split(r"[;,]\s*", line(get("topics", ""), "topics", notes)) if part],
        "call": line(get("call", ""), "call", notes, longest=100),
        "funding_scheme": line(get("funding_scheme", ""), "funding_scheme", notes, longest=100),
        "cluster": line(get("cluster", ""), "cluster", notes, longest=200),
        "source_status": line(get("status", ""), "status", notes, longest=50),
        "doi": doi,
        "url": f"https://cordis.europa.eu/project/id/{project_id}",
    }
    return Row(number, Kind.PROJECT, project_id, values, notes.taken)


def _organisation(
    number: int, pic: str, cells: dict[str, str], country_name: str, seen: _Seen
) -> tuple[Row | None, list[Note]]:
    """The organisation when it is first met or only now has a name; else a remark if this row tells it otherwise."""
    name_cell = cells["name"]
    shape = hash((name_cell, cells["activity"], cells["country"], cells.get("is_sme", "")))
    before = seen.organisations.get(pic)
    if before is not None and (before == shape or not name_cell):
        return None, []
    if before is not None and before != _UNNAMED:
        seen.organisations[pic] = shape  # said once where a new variant begins, not on every row
        written = "; ".join((name_cell, cells["activity"], cells["country"], cells.get("is_sme", "")))
        return None, [Note("organisation", Problem.DIFFERS, written[:200], Action.FIRST_KEPT)]
    seen.organisations[pic] = shape if name_cell else _UNNAMED
    notes = Notes()
    name = line(name_cell, "name", notes, longest=300)
    if name:
        key = hash(re.sub(r"\W+", " ", name.casefold()).strip())
        other = seen.names.setdefault(key, pic)
        if other != pic:
            notes.add("name", Problem.SAME_NAME, f"{name} = {other}", Action.KEPT_APART)
    else:
        notes.add("name", Problem.MISSING, pic, Action.SUBSTITUTED)
        name = f"PIC {pic}"
    values = _described(name, bool(name_cell), cells, country_name, notes)
    return Row(number, Kind.ORGANISATION, pic, values, notes.taken), []


def _described(
    name: str, named: bool, cells: dict[str, str], country_name: str, notes: Notes
) -> dict[str, Any]:
    get = cells.get
    activity = once(cells["activity"], "activity", notes).strip().upper()
    helix = HELIX.get(activity)
    if helix is None:
        notes.add("activity", Problem.UNKNOWN_VALUE, activity, Action.FOR_A_PERSON)
    elif helix == "unclassified":
        notes.add("activity", Problem.UNCLASSIFIED, activity, Action.FOR_A_PERSON)
    city = line(get("city", ""), "city", notes, longest=150)
    tax_id = line(get("tax_id", ""), "tax_id", notes, longest=50)
    iso, source_country = country(
        once(cells["country"], "country", notes),
        notes,
        name=country_name,
        named=named,
        evidence=f"{name} {city} {tax_id}",
    )
    latitude, longitude = position(get("geolocation", ""), notes)
    sites = websites(get("website", ""), "website", notes)
    return {
        "name": name,
        "short_name": line(get("short_name", ""), "short_name", notes, longest=150),
        "helix": helix or "unclassified",
        "source_activity": activity,
        "country": iso,
        "source_country": source_country,
        "city": city,
        "street": line(get("street", ""), "street", notes, longest=200),
        "postcode": postcode(get("postcode", ""), iso, notes),
        "nuts": line(get("nuts", ""), "nuts", notes, longest=10),
        "latitude": latitude,
        "longitude": longitude,
        "website": sites[0] if sites else "",
        "websites": sites,
        "tax_id": tax_id,
        "is_sme": yes_no(get("is_sme", ""), "is_sme", notes),
    }


def _participation(
    number: int, project_id: str, pic: str, cells: dict[str, str], layout: Layout, seen: _Seen
) -> Row:
    notes = Notes()
    get = cells.get
    source_role = line(get("role", ""), "role", notes, longest=50)
    kind_of_partner = line(get("partner_type", ""), "partner_type", notes, longest=50)
    said = source_role.casefold().replace("_", "").replace(" ", "")
    if said == "participant" and kind_of_partner:
        said = kind_of_partner.casefold().replace("_", "").replace("beneficiary", "participant")
    role = ROLES.get(said)
    if role is None:
        notes.add("role", Problem.UNKNOWN_VALUE, source_role, Action.SUBSTITUTED)
        role = "participant"
    place = whole(get("position", ""), "position", notes)
    share = hash((project_id, pic))
    if share in seen.shares:
        notes.add("organisation", Problem.REPEATED_PARTICIPATION, f"{project_id} {pic}", Action.KEPT)
    seen.shares.add(share)
    key = f"{project_id}|{pic}|{'' if place is None else place}|{role}"
    seen.keys[hash(key)] += 1
    if seen.keys[hash(key)] > 1:
        key = f"{key}#{seen.keys[hash(key)]}"
    contribution, cost = _money(cells, layout, notes)
    values = {
        "project": project_id,
        "organisation": pic,
        "position": place,
        "role": role,
        "source_role": source_role,
        "partner_type": kind_of_partner,
        "contribution_eur": contribution,
        "total_cost_eur": cost,
        "ended": yes_no(get("ended", ""), "ended", notes) or False,
    }
    return Row(number, Kind.PARTICIPATION, key, values, notes.taken)


def _money(cells: dict[str, str], layout: Layout, notes: Notes) -> tuple[Decimal | None, Decimal | None]:
    """What this participant receives and what it costs; None where that is not said."""
    found = [(name, amount(cells.get(name, ""), name, notes)) for name in layout.contributions]
    given = [(name, value) for name, value in found if value is not None]
    contribution = given[0][1] if given else None
    if contribution is None:
        notes.add("contribution_eur", Problem.MISSING, "", Action.LEFT_EMPTY)
    elif any(value != contribution for _, value in given):
        shown = ", ".join(f"{name} {value}" for name, value in given)
        notes.add("contribution_eur", Problem.AMOUNTS_DIFFER, shown, Action.FIRST_KEPT)
    cost = amount(cells.get("total_cost_eur", ""), "total_cost_eur", notes)
    if cost == 0 and contribution:
        notes.add("total_cost_eur", Problem.ZERO_MEANS_UNKNOWN, "0", Action.LEFT_EMPTY)
        cost = None
    return contribution, cost
