"""What may the catalogue be narrowed by, and how many trials would each choice show? Never more than two queries."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import django_filters as df
from django.conf import settings
from django.db.models import Case, CharField, Count, F, IntegerField, TextField, Value, When
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cic.core.maps import Point
from cic.core.models.translations import said
from partners.choices import TerritoryKind
from partners.models import Area, Centre, Territory
from pilots.choices import PROGRESS
from pilots.filters.trials import TrialFilter
from pilots.models import Outcome, Site, Trial

from . import ANYONE
from .lists import ANYBODY

PROGRESS_OF = {state: progress for progress, states in PROGRESS.items() for state in states}
TOTAL = "total"


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
                known.areas[str(pk)] = names.get(get_language()) or names.get(settings.LANGUAGE_CODE) or text
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

    def offered(self) -> list["Place"]:
        """Territories of that level."""
        return [place for place in self.territories.values() if place.kind == self.level]


def goals_of(text: str) -> Iterator[str]:
    """The Sustainable Development Goals of a list as it is stored."""
    return (str(goal) for goal in set(json.loads(text)) if isinstance(goal, int))


@dataclass(frozen=True)
class Facet:
    """One thing to narrow by. `path`: what trials are grouped by; `spread`: the choices that a group counts for."""

    name: str
    label: Any
    path: Any
    spread: Callable[[str], Iterator[str]] = lambda value: iter((value,))


def _district(level: str) -> Any:
    """The territory of that level in which a place is: itself, or one above it."""
    site = "sites__territory"
    return Case(
        When(**{f"{site}__kind": level}, then=F(site)),
        When(**{f"{site}__parent__kind": level}, then=F(f"{site}__parent")),
        When(**{f"{site}__parent__parent__kind": level}, then=F(f"{site}__parent__parent")),
        output_field=IntegerField(),
    )


FACETS = (
    Facet("progress", _("Where it stands"), "state", lambda state: iter((PROGRESS_OF[state],))),
    Facet("territory", _("District"), _district),
    Facet("area", _("Area"), "areas"),
    Facet("centre", _("Centre"), "centre_id"),
    Facet("helix", _("Who promotes it"), "promoter__helix"),
    Facet("kind", _("Kind"), "kind"),
    Facet("verdict", _("What came of it"), "outcome__verdict"),
    Facet("year", _("Year it started"), Substr(Cast("started_on", TextField()), 1, 4)),
    Facet("sdg", _("Sustainable Development Goal"), "sdgs", goals_of),
)
SPREAD = {facet.name: facet.spread for facet in FACETS}


class CatalogueFilter(TrialFilter):
    """The filters of the API as the catalogue offers them: their choices are known, and asked for only once."""

    area = df.MultipleChoiceFilter(method="with_area", label=_("Area"))
    territory = df.MultipleChoiceFilter(method="in_territory", label=_("District"))
    centre = df.MultipleChoiceFilter(label=_("Centre"))

    class Meta:
        model = Trial
        fields = ()

    def __init__(self, request: HttpRequest, known: Vocabulary, *, near: Point | None = None) -> None:
        public = Trial.objects.visible_to(ANYONE)
        if near:
            # What has no place is not near to anything, in the list as in the numbers.
            public = public.filter(pk__in=Site.objects.tried().in_reach(near).values("trial_id"))
        super().__init__(request.GET, queryset=public, request=ANYBODY)
        places = {str(place.pk): place.name for place in known.territories.values()}
        for name, choices in (("area", known.areas), ("territory", places), ("centre", known.centres)):
            self.filters[name].extra["choices"] = list(choices.items())

    def choices(self, name: str) -> dict[str, str]:
        """The choices of one facet with their names; years go by themselves."""
        return {str(key): str(label) for key, label in self.filters[name].extra.get("choices", ())}

    def chosen(self, name: str) -> list[str]:
        """The choices in force of one facet."""
        value = self.form.cleaned_data.get(name) or []
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def counts(filterset: CatalogueFilter, known: Vocabulary) -> dict[str, Counter[str]]:
    """By facet and choice, how many trials are found with that choice and every other facet as it stands.

    One query; `TOTAL` has the number of all that is found.
    """
    public = filterset.queryset
    found = filterset.narrowed(public).order_by()
    parts = [_grouped(found, TOTAL, Value("", TextField()), many=False)]
    for facet in FACETS:
        path = facet.path(known.level) if facet.path is _district else facet.path
        others = filterset.narrowed(public, but=facet.name).order_by()
        if facet.name == "verdict":
            others = others.filter(outcome__in=Outcome.objects.visible_to(ANYONE))
        parts.append(_grouped(others, facet.name, path, many=facet.name == "territory"))
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for name, value, number in parts[0].union(*parts[1:], all=True):
        if value is not None:
            for choice in SPREAD[name](value) if name in SPREAD else (value,):
                by[name][choice] += number
    return by


def _grouped(trials: Any, name: str, path: Any, *, many: bool) -> Any:
    return (
        trials.annotate(facet=Value(name, CharField()), choice=Cast(path, TextField()))
        .values("facet", "choice")
        .annotate(n=Count("pk", distinct=many))
        .values_list("facet", "choice", "n")
    )


def offered(
    filterset: CatalogueFilter, known: Vocabulary, by: Mapping[str, Counter[str]]
) -> list[dict[str, Any]]:
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
