"""What can one take part in now, and what became of earlier calls and challenges?"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cic.core.formats import day, figure
from cms.choices import CALL_TONES, CallState
from cms.context import address_of
from cms.frame import Frame, unclosed
from pilots.models import Challenge, Idea, Trial

from . import ANYONE
from .chains import case_pages

KIND = "challengespage"
LISTED = 60


def propose_url(challenge: Challenge | None = None) -> str:
    """Where an idea is written; signing in or up comes on the way."""
    query = f"?{urlencode({'challenge': challenge.pk})}" if challenge else ""
    return f"{reverse('idea_create')}{query}"


def pages(frame: Frame) -> list[Any]:
    """Calls of this language that anybody may read, the one that closes first in front: one query."""
    node = frame.of_kind(KIND)
    if node is None or node.closed:
        return []
    found = unclosed(apps.get_model("cms", "CallPage").objects.live().filter(path__startswith=node.path))
    rows = list(found.order_by(F("closes_on").asc(nulls_last=True), "-pk").defer_streamfields()[:LISTED])
    for row in rows:
        dress(row, frame)
    return rows


def dress(call: Any, frame: Frame) -> Any:
    """A call with address, state, and the words beneath a card."""
    call.title_here, call.lead_here = call.told("title"), call.told("lead")
    call.url_here = address_of(call.url_path, frame.language, frame)
    call.shown = {"label": str(CallState(call.state).label), "tone": CALL_TONES[CallState(call.state)]}
    call.meta = [term(call)]
    return call


def term(call: Any) -> str:
    """When one may take part, in words."""
    words = {"first": day(call.opens_on), "last": day(call.closes_on) if call.closes_on else ""}
    if call.state == CallState.UPCOMING:
        return _("opens on %(first)s") % words
    if not call.closes_on:
        return _("open since %(first)s") % words
    return (_("until %(last)s") if call.state == CallState.OPEN else _("closed on %(last)s")) % words


def results(keys: Iterable[int]) -> dict[int, list[str]]:
    """What is public of each challenge's ideas, trials and cases, in words: three queries for all of them."""
    wanted = list(keys)
    if not wanted:
        return {}
    counts = {
        "ideas": _by("challenge", Idea.objects.visible_to(ANYONE).filter(challenge__in=wanted)),
        "trials": _by("idea__challenge", Trial.objects.visible_to(ANYONE).filter(idea__challenge__in=wanted)),
        "cases": _by(
            "outcome__trial__idea__challenge",
            case_pages().filter(outcome__trial__idea__challenge__in=wanted),
            "outcome",
        ),
    }
    return {
        key: [
            words
            for name, rows in counts.items()
            if (number := rows.get(key, 0)) and (words := in_words(name, number))
        ]
        for key in wanted
    }


def _by(column: str, rows: Any, counted: str = "pk") -> dict[int, int]:
    found = rows.order_by().values(key=F(column)).annotate(n=Count(counted, distinct=True))
    return {row["key"]: row["n"] for row in found}


def in_words(name: str, number: int) -> str:
    """“3 ideas”."""
    words = {
        "ideas": ngettext("%(number)s idea", "%(number)s ideas", number),
        "trials": ngettext("%(number)s trial", "%(number)s trials", number),
        "cases": ngettext("%(number)s published case", "%(number)s published cases", number),
    }
    return words[name] % {"number": figure(number)}


def show(call: Any, frame: Frame) -> dict[str, Any]:
    """One call: its challenges, whether one may take part, and what has come of them."""
    from .challenges import dress as dress_challenges
    from .challenges import ordered

    dress(call, frame)
    keys = [child.value.pk for child in call.challenges if child.value is not None]
    challenges = dress_challenges(list(ordered().filter(pk__in=keys)), frame) if keys else []
    came = results(row.pk for row in challenges)
    for row in challenges:
        row.meta = [*row.meta, *came.get(row.pk, [])]
    return {
        "call": call,
        "takes_part": call.state == CallState.OPEN,
        "over": call.state == CallState.CLOSED,
        "challenges": challenges,
        "propose_url": propose_url(challenges[0] if len(challenges) == 1 else None),
    }


def described(call: Any, url: str) -> dict[str, Any]:
    """The call for machines that read schema.org: what somebody looks for, from one day to another."""
    return {
        "@type": "Demand",
        "name": call.title,
        "description": call.lead,
        "url": url,
        "validFrom": call.opens_on.isoformat(),
        **({"validThrough": call.closes_on.isoformat()} if call.closes_on else {}),
        "areaServed": settings.CITY_NAME,
    }
