"""What did the checks of this version find in its pages? The facts that the statement of accessibility rests on."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

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
    found: tuple[str, ...]


@cache
def last_checks() -> Checks:
    """The run that is kept with the program."""
    kept: dict[str, Any] = json.loads(CHECKS.read_text())
    lists = {name: tuple(kept.pop(name)) for name in ("languages", "schemes", "found")}
    return Checks(**{**kept, **lists, "checked_on": date.fromisoformat(kept["checked_on"])})
