"""How is a verdict said, and how what was measured: in the reader's words and way of writing?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cic.core.formats import NO_BREAK, figure
from pilots.choices import IndicatorKind, OutcomeVerdict

GOOD = (OutcomeVerdict.SCALED, OutcomeVerdict.ADOPTED, OutcomeVerdict.REPLICATED)


def verdict_badge(verdict: str) -> dict[str, str]:
    """A verdict as word and tone; empty when there is none."""
    if verdict not in OutcomeVerdict.values:
        return {}
    tone = "good" if verdict in GOOD else "warn" if verdict == OutcomeVerdict.MORE_EVIDENCE else "stop"
    return {"label": str(OutcomeVerdict(verdict).label), "tone": tone}


def number(text: str | None) -> Any:
    """A frozen number; None stays None."""
    return None if text is None else Decimal(text)


def value_words(row: Mapping[str, Any], key: str) -> str:
    """A frozen value with its unit, in the reader's way of writing."""
    if row.get(f"{key}_text"):
        return str(row[f"{key}_text"])
    value = number(row.get(key))
    if value is None:
        return ""
    if row["kind"] == IndicatorKind.BOOLEAN:
        return _("yes") if value else _("no")
    if row["kind"] == IndicatorKind.PERCENTAGE:
        return f"{figure(value)}{NO_BREAK}%"
    return f"{figure(value)}{NO_BREAK}{row['unit']}".strip()


def shows(row: Mapping[str, Any]) -> str:
    """What a chart shows, in one sentence."""
    words = {key: value_words(row, key) for key in ("baseline", "target", "actual")}
    if words["baseline"] and words["target"]:
        if row["met"]:
            return _("It went from %(baseline)s to %(actual)s; the target of %(target)s was reached.") % words
        return _("It went from %(baseline)s to %(actual)s; the target of %(target)s was not reached.") % words
    if words["target"]:
        if row["met"]:
            return _("It came to %(actual)s; the target of %(target)s was reached.") % words
        return _("It came to %(actual)s; the target of %(target)s was not reached.") % words
    if words["baseline"]:
        return _("It went from %(baseline)s to %(actual)s.") % words
    return _("It came to %(actual)s.") % words
