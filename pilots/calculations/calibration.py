"""Do evaluators mean the same by a score? How far they are apart, who is milder or stricter, and which score stands alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

# A score this far from the nearest of the others on the same idea and criterion stands alone; units: percentage points.
ALONE_POINTS = 40.0
# One other alone may as well be the one that is off.
FEWEST_OTHERS = 2


@dataclass(frozen=True)
class Mark:
    """One score, as a percentage of its highest."""

    idea: int
    evaluator: int
    criterion: int
    pct: float


@dataclass(frozen=True)
class Spread:
    """The scores of one criterion: how many, their mean, and by how much those of one idea are apart on average.

    `apart` is None where no idea has two scores. Units: percent, percentage points.
    """

    key: int
    count: int
    mean: float
    apart: float | None


@dataclass(frozen=True)
class Leaning:
    """The scores of one evaluator: how many, their mean, and how much milder (+) or stricter (−) than the others.

    `leaning` compares on the same idea and criterion; None where there is nobody to compare with.
    Units: percent, percentage points.
    """

    key: int
    count: int
    mean: float
    leaning: float | None


@dataclass(frozen=True)
class Alone:
    """A score far from all the others; `others` is their middle. Units: percent."""

    mark: Mark
    others: float


def spreads(marks: Iterable[Mark]) -> list[Spread]:
    """How far the scores of each criterion are apart, the widest first."""
    by_criterion: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_criterion[mark.criterion].append(mark)
    rows = []
    for key, own in by_criterion.items():
        by_idea: dict[int, list[float]] = defaultdict(list)
        for mark in own:
            by_idea[mark.idea].append(mark.pct)
        ranges = [max(values) - min(values) for values in by_idea.values() if len(values) > 1]
        rows.append(
            Spread(
                key,
                len(own),
                _tenth(mean(mark.pct for mark in own)),
                _tenth(mean(ranges)) if ranges else None,
            )
        )
    return sorted(rows, key=lambda row: (row.apart is None, -(row.apart or 0), row.key))


def leanings(marks: Iterable[Mark]) -> list[Leaning]:
    """How mild or strict each evaluator is beside the others on the same ideas, the mildest first."""
    kept = list(marks)
    beside = _beside(kept)
    by_evaluator: dict[int, list[Mark]] = defaultdict(list)
    for mark in kept:
        by_evaluator[mark.evaluator].append(mark)
    rows = []
    for key, own in by_evaluator.items():
        apart = [mark.pct - mean(others) for mark in own if (others := _others(mark, beside))]
        rows.append(
            Leaning(
                key, len(own), _tenth(mean(mark.pct for mark in own)), _tenth(mean(apart)) if apart else None
            )
        )
    return sorted(rows, key=lambda row: (row.leaning is None, -(row.leaning or 0), row.key))


def alone(marks: Iterable[Mark]) -> list[Alone]:
    """The scores that stand far from each of at least FEWEST_OTHERS others, the farthest first."""
    kept = list(marks)
    beside = _beside(kept)
    found = []
    for mark in kept:
        others = _others(mark, beside)
        if len(others) >= FEWEST_OTHERS and min(abs(mark.pct - other) for other in others) >= ALONE_POINTS:
            found.append(Alone(mark, _tenth(median(others))))
    return sorted(found, key=lambda row: (-abs(row.mark.pct - row.others), row.mark.idea, row.mark.criterion))


def _beside(marks: Sequence[Mark]) -> dict[tuple[int, int], list[Mark]]:
    groups: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        groups[mark.idea, mark.criterion].append(mark)
    return groups


def _others(mark: Mark, beside: dict[tuple[int, int], list[Mark]]) -> list[float]:
    return [other.pct for other in beside[mark.idea, mark.criterion] if other.evaluator != mark.evaluator]


def _tenth(value: float) -> float:
    return round(value, 1)
