"""What did the checks of this version find in its pages? The facts that the statement of accessibility rests on."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

# What WCAG 2.2 added and no checker of pages sees: tests act as a person does, and look at what happens.
ACTED = {
    "2.4.11": _("focus not obscured"),
    "2.5.7": _("dragging movements"),
    "3.2.6": _("consistent help"),
    "3.3.7": _("redundant entry"),
    "3.3.8": _("accessible authentication"),
}
CHECKS = Path(__file__).resolve().parents[1] / "texts" / "checks.json"


@dataclass(frozen=True)
class Checks:
    """One run of the journey that looks at every page; `found` is what it found, in its own words."""

    checked_on: date
    axe: str
    w3c: str
    pages: int
    languages: tuple[str, ...]
    schemes: tuple[str, ...]
    acted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def tried(self) -> list[tuple[str, Any]]:
        """Number and name of each criterion that was tried by acting."""
        return [(number, ACTED[number]) for number in self.acted]


@cache
def last_checks() -> Checks:
    """The run that is kept with the program."""
    kept: dict[str, Any] = json.loads(CHECKS.read_text())
    lists = {name: tuple(kept.pop(name)) for name in ("languages", "schemes", "acted", "found")}
    return Checks(**{**kept, **lists, "checked_on": date.fromisoformat(kept["checked_on"])})
