"""How do people narrow a list? One filterset per noun, for the API, the workspace and the export alike."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import django_filters as df
from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.widgets import SuffixedMultiWidget

from .form_fields import RealIds, is_no_id
from .models.records import Searchable
from .permissions import can
from .search import MAX_QUERY_LENGTH
from .validators import check_date

YES_NO = ("true", "false", "1", "0", "True", "False")
MAX_NUMBER = Decimal(10) ** 15


class IdsField(RealIds, df.fields.ModelMultipleChoiceField):
    """Several records by their ids."""


class IdField(df.fields.ModelChoiceField):
    """One record by its id."""

    def to_python(self, value: Any) -> Any:
        """The record. Raises: ValidationError."""
        if is_no_id(value):
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )
        return super().to_python(value)


ID_FIELDS = {df.fields.ModelMultipleChoiceField: IdsField, df.fields.ModelChoiceField: IdField}


def by_title(*names: str) -> dict[str, str]:
    """The columns of an order of these names, where a title stands by its folded letters."""
    return {"sort_key" if name == "title" else name: name for name in names}


class DomainFilter(df.FilterSet):
    """Base of every filterset: knows its parameters, searches by words, orders by declared fields only.

    `confidential_fields`: filter name or field to the permission without which it does not exist.
    `used_only=True` (the API) builds only the filters that the request uses.
    """

    confidential_fields: ClassVar[Mapping[str, str]] = {}

    search = df.CharFilter(
        method="by_words",
        label=gettext_lazy("Words"),
        max_length=MAX_QUERY_LENGTH,
        help_text=gettext_lazy("All of these words, without regard to accents; the last may be a beginning."),
    )

    def __init__(
        self,
        data: Any = None,
        queryset: Any = None,
        *,
        request: Any = None,
        prefix: str | None = None,
        used_only: bool = False,
    ) -> None:
        hidden = self.hidden(getattr(request, "user", None))
        given = set(data or ())
        self.base_filters = {
            name: filter_
            for name, filter_ in type(self).base_filters.items()
            if name not in hidden and (not used_only or given & set(parameters_of(name, filter_)))
        }
        super().__init__(data, queryset, request=request, prefix=prefix)
        for filter_ in self.filters.values():
            self._limit_choices(filter_)
            filter_.field_class = ID_FIELDS.get(filter_.field_class, filter_.field_class)
            # Several choices of a row's own column bring no row twice, and finding that out sorts the whole table.
            filter_.distinct = filter_.distinct and _repeats_rows(self._meta.model, filter_)

    @classmethod
    def get_filters(cls) -> Any:
        """The declared filters; `search` only where the model has words to search."""
        filters = super().get_filters()
        model = cls._meta.model
        if model is None or not issubclass(model, Searchable):
            filters.pop("search", None)
        return filters

    @classmethod
    def parameters(cls) -> dict[str, str]:
        """Each query parameter, and the filter it belongs to."""
        return _parameters(cls)

    @classmethod
    def hidden(cls, user: Any, also: Mapping[str, str] | None = None) -> set[str]:
        """The filters that do not exist for `user`: those on fields they may not read."""
        fields = {**cls.confidential_fields, **(also or {})}
        if user is None or not fields:
            return set()
        closed = {field for field, permission in fields.items() if not can(user, permission)}
        hidden = {
            name
            for name, filter_ in cls.base_filters.items()
            if closed & {name, filter_.field_name, (filter_.field_name or "").split("__")[0]}
        }
        # A record found by a word tells that it holds the word.
        return hidden | {"search"} if closed & set(getattr(cls._meta.model, "SEARCH_FIELDS", ())) else hidden

    @classmethod
    def orders(cls, user: Any = None, also: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the list may be ordered by: parameter value to ORM path, without what `user` may not read."""
        ordering = cls.base_filters.get("order")
        if ordering is None:
            return {}
        fields = {**cls.confidential_fields, **(also or {})}
        closed = {
            field for field, permission in fields.items() if user is not None and not can(user, permission)
        }
        return {
            name: path
            for name, path in ordering.param_map.items()
            if not closed & {name, path, path.split("__")[0]}
        }

    @classmethod
    def order_of_range(cls, data: Any) -> str:
        """The order of a list that a range narrows and nobody ordered: along that range, highest first; else empty.

        One index answers such a range and such an order; in another order the whole range would have to be
        read for its first page.
        """
        along = _ranges(cls)
        return next((f"-{along[parameter]}" for parameter in along if data.get(parameter)), "")

    def by_words(self, queryset: Any, name: str, value: str) -> Any:
        """Rows that hold all the words."""
        return queryset.search(value)

    def get_form_class(self) -> Any:
        """The form of this request's filters: values that a database refuses are refused before it is asked."""
        form = super().get_form_class()
        for field in form.base_fields.values():
            _harden(field)
        return form

    def narrowed(self, queryset: Any, *, but: str = "") -> Any:
        """The rows that all filters let through, or all `but` one: what its other choices would show."""
        for name, value in self.form.cleaned_data.items():
            if name not in ("order", but):
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def filter_queryset(self, queryset: Any) -> Any:
        """The rows; ordered last, with the id as tie-break so that no page repeats or loses a row."""
        queryset = self.narrowed(queryset)
        order = self.filters.get("order")
        chosen = self.form.cleaned_data.get("order") if order is not None else None
        if chosen:
            paths = [order.get_ordering_value(choice) for choice in chosen]
            queryset = queryset.order_by(*paths, "-pk" if paths[-1].startswith("-") else "pk")
        return queryset

    def unclear(self) -> dict[str, str]:
        """Yes-or-no parameters whose value is neither."""
        return {
            name: _("Say true or false.")
            for name, filter_ in self.filters.items()
            if isinstance(filter_, df.BooleanFilter) and self.data.get(name) not in (None, "", *YES_NO)
        }

    def _limit_choices(self, filter_: Any) -> None:
        choices = getattr(filter_, "queryset", None)
        if choices is not None and not callable(choices) and hasattr(choices, "visible_to") and self.request:
            filter_.queryset = choices.visible_to(self.request.user)


