"""How does anybody look through what is tried: narrowed, ordered, near a place, on a map?"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.api.cursors import decode, order_of, page_of
from cic.core.api.problems import ApiProblem
from cic.core.formats import figure
from cic.core.maps import Point
from cms.frame import Frame
from pilots.models import Trial
from pilots.models.chains import with_chain
from pilots.models.places import by_distance, metres

from . import ANYONE, ROWS_PER_PAGE, page_number
from .city import Spot, drawn, planned, spots
from .facets import FACETS, MANY, CatalogueFilter, Vocabulary, count, offered
from .index import Index, current
from .lists import address, chips
from .pilots import dress

ORDERS = {
    "-id": (gettext_lazy("Newest first"), "pk"),
    "-started_on": (gettext_lazy("Last started"), "started_on"),
    "ends_on": (gettext_lazy("Next to end"), "ends_on"),
    "title": (gettext_lazy("By title"), "sort_key"),
}
# What the form asks for itself; everything else in the address goes on with it.
ASKED = {"search", "place", "order", "page", "cursor", *(facet.name for facet in FACETS)}


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """The catalogue as the address narrows it: the list, facets with their numbers, and the map of the same trials."""
    known = Vocabulary.load()
    near, others = whereabouts(request, known)
    filterset, index = CatalogueFilter(request, known), current()
    unclear = not filterset.form.is_valid()
    counted = count(filterset, index, known, near=near.point if near else None)
    if near:
        context = nearest(request, index, counted.found, near.point)
    else:
        context = in_order(request, filterset.narrowed(filterset.queryset))
    box, chosen = filterset.form.cleaned_data.get("box"), filterset.chosen("territory")
    plan = planned(known, index, counted.found, box=box, chosen=chosen, near=near)
    keys = context.pop("keys")
    trials = _trials([*keys, *(plan.alone if plan else [])], frame, context.pop("away", {}))
    drawing = plan and drawn(
        request, known, plan, trials, moved=bool(box), chosen=chosen, near=near, listed=set(keys)
    )
    return {
        **context,
        "rows": [trials[key] for key in keys if key in trials],
        "count": counted.found.bit_count(),
        "facets": offered(filterset, counted.by),
        "search": filterset.form.cleaned_data.get("search", ""),
        "place": request.GET.get("place", ""),
        "near": near,
        "others": others,
        "orders": [] if near else orders(request),
        "chips": list(_chips(request, filterset, near)),
        "kept": [pair for pair in _pairs(request) if pair[0] not in ASKED],
        "clear_url": request.path,
        "unclear": unclear,
        "map": drawing,
    }


def whereabouts(request: HttpRequest, known: Vocabulary) -> tuple[Spot | None, list[dict[str, str]]]:
    """The place that the address names or points at, and what else its words may mean."""
    text = request.GET.get("place", "")[:200]
    if text.strip():
        found = list(spots(text, known))
        others = [
            {"label": spot.label, "url": address(request, place=spot.label, page=None)} for spot in found[1:6]
        ]
        return (found[0] if found else None), others
    try:
        return Spot(_("the point you chose"), Point.parse(request.GET.get("near", "")), is_named=False), []
    except ValueError:
        return None, []


def in_order(request: HttpRequest, found: Any) -> dict[str, Any]:
    """One page in an order, wherever it lies at the same cost."""
    name = request.GET.get("order", "")
    name = name if name in ORDERS else next(iter(ORDERS))
    order = order_of(found, name, ORDERS[name][1])
    try:
        text = request.GET.get("cursor", "")
        cursor = decode(order, text, Trial._meta.pk) if text else None
    except ApiProblem:
        cursor = None
    page = page_of(found, ["pk"], order, cursor, ROWS_PER_PAGE)
    return {
        "keys": [row[0] for row in page.rows],
        "previous_url": address(request, cursor=page.previous) if page.previous else "",
        "next_url": address(request, cursor=page.next) if page.next else "",
    }


def nearest(request: HttpRequest, index: Index, found: int, point: Point) -> dict[str, Any]:
    """One page of what has a place, nearest first, each with how far it is."""
    number = page_number(request.GET.get("page", ""))
    start = (number - 1) * ROWS_PER_PAGE
    ranked = by_distance(index.places_of(found), point, start + ROWS_PER_PAGE + 1)
    squares = {trial: square for square, trial in ranked[start:]}
    return {
        "keys": list(squares)[:ROWS_PER_PAGE],
        "away": {key: away(metres(square)) for key, square in squares.items()},
        "previous_url": address(request, page=number - 1) if number > 1 else "",
        "next_url": address(request, page=number + 1) if len(squares) > ROWS_PER_PAGE else "",
    }


def away(distance_m: float) -> str:
    """How far, as exactly as it is known: the place somebody names is one of a hundred metres."""
    if distance_m < 950:
        return _("%(n)s m away") % {"n": figure(max(round(distance_m / 100) * 100, 100))}
    kilometres = round(distance_m / 1000, 1 if distance_m < 9_950 else None)
    return _("%(n)s km away") % {"n": figure(kilometres)}


def _trials(keys: list[int], frame: Frame, away: Mapping[int, str]) -> dict[int, Trial]:
    # What a card shows is asked for the rows of this page only: what is skipped costs nothing, however far in.
    rows = list(with_chain(Trial.objects.filter(pk__in=keys), ANYONE).select_related("promoter"))
    for row in rows:
        row.away = away.get(row.pk, "")
    return {row.pk: row for row in dress(rows, frame)}


def orders(request: HttpRequest) -> list[dict[str, Any]]:
    """The orders to choose from."""
    chosen = request.GET.get("order", "")
    return [{"value": key, "label": label, "chosen": key == chosen} for key, (label, _path) in ORDERS.items()]


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in values if value]


def _chips(request: HttpRequest, filterset: CatalogueFilter, near: Spot | None) -> Iterator[dict[str, str]]:
    """What narrows the list, each choice with the address that takes it away."""
    if near:
        yield _chip(request, _("Near"), near.label, ("place", "near"))
    for facet in FACETS:
        names = filterset.choices(facet.name)
        for value in filterset.chosen(facet.name):
            yield _chip(request, facet.label, names.get(value, value), (facet.name,), value)
    if filterset.form.cleaned_data.get("box"):
        yield _chip(request, _("Where"), _("in this part of the map"), ("box",))
    rest = [name for name in filterset.form.fields if name not in (*MANY, "order", "box")]
    yield from chips(request, filterset.form, rest)


def _chip(
    request: HttpRequest, label: Any, value: str, names: tuple[str, ...], only: str = ""
) -> dict[str, str]:
    """`only`: the one of several values that goes."""
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    for name in (*names, "page", "cursor"):
        kept = [given for given in query.getlist(name) if only and given != only and name in names]
        query.setlist(name, kept)
    rest = query.urlencode()
    return {"label": str(label), "value": value, "remove_url": f"{request.path}{'?' if rest else ''}{rest}"}
