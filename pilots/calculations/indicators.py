"""Which figure do the measurements of an indicator come to, and how far is it from the target?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Reading:
    """One approved measurement as plain values. None where nothing was measured."""

    period_start: date
    period_end: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str = ""
    not_measured_reason: str = ""


def figure_of(kind: str, reading: Reading) -> Decimal | None:
    """The value of one measurement; a percentage from its parts, yes as 1 and no as 0."""
    if kind == "percentage":
        if reading.numerator is None or not reading.denominator:
            return None
        return reading.numerator / reading.denominator * 100
    return reading.value


def aggregate(kind: str, aggregation: str, readings: Sequence[Reading]) -> Decimal | None:
    """One figure for all periods: the last, the sum or the mean. None when nothing was measured.

    A percentage over several periods is that of all numerators over all denominators, not a mean of means.
    """
    measured = [row for row in readings if figure_of(kind, row) is not None]
    if kind == "qualitative" or not measured:
        return None
    measured = sorted(measured, key=lambda row: (row.period_end, row.period_start))
    if aggregation == "last":
        return figure_of(kind, measured[-1])
    if kind == "percentage":
        return (
            sum((row.numerator or Decimal(0) for row in measured), Decimal(0))
            / sum((row.denominator or Decimal(0) for row in measured), Decimal(0))
            * 100
        )
    total = sum((figure_of(kind, row) or Decimal(0) for row in measured), Decimal(0))
    return total / len(measured) if aggregation == "mean" else total


def progress_pct(
    baseline: Decimal | None, target: Decimal | None, actual: Decimal | None, direction: str
) -> Decimal | None:
    """How much of the way from baseline to target is gone, in percent; below 0 when it went the wrong way.

    Without a baseline: 100 when the target is met, otherwise the share of the target that is reached (only upwards).
    Units: percent. None when there is no target or nothing was measured.
    """
    if target is None or actual is None:
        return None
    if baseline is not None and baseline != target:
        return (actual - baseline) / (target - baseline) * 100
    if is_met(target, actual, direction):
        return Decimal(100)
    if direction == "up" and baseline is None and target > 0:
        return actual / target * 100
    return Decimal(0)


def is_met(target: Decimal | None, actual: Decimal | None, direction: str) -> bool | None:
    """Whether the target is reached. None when either is not known."""
    if target is None or actual is None:
        return None
    return actual >= target if direction == "up" else actual <= target


@dataclass(frozen=True)
class Goal:
    """An indicator as plain values, with its approved readings."""

    key: int
    name: str
    kind: str
    unit: str
    direction: str
    aggregation: str
    baseline: Decimal | None
    baseline_text: str
    target: Decimal | None
    target_text: str
    readings: tuple[Reading, ...] = ()
    amended: bool = False


@dataclass(frozen=True)
class Result:
    """Target against actual, one row of the outcome's table."""

    goal: Goal
    actual: Decimal | None
    actual_text: str
    progress_pct: Decimal | None
    met: bool | None
    measured: int
    not_measured: int


def result_of(goal: Goal) -> Result:
    """What the readings of one indicator come to against its target."""
    actual = aggregate(goal.kind, goal.aggregation, goal.readings)
    ordered = sorted(goal.readings, key=lambda row: (row.period_end, row.period_start))
    said = [row.text for row in ordered if row.text]
    missing = sum(bool(row.not_measured_reason) for row in ordered)
    return Result(
        goal=goal,
        actual=actual,
        actual_text=said[-1] if goal.kind == "qualitative" and said else "",
        progress_pct=progress_pct(goal.baseline, goal.target, actual, goal.direction),
        met=is_met(goal.target, actual, goal.direction),
        measured=len(ordered) - missing,
        not_measured=missing,
    )


def next_due(period_days: int, started_on: date | None, last_period_end: date | None) -> date | None:
    """The day by which the next measurement is expected: a period after the last one, or after the start."""
    base = last_period_end or started_on
    return None if base is None else date.fromordinal(base.toordinal() + period_days)


def next_period(
    period_days: int, started_on: date | None, last_period_end: date | None, today: date
) -> tuple[date, date] | None:
    """First and last day of the next period to be measured, as far as it has gone by; None before there is a day of it."""
    if last_period_end is None and started_on is None:
        return None
    first = last_period_end.toordinal() + 1 if last_period_end else (started_on or today).toordinal()
    if first > today.toordinal():
        return None
    last = min(first + period_days - 1, today.toordinal())
    return date.fromordinal(first), date.fromordinal(last)
