"""How does a trial begin, go on and end?"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify_all
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import can, require
from partners.models import Area, standing_of
from pilots.choices import (
    OVER_STATES,
    IdeaState,
    LineageKind,
    TrialKind,
    TrialPartnerRole,
    TrialState,
)
from pilots.models import Decision, Idea, Indicator, Site, TeamPerson, Trial, TrialPartner
from pilots.permissions.trials import WORKING_ROLES
from pilots.signals import publication_withdrawn
from pilots.transitions.trials import TRIAL_PUBLICATION, table_of

from .decisions import record_decision, tell_decisions
from .lineage import link
from .readers import administrators_of, page_of

# Kept by the plan's origin or by an extension, never by a plain edit.
SET_AT_BIRTH = ("kind", "centre", "idea", "origin")
TOLD_MOVES = ("start", "suspend", "resume", "end", "finish", "stop", "abandon", "cancel")
COPIED_FROM_POC = (
    "title", "acronym", "summary", "language", "idea", "centre", "agreement", "promoter", "monitor", "sdgs",
    "hypothesis", "budget_eur", "data_collected", "data_protection", "insurance",
)  # fmt: skip


@operation
def create_trial(
    *, actor: Any, kind: str, title: str, centre: Any, areas: Iterable[Area] = (), **fields: Any
) -> Trial:
    """Begin a proof of concept or a pilot in a centre, from an accepted idea, a proof of concept, or neither.

    Raises: NotAllowed; DomainError "wrong_state" when the idea is not accepted or the proof has no go.
    """
    require(actor, "pilots.create_trial", centre)
    _check_origin(kind, fields.get("idea"), fields.get("origin"))
    _check_reach(fields, actor)
    _check_monitor(fields.get("monitor"), centre)
    state = TrialState.PLANNED if kind == TrialKind.POC else TrialState.PREPARING
    trial = record(Trial(kind=kind, title=title, centre=centre, state=state, **fields), actor=actor)
    trial.areas.set(areas)
    source = trial.origin or trial.idea
    if source is not None:
        link(LineageKind.DERIVED, source, trial, actor=actor)
    return trial


def _check_origin(kind: str, idea: Idea | None, origin: Trial | None) -> None:
    if origin is not None and (kind == TrialKind.POC or origin.kind != TrialKind.POC):
        raise DomainError(
            "invalid",
            _("Only a pilot can follow a proof of concept."),
            fields={"origin": [_("Choose a proof of concept.")]},
        )
    if origin is not None and origin.state != TrialState.GO:
        raise DomainError("wrong_state", _("This proof of concept has no decision to go on."))
    if origin is None and idea is not None and idea.state != IdeaState.ACCEPTED:
        raise DomainError("wrong_state", _("Only an accepted idea leads to a trial."))


def _check_reach(values: Mapping[str, Any], actor: Any) -> None:
    """What is public of another centre is read by all: a trial comes only from where one steers trials, and runs
    only under an agreement that one stands inside of."""
    if actor is None:
        return
    errors: dict[str, list[str]] = {}
    for name in ("idea", "origin"):
        source = values.get(name)
        if source is not None and not can(actor, "pilots.create_trial", source.centre):
            errors[name] = [_("You do not steer trials in this centre.")]
    agreement, origin = values.get("agreement"), values.get("origin")
    goes_on = origin is not None and agreement == origin.agreement
    if agreement is not None and not goes_on and not can(actor, "partners.read_agreement", agreement):
        errors["agreement"] = [_("Choose an agreement that you work with.")]
    if errors:
        raise DomainError(
            "invalid", " ".join(text for texts in errors.values() for text in texts), fields=errors
        )


def _check_monitor(monitor: Any, centre: Any) -> None:
    if monitor is not None and not standing_of(monitor).has(WORKING_ROLES, centre.pk):
        sentence = _("Choose somebody who works for this centre.")
        raise DomainError("invalid", sentence, fields={"monitor": [sentence]})


def prefilled(source: Idea | Trial, kind: str) -> dict[str, Any]:
    """What is known already of a trial that comes from an idea or a proof of concept, so that nobody types it again."""
    if isinstance(source, Trial):
        values = {name: getattr(source, name) for name in COPIED_FROM_POC}
        return {
            **values,
            "origin": source,
            "trl_in": source.trl_out or source.trl_in,
            "areas": list(source.areas.all()),
        }
    challenge = source.challenge
    return {
        "title": source.title,
        "summary": source.proposal,
        "language": source.language,
        "idea": source,
        "centre": source.centre,
        "promoter": source.organisation,
        "trl_in": source.trl,
        "areas": list(challenge.areas.all()) if challenge else [],
        "sdgs": list(challenge.sdgs) if challenge else [],
    }


@operation
def derive_trial(source: Idea | Trial, kind: str, *, actor: Any, **given: Any) -> Trial:
    """Make a trial from an accepted idea or a proof of concept with go, with its partners, team, places and indicators.

    `given` goes before what the source says. Raises: as `create_trial`.
    """
    source = lock(source)
    trial = create_trial(actor=actor, kind=kind, **{**prefilled(source, kind), **given})
    if isinstance(source, Trial):
        _copy_parts(source, trial, actor=actor)
    else:
        _copy_consortium(source, trial, actor=actor)
    return trial


def _copy_consortium(idea: Idea, trial: Trial, *, actor: Any) -> None:
    if trial.promoter is not None:
        record(
            TrialPartner(trial=trial, organisation=trial.promoter, role=TrialPartnerRole.PROMOTER),
            actor=actor,
        )
    confirmed = idea.partners.exclude(confirmed_at=None).select_related("organisation").order_by("pk")
    for position, partner in enumerate(confirmed, start=1):
        row = TrialPartner(
            trial=trial,
            organisation=partner.organisation,
            contribution=partner.contribution,
            position=position,
        )
        record(row, actor=actor)


def _copy_parts(source: Trial, trial: Trial, *, actor: Any) -> None:
    for partner in source.partners.all():
        names = ("organisation", "role", "contribution", "contribution_eur", "position")
        record(TrialPartner(trial=trial, **{name: getattr(partner, name) for name in names}), actor=actor)
    for person in source.team.current():
        fields = {name: getattr(person, name) for name in ("user", "organisation", "task")}
        record(TeamPerson(trial=trial, **fields), actor=actor)
    for site in source.sites.all():
        names = ("name", "address", "territory", "latitude", "longitude")
        record(Site(trial=trial, **{name: getattr(site, name) for name in names}), actor=actor)
    copy_indicators(source, trial, actor=actor)


@operation
def copy_indicators(source: Trial, trial: Trial, *, actor: Any, with_baseline: bool = True) -> None:
    """Define in `trial` what `source` measures; nothing measured comes along."""
    left_out = () if with_baseline else ("baseline", "baseline_text")
    for indicator in source.indicators.order_by("pk"):
        names = [name for name in (*Indicator.FROZEN_FIELDS, "period_days") if name not in left_out]
        record(Indicator(trial=trial, **{name: getattr(indicator, name) for name in names}), actor=actor)


@operation
def edit_trial(
    trial: Trial,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Trial:
    """Change the plan. After the start its dates change only by a granted extension.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(trial, expected_version)
    require(actor, "pilots.edit_trial", fresh)
    if fresh.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    _refuse_fixed(fresh, changes)
    if "monitor" in changes:
        _check_monitor(changes["monitor"], fresh.centre)
    if _differs(fresh, "agreement", changes):
        _check_reach({"agreement": changes["agreement"]}, actor)
    return edit(fresh, changes, actor=actor, note=note)


