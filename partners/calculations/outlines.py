"""How does the boundary of a territory become an outline that a page can carry?"""

from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, radians
from typing import Any

Corner = tuple[float, float]
# What a corner may be off by so that it is left out: some fifty metres, less than a pixel of a city's map.
TOLERANCE_DEGREES = 0.0005
MIN_CORNERS = 4


def rings_of(geometry: Mapping[str, Any]) -> Iterator[list[Corner]]:
    """The outer rings of a GeoJSON Polygon or MultiPolygon, as (longitude, latitude) in degrees (RFC 7946).

    Raises: ValueError for anything else, and for coordinates that are no degrees.
    """
    coordinates: Any = geometry.get("coordinates")
    kinds: dict[str, Any] = {"Polygon": [coordinates], "MultiPolygon": coordinates}
    polygons = kinds.get(str(geometry.get("type")))
    if not polygons:
        raise ValueError("Only a Polygon or a MultiPolygon has a boundary.")
    for polygon in polygons:
        ring = [(float(corner[0]), float(corner[1])) for corner in polygon[0]]
        if not all(abs(longitude) <= 180 and abs(latitude) <= 90 for longitude, latitude in ring):
            raise ValueError("The coordinates are no degrees: convert the file to WGS 84 (EPSG:4326) first.")
        yield ring


def outline_of(geometry: Mapping[str, Any]) -> list[list[Corner]]:
    """The rings with as few corners as tell the shape. Source: Douglas and Peucker, 1973."""
    rings = [simplified(ring, TOLERANCE_DEGREES) for ring in rings_of(geometry)]
    return [ring for ring in rings if len(ring) >= MIN_CORNERS] or rings[:1]


def simplified(ring: Sequence[Corner], tolerance: float) -> list[Corner]:
    """A closed ring without the corners that lie within `tolerance` of the line between those that stay."""
    if len(ring) < MIN_CORNERS:
        return [_rounded(corner) for corner in ring]
    # A ring ends where it begins: it is taken apart at the corner furthest from there.
    first = ring[0]
    middle = max(range(len(ring)), key=lambda n: _away(ring[n], first, first))
    halves = [*_kept(ring[: middle + 1], tolerance)[:-1], *_kept(ring[middle:], tolerance)]
    return [_rounded(corner) for corner in halves]


def _kept(line: Sequence[Corner], tolerance: float) -> list[Corner]:
    # A stack and no recursion: a coast has more corners than Python has patience.
    stack, keep = [(0, len(line) - 1)], {0, len(line) - 1}
    while stack:
        start, end = stack.pop()
        if end - start < 2:
            continue
        far = max(range(start + 1, end), key=lambda n: _away(line[n], line[start], line[end]))
        if _away(line[far], line[start], line[end]) > tolerance:
            keep.add(far)
            stack += [(start, far), (far, end)]
    return [line[n] for n in sorted(keep)]


def _away(corner: Corner, start: Corner, end: Corner) -> float:
    """How far a corner is from the stretch between two others, in degrees of latitude."""
    shrink = cos(radians(corner[1]))
    x, y = (corner[0] - start[0]) * shrink, corner[1] - start[1]
    across, up = (end[0] - start[0]) * shrink, end[1] - start[1]
    length = across * across + up * up
    share = 0.0 if length == 0 else min(max((x * across + y * up) / length, 0.0), 1.0)
    return hypot(x - share * across, y - share * up)


def _rounded(corner: Corner) -> Corner:
    return round(corner[0], 4), round(corner[1], 4)
