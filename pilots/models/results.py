"""What did the indicators of a trial come to, target against actual?"""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from pilots.calculations.indicators import Goal, Reading, Result, result_of

from .indicators import Indicator, IndicatorAmendment, Measurement
from .trials import Trial


def with_readings(indicators: Any) -> Any:
    """`indicators` with their approved measurements in force, and whether they were amended: one query more."""
    approved = Measurement.objects.approved().order_by("period_end", "pk")
    amendments = IndicatorAmendment.objects.filter(indicator_id=OuterRef("pk"))
    return indicators.annotate(amended=Exists(amendments)).prefetch_related(
        Prefetch("measurements", approved, to_attr="approved")
    )


def goal_of(indicator: Indicator) -> Goal:
    """One indicator of `with_readings` as plain values."""
    names = (
        "name", "kind", "unit", "direction", "aggregation", "baseline", "baseline_text", "target", "target_text",
    )  # fmt: skip
    readings = tuple(
        Reading(
            period_start=row.period_start,
            period_end=row.period_end,
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            text=row.text,
            not_measured_reason=row.not_measured_reason,
        )
        for row in indicator.approved
    )
    plain = {name: getattr(indicator, name) for name in names}
    return Goal(key=indicator.pk, readings=readings, amended=indicator.amended, **plain)


def results_of(trial: Trial) -> list[Result]:
    """Target against actual for each indicator of `trial`, in the order in which they were defined: two queries."""
    return [result_of(goal_of(row)) for row in with_readings(trial.indicators.order_by("pk"))]
