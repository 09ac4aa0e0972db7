"""What does anybody see of the cases: the list, one card, and where its records can still be read?"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cic.core.charts import bar_chart, line_chart
from cic.core.formats import figure, money
from cic.core.maps import city_map
from cms.frame import Frame
from partners.models import Agreement, Centre
from pilots.choices import IndicatorKind, LineageKind
from pilots.models import Challenge, Idea, Lineage, Trial
from pilots.models.evidence import LEVELS

from . import ANYONE, ROWS_PER_PAGE, embeds, page_number
from .chains import case_pages
from .freezing import facts_of, points_of, spoken
from .lists import each_once
from .participants import taking_part
from .publisher import publisher
from .worded import GOOD, number, shows, value_words, verdict_badge

# What it was, before the chain; what it taught, after it.
ABOUT = ("challenges", "solution", "consists_of", "entrepreneurial", "innovative", "added_value")
AFTER = ("lessons", "future")
# Where the record behind a station of the frozen chain is shown: key to model and kind of page.
RECORDS = {
    "need": (Challenge, "challengespage"),
    "idea": (Idea, "challengespage"),
    "trial": (Trial, "pilotspage"),
}


def in_reach(language: str) -> Any:
    """Cases a reader of `language` is shown: those in it, and those that nobody has put into it yet."""
    return each_once(case_pages(), language)


def cards(pages: Any, frame: Frame) -> list[dict[str, Any]]:
    """What a card of each case shows: one query."""
    rows = pages.select_related("locale").only(
        "title",
        "slug",
        "answer",
        "challenges",
        "first_published_at",
        "snapshot",
        "said",
        "locale__language_code",
    )
    return [
        {
            "pk": page.pk,
            "title": page.told("title", page.locale.language_code),
            "text": page.told("answer" if page.answer else "challenges", page.locale.language_code),
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


def show(case: Any, frame: Frame, request: HttpRequest) -> dict[str, Any]:
    """The card with its frozen facts; a draft shows what would be frozen now."""
    frozen = case.snapshot
    if getattr(request, "is_preview", False) or frozen is None:
        frozen = facts_of(case)
    frozen = spoken(frozen)
    public = still_public(frozen)
    return {
        "frozen": frozen,
        "verdict": verdict_badge(frozen["verdict"]),
        "worked": frozen["verdict"] in GOOD and not frozen.get("stopped"),
        "stopped": stopped(frozen),
        "evidence": strength(frozen),
        "partners": partners(frozen, public, frame),
        "again": again(case, frozen, public, frame),
        "tiles": tiles(frozen, list(case.figures.all())),
        "table": table(frozen),
        "charts": [{**row, "elsewhere": _code(case, row)} for row in charts(frozen)],
        "card_code": _code(case),
        "stations": linked(frozen["chain"], public, frame, case.first_published_at),
        "agreement": _agreement(frozen, public, frame),
        "map": place_map(frozen),
        "sections": sections(case, ABOUT),
        "after": sections(case, AFTER),
        "photos": photos(case, request),
        "corrections": sorted(
            (row for row in case.corrections.all() if row.made_on or getattr(request, "is_preview", False)),
            key=lambda row: row.made_on or date.max,
        ),
        "trial_url": frame.address("pilotspage", f"{frozen['trial']['reference']}/")
        if ("trial", frozen["trial"]["reference"]) in public
        else "",
        "data_url": f"/{frame.language}/data/cases/{case.slug}" if case.live else "",
        "og_type": "article",
    }


def _code(case: Any, chart: Mapping[str, Any] | None = None) -> str:
    """The lines that show a public case, or one of its charts, in another page."""
    if not case.live:
        return ""
    if chart is None:
        return embeds.code("cases", case.slug, case.title)
    return embeds.code("cases", case.slug, f"{chart['title']} · {case.title}", chart=chart["key"])


def still_public(frozen: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Which records of a frozen chain anybody may still open: one query for all kinds."""
    wanted = {(row["record"], row["reference"]) for row in frozen["chain"] if row.get("record")}
    wanted.add(("trial", frozen["trial"]["reference"]))
    wanted |= {(kind, frozen[kind]["reference"]) for kind in ("agreement", "centre") if frozen.get(kind)}
    models = {kind: model for kind, (model, _page) in RECORDS.items()}
    models |= {"agreement": Agreement, "centre": Centre}
    parts = [
        model.objects.visible_to(ANYONE)
        .filter(reference__in=[reference for key, reference in wanted if key == kind])
        .order_by()
        .values_list("reference", flat=True)
        for kind, model in models.items()
        if any(key == kind for key, _reference in wanted)
    ]
    keys = [row["key"] for row in frozen["partners"] if row.get("key")]
    wanted |= {("organisation", str(key)) for key in keys}
    organisations = taking_part().filter(pk__in=keys).order_by()
    parts.append(organisations.values_list(Cast("pk", CharField()), flat=True))
    # References carry their kind in their first letter, organisations have a number: one union tells them apart.
    found = set(parts[0].union(*parts[1:], all=True))
    return {(kind, reference) for kind, reference in wanted if reference in found}


