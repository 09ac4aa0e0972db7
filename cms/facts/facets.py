"""What may the catalogue be narrowed by, and how many trials would each choice show?"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters as df
from django.conf import settings
from django.db.models import Case, CharField, IntegerField, TextField, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters.constants import EMPTY_VALUES

from cic.core.maps import Point
from cic.core.models.translations import Said, said
from cic.core.texts import evaluated
from partners.choices import TerritoryKind
from partners.models import Area, Centre, Territory
from pilots.choices import PROGRESS, TrialProgress
from pilots.filters.trials import TrialFilter
from pilots.models import Trial
from pilots.models.places import in_reach_of

from . import ANYONE
from .index import CHUNK, Index, bits_of
from .lists import ANYBODY


@dataclass(frozen=True)
class Place:
    """A district or another territory, with its outline where it is one of those that the map draws."""

    pk: int
    name: str
    kind: str
    parent: int | None
    outline: list[list[tuple[float, float]]]


@dataclass
class Vocabulary:
    """The names that choices go by: of areas, centres and territories, read in one query."""

    areas: dict[str, str] = field(default_factory=dict)
    centres: dict[str, str] = field(default_factory=dict)
    territories: dict[int, Place] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read them."""
        words, none = TextField(), Value("", TextField())
        outline = Case(
            When(kind=TerritoryKind.NEIGHBOURHOOD, then=none),
            default=Cast("outline", words),
            output_field=words,
        )
        areas = Area.objects.order_by().values_list(
            Value("area", CharField()), "pk", Cast("key", words), Cast("names", words),
            Value(0, IntegerField()), none,
        )  # fmt: skip
        centres = (
            Centre.objects.visible_to(ANYONE)
            .order_by()
            .values_list(
                Value("centre", CharField()), "pk", Cast("name", words), Cast("translations", words),
                Value(0, IntegerField()), Cast("language", words),
            )
        )  # fmt: skip
        territories = Territory.objects.order_by().values_list(
            Value("territory", CharField()),
            "pk",
            Cast("name", words),
            Cast("kind", words),
            "parent_id",
            outline,
        )
        known = cls()
        for what, pk, text, more, parent, drawn in areas.union(centres, territories, all=True):
            if what == "area":
                names = json.loads(more)
                known.areas[str(pk)] = names.get(get_language()) or Said.of(
                    names.get(settings.LANGUAGE_CODE) or text, settings.LANGUAGE_CODE
                )
            elif what == "centre":
                known.centres[str(pk)] = said(text, "name", json.loads(more), drawn)
            else:
                rings = json.loads(drawn) if drawn else []
                known.territories[pk] = Place(pk, text, more, parent, rings)
        return known

    @property
    def level(self) -> str:
        """The level of territories that readers choose from: districts, or municipalities where there are none."""
        kinds = {place.kind for place in self.territories.values()}
        return TerritoryKind.DISTRICT if TerritoryKind.DISTRICT in kinds else TerritoryKind.MUNICIPALITY

    def parts_of(self, pk: int) -> set[int]:
        """A territory, what is in it, and what is in that."""
        inner = {place.pk for place in self.territories.values() if place.parent == pk}
        return {pk, *inner, *(place.pk for place in self.territories.values() if place.parent in inner)}

    def offered(self) -> list["Place"]:
        """Territories of that level."""
        return [place for place in self.territories.values() if place.kind == self.level]


@dataclass(frozen=True)
class Facet:
    """One thing to narrow by. `name` is that of the filter; `trials`: the set of those that a choice would show."""

    name: str
    label: Any
    trials: Callable[[Index, Vocabulary, str], int] | None = None

    def among(self, index: Index, known: Vocabulary, choice: str) -> int:
        """The trials that this choice shows."""
        return self.trials(index, known, choice) if self.trials else index.of(self.name, choice)


def standing(index: Index, known: Vocabulary, progress: str) -> int:
    """The trials that stand at a point of the way: several states read the same."""
    return reduce(or_, (index.of("state", state) for state in PROGRESS[TrialProgress(progress)]))


def situated(index: Index, known: Vocabulary, territory: str) -> int:
    """The trials with a place in a territory or in a part of it."""
    return reduce(or_, (index.of("territory", pk) for pk in known.parts_of(int(territory))), 0)


