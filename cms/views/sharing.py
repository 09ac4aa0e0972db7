"""How does a pilot or a case look elsewhere: as a picture, and as a card in somebody else's page?"""

import re
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cic.core.caching import FRESH_SECONDS, PUBLIC
from cms.facts import ANYONE, pilots
from cms.facts.sharing import stored_picture
from cms.frame import Frame, absolute
from cms.models import CasePage
from pilots.models import Trial

from .serving import is_reachable

CARD_WIDTH, CARD_HEIGHT = 600, 420
ADDRESS = re.compile(r"/([a-z]{2})/([\w-]+)/(P-[\w-]+)/")


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


@require_safe
def picture(request: HttpRequest, language: str, kind: str, name: str) -> HttpResponseBase:
    """The picture that goes with a page when it is shared; gone together with the page.

    Raises: Http404.
    """
    frame = frame_in(language)
    with translation.override(language):
        if kind == "pilots":
            trial = public_trial(name, frame)
            title, stations = trial.said.title, trial.stations
        elif kind == "cases":
            page = CasePage.objects.live().filter(slug=name, locale__language_code=language).first()
            if page is None or not is_reachable(page):
                raise Http404
            title, stations = page.title, (page.snapshot or {}).get("chain", [])
        elif (kind, name) == ("site", "home"):
            title, stations = settings.SITE_NAME, []
        else:
            raise Http404
        stored = stored_picture(kind, language, name, title, stations)
    response = FileResponse(default_storage.open(stored, "rb"), content_type="image/png")
    response["Cache-Control"] = PUBLIC
    return response


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@cache_control(public=True, max_age=FRESH_SECONDS)
def card(request: HttpRequest, language: str, reference: str) -> HttpResponse:
    """A pilot as a card for other sites: what it is, where it stands, and its first chart.

    Raises: Http404.
    """
    frame = frame_in(language)
    with translation.override(language):
        trial = public_trial(reference, frame)
        drawn = [pilots.drawn(goal, trial) for goal in pilots.goals_shown(trial)]
        chart = next((row for row in drawn if row["chart"]), None)
        context = {
            "trial": trial,
            "indicator": chart,
            "page_url": absolute(trial.url),
            "page_title": trial.said.title,
        }
        response = render(request, "cms/embed.html", context)
        response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex"
    return response


def card_address(language: str, reference: str) -> str:
    """Where the card of a pilot is."""
    return absolute(f"/embed/{language}/pilots/{reference}/")


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
    address = card_address(language, trial.reference)
    frame = f'<iframe src="{address}" width="{width}" height="{height}" title="{trial.reference}" loading="lazy"></iframe>'
    data: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": trial.said_in(language).title,
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute("/"),
        "cache_age": FRESH_SECONDS,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": absolute(f"/share/{language}/pilots/{trial.reference}.png"),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    return JsonResponse(data)


def _asked(url: str) -> tuple[Trial, str]:
    if not url.startswith(f"{settings.BASE_URL}/"):
        raise Http404
    path = url.removeprefix(settings.BASE_URL).partition("?")[0].partition("#")[0]
    match = ADDRESS.fullmatch(path)
    if match is None:
        raise Http404
    language, _slug, reference = match.groups()
    with translation.override(language):
        trial = public_trial(reference, frame_in(language))
    if trial.url != path:
        raise Http404
    return trial, language


def _size(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else default
