"""How is an indicator shown: its line with baseline, target and today, and one sentence that says what it shows?"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.charts import Point, line_chart
from cic.core.formats import figure
from pilots.calculations.indicators import Goal, figure_of, next_due, next_period, result_of
from pilots.choices import Aggregation, IndicatorKind
from pilots.models import Trial


def drawn(goal: Goal, trial: Trial) -> dict[str, Any]:
    """What a page shows of one indicator: result, chart (None for words), sentence, and when it is next due."""
    result = result_of(goal)
    points = [
        Point(
            row.period_end,
            None if (value := figure_of(goal.kind, row)) is None else float(value),
            row.not_measured_reason,
        )
        for row in goal.readings
    ]
    chart = None
    if goal.kind != IndicatorKind.QUALITATIVE and (
        points or goal.baseline is not None or goal.target is not None
    ):
        chart = line_chart(
            points,
            baseline=_plain(goal.baseline),
            target=_plain(goal.target),
            today=timezone.localdate(),
            starts_on=trial.started_on or trial.starts_on,
            ends_on=trial.ended_on or trial.ends_on,
        )
    return {
        "goal": goal,
        "result": result,
        "chart": chart,
        "unit": "%" if goal.kind == IndicatorKind.PERCENTAGE else goal.unit,
        "sentence": sentence_of(result),
        "url": f"/workspace/indicators/{goal.key}/",
        "bar_pct": max(0.0, min(100.0, float(result.progress_pct)))
        if result.progress_pct is not None
        else None,
    }


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def sentence_of(result: Any) -> str:
    """“Now 61.2 dB(A); the target is 60, it was 68 before: 85 % of the way.”"""
    goal = result.goal
    if result.actual is None:
        return result.actual_text or _("Nothing has been measured yet.")
    unit = "%" if goal.kind == IndicatorKind.PERCENTAGE else goal.unit
    opening = {Aggregation.SUM: _("In all %(figure)s"), Aggregation.MEAN: _("On average %(figure)s")}
    said = opening.get(goal.aggregation, _("Now %(figure)s"))
    now = said % {"figure": f"{figure(result.actual)} {unit}".strip()}
    if goal.target is None:
        return _("%(now)s. No target was set.") % {"now": now}
    words = {"now": now, "target": figure(goal.target), "baseline": figure(goal.baseline)}
    if result.met:
        return _("%(now)s: the target of %(target)s is reached.") % words
    if goal.baseline is None or result.progress_pct is None:
        return _("%(now)s; the target is %(target)s.") % words
    if result.progress_pct < 0:
        return (
            _("%(now)s; it was %(baseline)s before, and the target is %(target)s: the wrong way so far.")
            % words
        )
    words["share"] = figure(result.progress_pct.quantize(Decimal(1), ROUND_HALF_UP), 0)
    return (
        _("%(now)s; it was %(baseline)s before, and the target is %(target)s: %(share)s %% of the way.")
        % words
    )


def due_of(indicator: Any, trial: Trial) -> Any:
    """The day by which the next measurement of an indicator of `with_readings` is expected; None when it is over."""
    if trial.ended_on is not None or trial.started_on is None:
        return None
    last = indicator.approved[-1].period_end if indicator.approved else None
    return next_due(indicator.period_days, trial.started_on, last)


def period_of(indicator: Any, trial: Trial) -> dict[str, Any]:
    """The next period of an indicator of `with_readings`, as what a form begins with."""
    last = indicator.approved[-1].period_end if indicator.approved else None
    found = next_period(indicator.period_days, trial.started_on, last, timezone.localdate())
    return dict(zip(("period_start", "period_end"), found, strict=True)) if found else {}
