"""What does the home page show, computed from what anybody may see?"""

from typing import Any

from cms.frame import Frame
from pilots.choices import LIVE_STATES
from pilots.models import Challenge, Trial

from . import ANYONE, stories
from .cases import cards, in_reach
from .challenges import dress
from .figures import ON_HOME, behind, tiles, totals
from .kept import kept
from .pilots import with_cards

SHOWN = 6


def figures(frame: Frame) -> list[dict[str, str]]:
    """The few figures of the whole programme that matter, each leading to what it counts."""
    return opening(kept("totals", totals), frame)


def opening(known: dict[str, int], frame: Frame) -> list[dict[str, str]]:
    """Those of the totals the home page opens with."""
    return tiles({name: known[name] for name in ON_HOME}, frame)


def show(frame: Frame) -> dict[str, Any]:
    """The figures that matter, each leading to what it counts; latest cases, what runs, which needs are open."""
    known = kept("totals", totals)
    running = Trial.objects.visible_to(ANYONE).filter(state__in=LIVE_STATES)
    open_needs = Challenge.objects.visible_to(ANYONE).filter(state="open").select_related("centre")
    return {
        "tiles": opening(known, frame),
        "cases": cards(in_reach(frame.language).order_by("-first_published_at", "-pk")[:3], frame),
        "running": with_cards(running.order_by("-started_on", "-pk")[:SHOWN], frame),
        "running_more": known["running"] if known["running"] > SHOWN else 0,
        "running_url": behind("running", frame),
        "challenges": dress(list(open_needs.order_by("-pk")[:3]), frame),
        "stories": stories.cards(stories.in_reach(frame)[:3], frame),
        "news_url": frame.address(stories.KIND),
        "figures_url": frame.address("figurespage"),
        "cases_url": frame.address("casespage"),
        "pilots_url": frame.address("pilotspage"),
        "challenges_url": frame.address("challengespage"),
    }
