"""Which search of the catalogue is followed, in one spelling, and what does it say in words?"""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.forms import ModelChoiceField
from django.http import QueryDict
from django.utils.translation import gettext as _

from cic.core.maps import MILLION, Box
from pilots.filters.trials import TrialFilter
from pilots.models import Trial

from .subjects import ANYONE

ANYBODY = SimpleNamespace(user=ANYONE)
EVERYTHING = "?"
# What a part of the map is called by whoever follows it; no filter.
PLACE, PLACE_LENGTH = "place", 80


def spelled(query: Any) -> str:
    """The filters of a catalogue address, and nothing else of it, in a fixed order; `?` for all pilots.

    A part of the map keeps the name of the place that it is around.
    """
    known = {name for name, belongs in TrialFilter.parameters().items() if belongs != "order"}
    pairs = [
        (name, value) for name in sorted(query) if name in known for value in query.getlist(name) if value
    ]
    place = " ".join(query.get(PLACE, "").split())[:PLACE_LENGTH]
    if place and query.get("box"):
        pairs.append((PLACE, place))
    return f"{EVERYTHING}{urlencode(pairs)}"


def filterset_of(search: str, rows: Any) -> Any:
    """The filters of `search` over `rows`, as anybody asks them."""
    return TrialFilter(QueryDict(search[1:]), queryset=rows, request=ANYBODY)


def matching(search: str, ids: Iterable[int]) -> set[int]:
    """Those of the trials `ids` that anybody may read and that fit the search."""
    rows = Trial.objects.visible_to(ANYONE).filter(pk__in=list(ids))
    filterset = filterset_of(search, rows)
    found = filterset.qs if filterset.form.is_valid() else rows.none()
    return set(found.order_by().values_list("pk", flat=True))


def in_words(search: str) -> str:
    """The search as a person would say it."""
    filterset = filterset_of(search, Trial.objects.none())
    form = filterset.form
    if not form.is_valid():
        return _("New pilots")
    parts = []
    for name in form.changed_data:
        value = form.cleaned_data.get(name)
        if isinstance(value, Box):
            parts.append(_near(filterset.data.get(PLACE, ""), value))
        elif value not in (None, "", []) and name != "order":
            parts.append(f"{form[name].label}: {_said(form.fields[name], value)}")
    return f"{_('New pilots')} ({'; '.join(parts)})" if parts else _("All new pilots")


def _near(place: str, box: Box) -> str:
    """Where a part of the map is: near a place, or around its middle."""
    west, south, east, north = box.micro
    middle = f"{(south + north) / 2 / MILLION:.3f}, {(west + east) / 2 / MILLION:.3f}"
    return _("near %(place)s") % {"place": place or middle}


def _said(field: Any, value: Any) -> str:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, slice):
        return f"{'' if value.start is None else value.start} – {'' if value.stop is None else value.stop}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    labels = {}
    if not isinstance(field, ModelChoiceField):
        labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(labels.get(str(item), str(item)) for item in value)
    return labels.get(str(value), str(value))
