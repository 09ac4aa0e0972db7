"""When does an agreement really end, by when must notice be given, and how long may it last?"""

from collections.abc import Iterable
from datetime import date, timedelta


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the last day of the month.

    Source: Código Civil, art. 5.1 (terms of years run from date to date).
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def effective_end(
    ends_on: date | None, extended_to: Iterable[date | None] = (), terminated_on: date | None = None
) -> date | None:
    """The day an agreement ends: after its signed extensions, or earlier when it was, or is to be, terminated."""
    known = [day for day in (ends_on, *extended_to) if day is not None]
    end = max(known) if known else None
    if terminated_on is not None:
        return min(end, terminated_on) if end else terminated_on
    return end


def notice_date(ends_on: date | None, notice_days: int) -> date | None:
    """The last day on which notice can be given; None where there is no end, or no notice to give.

    Units: days.
    """
    if ends_on is None or not notice_days:
        return None
    return ends_on - timedelta(days=notice_days)


def elapsed_pct(starts_on: date | None, ends_on: date | None, today: date) -> float | None:
    """How much of a term has gone by, from 0 to 100; None where it has no start or no end."""
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return None
    days, gone = (ends_on - starts_on).days + 1, (today - starts_on).days
    return round(100 * min(max(gone / days, 0.0), 1.0), 1)


def latest_first_end(starts_on: date, max_years: int) -> date:
    """The last day a first term may have.

    Source: Llei 40/2015, art. 49.h.1.
    """
    return add_years(starts_on, max_years)


def latest_extended_end(ends_on: date, max_extension_years: int) -> date:
    """The last day that all extensions together may reach, counted from the end as signed.

    Source: Llei 40/2015, art. 49.h.2.
    """
    return add_years(ends_on, max_extension_years)
