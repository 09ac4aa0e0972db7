"""How does a value stand in a table that a spreadsheet opens, so that no program runs it and none loses it?"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

# What a spreadsheet takes for the beginning of a formula or a command; full-width signs are read as the plain ones.
_RUN = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")

# A cell of a sheet holds no more: beyond it Excel takes a file for damaged.
LONGEST_CELL = 32_767


def inert(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would run. `restored` takes it away again."""
    return f"'{text}" if _RUN.match(text) else text


def restored(text: str) -> str:
    """What `inert` was given."""
    return text[1:] if text[:1] == "'" and _RUN.match(text, 1) else text


def plain(value: Any) -> Any:
    """A value of the database as a table holds it: texts, numbers, days, lists in one cell; instants as ISO 8601 in local time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)


def in_csv(value: Any) -> str:
    """A value as a cell of a CSV."""
    value = plain(value)
    return inert(value) if isinstance(value, str) else str(value)
