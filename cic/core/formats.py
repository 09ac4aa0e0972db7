"""How do amounts, days and hours read in the reader's language?"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

Number = int | float | Decimal

# Between a figure and its unit, so that a line never ends between them.
NO_BREAK = "\u00a0"
# Between the digits of a long number.
NARROW_NO_BREAK = "\u202f"


def figure(value: Number | None, decimals: int | None = None) -> str:
    """`value` with the language's separators; without `decimals`, as many as it needs, two at most."""
    if value is None:
        return ""
    amount = Decimal(str(value))
    if decimals is None:
        amount = amount.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        decimals = max(-int(amount.as_tuple().exponent), 0)
    # Spanish parts digits from five on (CLDR: minimumGroupingDigits 2).
    grouped = abs(amount) >= (10_000 if _language() == "es" else 1_000)
    text = formats.number_format(amount, decimals, use_l10n=True, force_grouping=grouped)
    # Where a space parts them it is the narrow one (CLDR for French, the Academy for Spanish); Django has the wide one.
    text = text.replace(NO_BREAK, NARROW_NO_BREAK)
    # A hyphen is too short and too low for a minus.
    return text.replace("-", "−", 1) if text.startswith("-") else text


def _language() -> str:
    """The language in use, without its region."""
    return (get_language() or "en").split("-")[0]


def money(value: Number | None) -> str:
    """Euros as the language writes them: “18,400 €”, with cents only when there are any."""
    if value is None:
        return ""
    whole = Decimal(str(value)) == Decimal(str(value)).to_integral_value()
    return f"{figure(value, 0 if whole else 2)}{NO_BREAK}€"


def day(value: date | datetime | None) -> str:
    """“27 May 2026”; an instant counts as its day in the city's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    language = _language()
    if language == "ca":
        # Django has the months without their article, which is elided before a vowel: “1 d’octubre de 2026”.
        month = formats.date_format(value, "E")
        return f"{value.day} {'d’' if month[0] in 'ao' else 'de '}{month} de {value.year}"
    # Django's English is American; the others already put the day first.
    text = formats.date_format(value, "j F Y" if language == "en" else "DATE_FORMAT")
    # The first of a month is an ordinal in French.
    return f"1er{text[1:]}" if language == "fr" and value.day == 1 else text


def stamp(value: datetime | None) -> str:
    """An instant as the `datetime` of a time element says it: ISO 8601, to the second."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def instant(value: datetime | None) -> str:
    """“27 May 2026, 15:35 (Barcelona)”."""
    if value is None:
        return ""
    local = _local(value)
    return f"{day(local)}, {local:%H:%M} ({settings.CITY_NAME})"


def ago(value: date | datetime | None, now: datetime | None = None) -> str:
    """How far off `value` is: “4 days ago”, “in 3 months”. Only beside the exact date."""
    if value is None:
        return ""
    now = now or timezone.now()
    if isinstance(value, datetime):
        minutes = round((_local(value) - now).total_seconds() / 60)
        if abs(minutes) < 60:
            return _far(minutes, _minutes)
        if abs(minutes) < 24 * 60:
            return _far(round(minutes / 60), _hours)
        value = _local(value).date()
    days = (value - _local(now).date()).days
    if days == 0:
        return gettext("today")
    if abs(days) == 1:
        return gettext("tomorrow") if days > 0 else gettext("yesterday")
    if abs(days) < 60:
        return _far(days, _days)
    if abs(days) < 730:
        return _far(round(days / 30.44), _months)
    return _far(round(days / 365.25), _years)


def _far(count: int, words) -> str:
    """“in …” or “… ago”."""
    if count == 0:
        return gettext("now")
    text = words(abs(count))
    return gettext("in %(time)s") % {"time": text} if count > 0 else gettext("%(time)s ago") % {"time": text}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _months(count: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def _years(count: int) -> str:
    return ngettext("%(count)d year", "%(count)d years", count) % {"count": count}


def _local(value: datetime) -> datetime:
    """`value` in the city's zone; a naive value is taken to be there already."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
