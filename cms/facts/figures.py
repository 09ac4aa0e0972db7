"""What does the whole programme come to, in figures that anybody may check against the open tables?

Counted in keys and numbers, so that one count serves every language; put into words when shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, IntegerField, Min, Prefetch, Q, Subquery, Value
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Locale

from cic.core.charts import share_pct
from cic.core.formats import figure
from cms.frame import Frame
from partners.choices import CentreState, Helix, ResourceKind, TerritoryKind
from partners.models import Area, Centre, Organisation, Resource, ResourceGift, Territory
from pilots.choices import LIVE_STATES, PUBLIC_TRIAL_LABELS, SDGS, ChallengeState, OutcomeVerdict, TrialState
from pilots.models import Challenge, Idea
from pilots.models.portfolio import GAINS

from . import ANYONE, embeds
from .agreements import by_kind, public_fields, resource_row, signed
from .chains import case_pages
from .index import Index, current
from .kept import kept
from .participants import in_agreements


class Figure(NamedTuple):
    """One figure: of which section, of what, how many, in which unit; `names` by language where the key is no code."""

    section: str
    key: str
    number: Any
    unit: str
    names: dict[str, str] | None = None
    ref: int = 0


TITLES = {
    "state": gettext_lazy("Where they stand"),
    "verdict": gettext_lazy("What came of them"),
    "year": gettext_lazy("By the year they began"),
    "area": gettext_lazy("By area"),
    "district": gettext_lazy("By district"),
    "helix": gettext_lazy("By who takes part"),
    "sdg": gettext_lazy("By Sustainable Development Goal"),
    "time": gettext_lazy("From need to case: how long it takes"),
    "trl": gettext_lazy("How much readier the technology became"),
}
# One trial may count in several lines of these.
OVERLAPPING = ("area", "district", "helix", "sdg")
LEGS = {
    "need_idea": gettext_lazy("from need to idea"),
    "idea_start": gettext_lazy("from idea to the start of the trial"),
    "trial": gettext_lazy("the trial itself"),
    "end_case": gettext_lazy("from its end to the published case"),
    "whole": gettext_lazy("from need to case, in all"),
}
# Public words that two working states share.
SAME = {TrialState.PLANNED.value: TrialState.PREPARING.value}


def counted(queryset: Any, what: Any = None) -> Subquery:
    """How many rows a queryset has, as a part of another query."""
    number = what or Count("pk")
    return Subquery(
        queryset.order_by().annotate(_one=Value(1)).values("_one").annotate(n=number).values("n"),
        output_field=IntegerField(),
    )


def totals() -> dict[str, int]:
    """How many there are of each noun, what the home page opens with: two queries, and what the index has read."""
    index = current()
    firms = Organisation.objects.among(sorted(index.organisations)).values("pk")
    counts = {
        # A case in two languages is one case.
        "cases": counted(case_pages(), Count("translation_key", distinct=True)),
        "agreements": counted(signed()),
        "organisations": counted(
            Organisation.objects.visible_to(ANYONE).filter(Q(pk__in=firms) | in_agreements())
        ),
        "centres": counted(Centre.objects.visible_to(ANYONE).filter(state=CentreState.ACTIVE)),
        "challenges": counted(Challenge.objects.visible_to(ANYONE).exclude(state=ChallengeState.DRAFT)),
        "ideas": counted(Idea.objects.visible_to(ANYONE)),
    }
    # One row of a table that always has some: the counts hang on it.
    row = Locale.objects.order_by("pk").values(**counts)[:1]
    others = {name: value or 0 for name, value in (row[0] if row else dict.fromkeys(counts, 0)).items()}
    running = sum(index.of("state", state).bit_count() for state in LIVE_STATES)
    return {"running": running, "trials": index.everyone.bit_count(), **others}


def count(totals: dict[str, int]) -> list[Figure]:
    """Every figure of the programme beside the `totals`: six queries."""
    index = current()
    rows = [Figure("total", key, number, "") for key, number in totals.items()]
    rows += by_fate(index)
    rows += by_area(index)
    rows += by_district(index)

    def told(section: str, keys: Iterable[Any], name: str) -> list[Figure]:
        found = ((str(key), index.of(name, key).bit_count()) for key in keys)
        return [Figure(section, key, number, "trials") for key, number in found if number]

    rows += (
        told("helix", Helix.values, "joined") + told("sdg", dict(SDGS), "sdg") + told("trl", GAINS, "gain")
    )
    rows += [Figure("time", key, days, "days") for key, days in legs()]
    return [*rows, *resources()]


def by_fate(index: Index) -> list[Figure]:
    """By public state, by verdict and by year."""
    states: Counter[str] = Counter()
    for state, trials in index.values("state"):
        states[SAME.get(state, state)] += trials.bit_count()
    verdicts = {key: trials.bit_count() for key, trials in index.values("verdict")}
    return [
        *(Figure("state", key, states[key], "trials") for key in TrialState.values if states[key]),
        *(
            Figure("verdict", key, verdicts[key], "trials")
            for key in OutcomeVerdict.values
            if key in verdicts
        ),
        *(
            Figure("year", year, trials.bit_count(), "trials")
            for year, trials in sorted(index.values("year"))
        ),
    ]


def by_area(index: Index) -> list[Figure]:
    """By area, the largest first; one in two areas counts in both. One query."""
    rows = [
        Figure("area", area.key, index.of("area", area.pk).bit_count(), "trials", area.names, area.pk)
        for area in Area.objects.order_by("key")
    ]
    return sorted((row for row in rows if row.number), key=lambda row: -row.number)


def by_district(index: Index) -> list[Figure]:
    """By district, the largest first: by the places in it or in a neighbourhood of it. One query."""
    known = {row[0]: row for row in Territory.objects.values_list("pk", "name", "kind", "parent_id")}
    trials: dict[int, int] = defaultdict(int)
    for pk, _name, kind, parent in known.values():
        district = parent if kind == TerritoryKind.NEIGHBOURHOOD else pk
        if district:
            trials[district] |= index.of("territory", pk)
    rows = [
        Figure("district", known[pk][1], found.bit_count(), "trials", {"": known[pk][1]}, pk)
        for pk, found in trials.items()
        if found
    ]
    return sorted(rows, key=lambda row: (-row.number, row.key))


def legs() -> Iterator[tuple[str, float]]:
    """The median days of each leg between need and case, over the published cases that know both ends."""
    first = (
        case_pages()
        .values(
            "outcome_id", "outcome__trial__started_on", "outcome__trial__ended_on",
            "outcome__trial__idea__submitted_at", "outcome__trial__idea__challenge__created_at",
        )
        .annotate(published=Min("first_published_at"))
        .order_by()
    )  # fmt: skip
    spans: dict[str, list[int]] = {key: [] for key in LEGS}
    for row in first.iterator(chunk_size=2000):
        need = _day(row["outcome__trial__idea__challenge__created_at"])
        idea = _day(row["outcome__trial__idea__submitted_at"])
        start, end = row["outcome__trial__started_on"], row["outcome__trial__ended_on"]
        case = _day(row["published"])
        ends = {
            "need_idea": (need, idea), "idea_start": (idea, start), "trial": (start, end), "end_case": (end, case),
            "whole": (need, case),
        }  # fmt: skip
        for key, (one, two) in ends.items():
            if one and two and two >= one:
                spans[key].append((two - one).days)
    for key, days in spans.items():
        if days:
            yield key, median(days)


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


def resources() -> list[Figure]:
    """What signed agreements promised, and what both sides confirmed as given, where execution is public: two queries."""
    if "execution" not in public_fields():
        return []
    within = signed().order_by().values("pk")
    gifts = Prefetch("gifts", ResourceGift.objects.confirmed())
    promised = Resource.objects.filter(agreement__in=within).order_by("pk").prefetch_related(gifts)
    return [
        Figure(name, row["kind"], row[f"{name}_number"], row["unit"])
        for row in by_kind(promised)
        for name in ("promised", "given")
    ]


def label_of(row: Figure) -> str:
    """What a figure is of, in the reader's language."""
    if row.names:
        return next(filter(None, map(row.names.get, (get_language(), settings.LANGUAGE_CODE, ""))), row.key)
    if row.section == "trl":
        gain = int(row.key)
        words = ngettext("%(number)s level", "%(number)s levels", abs(gain))
        return words % {"number": f"{'+' if gain > 0 else '−' if gain < 0 else ''}{abs(gain)}"}
    return str(NAMES.get(row.section, {}).get(row.key, row.key))


