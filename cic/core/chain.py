"""How is the line from need to case drawn, and how is it said in words?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from typing import Any

from django.utils.translation import gettext, pgettext

from .formats import day
from .texts import evaluated

DONE, HERE, AHEAD, SKIPPED, STOPPED = "done", "here", "ahead", "skipped", "stopped"
PASSED = (DONE, HERE, STOPPED)

# How a station is marked in the small chain: its class, and its radius.
MINI_MARKS = {DONE: ("st-done", 2.75), HERE: ("st-here", 3), AHEAD: ("st-ahead", 2), STOPPED: ("st-stop", 0)}
# The small chain is 64 × 8: six stations, the outer ones 4 from the edge.
MINI_WIDTH, MINI_EDGE, BREAK = 64, 4.0, 4.0


@dataclass(frozen=True)
class Station:
    """One stage as drawn: its mark, and the stroke that leads on to the next (“done”, “ahead” or none)."""

    key: str
    label: str
    state: str
    number: int
    date: Day | None = None
    url: str = ""
    note: str = ""
    reason: str = ""
    onward: str = ""
    breaks: bool = False  # the next station was skipped: the stroke stops short of it
    x: float = 0.0
    from_x: float = 0.0
    to_x: float = 0.0
    decisions: tuple[Mapping[str, Any], ...] = ()  # in full: on, words, reasons, conditions, replaced

    @property
    def in_words(self) -> str:
        """The state as a screen reader says it."""
        return {
            DONE: pgettext("stage", "done"),
            HERE: pgettext("stage", "here now"),
            AHEAD: pgettext("stage", "still ahead"),
            SKIPPED: pgettext("stage", "skipped"),
            STOPPED: pgettext("stage", "stopped here"),
        }[self.state]


def lay_out(stations: Sequence[Mapping[str, Any]]) -> list[Station]:
    """Stations with their strokes. `stations`: key, label, state and optionally date, url, note, reason, decisions.

    A stroke is full where the way was gone and faint where it lies ahead. A skipped station has no
    mark: the line breaks where it would be. Nothing leads on from a stop.
    """
    last_gone = max((index for index, row in enumerate(stations) if row["state"] in PASSED), default=-1)
    stopped = any(row["state"] == STOPPED for row in stations)
    gap = (MINI_WIDTH - 2 * MINI_EDGE) / max(len(stations) - 1, 1)
    drawn = []
    for index, row in enumerate(stations):
        x = MINI_EDGE + index * gap
        breaks = index + 1 < len(stations) and stations[index + 1]["state"] == SKIPPED
        onward = "done" if index < last_gone else "" if stopped else "ahead"
        drawn.append(
            Station(
                key=row["key"],
                label=str(row["label"]),
                state=row["state"],
                number=index + 1,
                date=row.get("date"),
                url=row.get("url") or "",
                note=str(row.get("note") or ""),
                reason=evaluated(row.get("reason") or ""),
                onward=onward if index + 1 < len(stations) else "",
                breaks=breaks,
                x=round(x, 2),
                from_x=round(x + (BREAK if row["state"] == SKIPPED else 0), 2),
                decisions=tuple(row.get("decisions") or ()),
                to_x=round(x + gap - (BREAK if breaks else 0), 2),
            )
        )
    return drawn


def mini_paths(stations: Sequence[Station]) -> dict[str, str]:
    """The small chain as few paths: class → what it draws. Strokes of a kind that meet are one; marks of a kind too."""
    strokes: list[list[Any]] = []
    for row in stations:
        if row.onward and strokes and strokes[-1][0] == row.onward and strokes[-1][2] == row.from_x:
            strokes[-1][2] = row.to_x
        elif row.onward:
            strokes.append([row.onward, row.from_x, row.to_x])
    paths: dict[str, str] = {}
    for kind, start, end in strokes:
        paths[f"way-{kind}"] = f"{paths.get(f'way-{kind}', '')}M{start:g} 4H{end:g}"
    for row in stations:
        css, radius = MINI_MARKS.get(row.state, ("", 0))
        if row.state == STOPPED:
            paths[css] = f"{paths.get(css, '')}M{row.x:g} .5v7"
        elif css:
            arc = f"a{radius} {radius} 0 1 0"
            drawn = f"M{row.x - radius:g} 4{arc} {2 * radius:g} 0{arc}-{2 * radius:g} 0"
            paths[css] = f"{paths.get(css, '')}{drawn}"
    return paths


def in_words(stations: Sequence[Station]) -> str:
    """“Stage 4 of 6: proof of concept, running since 3 March 2026”."""
    at = next((row for row in stations if row.state in (HERE, STOPPED)), None)
    if at is None:
        done = sum(row.state == DONE for row in stations)
        if done and all(row.state in (DONE, SKIPPED) for row in stations):
            return gettext("All %(total)s stages done") % {"total": len(stations)}
        return gettext("%(done)s of %(total)s stages done") % {"done": done, "total": len(stations)}
    words = {"number": at.number, "total": len(stations), "label": _within(at.label)}
    if at.state == STOPPED:
        text = gettext("Stopped at stage %(number)s of %(total)s: %(label)s") % words
        return f"{text}, {day(at.date)}" if at.date else text
    text = gettext("Stage %(number)s of %(total)s: %(label)s") % words
    if at.date and at.note:
        return gettext("%(stage)s, %(note)s since %(date)s") % {
            "stage": text,
            "note": at.note,
            "date": day(at.date),
        }
    if at.date:
        return gettext("%(stage)s, since %(date)s") % {"stage": text, "date": day(at.date)}
    return f"{text}, {at.note}" if at.note else text


def _within(label: str) -> str:
    """`label` as it stands inside a sentence; initials stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
