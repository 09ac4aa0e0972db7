"""How does a calendar program read a list of days?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vText

PRODUCT = "-//CIC tracker//Deadlines//EN"
REFRESH = timedelta(hours=4)
# RFC 5545 has no room for controls; icalendar lets some through.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Day:
    """One all-day entry. `key` stays the same however the entry changes, and `version` grows with each change."""

    key: str
    on: date
    title: str
    text: str
    url: str
    version: int
    changed_at: datetime


def calendar_of(days: Iterable[Day], *, name: str, language: str, host: str) -> bytes:
    """`days` as an iCalendar object for a subscription, the same bytes as long as nothing changes.

    Source: RFC 5545; RFC 7986 for name and refresh interval.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(_clean(name)))
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for row in sorted(days, key=lambda row: (row.on, row.key)):
        event = Event()
        event.add("uid", f"{row.key}@{host}")
        # No METHOD: the stamp then says when the entry last changed, not when it was fetched.
        event.add("dtstamp", row.changed_at)
        event.add("last-modified", row.changed_at)
        event.add("sequence", row.version)
        event.add("dtstart", row.on)
        event.add("dtend", row.on + timedelta(days=1))
        event.add("summary", _clean(row.title), parameters={"language": language})
        event.add("description", _clean(row.text), parameters={"language": language})
        event.add("url", row.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
