"""How does a pilot, a case or a figure look in somebody else's page, and how does that page ask for it?"""

import re
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cic.core.caching import FRESH_SECONDS
from cms.choices import ProgrammeChart
from cms.facts import ANYONE, cases, embeds, figures, live, pilots
from cms.facts.freezing import spoken
from cms.facts.worded import verdict_badge
from cms.frame import Frame, absolute
from pilots.models import Trial

from .case_files import public_case

# How an oEmbed card is sized until its page asks for less.
CARD_WIDTH, CARD_HEIGHT = 600, 420
MOST_DIGITS = 18


def frame_in(language: str) -> Frame:
    """The skeleton of the site in one of its languages.

    Raises: Http404.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return Frame.load(language)


def public_trial(reference: str, frame: Frame) -> Trial:
    """A trial that anybody may see on its page, with its chain.

    Raises: Http404.
    """
    found = pilots.with_cards(Trial.objects.visible_to(ANYONE).filter(reference=reference), frame)
    if not found or not found[0].url:
        raise Http404
    return found[0]


def embedded(shown: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """The view of a card: `shown` gives what it holds in the language of the address, whatever the reader has."""

    @require_safe
    @xframe_options_exempt
    @csp_replace({"frame-ancestors": ["*"]})
    @cache_control(public=True, max_age=FRESH_SECONDS)
    def view(request: HttpRequest, language: str, name: str) -> HttpResponse:
        frame = frame_in(language)
        with translation.override(language):
            response = render(request, "cms/embed.html", shown(request, frame, name))
            response["Content-Language"] = language
        response["X-Robots-Tag"] = "noindex"
        return response

    return view


@embedded
def trial_card(request: HttpRequest, frame: Frame, name: str) -> dict[str, Any]:
    """A pilot: what it is, where it stands, and one indicator; its first chart unless the address names another.

    Raises: Http404.
    """
    trial = public_trial(name, frame)
    only = _number(request, "indicator")
    drawn = [pilots.drawn(goal, trial) for goal in pilots.goals_shown(trial, only)]
    chosen = next((row for row in drawn if row["chart"] or only), None)
    if only and chosen is None:
        raise Http404
    return {
        "reference": trial.reference,
        "state": trial.shown,
        "page_url": absolute(trial.url),
        "page_title": trial.said.title,
        "stations": trial.stations,
        "item": {**chosen, "title": chosen["name"]} if chosen else None,
        "text": trial.said.summary,
    }


@embedded
def case_card(request: HttpRequest, frame: Frame, name: str) -> dict[str, Any]:
    """A case: its verdict, and one chart as it was approved; the first unless the address names another.

    Raises: Http404.
    """
    case = public_case(name)
    address = frame.address("casespage", f"{case.slug}/")
    only = _number(request, "chart")
    frozen = spoken(case.snapshot)
    chosen = next((row for row in cases.charts(frozen) if only in (None, row["key"])), None)
    if not address or (only and chosen is None):
        raise Http404
    return {
        "state": verdict_badge(frozen["verdict"]),
        "page_url": absolute(address),
        "page_title": case.title,
        "stations": frozen["chain"],
        "item": chosen,
        "text": case.answer,
    }


@embedded
def figures_card(request: HttpRequest, frame: Frame, name: str) -> dict[str, Any]:
    """One section of the figures of the whole programme.

    Raises: Http404.
    """
    address = frame.address("figurespage")
    section = next((row for row in figures.show(frame)["sections"] if row["key"] == name), None)
    if not address or section is None:
        raise Http404
    # A card has one way out: what its page leads to would open within the frame.
    lines = [{**line, "url": ""} for line in section["lines"]]
    return {
        "page_url": absolute(f"{address}#{name}"),
        "page_title": section["title"],
        "section": {**section, "lines": lines},
    }


@embedded
def programme_card(request: HttpRequest, frame: Frame, name: str) -> dict[str, Any]:
    """All public trials, counted by one thing.

    Raises: Http404.
    """
    address = frame.address("pilotspage")
    if not address or name not in ProgrammeChart.values:
        raise Http404
    counted = live.programme_chart(name)
    return {
        "page_url": absolute(address),
        "page_title": _("Public trials"),
        "item": {**counted, "bars": True, "title": counted["name"]} if counted["chart"] else None,
        "text": counted["sentence"],
    }


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def oembed(request: HttpRequest) -> HttpResponse:
    """How to show the page at `?url=` elsewhere (oEmbed 1.0). Nothing is fetched: only our own pilots are known.

    Raises: Http404.
    """
    if request.GET.get("format", "json") != "json":
        return HttpResponse(_("Only JSON is offered."), status=501, content_type="text/plain; charset=utf-8")
    trial, language = _asked(request.GET.get("url", ""))
    width = min(_size(request, "maxwidth", CARD_WIDTH), CARD_WIDTH)
    height = min(_size(request, "maxheight", CARD_HEIGHT), CARD_HEIGHT)
    source = embeds.address("pilots", trial.reference, language)
    data: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": trial.said_in(language).title,
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute("/"),
        "cache_age": FRESH_SECONDS,
        "html": embeds.frame(source, trial.reference, width, height),
        "width": width,
        "height": height,
        "thumbnail_url": absolute(f"/share/{language}/pilots/{trial.reference}.png"),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    return JsonResponse(data)


def _address() -> re.Pattern[str]:
    """What the address of a pilot's page looks like, in whichever languages the installation has."""
    codes = "|".join(re.escape(code) for code, _name in settings.LANGUAGES)
    return re.compile(rf"/({codes})/([\w-]+)/(P-[\w-]+)/")


def _asked(url: str) -> tuple[Trial, str]:
    if not url.startswith(f"{settings.BASE_URL}/"):
        raise Http404
    path = url.removeprefix(settings.BASE_URL).partition("?")[0].partition("#")[0]
    match = _address().fullmatch(path)
    if match is None:
        raise Http404
    language, _slug, reference = match.groups()
    with translation.override(language):
        trial = public_trial(reference, frame_in(language))
    if trial.url != path:
        raise Http404
    return trial, language


def _number(request: HttpRequest, name: str) -> int | None:
    """The chart that the address names; None where it names none.

    Raises: Http404.
    """
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text)):
        raise Http404
    return int(text) if text else None


def _size(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else default