def photos(case: Any, request: HttpRequest) -> list[Any]:
    """Its photographs with their files: one query for those of a public page."""
    rows = case.photos.all()
    return list(rows if getattr(request, "is_preview", False) else rows.select_related("image"))


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
        said = [{**one, "on": date.fromisoformat(one["on"])} for one in row.get("decisions", ())]
        rows.append({**row, "url": url, "date": day, "decisions": said})
    return rows


def _agreement(
    frozen: Mapping[str, Any], public: set[tuple[str, str]], frame: Frame
) -> dict[str, Any] | None:
    row = frozen.get("agreement")
    if not row:
        return None
    shown = ("agreement", row["reference"]) in public
    return {**row, "url": frame.address("agreementspage", f"{row['reference']}/") if shown else ""}


def stopped(frozen: Mapping[str, Any]) -> dict[str, Any] | None:
    """When and why the trial ended before its time."""
    row = frozen.get("stopped")
    return {**row, "on": date.fromisoformat(row["on"])} if row else None


def strength(frozen: Mapping[str, Any]) -> dict[str, Any] | None:
    """How strong the evidence is, 1 to 5, in words; None for cases approved before it was kept."""
    if "evidence" not in frozen:
        return None
    level = frozen["evidence"]
    marks = [number <= (level or 0) for number in range(1, 6)]
    return {"level": level, "words": LEVELS[level], "marks": marks, "methods": frozen.get("methods", [])}


def partners(frozen: Mapping[str, Any], public: set[tuple[str, str]], frame: Frame) -> list[dict[str, str]]:
    """Who took part, each with the page of what else it takes part in, where it has one."""
    return [
        {
            **row,
            "url": frame.address("organisationspage", f"{row['key']}/")
            if ("organisation", str(row.get("key"))) in public
            else "",
        }
        for row in frozen["partners"]
    ]


def again(case: Any, frozen: Mapping[str, Any], public: set[tuple[str, str]], frame: Frame) -> dict[str, Any]:
    """What somebody needs who wants to try it elsewhere, whom to ask, and who has: one query."""
    label = Trial._meta.label_lower
    links = Lineage.objects.filter(kind=LineageKind.REPLICATED, from_type=label, to_type=label)
    taken_up = Trial.objects.visible_to(ANYONE).filter(
        pk__in=links.filter(from_id=case.outcome.trial_id).values("to_id")
    )
    centre = frozen.get("centre")
    shown = centre and ("centre", centre["reference"]) in public
    written = " ".join(case.future.split())
    return {
        # What the editor wrote into the text already is not said twice.
        "texts": [
            text
            for text in (frozen.get("replicability", ""), frozen.get("conditions", ""))
            if text and " ".join(text.split()) not in written
        ],
        "products": frozen["products"],
        "centre": {**centre, "url": frame.address("centrespage", f"{centre['reference']}/")}
        if centre and shown
        else None,
        "contact": settings.CONTACT_EMAIL,
        "start_url": reverse("outcome_replicate", args=[case.outcome_id]) if case.live else "",
        "taken_up": [
            {
                "title": row.said.title,
                "url": frame.address("pilotspage", f"{row.reference}/"),
            }
            for row in taken_up.order_by("pk")[:12]
        ],
    }


