"""How do the hours of a session read, in its own zone and in another?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from .formats import day


def city_of(zone: str) -> str:
    """The place a zone is named after: that of the installation by its own name."""
    if zone == settings.TIME_ZONE:
        return settings.CITY_NAME
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def instant_in(day_: date, at: time, zone: str, *, known: datetime | None = None) -> datetime | None:
    """The moment a clock in `zone` shows this; None for an hour that the change to summer time leaves out, or no calendar has.

    Of an hour that comes twice in autumn it is the first, unless the second is `known` already.
    """
    tz = ZoneInfo(zone)
    if known is not None and known.astimezone(tz).replace(tzinfo=None, fold=0) == datetime.combine(day_, at):
        return known
    try:
        moment = datetime.combine(day_, at, tzinfo=tz).astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment.astimezone(tz).replace(tzinfo=None) == datetime.combine(day_, at) else None


def _day_in(moment: datetime, zone: ZoneInfo) -> str:
    return day(moment.astimezone(zone).date())


def hours_in_words(starts_at: datetime | None, ends_at: datetime | None, zone: str) -> str:
    """“27 May 2026, 15:35–17:05 (Barcelona)”; a session over midnight names both days. Empty without hours."""
    if starts_at is None or ends_at is None:
        return ""
    tz = ZoneInfo(zone)
    start, end = starts_at.astimezone(tz), ends_at.astimezone(tz)
    first, last = _day_in(starts_at, tz), _day_in(ends_at, tz)
    if first == last:
        return f"{first}, {start:%H:%M}–{end:%H:%M} ({city_of(zone)})"
    return f"{first}, {start:%H:%M} – {last}, {end:%H:%M} ({city_of(zone)})"


def moment_in_words(moment: datetime | None, zone: str) -> str:
    """“27 May 2026, 15:35 (Barcelona)”."""
    if moment is None:
        return ""
    tz = ZoneInfo(zone)
    return f"{_day_in(moment, tz)}, {moment.astimezone(tz):%H:%M} ({city_of(zone)})"


@dataclass(frozen=True)
class Hours:
    """One reading of the same hours: where, and in words."""

    zone: str
    city: str
    text: str


def side_by_side(
    starts_at: datetime | None, ends_at: datetime | None, zone: str, other: str = ""
) -> list[Hours]:
    """The hours in the zone of the session, and in `other` (that of the installation) where a clock there shows others."""
    if starts_at is None or ends_at is None:
        return []
    other = other or settings.TIME_ZONE
    zones = [zone]
    offsets = {timezone.localtime(starts_at, ZoneInfo(name)).utcoffset() for name in (zone, other)}
    if len(offsets) > 1:
        zones.append(other)
    return [Hours(name, city_of(name), hours_in_words(starts_at, ends_at, name)) for name in zones]
