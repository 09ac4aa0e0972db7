"""Where do territories and places stand on a map without tiles? Longitudes and latitudes in, paths and percentages out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians


@dataclass(frozen=True)
class Shape:
    """A territory as an SVG path."""

    key: str
    label: str
    path: str


@dataclass(frozen=True)
class Pin:
    """A place on the map, numbered as in the list beside it."""

    number: int
    label: str
    url: str
    x: float
    y: float


@dataclass(frozen=True)
class MapPlot:
    """Shapes in a box of `width` × `height`, pins in percent of it."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    pins: tuple[Pin, ...]


def city_map(
    territories: Iterable[tuple[str, str, Sequence[Sequence[tuple[float, float]]]]],
    places: Iterable[tuple[str, str, float, float]] = (),
    *,
    width: int = 480,
) -> MapPlot:
    """Draw (key, label, rings of (longitude, latitude)) and pin (label, url, longitude, latitude).

    Equirectangular, true to scale at the middle latitude: enough for a city.
    """
    territories, places = list(territories), list(places)
    corners = [corner for _key, _label, rings in territories for ring in rings for corner in ring]
    corners += [(longitude, latitude) for _label, _url, longitude, latitude in places]
    if not corners:
        return MapPlot(width, width, (), ())
    west, east = min(lon for lon, _lat in corners), max(lon for lon, _lat in corners)
    south, north = min(lat for _lon, lat in corners), max(lat for _lon, lat in corners)
    shrink = cos(radians((south + north) / 2))
    span_x, span_y = (east - west) * shrink or 1e-6, (north - south) or 1e-6
    margin = width * 0.03
    unit = min((width - 2 * margin) / span_x, (width * 1.25 - 2 * margin) / span_y)
    height = round(span_y * unit + 2 * margin)
    left = (width - span_x * unit) / 2

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return left + (longitude - west) * shrink * unit, margin + (north - latitude) * unit

    shapes = tuple(
        Shape(key, label, "".join(_ring([at(lon, lat) for lon, lat in ring]) for ring in rings))
        for key, label, rings in territories
    )
    pins = []
    for number, (label, url, longitude, latitude) in enumerate(places, start=1):
        x, y = at(longitude, latitude)
        pins.append(Pin(number, label, url, round(x / width * 100, 2), round(y / height * 100, 2)))
    return MapPlot(width, height, shapes, tuple(pins))


def _ring(corners: Sequence[tuple[float, float]]) -> str:
    """One closed ring as path data, to a tenth of a unit."""
    steps = " ".join(f"{x:.1f} {y:.1f}" for x, y in corners)
    return f"M{steps}Z"