def figure_and_unit(row: Mapping[str, Any]) -> dict[str, str]:
    """What was measured in the end, its unit apart: a long one may then stand smaller, or on a line of its own."""
    value = number(row.get("actual"))
    worded = row.get("actual_text") or row["kind"] in (IndicatorKind.BOOLEAN, IndicatorKind.PERCENTAGE)
    if value is None or worded:
        return {"figure": value_words(row, "actual"), "unit": ""}
    return {"figure": figure(value), "unit": row["unit"]}


def tiles(frozen: Mapping[str, Any], extra: list[Any]) -> list[dict[str, str]]:
    """The key figures: what changed, then what the editor adds, how long, how much."""
    rows = []
    for row in [row for row in frozen["table"] if "beside" not in row][:2]:
        words = {key: value_words(row, key) for key in ("actual", "target", "baseline")}
        said = [_("target %(target)s") % words] if words["target"] else []
        said += [_("before %(baseline)s") % words] if words["baseline"] else []
        if words["actual"]:
            rows.append({**figure_and_unit(row), "label": row["name"], "compare": "; ".join(said)})
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
        planned = money(number(frozen.get("budget_eur")))
        compare = _("budget %(amount)s") % {"amount": planned} if planned else ""
        rows.append({"figure": money(number(frozen["cost_eur"])), "label": _("cost"), "compare": compare})
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
            "change": row.get("change", ""),
            "comparisons": row.get("comparisons", []),
            "beside": row.get("beside", ""),
            "place": row.get("place", ""),
        }
        for row in frozen["table"]
    ]


def charts(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One chart for each indicator that is a number, with the sentence that says what it shows; `key`: its row.

    A line from two values on; before that, before and after as bars with the mark of the target.
    """
    drawn = []
    for key, row in enumerate(frozen["table"], 1):
        if "beside" in row or row["kind"] not in (IndicatorKind.NUMBER, IndicatorKind.PERCENTAGE):
            continue
        points = points_of(row)
        baseline, target = number(row["baseline"]), number(row["target"])
        if sum(point.value is not None for point in points) < 2:
            if bars := bars_of(row):
                drawn.append({**bars, "key": key})
            continue
        chart = line_chart(
            points,
            baseline=None if baseline is None else float(baseline),
            target=None if target is None else float(target),
        )
        unit = "%" if row["kind"] == IndicatorKind.PERCENTAGE else row["unit"]
        drawn.append({"key": key, "chart": chart, "title": row["name"], "unit": unit, "sentence": shows(row)})
    return drawn


def bars_of(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Before and after as two bars; None when nothing was measured."""
    actual, baseline, target = (number(row[key]) for key in ("actual", "baseline", "target"))
    if actual is None:
        return None
    rows = [(_("Before"), baseline, target)] if baseline is not None else []
    unit = "%" if row["kind"] == IndicatorKind.PERCENTAGE else row["unit"]
    chart = bar_chart([*rows, (_("Actual"), actual, target)])
    return {"chart": chart, "bars": True, "title": row["name"], "unit": unit, "sentence": shows(row)}


def place_map(frozen: Mapping[str, Any]) -> Any:
    """The places of the trial; None when none has coordinates."""
    places = [
        (site["label"], "", float(site["longitude"]), float(site["latitude"]))
        for site in frozen["sites"]
        if site.get("longitude") and site.get("latitude")
    ]
    shapes = ((shape["key"], shape["label"], shape["outline"]) for shape in frozen.get("shapes", ()))
    return city_map(shapes, places) if places else None


def sections(case: Any, names: Iterable[str]) -> list[dict[str, str]]:
    """The written parts of the card that say something, of those called `names`; `language` where it is another one."""
    return [
        {
            "key": name,
            "title": case._meta.get_field(name).verbose_name,
            "text": getattr(case, name),
            "language": case.foreign.get(name, ""),
        }
        for name in names
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
