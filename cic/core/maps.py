"""Where do territories and places stand on a map of our own? Longitudes and latitudes in, paths and percentages out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import asinh, atan, ceil, cos, degrees, log2, pi, radians, sinh, tan
from typing import NamedTuple

from django.conf import settings

Rings = Sequence[Sequence[tuple[float, float]]]
MILLION = 1_000_000
# A tile of a map server in pixels, and the deepest level that most of them have.
TILE, DEEPEST = 256, 18
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,12})?")


class Point(NamedTuple):
    """A place on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @classmethod
    def parse(cls, text: str) -> "Point":
        """The point that `text` (“41.380,2.174”) names.

        Raises: ValueError.
        """
        latitude, longitude = map(float, _numbers(text, 2))
        if abs(latitude) > 85 or abs(longitude) > 180:
            raise ValueError(text)
        return cls(latitude, longitude)


@dataclass(frozen=True)
class Box:
    """A part of the map, in degrees to the millionth; its east and north edge are not part of it."""

    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal

    @classmethod
    def parse(cls, text: str) -> "Box":
        """The box that `text` (“west,south,east,north”) names.

        Raises: ValueError.
        """
        west, south, east, north = (Decimal(number) for number in _numbers(text, 4))
        if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
            raise ValueError(text)
        return cls.around(west, south, east, north)

    @classmethod
    def around(cls, west: object, south: object, east: object, north: object) -> "Box":
        """The smallest box of whole millionths around these edges."""
        unit = Decimal(1).scaleb(-6)
        low = (Decimal(str(edge)).quantize(unit, ROUND_FLOOR) for edge in (west, south))
        high = (Decimal(str(edge)).quantize(unit, ROUND_CEILING) for edge in (east, north))
        return cls(*low, *high)

    @classmethod
    def of_millionths(cls, west: int, south: int, east: int, north: int) -> "Box":
        """The box with these edges in millionths of a degree."""
        return cls(*(Decimal(edge).scaleb(-6) for edge in (west, south, east, north)))

    def __str__(self) -> str:
        return ",".join(f"{edge:f}" for edge in (self.west, self.south, self.east, self.north))

    @property
    def micro(self) -> tuple[int, int, int, int]:
        """Its edges in millionths of a degree."""
        west, south, east, north = (
            int(edge * MILLION) for edge in (self.west, self.south, self.east, self.north)
        )
        return west, south, east, north

    def zoomed(self, factor: float, across: float = 0, up: float = 0) -> "Box":
        """The box `factor` times as wide and high, moved by shares of its own size."""
        west, south, east, north = map(float, self.micro)
        width, height = (east - west) / 2, (north - south) / 2
        x, y = (west + east) / 2 + across * 2 * width, (south + north) / 2 + up * 2 * height
        return Box.of_millionths(
            max(round(x - width * factor), -180 * MILLION),
            max(round(y - height * factor), -85 * MILLION),
            min(round(x + width * factor), 180 * MILLION),
            min(round(y + height * factor), 85 * MILLION),
        )


@dataclass(frozen=True)
class Grid:
    """A box taken apart into squares, counted from its south-western corner."""

    box: Box
    columns: int
    rows: int

    @property
    def step(self) -> tuple[int, int]:
        """Width and height of a square, in millionths of a degree."""
        west, south, east, north = self.box.micro
        return max(1, ceil((east - west) / self.columns)), max(1, ceil((north - south) / self.rows))

    def square(self, column: int, row: int) -> Box:
        """One of them."""
        west, south, east, north = self.box.micro
        width, height = self.step
        left, low = west + column * width, south + row * height
        return Box.of_millionths(left, low, min(left + width, east), min(low + height, north))


