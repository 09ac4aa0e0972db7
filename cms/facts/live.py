"""Which facts does a block of a page show: figures, charts, a map, cards of records, all as they are today?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.utils.translation import get_language, ngettext
from wagtail.models import Page

from cic.core.charts import bar_chart
from cic.core.formats import figure
from cic.core.maps import city_map
from cic.core.models import Said
from cms.choices import ProgrammeChart
from cms.context import address_of
from cms.frame import FRAME_DEPTH, HOME_DEPTH, Frame, unclosed
from partners.choices import TerritoryKind
from partners.models import Area, Centre, Territory
from pilots.choices import LIVE_STATES, PUBLIC_TRIAL_LABELS, TrialState
from pilots.models import Challenge, Indicator, Site, Trial

from . import ANYONE, embeds
from .cases import cards as case_cards
from .centres import public_state_of
from .chains import case_pages
from .challenges import dress as dress_challenges
from .challenges import ordered as public_challenges
from .pilots import drawn, goals_shown, with_cards

# What a list beside a map may hold before nobody reads it; the catalogue has the rest.
PLACES = 60
BARS = 12


def frame_in(context: Mapping[str, Any]) -> Frame:
    """The skeleton of the site as the page has read it."""
    frame = context.get("frame")
    return frame if isinstance(frame, Frame) else Frame.load(get_language() or settings.LANGUAGE_CODE)


def programme_chart(by: str) -> dict[str, Any]:
    """Public trials counted by one thing, the most frequent first; the sentence says how many there are."""
    column = {
        ProgrammeChart.STATE: "state",
        ProgrammeChart.AREA: "areas",
        ProgrammeChart.CENTRE: "centre",
        ProgrammeChart.DISTRICT: "sites__territory",
    }[ProgrammeChart(by)]
    trials = Trial.objects.visible_to(ANYONE).order_by()
    # A place it is compared with is none where it is tried.
    counted = trials.filter(sites__comparison="") if by == ProgrammeChart.DISTRICT else trials
    rows = counted.values(key=F(column)).annotate(n=Count("pk", distinct=True)).order_by("-n", "key")
    counts = {row["key"]: row["n"] for row in rows[: BARS + 1] if row["key"] is not None}
    names = _names(by, list(counts)[:BARS])
    bars = [(names[key], count, None) for key, count in counts.items() if key in names]
    total = trials.count()
    name = ProgrammeChart(by).label
    return {
        "chart": bar_chart(bars) if bars else None,
        "name": name,
        "elsewhere": embeds.code("trials", by, str(name)),
        "sentence": ngettext("%(count)s public trial.", "%(count)s public trials.", total)
        % {"count": figure(total)},
    }


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    """What is counted, in words; a centre that is not public is not named."""
    if by == ProgrammeChart.STATE:
        return {key: str(PUBLIC_TRIAL_LABELS.get(key, TrialState(key).label)) for key in keys}
    found: Any = {
        ProgrammeChart.AREA: Area.objects,
        ProgrammeChart.CENTRE: Centre.objects,
        ProgrammeChart.DISTRICT: Territory.objects,
    }[ProgrammeChart(by)].visible_to(ANYONE)
    rows = found.filter(pk__in=keys)
    return {row.pk: row.said.name if isinstance(row, Centre) else str(row) for row in rows}


def indicator_chart(indicator: Indicator | None, frame: Frame) -> dict[str, Any]:
    """One indicator as its trial's page draws it; empty when the trial is not public, or nothing is drawn."""
    if indicator is None:
        return {}
    trial = Trial.objects.visible_to(ANYONE).filter(pk=indicator.trial_id).first()
    goal = next((row for row in goals_shown(trial, indicator.pk)), None) if trial else None
    if trial is None or goal is None:
        return {}
    url = frame.address("pilotspage", f"{trial.reference}/")
    return {"indicator": drawn(goal, trial), "trial": trial, "trial_url": url}


def place_map(centre: Centre | None, frame: Frame) -> dict[str, Any]:
    """Places of public trials that run now, newest first, on the outlines of the districts."""
    trials = Trial.objects.visible_to(ANYONE).filter(state__in=LIVE_STATES)
    if centre is not None:
        trials = trials.filter(centre__in=Centre.objects.visible_to(ANYONE).filter(pk=centre.pk))
    sites = (
        Site.objects.visible_to(ANYONE)
        .filter(trial__in=trials.values("pk"), latitude__isnull=False, longitude__isnull=False)
        .select_related("trial")
        .order_by("-trial_id", "pk")[: PLACES + 1]
    )
    places = [
        (
            site.trial.said.title.with_words(f"{site.trial.said.title} · {site.name}"),
            frame.address("pilotspage", f"{site.trial.reference}/"),
            float(site.longitude or 0),
            float(site.latitude or 0),
        )
        for site in sites
    ]
    shapes = Territory.objects.visible_to(ANYONE).filter(kind=TerritoryKind.DISTRICT).exclude(outline=[])
    outlines = [(shape.code, shape.name, shape.outline) for shape in shapes] if places else []
    return {
        "map": city_map(outlines, places[:PLACES]) if places else None,
        "more": len(places) > PLACES,
        "all_url": frame.address("pilotspage"),
    }


