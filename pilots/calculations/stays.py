"""How long did things stay in each state, as far as they have left it?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Stay:
    """How long records stayed in one state: the median in days, and of how many stays."""

    state: str
    median_days: float
    count: int


def stays(steps: Iterable[tuple[str, datetime | None, datetime]]) -> list[Stay]:
    """One row for each state: `steps` are (state, entered, left); a stay whose beginning is not known is left out.

    Units: days. A record that came back to a state stayed there twice.
    """
    spans: dict[str, list[float]] = {}
    for state, entered, left in steps:
        if entered is not None and left >= entered:
            spans.setdefault(state, []).append((left - entered).total_seconds() / SECONDS_A_DAY)
    return [Stay(state, round(median(days), 1), len(days)) for state, days in spans.items()]