def _numbers(text: str, count: int) -> list[str]:
    parts = text.strip().split(",")
    if len(parts) != count or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise ValueError(text)
    return [part.strip() for part in parts]


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
class Tile:
    """One picture of the map server, if the installation has one, in the units of the box."""

    url: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class MapPlot:
    """Shapes in a box of `width` × `height`, pins in percent of it."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    pins: tuple[Pin, ...]
    tiles: tuple[Tile, ...] = ()
    credit: str = ""


class Projection:
    """Degrees to units of a drawing: equirectangular, true to scale at the middle latitude, enough for a city."""

    def __init__(self, box: tuple[float, float, float, float], *, width: int, margin: float = 0) -> None:
        self.west, self.south, self.east, self.north = box
        self.shrink = cos(radians((self.south + self.north) / 2))
        span_x = (self.east - self.west) * self.shrink or 1e-6
        span_y = (self.north - self.south) or 1e-6
        self.unit = min((width - 2 * margin) / span_x, (width * 1.25 - 2 * margin) / span_y)
        self.width, self.height = width, round(span_y * self.unit + 2 * margin)
        self.left, self.top = (width - span_x * self.unit) / 2, margin

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place stands, from the upper left corner."""
        x = self.left + (longitude - self.west) * self.shrink * self.unit
        return x, self.top + (self.north - latitude) * self.unit

    def share(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The same in percent of width and height."""
        x, y = self.at(longitude, latitude)
        return round(x / self.width * 100, 2), round(y / self.height * 100, 2)

    def shape(self, key: str, label: str, rings: Rings) -> Shape:
        """A territory."""
        return Shape(key, label, "".join(_ring([self.at(lon, lat) for lon, lat in ring]) for ring in rings))

    def tiles(self) -> tuple[Tile, ...]:
        """What the map server shows of it; nothing without one."""
        return tuple(self._tiles(settings.TILE_URL)) if settings.TILE_URL else ()

    def _tiles(self, address: str) -> Iterator[Tile]:
        level = min(max(round(log2(self.unit * self.shrink * 360 / TILE)), 0), DEEPEST)
        count = 2**level

        def column(longitude: float) -> int:
            return min(max(int((longitude + 180) / 360 * count), 0), count - 1)

        def row(latitude: float) -> int:
            return min(max(int((1 - asinh(tan(radians(latitude))) / pi) / 2 * count), 0), count - 1)

        def edge(number: int) -> float:
            return degrees(atan(sinh(pi * (1 - 2 * number / count))))

        for y in range(row(self.north), row(self.south) + 1):
            for x in range(column(self.west), column(self.east) + 1):
                left, top = self.at(x / count * 360 - 180, edge(y))
                right, bottom = self.at((x + 1) / count * 360 - 180, edge(y + 1))
                url = address.replace("{z}", str(level)).replace("{x}", str(x)).replace("{y}", str(y))
                yield Tile(url, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1))


def bounds(corners: Iterable[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """West, south, east and north edge of (longitude, latitude) corners; None of none."""
    corners = list(corners)
    if not corners:
        return None
    longitudes, latitudes = zip(*corners, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def centroid(rings: Rings) -> tuple[float, float] | None:
    """The middle of the largest of the rings, by its area: where its name is written."""
    best, middle = 0.0, None
    for ring in rings:
        area = x = y = 0.0
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            part = ax * by - bx * ay
            area, x, y = area + part, x + (ax + bx) * part, y + (ay + by) * part
        if abs(area) > best:
            best, middle = abs(area), (x / (3 * area), y / (3 * area))
    return middle


def contains(rings: Rings, longitude: float, latitude: float) -> bool:
    """Whether a point lies within an outline; a ring in a ring is a hole, and so on."""
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (ay > latitude) != (by > latitude) and longitude < ax + (latitude - ay) * (bx - ax) / (
                by - ay
            ):
                inside = not inside
    return inside


def city_map(
    territories: Iterable[tuple[str, str, Rings]],
    places: Iterable[tuple[str, str, float, float]] = (),
    *,
    width: int = 480,
) -> MapPlot:
    """Draw (key, label, rings of (longitude, latitude)) and pin (label, url, longitude, latitude)."""
    territories, places = list(territories), list(places)
    corners = [corner for _key, _label, rings in territories for ring in rings for corner in ring]
    corners += [(longitude, latitude) for _label, _url, longitude, latitude in places]
    box = bounds(corners)
    if box is None:
        return MapPlot(width, width, (), ())
    drawn = Projection(box, width=width, margin=width * 0.03)
    return MapPlot(
        drawn.width,
        drawn.height,
        tuple(drawn.shape(*territory) for territory in territories),
        tuple(
            Pin(number, label, url, *drawn.share(longitude, latitude))
            for number, (label, url, longitude, latitude) in enumerate(places, start=1)
        ),
        drawn.tiles(),
        settings.TILE_CREDIT,
    )


def _ring(corners: Sequence[tuple[float, float]]) -> str:
    """One closed ring as path data, to a tenth of a unit."""
    steps = " ".join(f"{x:.1f} {y:.1f}" for x, y in corners)
    return f"M{steps}Z"
