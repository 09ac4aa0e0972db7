"""What does anybody see of the cases: the list, one card, and where its records can still be read?"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cic.core.charts import line_chart
from cic.core.formats import NO_BREAK, figure, money
from cic.core.maps import city_map
from cms.frame import Frame, absolute
from partners.models import Agreement
from pilots.choices import IndicatorKind, OutcomeVerdict
from pilots.models import Challenge, Idea, Trial

from . import ANYONE, ROWS_PER_PAGE, page_number
from .chains import case_pages
from .described import publisher
from .freezing import points_of, snapshot_of

GOOD = (OutcomeVerdict.SCALED, OutcomeVerdict.ADOPTED, OutcomeVerdict.REPLICATED)
# Where the record behind a station of the frozen chain is shown: key to model and kind of page.
RECORDS = {
    "need": (Challenge, "challengespage"),
    "idea": (Idea, "challengespage"),
    "trial": (Trial, "pilotspage"),
}


def in_reach(language: str) -> Any:
    """Cases a reader of `language` is shown: those in it, and those that nobody has put into it yet."""
    pages = case_pages()
    translated = pages.filter(translation_key=OuterRef("translation_key"), locale__language_code=language)
    own = pages.filter(locale__language_code=language)
    return own | pages.exclude(locale__language_code=language).filter(~Exists(translated))


def cards(pages: Any, frame: Frame) -> list[dict[str, Any]]:
    """What a card of each case shows: one query."""
    rows = pages.select_related("locale").only(
        "title", "slug", "answer", "challenges", "first_published_at", "snapshot", "locale__language_code"
    )
    return [
        {
            "title": page.title,
            "text": page.answer or page.challenges,
            "url": frame.address("casespage", f"{page.slug}/", page.locale.language_code),
            "language": page.locale.language_code,
            "published_at": page.first_published_at,
            "verdict": verdict_badge((page.snapshot or {}).get("verdict", "")),
            "stations": (page.snapshot or {}).get("chain", []),
        }
        for page in rows
    ]


def listed(frame: Frame, page: str) -> dict[str, Any]:
    """All cases, newest first."""
    number = page_number(page)
    start = (number - 1) * ROWS_PER_PAGE
    found = in_reach(frame.language).order_by("-first_published_at", "-pk")
    rows = cards(found[start : start + ROWS_PER_PAGE + 1], frame)
    more = len(rows) > ROWS_PER_PAGE
    here = frame.address("casespage")
    return {
        "cases": rows[:ROWS_PER_PAGE],
        "previous_url": f"{here}?page={number - 1}" if number > 1 else "",
        "next_url": f"{here}?page={number + 1}" if more else "",
    }


def about(condition: Mapping[str, Any], frame: Frame) -> list[dict[str, Any]]:
    """Cases that meet `condition`, newest first."""
    return cards(
        in_reach(frame.language).filter(**condition).order_by("-first_published_at", "-pk")[:24], frame
    )


def verdict_badge(verdict: str) -> dict[str, str]:
    """A verdict as word and tone; empty when there is none."""
    if verdict not in OutcomeVerdict.values:
        return {}
    tone = "good" if verdict in GOOD else "warn" if verdict == OutcomeVerdict.MORE_EVIDENCE else "stop"
    return {"label": str(OutcomeVerdict(verdict).label), "tone": tone}


def show(case: Any, frame: Frame, request: HttpRequest) -> dict[str, Any]:
    """The card with its frozen facts; a draft shows what would be frozen now."""
    frozen = case.snapshot
    if getattr(request, "is_preview", False) or frozen is None:
        frozen = preview_of(case)
    public = still_public(frozen)
    return {
        "frozen": frozen,
        "verdict": verdict_badge(frozen["verdict"]),
        "worked": frozen["verdict"] in GOOD,
        "tiles": tiles(frozen, list(case.figures.all())),
        "table": table(frozen),
        "charts": charts(frozen),
        "stations": linked(frozen["chain"], public, frame, case.first_published_at),
        "agreement": _agreement(frozen, public, frame),
        "map": place_map(frozen),
        "sections": sections(case),
        "corrections": sorted(
            (row for row in case.corrections.all() if row.made_on or getattr(request, "is_preview", False)),
            key=lambda row: row.made_on or date.max,
        ),
        "trial_url": frame.address("pilotspage", f"{frozen['trial']['reference']}/")
        if ("trial", frozen["trial"]["reference"]) in public
        else "",
        "data_url": f"/{frame.language}/data/cases/{case.slug}.json" if case.live else "",
        "og_type": "article",
        "share_url": absolute(f"/share/{frame.language}/cases/{case.slug}.png"),
    }


def preview_of(case: Any) -> dict[str, Any]:
    """What the public would see if it were approved now: kept figures, unless a correction renews them."""
    renews = any(row.renew_figures and not row.made_on for row in case.corrections.all())
    return (
        case.snapshot
        if case.snapshot and not renews
        else snapshot_of(case.outcome, case.locale.language_code)
    )


def still_public(frozen: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Which records of a frozen chain anybody may still open: one query for all kinds."""
    wanted = {(row["record"], row["reference"]) for row in frozen["chain"] if row.get("record")}
    wanted.add(("trial", frozen["trial"]["reference"]))
    if frozen.get("agreement"):
        wanted.add(("agreement", frozen["agreement"]["reference"]))
    models = {kind: model for kind, (model, _page) in RECORDS.items()} | {"agreement": Agreement}
    parts = [
        model.objects.visible_to(ANYONE)
        .filter(reference__in=[reference for key, reference in wanted if key == kind])
        .order_by()
        .values_list("reference", flat=True)
        for kind, model in models.items()
        if any(key == kind for key, _reference in wanted)
    ]
    # References carry their kind in their first letter, so that one union tells them apart.
    found = set(parts[0].union(*parts[1:], all=True)) if parts else set()
    return {(kind, reference) for kind, reference in wanted if reference in found}


