"""Which fields of a record does the API show, to whom, and which may be sent?"""

import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from cic.core.operations import KEPT
from cic.core.permissions import can

from .languages import TranslationsField


class InstantField(serializers.DateTimeField):
    """A moment, shown in UTC with Z; one sent without a zone is read in the installation's zone."""

    def to_representation(self, value: Any) -> Any:
        """The moment itself: the renderer writes it."""
        return value.astimezone(UTC) if hasattr(value, "astimezone") else value


class VisibleRelatedField(serializers.PrimaryKeyRelatedField):
    """A reference by id, to what the caller may see: anything else does not exist."""

    def get_queryset(self) -> Any:
        """The choices of this caller."""
        queryset = super().get_queryset()
        request = self.context.get("request")
        if queryset is not None and request is not None and hasattr(queryset, "visible_to"):
            queryset = queryset.visible_to(request.user)
        return queryset

    def to_internal_value(self, data: Any) -> Any:
        """The object behind the id. Only whole numbers or their digits are ids."""
        if isinstance(data, bool | float | dict | list) or len(str(data)) > 36:
            self.fail("incorrect_type", data_type=type(data).__name__)
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("does_not_exist", pk_value=data)


class IdNumberField(serializers.IntegerField):
    """The id of a record as a number, where many are looked up at once: one that a column can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})


class LabelField(serializers.Field):
    """The label people see for a key, such as the public name of a state. Read-only.

    `labels` maps the key to a (lazy) text; a key without one is shown as it is.
    """

    def __init__(self, *, labels: Mapping[Any, Any], **kwargs: Any) -> None:
        self.labels = labels
        # In words, by language and key: neither labels nor translations change while the process runs.
        self.said: dict[tuple[str | None, Any], str] = {}
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        """The label in the caller's language."""
        key = (get_language(), value)
        if value in self.labels and key not in self.said:
            self.said[key] = str(self.labels[value])
        return self.said.get(key) or str(value)


class StrictSerializer(serializers.Serializer):
    """A body in which every key must be known."""

    def to_internal_value(self, data: Any) -> Any:
        """The values. Raises: ValidationError with each unknown and each read-only key, besides what else is wrong."""
        refused: dict[str, list[Any]] = {}
        if isinstance(data, Mapping):
            for key in data:
                field = self.fields.get(key)
                if field is None:
                    refused[key] = [serializers.ErrorDetail(_("Not known here."), code="unknown_field")]
                elif field.read_only:
                    refused[key] = [serializers.ErrorDetail(_("Read-only."), code="read_only")]
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **refused}) from error
            raise
        if refused:
            raise serializers.ValidationError(refused)
        return values


class DomainSerializer(StrictSerializer, serializers.ModelSerializer):
    """Shapes a record. It holds no rule: those are in the model and in the operations.

    `list_fields`: what a list shows, all plain columns by default. `confidential_fields`: field name to
    the permission without which the field does not exist for the caller.
    """

    serializer_related_field = VisibleRelatedField
    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: InstantField,
    }
    list_fields: ClassVar[tuple[str, ...]] = ()
    confidential_fields: ClassVar[Mapping[str, str]] = {}

    def get_fields(self) -> dict[str, Any]:
        """The fields of this caller. Built once per class: finding out what a model's fields are is dear."""
        template = type(self).__dict__.get("_template")
        if template is None:
            template = super().get_fields()
            type(self)._template = template
        hidden = self.hidden()
        only = self.context.get("only")
        return {
            name: _fresh(field)
            for name, field in template.items()
            if name not in hidden and (only is None or name in only or self.parent is not None)
        }

    def hidden(self) -> set[str]:
        """The confidential fields this caller may not read. A caller nobody named (the schema command) reads all."""
        request = self.context.get("request")
        user = getattr(request, "user", None)
        obj = self.instance if isinstance(self.instance, models.Model) else None
        return hidden_fields(type(self), user, obj) if user is not None else set()

    def get_extra_kwargs(self) -> dict[str, Any]:
        """Read-only: whatever the kernel or a transition table keeps."""
        extra = super().get_extra_kwargs()
        for name in KEPT & set(getattr(self.Meta, "fields", ())) - set(self._declared_fields):
            extra[name] = {**extra.get(name, {}), "read_only": True}
        return extra

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """DRF's field, without the question "does another row have this value?": the answer would be a leak."""
        if field_name == "translations":
            return TranslationsField, {"required": False}
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if "validators" in kwargs:
            kwargs["validators"] = [v for v in kwargs["validators"] if not isinstance(v, UniqueValidator)]
        return field_class, kwargs

    def get_validators(self) -> list[Any]:
        """None but those declared, for the same reason; the operation's full_clean checks uniqueness."""
        return list(getattr(self.Meta, "validators", []))


def _fresh(field: Any) -> Any:
    # A field with children is bound to them, so those are copied as well.
    nested = isinstance(field, serializers.BaseSerializer | serializers.ManyRelatedField)
    return copy.deepcopy(field) if nested else copy.copy(field)


def hidden_fields(serializer_class: type[DomainSerializer], user: Any, obj: Any = None) -> set[str]:
    """The confidential fields of the class that `user` may not read, on `obj` or, without one, on any."""
    return {name for name, perm in serializer_class.confidential_fields.items() if not can(user, perm, obj)}


@dataclass(frozen=True)
class Column:
    """One field of a list: its name, the ORM path it is read from, and how its value is shown.

    `few`: its values are few, so each is shaped once per page.
    """

    name: str
    path: str
    shape: Callable[[Any], Any] | None = None
    few: bool = False


_PLAIN = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.DecimalField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.JSONField,
    serializers.TimeField,
    serializers.UUIDField,
)


def column_of(name: str, field: Any) -> Column | None:
    """How a list reads `field` from the database; None when it is more than one value of one row."""
    many = (serializers.BaseSerializer, serializers.ManyRelatedField, serializers.SerializerMethodField)
    if isinstance(field, many) or field.source == "*" or field.write_only:
        return None
    path = field.source.replace(".", "__")
    if isinstance(field, serializers.SlugRelatedField):
        return Column(name, f"{path}__{field.slug_field}")
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return Column(name, path)
    if isinstance(field, _PLAIN) and not isinstance(field, serializers.MultipleChoiceField):
        return Column(name, path)
    return Column(name, path, field.to_representation, few=isinstance(field, LabelField))


def columns(serializer_class: type[DomainSerializer], names: Collection[str]) -> tuple[Column, ...]:
    """The columns of a list, in the order of `names`, or all that a list can show.

    Raises: ImproperlyConfigured for a name that takes more than one value of one row.
    """
    fields = serializer_class().fields
    found = []
    for name in names or fields:
        column = column_of(name, fields[name])
        if column is not None:
            found.append(column)
        elif names:
            raise ImproperlyConfigured(f"{serializer_class.__name__}: a list cannot show {name!r}")
    return tuple(found)
