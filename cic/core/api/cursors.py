"""Which rows come next, in a stable order, at the same cost on the first page as on the last?"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Value
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from cic.core.validators import check_date

from .problems import ApiProblem, invalid_parameter
from .renderers import dumps

MAX_CURSOR_LENGTH = 2000
MAX_NUMBER = Decimal(2) ** 63


class _RowCompare(models.Func):
    """`(a, pk) > (x, y)`: one comparison of a row, which an index on (a, pk) answers without a scan."""

    output_field = models.BooleanField()

    def __init__(self, path: str, value: Any, pk: Any, *, field: Any, descending: bool) -> None:
        self.sign = "<" if descending else ">"
        super().__init__(F(path), F("pk"), Value(value, output_field=field), Value(pk))

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """The comparison in SQL, the same for SQLite and PostgreSQL."""
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return f"({parts[0]}, {parts[1]}) {self.sign} ({parts[2]}, {parts[3]})", params


@dataclass(frozen=True)
class Order:
    """An order people may ask for: by one column, then by id, both in the same direction. Empty values come last."""

    name: str
    path: str
    descending: bool
    field: Any
    nullable: bool

    @property
    def by_pk(self) -> bool:
        """Whether the id alone decides."""
        return self.path == "pk"


def order_of(queryset: Any, name: str, path: str) -> Order:
    """The Order called `name` ("-" in front for descending) along the ORM path `path`."""
    path = "pk" if path in ("id", "pk") else path
    model, nullable, field = queryset.model, False, None
    if path in queryset.query.annotations:
        field, nullable = queryset.query.annotations[path].output_field, True
    else:
        for part in path.split("__"):
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
            nullable = nullable or field.null
            model = field.related_model
            if model is None:
                break
    if field is None:
        raise FieldDoesNotExist(path)
    return Order(name, path, name.startswith("-"), field, nullable)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: after (or before) the row with this value and id."""

    backward: bool
    value: Any
    pk: Any


def encode(order: Order, cursor: Cursor) -> str:
    """The cursor as a text for an address. It says nothing but what the row beside it shows."""
    return (
        base64.urlsafe_b64encode(dumps([order.name, cursor.backward, cursor.value, cursor.pk]))
        .decode()
        .rstrip("=")
    )


def decode(order: Order, text: str, pk_field: Any) -> Cursor:
    """The cursor in `text`, checked piece by piece.

    Raises: ApiProblem "invalid" when it is damaged or was made for another order.
    """
    try:
        if len(text) > MAX_CURSOR_LENGTH:
            raise ValueError("length")
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        name, backward, value, pk = orjson.loads(raw)
        if (
            name != order.name
            or not isinstance(backward, bool)
            or isinstance(value, dict | list)
            or pk is None
        ):
            raise ValueError("order")
        value = None if order.by_pk or value is None else order.field.to_python(value)
        pk = pk_field.to_python(pk)
        if isinstance(pk, int) and not -(2**63) < pk < 2**63:
            raise ValueError("pk")
        _check_comparable(value)
        return Cursor(backward, value, pk)
    except (ValueError, TypeError, ArithmeticError, ValidationError, binascii.Error) as error:
        raise _bad_cursor() from error


def _check_comparable(value: Any) -> None:
    """Refuse what a database does not compare with a column, though Python reads it as a value of its kind."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("value")
    if isinstance(value, date):
        check_date(value)
        if isinstance(value, datetime) and is_naive(value):
            raise ValueError("zone")
    if isinstance(value, int | float | Decimal) and not abs(Decimal(value)) < MAX_NUMBER:
        raise ValueError("number")


def _bad_cursor() -> ApiProblem:
    return invalid_parameter("cursor", _("This place in the list is not valid. Start again without it."))


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors of its neighbours."""

    rows: Sequence[tuple[Any, ...]]
    next: str | None
    previous: str | None


def page_of(queryset: Any, paths: Sequence[str], order: Order, cursor: Cursor | None, limit: int) -> Page:
    """The page at `cursor`: rows as tuples of `paths`, followed by the order's value and the id.

    Rows with and without a value are asked for one after the other, so that each query walks an index.
    """
    backward = cursor is not None and cursor.backward
    descending = order.descending != backward
    keys = ["pk"] if order.by_pk else [order.path, "pk"]
    signed = [f"-{key}" if descending else key for key in keys]
    empty_part = [True] if order.nullable else []
    parts = [*empty_part, False] if backward else [False, *empty_part]
    if cursor is not None and order.nullable:
        parts = parts[parts.index(cursor.value is None) :]
    rows: list[tuple[Any, ...]] = []
    for index, empty in enumerate(parts):
        part = queryset
        if order.nullable:
            part = part.filter(**{f"{order.path}__isnull": empty})
        if cursor is not None and index == 0:
            part = part.filter(_beyond(order, cursor, descending=descending, empty=empty))
        part = part.order_by("-pk" if descending else "pk") if empty else part.order_by(*signed)
        rows += part.values_list(*paths, keys[0], "pk")[: limit + 1 - len(rows)]
        if len(rows) > limit:
            break
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        rows.reverse()
    has_next = more if not backward else True
    has_previous = more if backward else cursor is not None
    return Page(
        rows,
        _beside(order, rows[-1], backward=False) if rows and has_next else None,
        _beside(order, rows[0], backward=True) if rows and has_previous else None,
    )


def _beyond(order: Order, cursor: Cursor, *, descending: bool, empty: bool) -> Any:
    if order.by_pk or empty:
        return models.Q(**{"pk__lt" if descending else "pk__gt": cursor.pk})
    return _RowCompare(order.path, cursor.value, cursor.pk, field=order.field, descending=descending)


def _beside(order: Order, row: tuple[Any, ...], *, backward: bool) -> str:
    return encode(order, Cursor(backward, None if order.by_pk else row[-2], row[-1]))