def linked(
    chain: list[dict[str, Any]], public: set[tuple[str, str]], frame: Frame, published_at: datetime | None
) -> list[dict[str, Any]]:
    """The frozen stations, with links to what is still public, and the case itself as reached."""
    rows = []
    for row in chain:
        kind, reference = row.get("record", ""), row.get("reference", "")
        url = frame.address(RECORDS[kind][1], f"{reference}/") if (kind, reference) in public else ""
        day = date.fromisoformat(row["date"]) if row.get("date") else None
        if row["key"] == "case":
            row = {**row, "state": "done"}
            day = timezone.localdate(published_at) if published_at else None
        rows.append({**row, "url": url, "date": day})
    return rows


def _agreement(
    frozen: Mapping[str, Any], public: set[tuple[str, str]], frame: Frame
) -> dict[str, Any] | None:
    row = frozen.get("agreement")
    if not row:
        return None
    shown = ("agreement", row["reference"]) in public
    return {**row, "url": frame.address("agreementspage", f"{row['reference']}/") if shown else ""}


def number(text: str | None) -> Any:
    """A frozen number; None stays None."""
    return None if text is None else Decimal(text)


def value_words(row: Mapping[str, Any], key: str) -> str:
    """A frozen value with its unit, in the reader's way of writing."""
    if row.get(f"{key}_text"):
        return str(row[f"{key}_text"])
    value = number(row.get(key))
    if value is None:
        return ""
    if row["kind"] == IndicatorKind.BOOLEAN:
        return _("yes") if value else _("no")
    if row["kind"] == IndicatorKind.PERCENTAGE:
        return f"{figure(value)}{NO_BREAK}%"
    return f"{figure(value)}{NO_BREAK}{row['unit']}".strip()


