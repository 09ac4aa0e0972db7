"""Is a measurement well formed? Numbers are numbers, a percentage keeps its parts, a missing one its reason."""

from datetime import date
from decimal import Decimal


def faults(
    kind: str,
    *,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    text: str,
    not_measured_reason: str,
) -> dict[str, str]:
    """What is wrong with one measurement of an indicator of `kind`: field name to a code; empty when nothing is."""
    parts = {"value": value, "numerator": numerator, "denominator": denominator}
    if not_measured_reason.strip():
        return {name: "not_with_reason" for name, part in parts.items() if part is not None}
    wanted = {
        "number": ("value",),
        "boolean": ("value",),
        "percentage": ("numerator", "denominator"),
        "qualitative": (),
    }[kind]
    found = {name: "missing" for name in wanted if parts[name] is None}
    found |= {name: "not_here" for name, part in parts.items() if part is not None and name not in wanted}
    if kind == "percentage" and denominator is not None and denominator <= 0:
        found["denominator"] = "denominator_zero"
    if kind == "boolean" and value not in (None, Decimal(0), Decimal(1)):
        found["value"] = "not_yes_or_no"
    if kind == "qualitative" and not text.strip():
        found["text"] = "missing"
    return found


def period_faults(start: date, end: date, *, started_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the period of a measurement: nothing is measured before the start or in the future."""
    if end < start:
        return {"period_end": "end_before_start"}
    if end > today:
        return {"period_end": "in_the_future"}
    if started_on is not None and end < started_on:
        return {"period_end": "before_the_start"}
    return {}
