"""How does a calendar program read a session? With its hours in its own zone, and that zone described."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

PRODUCT = "-//CIC tracker//Events//EN"
# RFC 5545 has no room for controls; icalendar lets some through.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Meeting:
    """One session for a calendar. `key` stays the same however it changes, and `version` grows with each change."""

    key: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    url: str
    version: int
    changed_at: datetime
    is_cancelled: bool = False


def calendar_of(meetings: Iterable[Meeting], *, name: str, language: str, host: str) -> bytes:
    """`meetings` as an iCalendar object with a VTIMEZONE for each zone, the same bytes as long as nothing changes.

    Source: RFC 5545; a cancelled session stays, with STATUS:CANCELLED.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(_clean(name)))
    for row in sorted(meetings, key=lambda row: (row.starts_at, row.key)):
        zone = ZoneInfo(row.zone)
        event = Event()
        event.add("uid", f"{row.key}@{host}")
        # No METHOD: the stamp then says when the session last changed, not when it was fetched.
        event.add("dtstamp", row.changed_at)
        event.add("last-modified", row.changed_at)
        event.add("sequence", row.version)
        event.add("dtstart", _by_clock(row.starts_at, zone))
        event.add("dtend", _by_clock(row.ends_at, zone))
        event.add("summary", _clean(row.title), parameters={"language": language})
        if row.text:
            event.add("description", _clean(row.text), parameters={"language": language})
        if row.place:
            event.add("location", _clean(row.place))
        event.add("url", row.url)
        event.add("status", "CANCELLED" if row.is_cancelled else "CONFIRMED")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _by_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as a clock in `zone` shows it; in UTC where the clock shows that hour for the second time.

    Source: RFC 5545, 3.3.5: an hour that comes twice is the first of the two.
    """
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
