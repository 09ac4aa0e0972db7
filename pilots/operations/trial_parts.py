"""How is what belongs to a trial added, changed and taken away: partners, team, places, permits, steps, risks, log?"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify_all
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from partners.models import Membership, Organisation, Territory, standing_of
from pilots.choices import OVER_STATES, TrialKind
from pilots.models import (
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)
from pilots.models.messages import organisations_in
from pilots.permissions.trials import RUNNING_ROLES, runs_trial
from pilots.transitions.permits import PERMIT

from .logbook import remove_photos, reveal_photos
from .readers import staff_of
from .trials import facts_of_trial

DEGREES = ("longitude", "latitude")
Part = TypeVar("Part", TrialPartner, TeamPerson, Site, Permit, Milestone, Risk, LogEntry, SuccessCriterion)


@operation
def add_part(model: type[Part], *, actor: Any, trial: Trial, **fields: Any) -> Part:
    """Add a partner, a person, a place, a permit, a milestone, a risk, a log entry or a success criterion.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    fresh = _open(trial)
    if model is TeamPerson and "organisation" not in fields:
        fields["organisation"] = _came_through(fresh, fields.get("user"))
    if model is Site:
        fields = {**fields, **_district_of(fields)}
    part = model(trial=fresh, **fields)
    if isinstance(part, LogEntry):
        require(actor, "pilots.work_on_trial", fresh)
        part.author = actor
        _check_log(part, actor)
    else:
        require(actor, "pilots.edit_trial", fresh)
    if isinstance(part, SuccessCriterion):
        _check_new_criterion(fresh)
    if isinstance(part, TeamPerson):
        _check_belongs(part.user, part.organisation)
    record(part, actor=actor)
    touch(fresh, actor=actor)
    if isinstance(part, LogEntry) and part.is_incident:
        _tell_incident(fresh, part, actor)
    return part


