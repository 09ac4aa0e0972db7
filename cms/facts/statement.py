"""What did the checks of this version find in its pages? The facts that the statement of accessibility rests on."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.checks import Warning, register
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

# What WCAG 2.2 added and no checker of pages sees: tests act as a person does, and look at what happens.
ACTED = {
    "2.4.11": _("focus not obscured"),
    "2.5.7": _("dragging movements"),
    "3.2.6": _("consistent help"),
    "3.3.7": _("redundant entry"),
    "3.3.8": _("accessible authentication"),
}
# What is known to be inaccessible and is no fault of a page: it comes from those who write.
EXCEPTIONS = (
    _("Pictures in the logbooks of pilots whose description their authors have not written."),
    _("Texts of partners that exist in one language only."),
)
# RD 1112/2018, article 15.6: the statement is reviewed once a year at least.
REVIEWED_WITHIN = timedelta(days=365)
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
    def inaccessible(self) -> tuple[Any, ...]:
        """What is known not to be accessible, apart from what was found."""
        return EXCEPTIONS

    @property
    def is_full(self) -> bool:
        """Whether the site conforms in full: nothing was found, and nothing is known to be missing."""
        return not (self.found or self.inaccessible)

    @property
    def spoken(self) -> list[str]:
        """The names of the languages in which it looked."""
        return [str(get_language_info(code)["name_translated"]) for code in self.languages]

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


@register("cic")
def check_statement(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Say that the statement is older than the law allows."""
    age = timezone.localdate() - last_checks().checked_on
    if age <= REVIEWED_WITHIN:
        return []
    hint = (
        "Install a version that was checked since, or run the journey of accessibility with WRITE_CHECKS=new."
    )
    return [Warning(f"The statement of accessibility is {age.days} days old.", hint=hint, id="cms.W003")]
