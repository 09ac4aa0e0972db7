"""How is it said what a trial shows, how sure that is, and how strong the evidence is?"""

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
from pilots.models import Indicator, IndicatorAmendment, Trial
from pilots.models.results import goal_of, with_readings

from .indicators import amended
from .measured import sentence_of

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


def evidence_of(trial: Trial) -> dict[str, Any]:
    """Target against actual, change with its uncertainty, comparison and level, indicator by indicator: four queries."""
    rows = list(with_readings(trial.indicators.select_related("site").order_by("pk")))
    places = trial.sites.filter(comparison="").count()
    amendments = list(
        IndicatorAmendment.objects.filter(indicator__trial=trial)
        .select_related("indicator")
        .order_by("made_at")
    )
    beside: dict[int, list[Indicator]] = {}
    for row in rows:
        if row.comparison_of_id:
            beside.setdefault(row.comparison_of_id, []).append(row)
    lines = [
        _line(row, beside.get(row.pk, []), places, amendments) for row in rows if not row.comparison_of_id
    ]
    levels = [line["level"] for line in lines if line["level"]]
    changes = [change for line in lines for change in line["changes"]]
    return {
        "lines": lines,
        # The weakest decides: a trial is no surer than what it is judged by.
        "level": min(levels, default=None),
        "level_words": LEVELS[min(levels, default=None)],
        "levels": [{"number": level, "words": LEVELS[level]} for level in sorted(set(levels))],
        "methods": [METHODS[name] for name in METHODS if any(change.method == name for change in changes)],
        "amendments": [
            {**amended(one), "title": f"{one.indicator.name}: {amended(one)['title']}"}
            for one in reversed(amendments)
        ],
    }


def _line(
    row: Indicator, beside: list[Indicator], places: int, amendments: list[IndicatorAmendment]
) -> dict[str, Any]:
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
        "row": result,
        "sentence": sentence_of(result),
        "target_then": _target_then(row, amendments),
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


def _target_then(row: Indicator, amendments: list[IndicatorAmendment]) -> str:
    """The target as it was fixed at the start, whatever became of it."""
    for one in amendments:
        if one.indicator_id == row.pk and "target" in one.before:
            return figure(float(one.before["target"])) if one.before["target"] else ""
    return row.target_text or figure(row.target)


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
