"""Where in the city is it tried: the map beside the catalogue, and what stands near a place that somebody names?"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Avg, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cic.core.formats import figure
from cic.core.maps import MILLION, Box, Grid, Point, Projection, Rings, bounds, centroid
from cic.core.search import query_words
from pilots.models import Site, Trial
from pilots.models.places import SitedTrial, clusters

from . import ANYONE
from .facets import Place, Vocabulary
from .index import Index
from .lists import address

WIDTH, COLUMNS = 480, 9
# Half the side of what is near a place that somebody named, in degrees of latitude: about two kilometres.
AROUND = 0.018
# A map no wider than this (some fifty metres) is not taken apart any further.
SMALLEST = Decimal("0.0006")
# Letters as they are typed without their accents, and what they may stand for.
VARIANTS = {
    "a": "aàáâäãå", "c": "cç", "e": "eèéêë", "i": "iìíîï", "n": "nñ", "o": "oòóôöõ", "u": "uùúûü", "y": "yÿ",
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A place somebody named or stands at."""

    label: str
    point: Point
    is_named: bool = True
    outline: Rings = ()

    @property
    def name(self) -> str:
        """What others know it by; nothing for a point that somebody chose."""
        return self.label if self.is_named else ""

    @property
    def text(self) -> str:
        """As it stands in the address: to a hundred metres, no nearer."""
        return f"{self.point.latitude:.3f},{self.point.longitude:.3f}"

    @property
    def around(self) -> Box:
        """What the map shows of it."""
        latitude, longitude = self.point
        return Box.around(
            longitude - AROUND * 1.33, latitude - AROUND, longitude + AROUND * 1.33, latitude + AROUND
        )

    @property
    def nearby(self) -> Box:
        """What is near it: what the map shows, and all of a territory."""
        west, south, east, north = (float(edge) / MILLION for edge in self.around.micro)
        corners = [(west, south), (east, north), *(corner for ring in self.outline for corner in ring)]
        return Box.around(*(bounds(corners) or (west, south, east, north)))


@dataclass(frozen=True)
class Mark:
    """A circle of the map: one trial, or how many there are and where to look closer."""

    x: float
    y: float
    n: int
    label: str
    url: str

    @property
    def radius(self) -> int:
        """Grows with the figure it has to hold."""
        return 9 if self.n == 1 else 13 + 3 * min(len(str(self.n)), 4)

    @property
    def on_the_right(self) -> bool:
        """Whether its words go to its left, so that they stay on the map."""
        return self.x > 50


def spots(text: str, known: Vocabulary) -> list[Spot]:
    """The places that `text` may mean, best first: a territory by its name, else a place where something is tried."""
    words = " ".join(query_words(text))
    if not words:
        return []
    named = [(" ".join(query_words(place.name)), place) for place in known.territories.values()]
    found = [place for name, place in named if name == words] or [
        place for name, place in named if words in name
    ]
    located = [
        Spot(place.name, point, outline=place.outline) for place in found if (point := middle(place, known))
    ]
    return located or list(_sites(words))


def middle(place: Place | None, known: Vocabulary) -> Point | None:
    """The middle of a territory: by its outline, by where things are tried in it, or that of the one above it."""
    if place is None:
        return None
    if point := centroid(place.outline):
        return Point(point[1], point[0])
    mean = (
        Site.objects.visible_to(ANYONE)
        .tried()
        .filter(territory_id=place.pk)
        .aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    )
    if mean["latitude"] is not None:
        return Point(float(mean["latitude"]), float(mean["longitude"]))
    return middle(known.territories.get(place.parent or 0), known)


def _sites(words: str) -> Iterator[Spot]:
    """Where something is tried at a place or address with these words, whatever their accents; at most five."""
    letters = (VARIANTS.get(letter, letter) for letter in words)
    pattern = "".join(
        r"\W+" if letter == " " else rf"[{letter}][·•.]?" if letter == "l" else f"[{letter}]"
        for letter in letters
    )
    rows = (
        Site.objects.visible_to(ANYONE)
        .tried()
        .filter(Q(name__iregex=pattern) | Q(address__iregex=pattern))
        .order_by("pk")
        .values_list("name", "address", "latitude", "longitude")[:20]
    )
    seen: dict[str, Spot] = {}
    for name, where, latitude, longitude in rows:
        label = where if re.search(pattern, where, re.IGNORECASE) else name
        seen.setdefault(label, Spot(label, Point(float(latitude), float(longitude))))
    yield from list(seen.values())[:5]


class Plan(NamedTuple):
    """What part of the city the map shows, and how many trials are in each of its squares."""

    box: Box
    projection: Projection
    grid: Grid
    squares: list[dict[str, Any]]

    @property
    def alone(self) -> list[int]:
        """Ids of the trials that have a square for themselves."""
        return [row["first"] for row in self.squares if row["n"] == 1]


