"""How much did it change, how sure is that, and how strong is the evidence?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, lgamma, pi, sqrt
from statistics import NormalDist, fmean, variance

from .indicators import Goal, Reading, figure_of

CONFIDENCE = 0.95
FEWEST = 3
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True)
class Change:
    """A difference with its 95 % interval; `method` names how it came about, `why_not` why there is no interval."""

    difference: float
    low: float | None = None
    high: float | None = None
    method: str = ""  # "newcombe" or "welch"
    why_not: str = ""  # "one_figure_before" or "too_few"

    @property
    def is_clear(self) -> bool | None:
        """Whether the interval leaves zero out; None without an interval."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Design:
    """How an indicator was looked at: before and after, and beside which comparison places."""

    measured: bool
    has_before: bool
    comparisons: tuple[str, ...] = ()  # how each comparison place that was measured was chosen
    places: int = 1  # where the trial itself happens


def level_of(design: Design) -> int | None:
    """The level of evidence, 1 to 5, from the design alone; None when nothing was measured.

    1: a figure at one point in time. 2: before and after, or a comparison that was not shown to be alike.
    3: two comparable units, one with and one without. 4: several units with and without, other influences
    accounted for. 5: units chosen by lot.
    Source: Maryland Scientific Methods Scale: L. W. Sherman et al., Preventing Crime: What Works, What Doesn't,
    What's Promising, report to the US Congress, National Institute of Justice, 1997, chapter 2.
    """
    if not design.measured:
        return None
    if design.comparisons and design.has_before:
        several = len(design.comparisons) > 1 and design.places > 1
        chosen = set(design.comparisons)
        if several and chosen == {"random"}:
            return 5
        if several and chosen <= {"random", "controlled"}:
            return 4
        if chosen <= {"random", "controlled", "alike"}:
            return 3
    return 2 if design.comparisons or design.has_before else 1


def change_from_baseline(
    goal: Goal, actual: Decimal | None, *, baseline_n: int | None = None
) -> Change | None:
    """How far the figure went from the baseline, in the indicator's unit; None when either is not known.

    A percentage whose baseline says of how many it was taken has the interval of a difference of two independent
    proportions, method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890. One figure before has no
    spread of its own, so there is no interval for other kinds.
    Units: the indicator's; percentage points for a percentage.
    """
    if goal.baseline is None or actual is None or goal.kind not in ("number", "percentage"):
        return None
    difference = float(actual - goal.baseline)
    part, whole = totals(goal)
    if goal.kind != "percentage" or not baseline_n or not whole:
        return Change(difference, why_not="one_figure_before")
    share = part / whole
    before = min(max(float(goal.baseline) / 100, 0.0), 1.0)
    low, high = newcombe(share, whole, before, baseline_n)
    return Change((share - before) * 100, low * 100, high * 100, "newcombe")


def change_from_comparison(goal: Goal, other: Goal) -> Change | None:
    """How far the trial lies from its comparison place; None when either was not measured.

    Percentages: as in `change_from_baseline`. Numbers measured at least three times on each side: the interval of
    a difference of means with unequal variances, B. L. Welch, Biometrika 34 (1947), 28-35, which takes the
    measurements as independent of each other.
    Units: the indicator's; percentage points for a percentage.
    """
    if goal.kind == "percentage":
        (part, whole), (other_part, other_whole) = totals(goal), totals(other)
        if not whole or not other_whole:
            return None
        one, two = part / whole, other_part / other_whole
        low, high = newcombe(one, whole, two, other_whole)
        return Change((one - two) * 100, low * 100, high * 100, "newcombe")
    here, there = figures(goal), figures(other)
    if goal.kind != "number" or not here or not there:
        return None
    difference = fmean(here) - fmean(there)
    if min(len(here), len(there)) < FEWEST:
        return Change(difference, why_not="too_few")
    half = welch_half_width(here, there)
    return Change(difference, difference - half, difference + half, "welch")


def figures(goal: Goal) -> list[float]:
    """What was measured, without the periods in which nothing was."""
    found = (figure_of(goal.kind, row) for row in goal.readings)
    return [float(value) for value in found if value is not None]


def totals(goal: Goal) -> tuple[float, float]:
    """Numerator and denominator over the periods that make up the figure: the last one, or all."""
    rows: Sequence[Reading] = [row for row in goal.readings if row.numerator is not None and row.denominator]
    if goal.aggregation == "last":
        rows = sorted(rows, key=lambda row: (row.period_end, row.period_start))[-1:]
    part = sum((row.numerator or Decimal(0) for row in rows), Decimal(0))
    whole = sum((row.denominator or Decimal(0) for row in rows), Decimal(0))
    return float(part), float(whole)


def wilson(share: float, number: float) -> tuple[float, float]:
    """The score interval of one proportion, 95 %.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    share = min(max(share, 0.0), 1.0)
    middle = (share + Z * Z / (2 * number)) / (1 + Z * Z / number)
    half = Z * sqrt(share * (1 - share) / number + Z * Z / (4 * number * number)) / (1 + Z * Z / number)
    return middle - half, middle + half


def newcombe(one: float, one_n: float, two: float, two_n: float) -> tuple[float, float]:
    """The interval of the difference of two independent proportions, 95 %, from their score intervals."""
    one, two = min(max(one, 0.0), 1.0), min(max(two, 0.0), 1.0)
    (low_one, high_one), (low_two, high_two) = wilson(one, one_n), wilson(two, two_n)
    below = sqrt((one - low_one) ** 2 + (high_two - two) ** 2)
    above = sqrt((high_one - one) ** 2 + (two - low_two) ** 2)
    return one - two - below, one - two + above


def welch_half_width(one: Sequence[float], two: Sequence[float]) -> float:
    """Half the width of the 95 % interval of a difference of means; 0 when neither side varies."""
    errors = [variance(one) / len(one), variance(two) / len(two)]
    together = sum(errors)
    if together == 0:
        return 0.0
    freedom = together**2 / (errors[0] ** 2 / (len(one) - 1) + errors[1] ** 2 / (len(two) - 1))
    return student_quantile(freedom) * sqrt(together)


def student_quantile(freedom: float) -> float:
    """Where the middle 95 % of Student's t with `freedom` degrees end.

    The area under the density by Simpson's rule, halved until it fits; exact to four decimals.
    """
    low, high = 0.0, 1000.0
    for _step in range(60):
        middle = (low + high) / 2
        if _area(middle, freedom) < CONFIDENCE / 2:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _area(end: float, freedom: float) -> float:
    """The area under the density from 0 to `end`; substituting t = s / (1 - s) keeps long tails short."""
    steps = 400
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    last = end / (1 + end)
    width = last / steps

    def density(place: float) -> float:
        t = place / (1 - place)
        return scale * (1 + t * t / freedom) ** (-(freedom + 1) / 2) / (1 - place) ** 2

    inner = sum((4 if number % 2 else 2) * density(number * width) for number in range(1, steps))
    return width / 3 * (density(0.0) + inner + density(last))
