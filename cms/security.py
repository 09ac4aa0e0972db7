"""Until when is security.txt good, and is anybody told before it runs out (RFC 9116)?"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register
from django.utils import timezone

# Without a day of its own it is good for as long from today on; the standard wants less than a year.
GOOD_FOR = timedelta(days=180)
MOST = timedelta(days=365)
WARN_BEFORE = timedelta(days=60)


def expiry() -> datetime:
    """The end of its validity: the day that somebody last vouched for, or half a year from today.

    Raises: ValueError for a setting that is no date.
    """
    text = settings.SECURITY_TXT_EXPIRES
    day = date.fromisoformat(text) if text else timezone.now().date() + GOOD_FOR
    # The same all day, so that caches agree.
    return datetime.combine(day, time(), UTC)


@register("cic")
def check_security_txt(app_configs: Any, **kwargs: Any) -> list[Error | Warning]:
    """Say in time that somebody has to look at it again."""
    try:
        left = expiry() - timezone.now()
    except ValueError:
        return [Error("SECURITY_TXT_EXPIRES must be a date such as 2027-06-30.", id="cms.E001")]
    if left > MOST:
        return [Error("SECURITY_TXT_EXPIRES must be less than a year ahead.", id="cms.E002")]
    if left <= WARN_BEFORE:
        words = "security.txt has expired" if left.days < 0 else f"security.txt expires in {left.days} days"
        hint = "Check that the contact still answers, then set SECURITY_TXT_EXPIRES to a later day."
        return [Warning(f"{words}.", hint=hint, id="cms.W001")]
    return []
