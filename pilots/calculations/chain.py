"""Where does a line from need to case stand: which of its six stations are done, where is it, where did it stop?

Plain values in, one mark per station out; words, links and what a reader may see are added above.
"""

from collections.abc import Collection
from dataclasses import dataclass

STATIONS = ("need", "idea", "evaluation", "poc", "pilot", "case")
DONE, HERE, AHEAD, SKIPPED, STOPPED = "done", "here", "ahead", "skipped", "stopped"

IDEA_AT_WORK = ("draft", "submitted", "screening", "more_information")
IDEA_GIVEN_UP = ("withdrawn", "lapsed", "merged", "split")
POC_FAILED = ("no_go", "abandoned")
PILOT_DONE = ("evaluated", "closed")
PILOT_FAILED = ("stopped", "cancelled")


@dataclass(frozen=True)
class Line:
    """What is known of one line; an empty state means that there is no such record.

    `case` is "" without an outcome, "written" with one, "public" once its card is.
    """

    challenge: str = ""
    idea: str = ""
    poc: str = ""
    pilot: str = ""
    case: str = ""
    poc_skipped: bool = False


def marks(line: Line) -> dict[str, str]:
    """The mark of each station: done, here, ahead, skipped or stopped."""
    tried = bool(line.poc or line.pilot)
    found = {
        "need": _need(line, tried),
        "idea": _idea(line, tried),
        "evaluation": _evaluation(line, tried),
        "poc": _poc(line),
        "pilot": _pilot(line),
    }
    return {**found, "case": _case(line, found.values())}


def _need(line: Line, tried: bool) -> str:
    if line.idea or tried:
        # An idea may bring its own need; only a trial without an idea has none.
        return DONE if line.challenge or line.idea else SKIPPED
    return DONE if line.challenge == "solved" else HERE if line.challenge else AHEAD


def _idea(line: Line, tried: bool) -> str:
    if not line.idea:
        return SKIPPED if tried else AHEAD
    if line.idea in IDEA_GIVEN_UP:
        return DONE if tried else STOPPED
    return HERE if line.idea in IDEA_AT_WORK and not tried else DONE


def _evaluation(line: Line, tried: bool) -> str:
    if not line.idea:
        return SKIPPED if tried else AHEAD
    if tried or line.idea == "accepted":
        return DONE
    return {"in_evaluation": HERE, "parked": HERE, "declined": STOPPED}.get(line.idea, AHEAD)


def _poc(line: Line) -> str:
    if not line.poc:
        return SKIPPED if line.pilot or line.poc_skipped else AHEAD
    if line.pilot or line.poc == "go":
        return DONE
    return STOPPED if line.poc in POC_FAILED else HERE


def _pilot(line: Line) -> str:
    if not line.pilot:
        return SKIPPED if line.case == "public" else AHEAD
    if line.pilot in PILOT_DONE:
        return DONE
    return STOPPED if line.pilot in PILOT_FAILED else HERE


def _case(line: Line, before: Collection[str]) -> str:
    if line.case == "public":
        return DONE
    return HERE if line.case == "written" and not {HERE, STOPPED} & set(before) else AHEAD
