"""What does anybody see of events: which are coming, what was held, and who speaks?"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.choices import Confidentiality
from cic.core.files import file_row
from cic.core.hours import hours_in_words, side_by_side
from cic.core.models import Attachment
from cic.core.words import count_words
from cms.frame import Frame, absolute
from events.choices import EventStatus, SessionState
from events.models import Event, Session
from events.transitions import SESSION
from partners.models import Organisation

from . import ANYONE, capsules
from .lists import paged
from .pilots import organisation_address
from .publisher import publisher

KIND = "eventspage"
COMING_AT_MOST, SHOWN_ELSEWHERE = 40, 12
TONES = {
    EventStatus.UPCOMING: "progress",
    EventStatus.ON_NOW: "good",
    EventStatus.CANCELLED: "stop",
    EventStatus.UNDATED: "neutral",
    EventStatus.OVER: "neutral",
}
SCHEMA_STATES = {True: "https://schema.org/EventCancelled", False: "https://schema.org/EventScheduled"}


def public_events() -> Any:
    """Events that anybody may read."""
    return Event.objects.visible_to(ANYONE)


def dress(events: list[Event], frame: Frame) -> list[Event]:
    """Events with address, how far they are, and the words beneath a card."""
    for event in events:
        event.url = frame.address(KIND, f"{event.reference}/")
        status = EventStatus(event.status)
        event.shown = {"label": str(status.label), "tone": TONES[status]}
        event.when = hours_in_words(event.starts_at, event.ends_at, event.zone)
        event.meta = [part for part in (event.when, event.said.place, event.get_kind_display()) if part]
    return events


def latest(condition: Mapping[str, Any]) -> Any:
    """As many of the events that meet `condition` as the page of something else shows, to be read beside others."""
    rows = public_events().filter(**condition).order_by(F("starts_at").desc(nulls_first=True), "-pk")
    return Event.objects.filter(pk__in=rows.values("pk")[:SHOWN_ELSEWHERE])


def arranged(events: list[Event], frame: Frame) -> list[Event]:
    """Rows of `latest` with what a card shows: those without a date yet, then the latest first."""
    undated = [event for event in events if event.starts_at is None]
    dated = [event for event in events if event.starts_at is not None]
    undated.sort(key=lambda event: -event.pk)
    dated.sort(key=lambda event: (event.starts_at, event.pk), reverse=True)
    return dress(undated + dated, frame)


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """What is coming, the next first; then what was held, the latest first, with its recordings. `?search=` narrows."""
    text = request.GET.get("search", "")[:200]
    rows = public_events()
    if text.strip():
        rows = rows.search(text)
    context = paged(request, rows.past().order_by("-ends_at", "-pk"))
    past = dress(context["rows"], frame)
    recorded = set(
        Session.objects.shown()
        .filter(event__in=past)
        .exclude(recording_url="")
        .values_list("event_id", flat=True)
        if past
        else ()
    )
    for event in past:
        if event.pk in recorded:
            event.meta = [*event.meta, _("with a recording")]
    return {
        **context,
        "text": text,
        "coming": coming(rows, COMING_AT_MOST, frame),
        "past": past,
        "capsules_url": capsules.url_of(frame),
    }


def coming(events: Any, most: int, frame: Frame) -> list[Event]:
    """Those of `events` that are not over, the next first; without a date yet, after those that have one."""
    now = timezone.now()
    # On every database: those without a date stand last.
    rows = list(events.upcoming(now).order_by(F("starts_at").asc(nulls_last=True), "pk")[:most])
    return dress(rows, frame)


def sessions_of(event: Event) -> list[Session]:
    """The sessions of a public event that are shown, with who speaks, how many places are left, and its documents."""
    rows = Session.objects.shown().filter(event=event).with_seats().select_related("template")
    found = rows.prefetch_related("appearances", "template__sections").order_by("starts_at", "pk")
    sessions = list(found)
    papers = documents_of(sessions)
    for session in sessions:
        session.event = event
        dress_session(session)
        session.documents = papers.get(session.pk, [])
    return sessions


def documents_of(sessions: list[Session]) -> dict[int, list[dict[str, Any]]]:
    """The files that everybody may open, by the session they hang on; those shown to all are `sessions`: one query."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = (
        Attachment.objects.opening()
        .filter(
            object_type=Session._meta.label_lower,
            object_id__in=[session.pk for session in sessions],
            confidentiality=Confidentiality.PUBLIC,
        )
        .order_by("created_at")
    )
    for row in rows:
        found.setdefault(row.object_id, []).append(file_row(row))
    return found


