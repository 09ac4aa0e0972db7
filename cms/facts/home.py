"""What does the home page show, computed from what anybody may see?"""

from typing import Any

from django.db.models import Count, IntegerField, Subquery, Value
from django.utils.translation import gettext as _
from wagtail.models import Locale

from cic.core.formats import figure
from cms.frame import Frame
from partners.choices import CentreState
from partners.models import Centre, Organisation
from pilots.choices import LIVE_STATES, TrialKind
from pilots.models import Challenge, Trial, TrialPartner

from . import ANYONE, stories
from .agreements import signed
from .cases import cards, in_reach
from .chains import case_pages
from .challenges import dress
from .pilots import with_cards


def counted(queryset: Any) -> Subquery:
    """How many rows a queryset has, as a part of another query."""
    counted = queryset.order_by().annotate(_one=Value(1)).values("_one").annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def figures(frame: Frame) -> list[dict[str, str]]:
    """Tiles of the home page: one query for all of them."""
    trials = Trial.objects.visible_to(ANYONE)
    partners = TrialPartner.objects.filter(trial__in=trials.values("pk")).values("organisation_id")
    counts = {
        "running": trials.filter(state__in=LIVE_STATES),
        "trials": trials,
        "cases": case_pages(),
        "agreements": signed(),
        "organisations": Organisation.objects.filter(pk__in=partners),
        "centres": Centre.objects.visible_to(ANYONE).filter(state=CentreState.ACTIVE),
    }
    # One row of a table that always has some: the counts hang on it.
    row = Locale.objects.order_by("pk").values(
        **{name: counted(queryset) for name, queryset in counts.items()}
    )[:1]
    found = {name: value or 0 for name, value in (row[0] if row else {}).items()}
    tiles = [
        ("running", _("running now"), "pilotspage"),
        ("trials", _("tried so far"), "pilotspage"),
        ("cases", _("published cases"), "casespage"),
        ("agreements", _("agreements"), "agreementspage"),
        ("organisations", _("organisations taking part"), ""),
        ("centres", _("active centres"), "centrespage"),
    ]
    return [
        {"figure": figure(found.get(key, 0)), "label": label, "url": frame.address(kind) if kind else ""}
        for key, label, kind in tiles
    ]


def show(frame: Frame) -> dict[str, Any]:
    """Figures, latest cases, what runs, and which needs are open."""
    running = Trial.objects.visible_to(ANYONE).filter(state__in=LIVE_STATES, kind=TrialKind.PILOT)
    open_needs = Challenge.objects.visible_to(ANYONE).filter(state="open").order_by("-pk")[:3]
    return {
        "tiles": figures(frame),
        "cases": cards(in_reach(frame.language).order_by("-first_published_at", "-pk")[:3], frame),
        "running": with_cards(running.order_by("-started_on", "-pk")[:6], frame),
        "challenges": dress(list(open_needs), frame),
        "stories": stories.cards(stories.in_reach(frame)[:3], frame),
        "news_url": frame.address(stories.KIND),
        "cases_url": frame.address("casespage"),
        "pilots_url": frame.address("pilotspage"),
        "challenges_url": frame.address("challengespage"),
    }
