"""What does a trial lack before it may start?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PermitFact:
    """A permit as plain values. An empty bound of its validity is no bound."""

    name: str
    granted: bool
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Term:
    """The agreement as plain values: its reference, whether it is in force, from when, to when (effective end)."""

    reference: str
    in_force: bool
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Plan:
    """What the start of a trial depends on."""

    starts_on: date | None = None
    ends_on: date | None = None
    has_monitor: bool = False
    term: Term | None = None
    permits: Sequence[PermitFact] = ()
    indicators: int = 0
    baselines: int = 0
    no_baseline_reason: str = ""
    origin_state: str | None = None  # of the proof of concept, None when there was none
    skip_reason: str = ""
    criteria: int = 0
    hypothesis: str = ""
    method: str = ""


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: a code, and the name or date it is about."""

    code: str
    what: str = ""
    until: date | None = None


def lacks_of_pilot(plan: Plan) -> list[Lack]:
    """Everything that stands between a pilot and its start, in the order in which people mend it.

    Source: product.md, section 4, “Trial”.
    """
    found = _dates(plan)
    if not plan.has_monitor:
        found.append(Lack("no_monitor"))
    found += _agreement(plan)
    for permit in plan.permits:
        found += _permit(permit, plan)
    if not plan.indicators:
        found.append(Lack("no_indicator"))
    elif not plan.baselines and not plan.no_baseline_reason.strip():
        found.append(Lack("no_baseline"))
    if plan.origin_state is None and not plan.skip_reason.strip():
        found.append(Lack("no_skip_reason"))
    elif plan.origin_state not in (None, "go"):
        found.append(Lack("poc_without_go"))
    return found


def lacks_of_poc(plan: Plan) -> list[Lack]:
    """Everything that stands between a proof of concept and its start."""
    found = _dates(plan)
    if not plan.hypothesis.strip():
        found.append(Lack("no_hypothesis"))
    if not plan.method.strip():
        found.append(Lack("no_method"))
    if not plan.criteria:
        found.append(Lack("no_criteria"))
    return found


def _dates(plan: Plan) -> list[Lack]:
    return [] if plan.starts_on and plan.ends_on else [Lack("no_dates")]


def _agreement(plan: Plan) -> list[Lack]:
    term = plan.term
    if term is None:
        return [Lack("no_agreement")]
    if not term.in_force:
        return [Lack("agreement_not_in_force", term.reference)]
    if plan.starts_on and term.starts_on and plan.starts_on < term.starts_on:
        return [Lack("agreement_too_late", term.reference, term.starts_on)]
    if plan.ends_on and term.ends_on and term.ends_on < plan.ends_on:
        return [Lack("agreement_too_short", term.reference, term.ends_on)]
    return []


def _permit(permit: PermitFact, plan: Plan) -> list[Lack]:
    if not permit.granted:
        return [Lack("permit_not_granted", permit.name)]
    if plan.starts_on and permit.valid_from and plan.starts_on < permit.valid_from:
        return [Lack("permit_too_late", permit.name, permit.valid_from)]
    if plan.ends_on and permit.valid_to and permit.valid_to < plan.ends_on:
        return [Lack("permit_too_short", permit.name, permit.valid_to)]
    return []
