"""Which lists of the workspace come back, from which columns is each told, and how is each of its cells read?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pilots.choices import SDGS

from . import cells
from .cells import amount, day, line, moment, number, several, whole, yes_no
from .formats import OWN_LISTS, Format
from .rows import Action, Kind, Notes, Problem
from .tabular import LARGEST_CELL_CHARACTERS

Read = Callable[[str, str, Notes], Any]
# How long a text may be is for its operation to say: here it loses nothing.
text: Read = partial(cells.text, longest=LARGEST_CELL_CHARACTERS)


@dataclass(frozen=True)
class Layout:
    """One list as it leaves and comes back: `kind` is what its rows are about, `told` the columns it is known from.

    `key` is the column that names a record, `cells` those that are taken in: what the export tells beyond them (a centre,
    a date of sending) stays as it is. `needed` are those no row can do without. `families`: columns that begin alike, as
    many as there are, each read in one way. `personal`: the report of a row never says in whose name, or in which words.
    """

    name: str
    kind: str
    key: str
    told: str
    cells: Mapping[str, Read]
    needed: Sequence[str]
    families: Mapping[str, Read] = field(default_factory=dict)
    personal: bool = False

    def read_of(self, column: str) -> Read | None:
        """How the cells of a column are read; None for a column that says nothing."""
        if column in self.cells:
            return self.cells[column]
        return next((read for begin, read in self.families.items() if column.startswith(begin)), None)


LAYOUTS: dict[str, Layout] = {}
KINDS: dict[str, Layout] = {}


def register_layout(layout: Layout) -> None:
    """Let a list come back, from wherever it is that people keep it."""
    LAYOUTS[layout.name] = KINDS[layout.kind] = layout
    OWN_LISTS.append(Format(layout.name, "lists", frozenset(layout.told.split("|")), folds=True))


def lines(*names: str) -> dict[str, Read]:
    """Columns that hold a line each."""
    return dict.fromkeys(names, line)


def texts(*names: str) -> dict[str, Read]:
    """Columns that hold a text of several lines each."""
    return dict.fromkeys(names, text)


def rows_of(needed: int, **fields: Read) -> Read:
    """Columns that hold several rows, the first `needed` of whose fields are always there: `cells.lines_of`."""
    return partial(cells.lines_of, fields=fields, needed=needed)


def or_else(read: Read, usual: Any) -> Read:
    """Fields that say what is usual when they are empty."""
    return lambda raw, name, notes: read(raw, name, notes) or usual


def in_any_order(read: Read) -> Read:
    """Columns whose cells say the same in whatever order they say it."""
    return lambda raw, name, notes: sorted(read(raw, name, notes))


def lists(*names: str) -> dict[str, Read]:
    """Columns that hold the names or keys of several records, in whatever order."""
    return dict.fromkeys(names, in_any_order(several))


def goals(raw: str, name: str, notes: Notes) -> list[int]:
    """The numbers of Sustainable Development Goals: “3; 11”."""
    found = {whole(part, name, notes) for part in several(raw, name, notes)} - {None}
    if not found <= set(dict(SDGS)):
        notes.add(name, Problem.UNKNOWN_VALUE, raw, Action.REJECTED)
    return [goal for goal in found if goal is not None]


for _layout in (
    Layout(
        "own-organisations",
        Kind.ORGANISATION,
        "id",
        "name|legal_name|helix|size|country|municipality",
        lines("name", "legal_name", "helix", "size", "country", "municipality", "language", "state")
        | texts("description"),
        ("name",),
    ),
    Layout(
        "own-challenges",
        Kind.CHALLENGE,
        "reference",
        "reference|title|need|closes_on",
        lines("title", "affected_groups", "territory_text", "criteria_set", "language", "state")
        | texts("need")
        | lists("territories", "areas")
        | {"closes_on": day, "sdgs": in_any_order(goals)},
        ("title",),
    ),
    Layout(
        "own-trials",
        Kind.TRIAL,
        "reference",
        "reference|kind|title|promoter|starts_on|ends_on|budget_eur",
        lines(
            "kind",
            "title",
            "acronym",
            "promoter",
            "monitor",
            "agreement",
            "idea",
            "origin",
            "language",
            "state",
        )
        | lists("areas")
        | {"sdgs": in_any_order(goals)}
        | texts("summary", "hypothesis", "method", "environment", "data_collected")
        | {"starts_on": day, "ends_on": day, "budget_eur": amount, "trl_in": whole, "trl_out": whole},
        ("title",),
    ),
    Layout(
        "own-indicators",
        Kind.INDICATOR,
        "id",
        "trial|name|kind|unit|baseline|target",
        lines("trial", "name", "kind", "unit", "direction", "aggregation", "baseline_text", "target_text")
        | {"baseline": number, "baseline_n": whole, "target": number, "period_days": whole},
        ("trial", "name"),
    ),
    Layout(
        "own-centres",
        Kind.CENTRE,
        "reference",
        "reference|name|purpose|lead_unit",
        lines("name", "lead_unit", "contact_email", "constituting_agreement", "language", "state")
        | texts("purpose")
        | lists("areas")
        | {"answer_days": whole},
        ("name",),
    ),
    Layout(
        "own-agreements",
        Kind.AGREEMENT,
        "reference",
        "reference|title|kind|register_url",
        lines("title", "kind", "language", "register_url", "framework", "predecessor", "state")
        | texts("object", "extension_clause", "confidentiality_clause", "property_clause", "committee")
        | {
            "starts_on": day,
            "ends_on": day,
            "notice_days": whole,
            "parties": in_any_order(rows_of(2, **lines("organisation", "role", "who_signs", "position"))),
        },
        ("title",),
    ),
    Layout(
        "own-ideas",
        Kind.IDEA,
        "reference",
        "reference|title|problem|proposal|novelty",
        lines("title", "language", "organisation", "challenge", "state")
        | texts("problem", "proposal", "novelty", "beneficiaries", "asked_of_city")
        | {"trl": whole},
        ("title",),
    ),
    Layout(
        "own-events",
        Kind.EVENT,
        "reference",
        "reference|title|kind|summary|place|zone",
        lines("kind", "title", "place", "interpretation", "zone", "language")
        | lists("organisers")
        | {"summary": text, "spoken": several, "gives_certificates": yes_no},
        ("title",),
    ),
    Layout(
        "own-sessions",
        Kind.SESSION,
        "reference",
        "reference|event|title|starts_at|ends_at|capacity",
        lines("event", "title", "thematic_line", "zone", "place", "recording_url", "language", "state")
        | {"summary": text, "starts_at": moment, "ends_at": moment, "capacity": whole}
        | lines("template", "capsule", "chair"),
        ("event", "title"),
        families={"sheet_": text},
    ),
    Layout(
        "own-registrations",
        Kind.REGISTRATION,
        "id",
        "session|name|email",
        lines("session", "name", "email", "language", "state"),
        ("session", "name", "email"),
        personal=True,
    ),
    Layout(
        "own-capsules",
        Kind.CAPSULE,
        "reference",
        "reference|title|goals|level|minutes",
        lines("title", "audience", "level", "language", "state")
        | texts("summary", "goals", "text")
        | {"minutes": whole},
        ("title",),
    ),
    Layout(
        "own-amendments",
        Kind.AMENDMENT,
        "reference",
        "reference|agreement|kind|new_ends_on|effective_on",
        lines("agreement", "kind", "state")
        | texts("text")
        | {"new_ends_on": day, "effective_on": day, "resumes_on": day},
        ("agreement", "kind"),
    ),
    Layout(
        "own-outcomes",
        Kind.OUTCOME,
        "id",
        "trial|verdict|summary|lessons|cost_eur",
        lines("trial", "verdict", "language")
        | texts("summary", "lessons", "success_conditions", "replicability")
        | {"cost_eur": amount},
        ("trial", "verdict"),
    ),
    Layout(
        "own-criteria",
        Kind.CRITERIA,
        "id",
        "name|number|blind|criteria",
        lines("name")
        | {"blind": yes_no, "criteria": rows_of(3, name=line, weight=amount, highest_score=whole, help=line)},
        ("name",),
    ),
    Layout(
        "own-sheet-templates",
        Kind.SHEET_TEMPLATE,
        "id",
        "name|language|is_offered|sections",
        lines("name", "language")
        | {
            "is_offered": yes_no,
            "sections": rows_of(
                2,
                key=line,
                title=line,
                required=or_else(yes_no, False),
                words=whole,
                limit=or_else(line, "soft"),
                help=line,
            ),
        },
        ("name",),
    ),
    Layout(
        "own-people",
        Kind.PERSON,
        "id",
        "email|organisations",
        {
            "email": line,
            "organisations": in_any_order(rows_of(1, organisation=line, role=or_else(line, "member"))),
        },
        ("email",),
        personal=True,
    ),
    Layout(
        "own-appointments",
        Kind.APPOINTMENT,
        "id",
        "email|role|centre|starts_on|ends_on",
        lines("email", "role", "centre") | {"starts_on": day, "ends_on": day},
        ("email", "role"),
        personal=True,
    ),
):
    register_layout(_layout)
