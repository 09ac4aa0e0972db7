"""How are rows of many kinds read in one query, each as the record that it is?"""

import json
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import CharField, F, JSONField, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone


def gather(querysets: Mapping[str, models.QuerySet]) -> dict[str, list[Any]]:
    """The rows of each queryset under its name, by id: one query, however many querysets there are.

    A page that tells of one record and its parts would otherwise ask a dozen times for a handful of rows each.
    Annotations come along, `only()` is kept to; what a queryset orders by or fetches beside itself is not.
    """
    found: dict[str, list[Any]] = {name: [] for name in querysets}
    parts = []
    for name, rows in querysets.items():
        columns = {path: F(path) for path in [*_columns(rows), *rows.query.annotations]}
        text = Cast(JSONObject(**columns), TextField())
        parts.append(
            rows.order_by().annotate(_part=Value(name, CharField()), _row=text).values_list("_part", "_row")
        )
    if parts:
        for name, row in parts[0].union(*parts[1:], all=True):
            found[name].append(_record(querysets[name], json.loads(row, parse_float=Decimal)))
    return {name: sorted(rows, key=lambda row: row.pk) for name, rows in found.items()}


def _columns(rows: models.QuerySet) -> list[str]:
    """The attributes that a queryset reads of its model, in the model's order."""
    names, deferred = rows.query.deferred_loading
    return [
        field.attname
        for field in rows.model._meta.concrete_fields
        if field.primary_key or ({field.name, field.attname} & set(names) == set()) == deferred
    ]


def _record(rows: models.QuerySet, told: dict[str, Any]) -> Any:
    model, columns = rows.model, _columns(rows)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    record = model.from_db(rows.db, columns, [_value(fields[name], told[name]) for name in columns])
    for name, annotation in rows.query.annotations.items():
        setattr(record, name, _value(annotation.output_field, told[name]))
    return record


def _value(field: Any, value: Any) -> Any:
    """A value as the field has it, from what JSON and this database make of it."""
    if value is None:
        return None
    if isinstance(field, JSONField):
        # A database that knows JSON has put it in as it is, so that its numbers were read as Decimal by now.
        as_text = isinstance(value, str) and not connection.features.has_native_json_field
        return json.loads(value if as_text else json.dumps(value, default=float))
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.DateTimeField):
        moment = field.to_python(value)
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
    if isinstance(field, models.DateField | models.DecimalField):
        return field.to_python(value)
    return value