def planned(
    known: Vocabulary, index: Index, found: int, *, box: Box | None, chosen: list[str], near: Spot | None
) -> Plan | None:
    """The map of the trials `found`; None where nothing has a place."""
    places = list(index.places_of(found))
    view = box or _view(known, chosen, near) or _around(places)
    if view is None:
        return None
    edges = (float(view.west), float(view.south), float(view.east), float(view.north))
    projection = Projection(edges, width=WIDTH)
    grid = Grid(view, COLUMNS, max(1, round(COLUMNS * projection.height / projection.width)))
    squares = clusters(places, grid)
    return Plan(view, projection, grid, sorted(squares, key=lambda row: (-row["row"], row["column"])))


def drawn(
    request: HttpRequest,
    known: Vocabulary,
    plan: Plan,
    trials: Mapping[int, Trial],
    *,
    moved: bool,
    chosen: list[str],
    near: Spot | None,
    listed: Container[int],
) -> dict[str, Any]:
    """The map as its template takes it: outlines, circles, and where to go on from here.

    `trials`: those that stand alone, with their addresses; `listed`: ids of those on this page of the list, to which
    their circles lead.
    """
    projection, marks = plan.projection, []
    for row in plan.squares:
        at = projection.share(float(row["longitude_mean"]), float(row["latitude_mean"]))
        if row["n"] > 1:
            marks.append(_several(row, at, plan.grid, projection, request))
        elif trial := trials.get(row["first"]):
            url = f"#{trial.reference}" if trial.pk in listed else trial.url
            marks.append(Mark(*at, 1, trial.said.title, url))
    return {
        "width": projection.width,
        "height": projection.height,
        "shapes": [
            projection.shape(str(place.pk), place.name, place.outline)
            for place in known.offered()
            if place.outline
        ],
        "names": [] if moved or near else list(_names(known, projection)),
        "here": chosen,
        "marks": marks,
        "tiles": projection.tiles(),
        "credit": settings.TILE_CREDIT,
        "near": projection.share(near.point.longitude, near.point.latitude) if near else None,
        "steps": _steps(request, plan.box, moved=moved),
    }


def _several(
    row: Mapping[str, Any], at: tuple[float, float], grid: Grid, projection: Projection, request: HttpRequest
) -> Mark:
    """The circle of a square with more than one trial, which leads closer."""
    square = grid.square(row["column"], row["row"])
    # Kept off the edges of its square, so that two circles never cover each other.
    west, north = projection.share(float(square.west), float(square.north))
    east, south = projection.share(float(square.east), float(square.south))
    x = min(max(at[0], west + (east - west) * 0.4), east - (east - west) * 0.4)
    y = min(max(at[1], north + (south - north) * 0.4), south - (south - north) * 0.4)
    words = ngettext("%(n)s pilot here", "%(n)s pilots here", row["n"]) % {"n": figure(row["n"])}
    closer = grid.box.east - grid.box.west > SMALLEST
    url = f"{address(request, box=square, cursor=None, page=None)}#map" if closer else ""
    return Mark(round(x, 2), round(y, 2), row["n"], words, url)


def _view(known: Vocabulary, chosen: list[str], near: Spot | None) -> Box | None:
    """What the map shows when nobody moved it: around a place, the chosen districts, or all of them."""
    if near:
        return near.around
    places = [known.territories[int(key)] for key in chosen if int(key) in known.territories]
    outlined = [place for place in places if place.outline] or [
        place for place in known.territories.values() if place.kind == known.level
    ]
    box = bounds(corner for place in outlined for ring in place.outline for corner in ring)
    return Box.around(*box).zoomed(1.04) if box else None


def _around(places: Sequence[SitedTrial]) -> Box | None:
    """All places there are, for an installation without outlines."""
    if not places:
        return None
    _trials, latitudes, longitudes = zip(*places, strict=True)
    return Box.of_millionths(
        min(longitudes) - 500, min(latitudes) - 500, max(longitudes) + 500, max(latitudes) + 500
    ).zoomed(1.1)


def _names(known: Vocabulary, projection: Projection) -> Iterator[dict[str, Any]]:
    """The districts' names, each in the middle of its outline."""
    for place in known.offered():
        if point := centroid(place.outline):
            x, y = projection.share(*point)
            yield {"label": place.name, "x": x, "y": y}


def _steps(request: HttpRequest, view: Box, moved: bool) -> list[dict[str, str]]:
    """Links that move the map, for those who cannot or do not want to click on it."""

    def step(icon: str, label: str, box: Box | None) -> dict[str, str]:
        return {
            "icon": icon,
            "label": label,
            "url": f"{address(request, box=box, cursor=None, page=None)}#map",
        }

    steps = [
        step("add", _("Closer"), view.zoomed(0.5)),
        step("minus", _("Further away"), view.zoomed(2)),
        step("up", _("Further north"), view.zoomed(1, up=0.5)),
        step("down", _("Further south"), view.zoomed(1, up=-0.5)),
        step("back", _("Further west"), view.zoomed(1, across=-0.5)),
        step("arrow", _("Further east"), view.zoomed(1, across=0.5)),
    ]
    return [*steps, step("", _("The whole map"), None)] if moved else steps