TOTALS = {
    "running": gettext_lazy("running now"),
    "trials": gettext_lazy("tried so far"),
    "cases": gettext_lazy("published cases"),
    "agreements": gettext_lazy("agreements"),
    "organisations": gettext_lazy("organisations taking part"),
    "centres": gettext_lazy("active centres"),
    "challenges": gettext_lazy("needs"),
    "ideas": gettext_lazy("public ideas"),
}
NAMES: dict[str, dict[str, Any]] = {
    "total": TOTALS,
    "state": {state.value: PUBLIC_TRIAL_LABELS.get(state, state.label) for state in TrialState},
    "verdict": dict(OutcomeVerdict.choices),
    "helix": dict(Helix.choices),
    "sdg": {str(goal): label for goal, label in SDGS},
    "time": LEGS,
    "promised": dict(ResourceKind.choices),
    "given": dict(ResourceKind.choices),
}
# Where the rows behind a total are read.
PAGES = {
    "running": "pilotspage", "trials": "pilotspage", "cases": "casespage", "agreements": "agreementspage",
    "organisations": "organisationspage", "centres": "centrespage", "challenges": "challengespage",
    "ideas": "challengespage",
}  # fmt: skip
# Those the home page opens with.
ON_HOME = ("running", "trials", "cases", "agreements", "organisations", "centres")