def _repeats_rows(model: Any, filter_: Any) -> bool:
    """Whether what the filter compares lies across a relation to many, which joins a row in more than once."""
    if filter_.method is not None:
        return False
    for part in filter_.field_name.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:  # an annotation, or what the database computes
            return False
        if field.many_to_many or field.one_to_many:
            return True
        model = field.related_model
        if model is None:
            return False
    return False


def parameters_of(name: str, filter_: Any) -> list[str]:
    """The query parameters one filter reads."""
    widget = filter_.extra.get("widget") or getattr(filter_.field_class, "widget", None)
    if isinstance(widget, type) and issubclass(widget, SuffixedMultiWidget):
        return [f"{name}_{suffix}" for suffix in widget.suffixes]
    return [name]


@cache
def _parameters(filterset: type[DomainFilter]) -> dict[str, str]:
    return {
        parameter: name
        for name, filter_ in filterset.base_filters.items()
        for parameter in parameters_of(name, filter_)
    }


@cache
def _ranges(filterset: type[DomainFilter]) -> dict[str, str]:
    """Each parameter of a range that the list can also be ordered by, and the name of that order."""
    orders = filterset.orders()
    return {
        parameter: name
        for name, filter_ in filterset.base_filters.items()
        if isinstance(filter_, df.RangeFilter) and orders.get(name) == filter_.field_name
        for parameter in parameters_of(name, filter_)
    }


def _check_number(value: Any) -> None:
    number = Decimal(value)
    if abs(number) >= MAX_NUMBER or (number and number.adjusted() < -12):
        raise ValidationError(_("This number is out of range."))


def _harden(field: Any) -> None:
    # Values that are right in Python but that a database refuses, or takes minutes over.
    parts: Iterable[Any] = field.fields if isinstance(field, forms.MultiValueField) else (field,)
    for part in parts:
        part.validators = list(part.validators)
        if isinstance(part, forms.IntegerField):
            part.validators.append(_check_number)
        elif isinstance(part, forms.DateField | forms.DateTimeField):
            part.validators.append(check_date)
