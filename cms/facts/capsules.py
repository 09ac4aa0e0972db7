"""What can anybody learn by themselves, and when is it given in a room?"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.hours import hours_in_words
from cms.frame import Frame, absolute
from events.choices import SessionState
from events.models import Capsule, Session

from . import ANYONE
from .lists import paged
from .publisher import publisher

# Capsules stand beneath the events, at one address in each language.
KIND, TAIL = "eventspage", "capsules/"
EDITIONS_SHOWN = 3


def public_capsules() -> Any:
    """Capsules that anybody may read, by title."""
    return Capsule.objects.visible_to(ANYONE).order_by("sort_key", "pk")


def url_of(frame: Frame, capsule: Capsule | None = None) -> str:
    """Where capsules are listed; the place of one of them."""
    address = frame.address(KIND, TAIL)
    return f"{address}#{capsule.reference}" if address and capsule else address


def place_of(reference: str, frame: Frame) -> str:
    """Where a capsule is read: its place in the list.

    Raises: Http404.
    """
    return url_of(frame, get_object_or_404(public_capsules(), reference=reference))


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """The capsules, each with the languages it can be read in and its next editions: three queries."""
    context = paged(request, public_capsules())
    names = dict(settings.LANGUAGES)
    editions = editions_of(context["rows"], frame)
    for row in context["rows"]:
        row.languages = [{"code": code, "name": names[code]} for code in row.written_in()]
        row.editions = editions[row.pk][:EDITIONS_SHOWN]
        row.take_url = reverse("capsule_detail", args=[row.pk])
    return {**context, "capsules": context["rows"]}


def editions_of(capsules: list[Capsule], frame: Frame) -> dict[int, list[dict[str, Any]]]:
    """By capsule, the sessions to come in which it is given, the next first: one query."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Session.objects.shown().filter(capsule__in=capsules, ends_at__gte=timezone.now())
    rows = rows.exclude(state=SessionState.CANCELLED).select_related("event").order_by("starts_at", "pk")
    for row in rows if capsules else ():
        found[row.capsule_id].append(
            {
                "session": row,
                "when": hours_in_words(row.starts_at, row.ends_at, row.zone),
                "url": frame.address(KIND, f"{row.event.reference}/#{row.reference}"),
            }
        )
    return found


def around(shown: dict[str, Any], frame: Frame) -> dict[str, Any]:
    """Address, title, description and the words of schema.org for the list."""
    return {
        "tail": TAIL,
        "title": _("Training capsules"),
        "description": _("Short trainings anybody takes by themselves, with a certificate at the end."),
        "data": {
            "@type": "ItemList",
            "numberOfItems": shown["count"],
            "itemListElement": [
                {"@type": "ListItem", "position": position, "item": described(row, frame)}
                for position, row in enumerate(shown["capsules"], 1)
            ],
        },
    }


def described(capsule: Capsule, frame: Frame) -> dict[str, Any]:
    """A capsule in the words of schema.org."""
    return {
        "@type": "Course",
        "name": capsule.said.title,
        "identifier": capsule.reference,
        "url": absolute(url_of(frame, capsule)),
        "description": capsule.said.summary,
        "inLanguage": [language["code"] for language in capsule.languages],
        "timeRequired": f"PT{capsule.minutes}M",
        "educationalLevel": capsule.get_level_display(),
        "audience": {"@type": "Audience", "audienceType": capsule.said.audience} if capsule.audience else {},
        "teaches": capsule.said_goals[0],
        "provider": publisher(),
        "isAccessibleForFree": True,
        "hasCourseInstance": [
            {
                "@type": "CourseInstance",
                "name": row["session"].said.title,
                "startDate": row["session"].starts_at.isoformat(),
                "endDate": row["session"].ends_at.isoformat(),
                "url": absolute(row["url"]),
            }
            for row in capsule.editions
        ],
    }