@operation
def edit_part(
    part: Part, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Part:
    """Change one part of a trial.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    trial = _open(part.trial)
    fresh = lock(part, expected_version)
    require(actor, "pilots.write_log" if isinstance(fresh, LogEntry) else "pilots.edit_trial_part", fresh)
    if "trial" in changes and changes["trial"] != trial:
        sentence = _("It stays with its trial.")
        raise DomainError("invalid", sentence, fields={"trial": [sentence]})
    if isinstance(fresh, SuccessCriterion):
        _check_criterion(trial, fresh, changes)
    if isinstance(fresh, TeamPerson):
        person, through = changes.get("user", fresh.user), changes.get("organisation", fresh.organisation)
        if (person, through) != (fresh.user, fresh.organisation):
            _check_belongs(person, through)
    if isinstance(fresh, Site):
        held = {name: changes.get(name, getattr(fresh, name)) for name in ("territory", *DEGREES)}
        changes = {**changes, **_district_of(held)}
    if isinstance(fresh, LogEntry) and "is_public" in changes:
        fresh.is_public = changes["is_public"]
        _check_log(fresh, actor)
    changed = edit(fresh, changes, actor=actor)
    if changed.version != fresh.version:
        touch(trial, actor=actor)
    if isinstance(changed, LogEntry):
        reveal_photos(changed, actor=actor)
    return changed


@operation
def remove_part(part: Part, *, actor: Any, note: str = "") -> None:
    """Take one part of a trial away; the log keeps what it said.

    Raises: NotAllowed; DomainError "wrong_state" or "limit".
    """
    trial = _open(part.trial)
    fresh = lock(part)
    require(actor, "pilots.write_log" if isinstance(fresh, LogEntry) else "pilots.edit_trial_part", fresh)
    if isinstance(fresh, SuccessCriterion) and trial.has_started:
        raise DomainError("wrong_state", _("Success criteria are frozen since the start."))
    if isinstance(fresh, LogEntry) and fresh.is_public:
        raise DomainError("limit", _("A public entry is not taken away. Take it back from the public first."))
    if isinstance(fresh, LogEntry):
        remove_photos(fresh, actor=actor)
    remove(fresh, actor=actor, note=note)
    touch(trial, actor=actor)


def _open(trial: Trial) -> Trial:
    """The trial, locked, while something may still happen in it."""
    fresh = lock(trial)
    if fresh.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    return fresh


def _district_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The district that holds the degrees of a place, where none is given."""
    longitude, latitude = (fields.get(name) for name in DEGREES)
    if fields.get("territory") is not None or longitude is None or latitude is None:
        return {}
    district = Territory.objects.all().district_at(float(longitude), float(latitude))
    return {"territory": district} if district is not None else {}


def _came_through(trial: Trial, person: Any) -> Organisation | None:
    """The organisation in the trial that `person` belongs to; for somebody without a role in the city, any of theirs."""
    members = Membership.objects.current().filter(user=person).select_related("organisation").order_by("pk")
    row = members.filter(organisation__in=organisations_in(trial).values("pk")).first()
    if row is None and not standing_of(person).roles:
        row = members.first()
    return row.organisation if row is not None else None


def _check_belongs(person: Any, organisation: Organisation | None) -> None:
    if organisation is not None and organisation.pk not in standing_of(person).member_of:
        sentence = _("%(name)s does not belong to this organisation.") % {"name": person}
        raise DomainError("invalid", sentence, fields={"organisation": [sentence]})


def _tell_incident(trial: Trial, entry: LogEntry, actor: Any) -> None:
    """Tell the monitor, or whoever steers trials in the centre, of an incident somebody else wrote down."""
    readers = [trial.monitor_id] if trial.monitor_id else staff_of(trial.centre_id, RUNNING_ROLES)
    told = [reader for reader in readers if actor is None or reader != actor.pk]
    notify_all(told, "pilots.trial_incident", key=str(entry.pk), **facts_of_trial(trial), text=entry.text)


def _check_log(entry: LogEntry, actor: Any) -> None:
    if entry.is_public and actor is not None and not runs_trial(actor, entry.trial):
        sentence = _("The city decides which entries are shown to the public.")
        raise DomainError("invalid", sentence, fields={"is_public": [sentence]})


def _check_new_criterion(trial: Trial) -> None:
    if trial.kind != TrialKind.POC:
        raise DomainError(
            "invalid",
            _("A pilot is judged by its indicators; success criteria belong to a proof of concept."),
        )
    if trial.has_started:
        raise DomainError("wrong_state", _("Success criteria are frozen since the start."))


def _check_criterion(trial: Trial, criterion: SuccessCriterion, changes: Mapping[str, Any]) -> None:
    if trial.has_started and changes.get("text", criterion.text) != criterion.text:
        raise DomainError(
            "wrong_state", _("Success criteria are frozen since the start. Amend it with a reason.")
        )
    if not trial.has_started and changes.get("met") is not None:
        sentence = _("A criterion is answered after the start.")
        raise DomainError("invalid", sentence, fields={"met": [sentence]})


@operation
def amend_criterion(criterion: SuccessCriterion, *, actor: Any, text: str, reason: str) -> SuccessCriterion:
    """Change a frozen success criterion, visibly: the old words, the new ones and the reason stay beside it.

    Raises: NotAllowed; DomainError "wrong_state" or "incomplete".
    """
    trial = _open(criterion.trial)
    fresh = lock(criterion)
    require(actor, "pilots.edit_trial_part", fresh)
    if not trial.has_started:
        raise DomainError("wrong_state", _("Nothing is frozen before the start: change it directly."))
    if not reason.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"reason": [_("Give the reason.")]})
    entry = {
        "before": fresh.text,
        "after": text,
        "reason": reason,
        "on": timezone.localdate().isoformat(),
        "by": str(actor) if actor is not None else "",
    }
    changes = {"text": text, "amendments": [*fresh.amendments, entry]}
    amended = edit(fresh, changes, actor=actor, note=reason, action="amend")
    touch(trial, actor=actor)
    return amended


@operation
def move_permit(
    permit: Permit,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Permit:
    """Note that a permit was granted or refused, or asked for again. Raises: as `cic.core.operations.move`."""
    trial = _open(permit.trial)
    moved = move(permit, PERMIT, name, actor=actor, note=note, authority=authority, changes=changes)
    touch(trial, actor=actor)
    return moved
