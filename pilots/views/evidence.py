"""How is it said what a trial shows, how sure that is, and how strong the evidence is?"""

from typing import Any

from cic.core.formats import figure
from pilots.models import Indicator, IndicatorAmendment, Trial
from pilots.models.evidence import LEVELS, judged, methods_of, weakest

from .indicators import amended
from .measured import sentence_of


def evidence_of(trial: Trial) -> dict[str, Any]:
    """Target against actual, change with its uncertainty, comparison and level, indicator by indicator: four queries."""
    amendments = list(
        IndicatorAmendment.objects.filter(indicator__trial=trial)
        .select_related("indicator")
        .order_by("made_at")
    )
    lines = [
        {
            **line,
            "sentence": sentence_of(line["row"]),
            "target_then": _target_then(line["indicator"], amendments),
        }
        for line in judged(trial)
    ]
    levels = {line["level"] for line in lines if line["level"]}
    return {
        "lines": lines,
        "level": weakest(lines),
        "level_words": LEVELS[weakest(lines)],
        "levels": [{"number": level, "words": LEVELS[level]} for level in sorted(levels)],
        "methods": methods_of(lines),
        "amendments": [
            {**amended(one), "title": f"{one.indicator.name}: {amended(one)['title']}"}
            for one in reversed(amendments)
        ],
    }


def _target_then(row: Indicator, amendments: list[IndicatorAmendment]) -> str:
    """The target as it was fixed at the start, whatever became of it."""
    words = _first(row, "target_text", amendments)
    number = _first(row, "target", amendments)
    return words or (figure(float(number)) if number not in (None, "") else "")


def _first(row: Indicator, name: str, amendments: list[IndicatorAmendment]) -> Any:
    """What a field held before its first amendment, or holds still."""
    changed = (one.before[name] for one in amendments if one.indicator_id == row.pk and name in one.before)
    return next(changed, getattr(row, name))
