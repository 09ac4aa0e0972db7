"""Until when is security.txt good, and is anybody told before it runs out (RFC 9116)?"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Warning, register
from django.utils import timezone

from cms.facts.statement import last_checks

# The standard wants less than a year. It never moves on by itself: else nobody would ever look whether the contact answers.
GOOD_FOR = timedelta(days=364)
MOST = timedelta(days=365)
WARN_BEFORE = timedelta(days=60)
LOCAL = ("127.0.0.1", "localhost", "::1")


def expiry() -> datetime:
    """The end of its validity: the day that somebody here vouched for, or a year from the day this version was checked.

    Raises: ValueError for a setting that is no date.
    """
    text = settings.SECURITY_TXT_EXPIRES
    day = date.fromisoformat(text) if text else last_checks().checked_on + GOOD_FOR
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


@register("cic")
def check_contact(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Say that whoever finds a hole has no address to write to."""
    if settings.CONTACT_EMAIL or urlsplit(settings.BASE_URL).hostname in LOCAL:
        return []
    return [Warning("security.txt names no mailbox.", hint="Set CONTACT_EMAIL.", id="cms.W002")]
