"""What does a trial show, how sure is that, and how strong is the evidence, indicator by indicator?"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.formats import figure
from pilots.calculations.evidence import (
    Change,
    Design,
    change_from_baseline,
    change_from_comparison,
    level_of,
)
from pilots.calculations.indicators import result_of
from pilots.choices import IndicatorKind

from .indicators import Indicator
from .results import goal_of, with_readings
from .trials import Trial

LEVELS = {
    None: gettext_lazy("nothing was measured"),
    1: gettext_lazy("a figure after the start, without one from before and without a comparison"),
    2: gettext_lazy("before and after, or a comparison, but not beside a place shown to be alike"),
    3: gettext_lazy("before and after, beside a comparison place that was alike"),
    4: gettext_lazy("several places with and without it, with other influences accounted for"),
    5: gettext_lazy("several places with and without it, chosen by lot"),
}
WHY_NOT = {
    "one_figure_before": gettext_lazy(
        "no interval: there is one figure from before, and not of how many it was taken"
    ),
    "too_few": gettext_lazy("no interval: fewer than three measurements on one side"),
}
METHODS = {
    "newcombe": gettext_lazy("Newcombe's interval for a difference of shares (1998)"),
    "welch": gettext_lazy(
        "Welch's interval for a difference of means (1947), the measurements taken as independent"
    ),
}


def judged(trial: Trial) -> list[dict[str, Any]]:
    """Each indicator with its result, its change, its comparison places and its level of evidence: three queries."""
    rows = with_readings(trial.indicators.select_related("site").order_by("pk"))
    return judged_by(list(rows), trial.sites.filter(comparison="").count())


def judged_by(rows: list[Indicator], places: int) -> list[dict[str, Any]]:
    """The same of indicators that were read already (as `with_readings` does), of a trial with so many `places`."""
    beside: dict[int, list[Indicator]] = {}
    for row in rows:
        if row.comparison_of_id:
            beside.setdefault(row.comparison_of_id, []).append(row)
    return [_line(row, beside.get(row.pk, []), places) for row in rows if not row.comparison_of_id]


def weakest(lines: list[dict[str, Any]]) -> int | None:
    """The level of a whole trial: it is no surer than the weakest of what it is judged by."""
    return min((line["level"] for line in lines if line["level"]), default=None)


def methods_of(lines: list[dict[str, Any]]) -> list[Any]:
    """The methods behind the intervals of `lines`, each once."""
    used = {change.method for line in lines for change in line["changes"]}
    return [words for name, words in METHODS.items() if name in used]


def _line(row: Indicator, beside: list[Indicator], places: int) -> dict[str, Any]:
    goal = goal_of(row)
    result = result_of(goal)
    others = [(one, goal_of(one)) for one in beside]
    compared = [(one, change_from_comparison(goal, other)) for one, other in others if other.readings]
    before = change_from_baseline(goal, result.actual, baseline_n=row.baseline_n)
    design = Design(
        measured=result.actual is not None or bool(result.actual_text),
        has_before=row.has_baseline,
        comparisons=tuple(one.site.comparison for one, change in compared if change is not None),
        places=places,
    )
    level = level_of(design)
    unit = _("percentage points") if row.kind == IndicatorKind.PERCENTAGE else row.unit
    return {
        "indicator": row,
        "row": result,
        "change": change_words(before, unit),
        "comparisons": [
            {
                "place": one.site.name,
                "kind": one.site.get_comparison_display(),
                "words": change_words(change, unit),
            }
            for one, change in compared
        ],
        "level": level,
        "changes": [
            change for change in (before, *(change for _one, change in compared)) if change is not None
        ],
    }


def change_words(change: Change | None, unit: str) -> str:
    """“−7 dB(A), between −9 and −5”, or why there is nothing between."""
    if change is None:
        return ""
    said = f"{_signed(change.difference)} {unit}".strip()
    if change.low is None or change.high is None:
        return f"{said} ({WHY_NOT[change.why_not]})"
    between = {"said": said, "low": _signed(change.low), "high": _signed(change.high)}
    if change.is_clear:
        return _("%(said)s, with 95 %% confidence between %(low)s and %(high)s") % between
    return _("%(said)s, with 95 %% confidence between %(low)s and %(high)s: it may be chance") % between


def _signed(value: float) -> str:
    rounded = round(value, 2) + 0.0
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{figure(abs(rounded))}"
