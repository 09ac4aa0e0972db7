"""How does a demonstration have a past? Operations run as if on an earlier day; the audit log keeps the true time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def as_of(days: int) -> Iterator[None]:
    """Let `timezone.now()` be `days` from the true now (negative: ago), never in the future."""
    moment = datetime.now(UTC) + timedelta(days=min(days, 0))
    with patch.object(timezone, "now", lambda: moment):
        yield


def day(days: int) -> date:
    """The local calendar day `days` from the one that holds now."""
    return timezone.localdate() + timedelta(days=days)