def related(chosen: Any, frame: Frame) -> list[dict[str, Any]]:
    """A card for each record of a stream that is public, in the order chosen: as many queries as there are kinds.

    The stream is read as it is kept, in keys: its own values would ask for every record once more.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    order = [(row["type"], row["value"]) for row in chosen.raw_data if row["value"] is not None]
    for kind, key in order:
        wanted[kind].append(key)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for kind, keys in wanted.items():
        found |= {(kind, key): card for key, card in CARDS[kind](keys, frame).items()}
    return [found[key] for key in dict.fromkeys(order) if key in found]


def _trials(keys: list[int], frame: Frame) -> dict[int, dict[str, Any]]:
    rows = with_cards(Trial.objects.visible_to(ANYONE).filter(pk__in=keys), frame)
    return {
        row.pk: _card(row, row.said.title, row.said.summary, meta=row.meta, stations=row.stations)
        for row in rows
    }


def _challenges(keys: list[int], frame: Frame) -> dict[int, dict[str, Any]]:
    rows: list[Challenge] = dress_challenges(list(public_challenges().filter(pk__in=keys)), frame)
    return {row.pk: _card(row, row.said.title, row.said.need, meta=row.meta) for row in rows}


def _centres(keys: list[int], frame: Frame) -> dict[int, dict[str, Any]]:
    rows = list(Centre.objects.visible_to(ANYONE).filter(pk__in=keys))
    for row in rows:
        row.url = frame.address("centrespage", f"{row.reference}/")
        row.shown = public_state_of(row)
    return {row.pk: _card(row, row.said.name, row.said.purpose) for row in rows}


def _card(row: Any, title: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title, "text": text, "url": row.url, "reference": row.reference, "state": row.shown,
        "meta": (), "stations": "", **more,
    }  # fmt: skip


def _pages(keys: list[int], frame: Frame) -> dict[int, dict[str, Any]]:
    """Cases with their chain, other pages with what they say of themselves."""
    pages = {page.pk: page for page in open_pages(keys, frame)}
    told = [pk for pk, page in pages.items() if page.cached_content_type.model == "casepage"]
    found = {card["pk"]: card for card in case_cards(case_pages().filter(pk__in=told), frame)} if told else {}
    for key, page in pages.items():
        code = page.locale.language_code
        page_card = {
            "title": Said.of(page.title, code), "text": Said.of(page.search_description, code),
            "url": address_of(page.url_path, code, frame),
        }  # fmt: skip
        found.setdefault(key, page_card)
    return {
        key: {"reference": "", "state": {}, "meta": (), "stations": "", **card} for key, card in found.items()
    }


def beneath(section: Any, frame: Frame) -> list[dict[str, Any]]:
    """A card for each page directly beneath a section, as far as anybody may read it."""
    rows = section.get_children().live().public().order_by("path").specific(defer=False)
    return [
        {
            "title": page.told("title"),
            "text": page.told("search_description" if page.search_description else "lead"),
            "url": address_of(page.url_path, frame.language, frame),
        }
        for page in rows
    ]  # fmt: skip


def open_pages(keys: Iterable[int], frame: Frame) -> list[Page]:
    """The pages that anybody may read: they and all above them are live and not closed. One query, two for deep ones."""
    rows = list(unclosed(Page.objects.live().filter(pk__in=keys)).select_related("locale"))
    known = {node.path for node in frame.nodes if not node.closed}
    deepest = FRAME_DEPTH * Page.steplen
    rows = [
        row
        for row in rows
        if all(
            row.path[:end] in known
            for end in range(HOME_DEPTH * Page.steplen, min(len(row.path), deepest) + 1, Page.steplen)
        )
    ]
    deeper = {
        row.path[:end] for row in rows for end in range(deepest + Page.steplen, len(row.path), Page.steplen)
    }
    if not deeper:
        return rows
    between = unclosed(Page.objects.live().filter(path__in=deeper)).values_list("path", flat=True)
    hidden = tuple(deeper - set(between))
    return [row for row in rows if not row.path.startswith(hidden)] if hidden else rows


CARDS = {"trial": _trials, "challenge": _challenges, "centre": _centres, "page": _pages}
