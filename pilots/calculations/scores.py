"""What does a set of scores come to? Each score as a share of its highest, weighted, as a percentage."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


def weighted_pct(rows: Iterable[tuple[int, int, Decimal]]) -> Decimal | None:
    """The weighted mean of `rows` (score, highest score, weight). None when nothing has a weight.

    Units: percent, rounded half up to a tenth.
    """
    total = reached = Decimal(0)
    for score, highest, weight in rows:
        total += weight
        reached += weight * score / highest
    return (100 * reached / total).quantize(TENTH, ROUND_HALF_UP) if total else None


def mean_pct(values: Sequence[Decimal]) -> Decimal | None:
    """The mean of percentages. Units: percent, rounded half up to a tenth."""
    return (sum(values, Decimal(0)) / len(values)).quantize(TENTH, ROUND_HALF_UP) if values else None


def spread_pct(values: Sequence[Decimal]) -> Decimal | None:
    """How far evaluators are apart: highest less lowest, in percentage points."""
    return max(values) - min(values) if values else None