def dress_session(session: Session) -> None:
    """A session with its hours side by side, its places, its sheet and who speaks."""
    zone = ZoneInfo(session.zone)
    session.local_day = session.starts_at.astimezone(zone).date() if session.starts_at else None
    session.hours = side_by_side(session.starts_at, session.ends_at, session.zone)
    session.before = hours_in_words(session.previous_starts_at, session.previous_ends_at, session.zone)
    session.is_off = session.state == SessionState.CANCELLED
    session.shown_state = SESSION.badge(session, public=True)
    session.people = list(session.appearances.all())
    session.sheet = [
        {"title": section.title, "text": text}
        for section in (session.template.sections.all() if session.template else ())
        if count_words(text := session.texts.get(section.key) or "")
    ]
    session.register_url = (
        reverse("register", args=[session.reference]) if session.takes_registrations else ""
    )
    session.calendar_url = reverse("event_calendar", args=[session.reference]) if session.starts_at else ""
    session.is_full = session.capacity is not None and (session.seats_left == 0 or session.waiting > 0)


def show(reference: str, frame: Frame) -> dict[str, Any]:
    """One event with its programme.

    Raises: Http404.
    """
    known = Prefetch("organisers", queryset=Organisation.objects.visible_to(ANYONE))
    event = public_events().filter(reference=reference).prefetch_related(known).first()
    if event is None:
        raise Http404
    dress([event], frame)
    sessions = sessions_of(event)
    days = [
        {"day": day, "sessions": list(rows)} for day, rows in groupby(sessions, key=lambda row: row.local_day)
    ]
    return {
        "event": event,
        "days": days,
        "several": len(sessions) > 1,
        "organisers": [
            {"name": row.name, "url": organisation_address(row, frame)} for row in event.organisers.all()
        ],
        "calendar_url": reverse("event_calendar", args=[reference])
        if any(session.starts_at for session in sessions)
        else "",
        "data": described(event, sessions),
    }


def event_of_session(reference: str, frame: Frame) -> str:
    """Where a session is read: its place on the page of its event.

    Raises: Http404.
    """
    event = (
        Session.objects.shown().filter(reference=reference).values_list("event__reference", flat=True).first()
    )
    if event is None:
        raise Http404
    return f"{frame.address(KIND, f'{event}/')}#{reference}"


def around(shown: dict[str, Any]) -> dict[str, Any]:
    """Address, title, description and the words of schema.org for the page of an event."""
    event = shown["event"]
    return {
        "record": event,
        "tail": f"{event.reference}/",
        "title": event.said.title,
        "description": event.said.summary,
        "data": shown["data"],
        "og_type": "event",
        "share": f"events/{event.reference}",
    }


def described(event: Event, sessions: list[Session]) -> dict[str, Any]:
    """An event in the words of schema.org: hours with their offset, and how it is attended."""
    whole = {
        **_meeting(event, event.starts_at, event.ends_at, ZoneInfo(event.zone), is_off=event.is_cancelled),
        "url": absolute(event.url),
        "description": str(event.said.summary),
        "organizer": [{"@type": "Organization", "name": row.name} for row in event.organisers.all()]
        or publisher(),
        "inLanguage": event.language,
    }
    parts = [
        {
            **_meeting(
                session, session.starts_at, session.ends_at, session.tz, is_off=session.is_off, of=event
            ),
            "url": absolute(f"{event.url}#{session.reference}"),
            **_offer(session),
        }
        for session in sessions
    ]
    return {**whole, "subEvent": parts} if parts else whole


def _meeting(
    record: Any, starts_at: Any, ends_at: Any, zone: ZoneInfo, *, is_off: bool, of: Event | None = None
) -> dict[str, Any]:
    place = str(record.said.place) or (str(of.said.place) if of else "")
    online = bool(record.platform_url or (of and of.platform_url)) or not place
    mode = "Mixed" if place and online else "Online" if online else "Offline"
    found: dict[str, Any] = {
        "@type": "Event",
        "name": str(record.said.title),
        "eventStatus": SCHEMA_STATES[is_off],
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": {"@type": "Place", "name": place, "address": place}
        if place
        else {"@type": "VirtualLocation", "url": absolute(f"/record/{record.reference}/")},
    }
    if starts_at is not None:
        found["startDate"] = starts_at.astimezone(zone).isoformat()
        found["endDate"] = ends_at.astimezone(zone).isoformat()
    if getattr(record, "previous_starts_at", None) and not is_off:
        found["eventStatus"] = "https://schema.org/EventRescheduled"
        found["previousStartDate"] = record.previous_starts_at.astimezone(zone).isoformat()
    return found


def _offer(session: Session) -> dict[str, Any]:
    """Whether there are places; registering costs nothing."""
    if not session.register_url:
        return {}
    offer: dict[str, Any] = {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": absolute(session.register_url),
        "availability": f"https://schema.org/{'SoldOut' if session.is_full else 'InStock'}",
    }
    if session.capacity is not None:
        offer["inventoryLevel"] = {"@type": "QuantitativeValue", "value": session.seats_left}
    return {"offers": offer}