def _refuse_fixed(trial: Trial, changes: Mapping[str, Any]) -> None:
    refused = {
        name: _("This does not change once the trial is there.")
        for name in SET_AT_BIRTH
        if _differs(trial, name, changes)
    }
    if trial.has_started:
        for name in ("starts_on", "ends_on"):
            if _differs(trial, name, changes):
                refused[name] = _("After the start, dates change only by an extension.")
        if _differs(trial, "agreement", changes) and changes["agreement"] is None:
            refused["agreement"] = _("A trial that runs keeps an agreement.")
    if refused:
        raise DomainError(
            "invalid", " ".join(dict.fromkeys(refused.values())), fields={n: [t] for n, t in refused.items()}
        )


def _differs(trial: Trial, name: str, changes: Mapping[str, Any]) -> bool:
    return name in changes and changes[name] != getattr(trial, name)


@operation
def move_trial(
    trial: Trial,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Trial:
    """Take a trial along one row of its table, or of its publication, and do what follows from it.

    A start freezes indicators and success criteria. Raises: as `cic.core.operations.move`.
    """
    public = any(row.name == name for row in TRIAL_PUBLICATION.moves)
    table = TRIAL_PUBLICATION if public else table_of(trial)
    row = table.find(name)
    if set(changes or {}) & set(row.sets):
        raise DomainError(
            "invalid",
            _("This move does not set these fields."),
            fields={n: [_("Read-only.")] for n in row.sets},
        )
    day = timezone.localdate(effective_at) if effective_at else timezone.localdate()
    moved = move(
        trial,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes={**(changes or {}), **_set_by(row.sets, day)},
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if name == "start" and not public:
        _freeze(moved, actor=actor)
    if name in TOLD_MOVES and not public:
        tell_trial(
            moved, f"pilots.trial_{name}", besides=actor, reason=note, resumes_on=_iso(moved.resumes_on)
        )
    if name == "withdraw_publication":
        publication_withdrawn.send(sender=Trial, record=moved, note=note, actor=actor)
    return moved


def tell_trial(trial: Trial, kind: str, *, besides: Any = None, **context: Any) -> None:
    """Write one mail to each person in the trial but `besides`, who did it: once per version of it."""
    readers = {trial.monitor_id, *trial.team.current().values_list("user_id", flat=True)} - {None}
    for organisation_id in {trial.promoter_id, *trial.partners.values_list("organisation_id", flat=True)}:
        readers |= set(administrators_of(organisation_id))
    told = sorted(readers - {besides.pk if besides is not None else None})
    notify_all(told, kind, key=f"{trial.pk}:{trial.version}", **facts_of_trial(trial), **context)


def facts_of_trial(trial: Trial) -> dict[str, Any]:
    """What every mail about a trial says of it."""
    return {"reference": trial.reference, "title": trial.own.title, "path": page_of("trials", trial)}


def _iso(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def _set_by(names: Iterable[str], day: date) -> dict[str, Any]:
    """What a move sets by itself: the day it happened, and nothing left of a suspension."""
    values = {"started_on": day, "ended_on": day, "resumes_on": None, "told": ""}
    return {name: values[name] for name in names}


def _freeze(trial: Trial, *, actor: Any) -> None:
    now = timezone.now()
    for indicator in trial.indicators.filter(frozen_at=None):
        edit(indicator, {"frozen_at": now}, actor=actor, action="freeze")


@operation
def decide_poc(trial: Trial, values: Mapping[str, Any], *, actor: Any) -> Decision:
    """Record what a body decided on a finished proof of concept, tell those concerned, and let it take effect.

    `values`: verdict (go, pivot or no-go), body, authority, reasons, decided_on and what else a decision holds.
    Of several at once the first one stands. Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    decision = record_decision({**values, "idea": None, "trial": trial}, actor=actor)
    return tell_decisions([decision.pk], actor=actor)[0]