def tiles(frozen: Mapping[str, Any], extra: list[Any]) -> list[dict[str, str]]:
    """The key figures: what changed, then what the editor adds, how long, how much."""
    rows = []
    for row in frozen["table"][:2]:
        actual, target = value_words(row, "actual"), value_words(row, "target")
        if actual:
            compare = _("target %(target)s") % {"target": target} if target else ""
            rows.append({"figure": actual, "label": row["name"], "compare": compare})
    rows += [{"figure": item.value, "label": item.label, "compare": ""} for item in extra]
    if frozen.get("days"):
        rows.append(
            {
                "figure": figure(frozen["days"]),
                "label": ngettext("day of trial", "days of trial", frozen["days"]),
                "compare": "",
            }
        )
    if frozen.get("sites"):
        rows.append(
            {
                "figure": figure(len(frozen["sites"])),
                "label": ngettext("place", "places", len(frozen["sites"])),
                "compare": "",
            }
        )
    if frozen.get("cost_eur"):
        rows.append({"figure": money(number(frozen["cost_eur"])), "label": _("cost"), "compare": ""})
    return rows


def table(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Target against actual, in words."""
    return [
        {
            "name": row["name"],
            "baseline": value_words(row, "baseline"),
            "target": value_words(row, "target"),
            "actual": value_words(row, "actual"),
            "met": row["met"],
            "amended": row.get("amended", False),
        }
        for row in frozen["table"]
    ]


def charts(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One chart for each indicator with at least two values, with the sentence that says what it shows."""
    drawn = []
    for row in frozen["table"]:
        points = points_of(row)
        if sum(point.value is not None for point in points) < 2:
            continue
        baseline, target = number(row["baseline"]), number(row["target"])
        chart = line_chart(
            points,
            baseline=None if baseline is None else float(baseline),
            target=None if target is None else float(target),
        )
        unit = "%" if row["kind"] == IndicatorKind.PERCENTAGE else row["unit"]
        drawn.append({"chart": chart, "title": row["name"], "unit": unit, "sentence": shows(row)})
    return drawn


def shows(row: Mapping[str, Any]) -> str:
    """What a chart shows, in one sentence."""
    words = {key: value_words(row, key) for key in ("baseline", "target", "actual")}
    if words["baseline"] and words["target"]:
        if row["met"]:
            return _("It went from %(baseline)s to %(actual)s; the target of %(target)s was reached.") % words
        return _("It went from %(baseline)s to %(actual)s; the target of %(target)s was not reached.") % words
    if words["target"]:
        if row["met"]:
            return _("It came to %(actual)s; the target of %(target)s was reached.") % words
        return _("It came to %(actual)s; the target of %(target)s was not reached.") % words
    if words["baseline"]:
        return _("It went from %(baseline)s to %(actual)s.") % words
    return _("It came to %(actual)s.") % words


def place_map(frozen: Mapping[str, Any]) -> Any:
    """The places of the trial; None when none has coordinates."""
    places = [
        (site["label"], "", float(site["longitude"]), float(site["latitude"]))
        for site in frozen["sites"]
        if site.get("longitude") and site.get("latitude")
    ]
    shapes = ((shape["key"], shape["label"], shape["outline"]) for shape in frozen.get("shapes", ()))
    return city_map(shapes, places) if places else None


def sections(case: Any) -> list[dict[str, str]]:
    """The written parts of the card that say something."""
    return [
        {"key": name, "title": case._meta.get_field(name).verbose_name, "text": getattr(case, name)}
        for name in case.SECTIONS
        if getattr(case, name)
    ]


def described(case: Any, verdict: str) -> dict[str, Any]:
    """The case for machines that read schema.org."""
    return {
        "@type": "Article",
        "headline": case.title,
        "description": case.answer,
        "datePublished": case.first_published_at.isoformat() if case.first_published_at else "",
        "dateModified": case.last_published_at.isoformat() if case.last_published_at else "",
        "publisher": publisher(),
        "keywords": verdict,
        "isAccessibleForFree": True,
    }