def tiles(known: dict[str, int], frame: Frame) -> list[dict[str, str]]:
    """Totals as tiles that lead to their rows."""
    return [
        {"figure": figure(number), "label": str(TOTALS[name]), "url": behind(name, frame)}
        for name, number in known.items()
    ]


def behind(name: str, frame: Frame) -> str:
    """The list of exactly what a total counts; empty where its page is not public."""
    query = {"running": f"?{urlencode({'state': LIVE_STATES}, doseq=True)}"}
    address = frame.address(PAGES[name])
    return f"{address}{query.get(name, '')}" if address else ""


def show(frame: Frame) -> dict[str, Any]:
    """The sections, each with its lines, the sentence that says what it shows, and links to the rows counted."""
    known = kept("totals", totals)
    rows = kept("figures", lambda: count(known))
    sections = []
    for key, title in TITLES.items():
        found = [row for row in rows if row.section == key]
        if not found:
            continue
        most = max(row.number for row in found)
        lines = [
            {
                "label": label_of(row),
                "figure": figure(row.number),
                "share": share_pct(float(row.number), float(most)),
                "url": _behind(row, frame),
            }
            for row in found
        ]
        sections.append(
            {
                "key": key,
                "title": str(title),
                "unit": _("median days") if key == "time" else _("trials"),
                "sentence": _sentence(key, found, known["trials"]),
                "lines": lines,
                "elsewhere": embeds.code("figures", key, str(title)),
            }
        )
    return {
        "tiles": tiles(known, frame),
        "sections": sections,
        "resources": _resources(rows),
    }


def _resources(rows: list[Figure]) -> list[dict[str, Any]]:
    """Promised beside given, one row for each kind and unit."""
    given = {(row.key, row.unit): row.number for row in rows if row.section == "given"}
    return [
        resource_row(row.key, row.unit, row.number, given[row.key, row.unit])
        for row in rows
        if row.section == "promised"
    ]


def _behind(row: Figure, frame: Frame) -> str:
    """The list of exactly the trials that a figure counts; empty where the catalogue has no such filter."""
    queries: dict[str, dict[str, Any]] = {
        "state": {"state": [row.key, *(old for old, new in SAME.items() if new == row.key)]},
        "verdict": {"verdict": row.key},
        "area": {"area": row.ref},
        "district": {"territory": row.ref},
        "year": {"started_on_after": f"{row.key}-01-01", "started_on_before": f"{row.key}-12-31"},
        "sdg": {"sdg": row.key},
    }
    query = queries.get(row.section, {})
    address = frame.address("pilotspage")
    return f"{address}?{urlencode(query, doseq=True)}" if address and query else ""


def _sentence(key: str, rows: list[Figure], total: int) -> str:
    """What a section shows, in one sentence."""
    if key == "time":
        whole = next((row.number for row in rows if row.key == "whole"), None)
        if whole is None:
            return ""
        return _("Half of all cases took %(days)s days or less from the need to the published case.") % {
            "days": figure(whole)
        }
    if key == "trl":
        number = sum(row.number for row in rows)
        mean = sum(int(row.key) * row.number for row in rows) / number
        return ngettext(
            "%(mean)s levels gained on average, by %(count)s trial that states both ends.",
            "%(mean)s levels gained on average, by %(count)s trials that state both ends.",
            number,
        ) % {"mean": figure(mean, 1), "count": figure(number)}
    top = max(rows, key=lambda row: row.number)
    words = {"label": label_of(top), "count": figure(top.number), "all": figure(total)}
    if key in OVERLAPPING:
        return _("Most: %(label)s, %(count)s of %(all)s. One trial may count in several.") % words
    return _("Most: %(label)s, %(count)s.") % words