FACETS = (
    Facet("progress", _("Where it stands"), standing),
    Facet("territory", _("District"), situated),
    Facet("area", _("Area")),
    Facet("centre", _("Centre")),
    Facet("helix", _("Who promotes it")),
    Facet("kind", _("Kind")),
    Facet("verdict", _("What came of it")),
    Facet("year", _("Year it started")),
    Facet("sdg", _("Sustainable Development Goal")),
)
MANY = {facet.name for facet in FACETS}


class CatalogueFilter(TrialFilter):
    """The filters of the API as the catalogue offers them: their choices are known, and asked for only once."""

    area = df.MultipleChoiceFilter(method="with_area", label=_("Area"))
    territory = df.MultipleChoiceFilter(method="in_territory", label=_("District"))
    centre = df.MultipleChoiceFilter(label=_("Centre"))

    class Meta:
        model = Trial
        fields = ()

    def __init__(self, request: HttpRequest, known: Vocabulary) -> None:
        super().__init__(request.GET, queryset=Trial.objects.visible_to(ANYONE), request=ANYBODY)
        places = {str(place.pk): place.name for place in known.territories.values()}
        for name, choices in (("area", known.areas), ("territory", places), ("centre", known.centres)):
            self.filters[name].extra["choices"] = list(choices.items())

    def choices(self, name: str) -> dict[str, str]:
        """The choices of one facet with their names; years go by themselves."""
        return {str(key): evaluated(label) for key, label in self.filters[name].extra.get("choices", ())}

    def offers(self, name: str, index: Index, known: Vocabulary) -> Iterable[str]:
        """The choices of one facet that are counted: of territories those of one level, and the years there are."""
        if name == "territory":
            return [str(place.pk) for place in known.offered()]
        return self.choices(name) or [value for value, _trials in index.values(name)]

    def chosen(self, name: str) -> list[str]:
        """The choices in force of one facet."""
        value = self.form.cleaned_data.get(name) or []
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]


@dataclass(frozen=True)
class Count:
    """What is found, as a set of trials, and by facet and choice how many that choice would show."""

    found: int
    by: Mapping[str, Mapping[str, int]]


def count(filterset: CatalogueFilter, index: Index, known: Vocabulary, *, near: Point | None = None) -> Count:
    """The trials found, and how many with each choice and every other facet as it stands: one query at most.

    What has no place is not near to anything, in the list as in the numbers.
    """
    rest = index.everyone & _by_other_filters(filterset, index)
    if near:
        rest &= index.within(*in_reach_of(near))
    chosen = {}
    for facet in FACETS:
        if choices := filterset.chosen(facet.name):
            chosen[facet.name] = reduce(or_, (facet.among(index, known, choice) for choice in choices))
    by = {}
    for facet in FACETS:
        others = reduce(and_, (trials for name, trials in chosen.items() if name != facet.name), rest)
        by[facet.name] = {
            choice: (others & facet.among(index, known, choice)).bit_count()
            for choice in filterset.offers(facet.name, index, known)
        }
    return Count(reduce(and_, chosen.values(), rest), by)


def _by_other_filters(filterset: CatalogueFilter, index: Index) -> int:
    """What everything in the address that is no facet lets through."""
    given = {
        name: value
        for name, value in filterset.form.cleaned_data.items()
        if name not in (*MANY, "order") and value not in EMPTY_VALUES
    }
    found = index.everyone
    if box := given.pop("box", None):
        west, south, east, north = box.micro
        found &= index.within(south, west, north, east)
    if given:
        trials = filterset.queryset
        for name, value in given.items():
            trials = filterset.filters[name].filter(trials, value)
        found &= bits_of(trials.order_by().values_list("pk", flat=True).iterator(CHUNK))
    return found


def offered(filterset: CatalogueFilter, by: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """The facets with their choices and the number of each; one that shows nothing is left out unless in force."""
    shown = []
    for facet in FACETS:
        names, chosen, numbers = filterset.choices(facet.name), filterset.chosen(facet.name), by[facet.name]
        keys = list(names) or sorted({*numbers, *chosen}, reverse=True)
        options = [
            # A neighbourhood that a link leads to is no choice of the list, and has no number.
            {"value": key, "label": names.get(key, key), "count": numbers.get(key), "checked": key in chosen}
            for key in keys
            if numbers.get(key) or key in chosen
        ]
        if options:
            shown.append(
                {"name": facet.name, "label": facet.label, "options": options, "chosen": len(chosen)}
            )
    return shown
