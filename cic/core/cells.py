"""How does a value stand in a table that a spreadsheet opens, so that no program runs it and none loses it?"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

# What a spreadsheet takes for the beginning of a formula or a command; full-width signs are read as the plain ones.
_RUN = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")

# What stands before a `;`, or at the end of a text.
_BEFORE_AN_END = re.compile(r"(\\*)(;|\Z)")

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
        return in_list(value)
    return str(value)


def in_csv(value: Any) -> str:
    """A value as a cell of a CSV."""
    value = plain(value)
    return inert(value) if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class Gathered:
    """A column whose cells hold rows of another table. `of`: ids of the table's rows, and who reads → what stands in each cell.

    `link`: where the column says by `key` what a record points to, the field that does so.
    """

    of: Callable[[Collection[int], Any], Mapping[int, Any]]
    link: Any = None
    key: str = ""

    def about(self, obj: Any, reader: Any) -> Any:
        """What stands in the cell of one record."""
        return self.of([obj.pk], reader).get(obj.pk, "")


def pointing(
    model: Any, link: str, key: str = "reference", *, shown: Callable[[Any, Any], Any] | None = None
) -> Gathered:
    """The column of what a record's `link` leads to, by `key`: one record, or several in a list.

    Only what the reader may see stands there; `shown` narrows otherwise the rows of `model` whose link somebody reads.
    """

    field = model._meta.get_field(link)

    def of(ids: Collection[int], reader: Any) -> dict[int, Any]:
        known = {f"{link}__isnull": False}
        if shown is None:
            seen = field.related_model.objects.visible_to(reader)
            known = {f"{link}__in": seen.order_by().values("pk")}
        rows = model._base_manager.filter(pk__in=ids, **known)
        if shown is not None:
            rows = shown(rows, reader)
        said = rows.order_by(f"{link}__{key}", "pk").values_list("pk", f"{link}__{key}")
        if not field.many_to_many:
            return dict(said)
        several: dict[int, list[Any]] = {}
        for pk, name in said:
            several.setdefault(pk, []).append(name)
        return several

    return Gathered(of, field, key)


def in_list(items: Iterable[Any]) -> str:
    r"""Texts in one cell, parted by `; `; a `;` within one is written `\;`. `items_of` reads it."""
    # Backslashes are doubled where they would be read as that sign, and nowhere else.
    return "; ".join(_BEFORE_AN_END.sub(_marked, str(item)) for item in items)


def items_of(cell: str) -> list[str]:
    """What `in_list` was given, as texts; what is blank is none."""
    parts = _BEFORE_AN_END.sub(_unmarked, cell).split(";")
    return [item.replace("\0", ";").strip() for item in parts if item.strip()]


def _marked(end: re.Match[str]) -> str:
    return end[1] * 2 + ("\\;" if end[2] else "")


def _unmarked(end: re.Match[str]) -> str:
    slashes, odd = divmod(len(end[1]), 2)
    if not end[2]:
        return "\\" * (slashes + odd)
    # No database keeps a NUL, so none is in a cell: it stands for a `;` that parts nothing.
    return "\\" * slashes + ("\0" if odd else ";")


def in_cells(rows: Iterable[Sequence[Any]]) -> dict[Any, str]:
    """What each first value of `rows` has in one cell: a line for each of its rows, as `as_line` writes it."""
    lines: dict[Any, list[str]] = {}
    for of, *fields in rows:
        lines.setdefault(of, []).append(as_line(fields))
    return {of: "\n".join(said) for of, said in lines.items()}


def as_line(fields: Sequence[Any]) -> str:
    """Fields in one line, parted by ` | `; empty ones at its end are left out. `fields_of` reads it."""
    said = [" ".join(str(plain(field)).split()).replace("|", "\\|") for field in fields]
    while said and not said[-1]:
        said.pop()
    return " | ".join(said)


def fields_of(line: str) -> list[str]:
    """What `as_line` was given, as texts."""
    return [field.strip().replace("\\|", "|") for field in re.split(r"(?<!\\)\|", line)]
