"""Which published format is this? Told from the column names alone, never from the file's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .rows import UnknownFormat
from .tabular import Table, open_table


@dataclass(frozen=True, slots=True)
class Format:
    """One layout: `reader` reads it, `required` are the columns it cannot do without.

    `folds`: people write the header by hand, so capitals and spaces make no difference.
    """

    key: str
    reader: str
    required: frozenset[str]
    folds: bool = False


def _format(key: str, reader: str, required: str) -> Format:
    return Format(key, reader, frozenset(name.strip() for name in required.split("|")))


HE_PROJECTS = _format(
    "he-projects", "cordis", "id|acronym|title|startDate|endDate|totalCost|objective|cluster"
)
JSON_PROJECTS = _format(
    "cordis-projects",
    "cordis",
    "id|acronym|title|startDate|endDate|totalCost|objective|ecMaxContribution|status",
)
HE_PARTICIPATIONS = _format(
    "he-organisations", "cordis", "projectID|name|activityType|country|contactForm|order|role|ecContribution"
)
JSON_PARTICIPATIONS = _format(
    "cordis-organisations",
    "cordis",
    "projectID|organisationID|name|activityType|country|order|role|ecContribution",
)
DASHBOARD = _format(
    "dashboard-export",
    "cordis",
    "project_id|project_title|partner_role|partner_type|pic|legal_name|legal_entity_type|country_code|country"
    "|eu_contribution|project_start_date|project_end_date",
)
PLUS = _format(
    "cordis-plus",
    "cordis",
    "project_id|pic|partner_role|legal_name|legal_entity_type|country_code|country|ec_contribution|project_acronym"
    "|start_date|end_date",
)
H2020 = _format(
    "h2020-projects",
    "cordis",
    "Project Title|Project Acronym|Project Nbr|H2020 EU Contribution (EUR)|Topic Code",
)
IPSX = _format(
    "ips-x", "ips-x", "id|name|description|geoextent|geocoverage|lead_organisation_name|start_date|status"
)
DECIDIM_PROPOSALS = _format(
    "decidim-proposals", "decidim", "id_proposal|title_ca|title_es|created_at|published_at|number_of_comments"
)
DECIDIM_PROJECTS = _format(
    "decidim-projects",
    "decidim",
    "id|title/ca|title/es|description/ca|description/es|budget_amount|confirmed_votes|url",
)
DECIDIM_COMMENTS = _format(
    "decidim-comments",
    "decidim",
    "id|created_at|body|locale|author/name|depth|commentable_id|commentable_type",
)
MEASUREMENTS = Format(
    "measurements", "measurements", frozenset({"indicator", "period_start", "period_end"}), folds=True
)
# The lists of the workspace as they are exported: each registers its own.
OWN_LISTS: list[Format] = []

FORMATS = (
    JSON_PROJECTS,
    HE_PROJECTS,
    JSON_PARTICIPATIONS,
    HE_PARTICIPATIONS,
    DASHBOARD,
    PLUS,
    H2020,
    IPSX,
    DECIDIM_PROPOSALS,
    DECIDIM_PROJECTS,
    DECIDIM_COMMENTS,
    MEASUREMENTS,
)


def known_formats() -> tuple[Format, ...]:
    """All that can be read: what publishers offer, and the lists of the workspace."""
    return (*FORMATS, *OWN_LISTS)


def format_of(table: Table, among: Iterable[Format] | None = None) -> Format:
    """The format all of whose required columns `table` has; the most demanding one if several fit.

    Raises: UnknownFormat, naming the columns that the nearest format still needs.
    """
    columns = set(table.columns)
    candidates = list(known_formats() if among is None else among)
    folded = {fold(name) for name in columns}
    fitting = [
        candidate
        for candidate in candidates
        if candidate.required <= (folded if candidate.folds else columns)
    ]
    if fitting:
        return max(fitting, key=lambda candidate: len(candidate.required))
    nearest = max(
        candidates, key=lambda candidate: len(candidate.required & columns) / len(candidate.required)
    )
    missing = nearest.required - (folded if nearest.folds else columns)
    raise UnknownFormat(table.path.name, nearest.key, sorted(missing), sorted(columns))


def fold(name: str) -> str:
    """A column name without capitals and spaces: “Period start” is `period_start`."""
    return "_".join(name.casefold().split())


def detect(path: Path | str) -> Format:
    """The format of the file at `path`. Raises: Unreadable, UnknownFormat."""
    return format_of(open_table(path))
