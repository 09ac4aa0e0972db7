"""Where do organisations and the ties between them stand in a circle of helices? Plain values in, percentages out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

MIDDLE, RADIUS, RIM, SIGN = 50.0, 37.0, 42.5, 47.5
# Between two helices there is room for this many organisations.
GAP = 0.6


@dataclass(frozen=True)
class Knot:
    """One organisation: its number in the picture, and where it stands."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Arc:
    """One helix: from which number to which, the stroke along the rim, and where its sign stands."""

    helix: str
    first: int
    last: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Tie:
    """What two organisations share; the stronger, the thicker."""

    path: str
    width: float


@dataclass(frozen=True)
class Network:
    """The whole picture, in a box of 100 × 100."""

    knots: tuple[Knot, ...]
    arcs: tuple[Arc, ...]
    ties: tuple[Tie, ...]


def lay_out(helices: Sequence[tuple[str, int]], shared: Mapping[tuple[int, int], int]) -> Network:
    """Place the members of each helix (key, how many) on a circle; `shared` has what two numbers have in common."""
    present = [(helix, count) for helix, count in helices if count]
    total = sum(count for _helix, count in present)
    if not total:
        return Network((), (), ())
    step = 2 * pi / (total + GAP * len(present))
    knots, arcs, angle, number = [], [], -pi / 2 + step * (1 + GAP) / 2, 0
    for helix, count in present:
        begin = angle - step * 0.4
        for _member in range(count):
            number += 1
            knots.append(Knot(number, *_at(angle, RADIUS)))
            angle += step
        end = angle - step * 0.6
        arcs.append(Arc(helix, number - count + 1, number, _arc(begin, end), *_at((begin + end) / 2, SIGN)))
        angle += step * GAP
    places = {knot.number: knot for knot in knots}
    most = max(shared.values(), default=1)
    # The strongest last, so that it lies on top.
    ties = [
        Tie(_curve(places[one], places[two]), round(0.3 + 1.2 * weight / most, 2))
        for (one, two), weight in sorted(shared.items(), key=lambda item: (item[1], item[0]))
    ]
    return Network(tuple(knots), tuple(arcs), tuple(ties))


def _at(angle: float, radius: float) -> tuple[float, float]:
    return round(MIDDLE + radius * cos(angle), 2), round(MIDDLE + radius * sin(angle), 2)


def _arc(begin: float, end: float) -> str:
    (x1, y1), (x2, y2) = _at(begin, RIM), _at(end, RIM)
    return f"M{x1:g} {y1:g}A{RIM:g} {RIM:g} 0 {int(end - begin > pi)} 1 {x2:g} {y2:g}"


def _curve(one: Knot, two: Knot) -> str:
    """A line that bends towards the middle, so that ties along the rim stay apart from it."""
    x = round(MIDDLE + ((one.x + two.x) / 2 - MIDDLE) * 0.35, 1)
    y = round(MIDDLE + ((one.y + two.y) / 2 - MIDDLE) * 0.35, 1)
    return f"M{one.x:g} {one.y:g}Q{x:g} {y:g} {two.x:g} {two.y:g}"
