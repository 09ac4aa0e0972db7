"""How does a trial get more time than planned?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cic.core.background import notify, notify_all
from cic.core.errors import DomainError
from cic.core.formats import day
from cic.core.operations import edit, lock, move, operation, record, touch
from cic.core.permissions import require
from pilots.choices import ExtensionState, TrialState
from pilots.models import ExtensionRequest, Trial
from pilots.permissions.trials import DECIDING_ROLES
from pilots.transitions.trials import EXTENSION, term_of

from .readers import staff_of
from .trials import facts_of_trial

EXTENDABLE = (TrialState.READY, TrialState.RUNNING, TrialState.PAUSED, TrialState.SUSPENDED)


@operation
def ask_extension(*, actor: Any, trial: Trial, new_ends_on: date, reason: str) -> ExtensionRequest:
    """Ask for more time. One open request at a time.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "duplicate".
    """
    fresh = lock(trial)
    require(actor, "pilots.work_on_trial", fresh)
    if fresh.state not in EXTENDABLE:
        raise DomainError("wrong_state", _("More time is asked for while a trial runs, or just before."))
    _check_longer(fresh, new_ends_on)
    if fresh.extensions.filter(state=ExtensionState.REQUESTED).exists():
        raise DomainError("duplicate", _("An extension has been asked for already; it waits for an answer."))
    request = record(
        ExtensionRequest(trial=fresh, new_ends_on=new_ends_on, reason=reason, asked_by=actor), actor=actor
    )
    touch(fresh, actor=actor)
    readers = [pk for pk in staff_of(fresh.centre_id, DECIDING_ROLES) if actor is None or pk != actor.pk]
    words = {"new_ends_on": new_ends_on.isoformat(), "reason": reason}
    notify_all(readers, "pilots.extension_asked", key=str(request.pk), **facts_of_trial(fresh), **words)
    return request


def _check_longer(trial: Trial, new_ends_on: date) -> None:
    if trial.ends_on is None or new_ends_on <= trial.ends_on:
        sentence = _("The new end comes after the present one.")
        raise DomainError("invalid", sentence, fields={"new_ends_on": [sentence]})


@operation
def move_extension(
    request: ExtensionRequest,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> ExtensionRequest:
    """Grant or refuse an extension. Granting moves the end of the trial, up to the end of its agreement.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete" or "limit".
    """
    trial = lock(request.trial)
    moved = move(
        request, EXTENSION, name, actor=actor, note=note, authority=authority, changes=changes,
        expected_version=expected_version,
    )  # fmt: skip
    if name == "grant":
        _check_agreement(trial, moved.new_ends_on)
        _check_longer(trial, moved.new_ends_on)
        edit(
            trial,
            {"ends_on": moved.new_ends_on},
            actor=actor,
            note=moved.reason,
            authority=authority,
            action="extend",
        )
    else:
        touch(trial, actor=actor)
    if moved.asked_by_id is not None:
        words = {"new_ends_on": moved.new_ends_on.isoformat(), "reason": note}
        notify(
            moved.asked_by_id,
            f"pilots.extension_{moved.state}",
            key=str(moved.pk),
            **facts_of_trial(trial),
            **words,
        )
    return moved


def _check_agreement(trial: Trial, new_ends_on: date) -> None:
    """An extension may not pass the effective end of the agreement, whatever it was when the trial began."""
    if trial.state not in EXTENDABLE:
        raise DomainError("wrong_state", _("The trial is over; its end no longer changes."))
    term = term_of(trial.agreement)
    if term is None or not term.in_force:
        raise DomainError("limit", _("There is no agreement in force to extend it under."))
    if term.ends_on is not None and new_ends_on > term.ends_on:
        words = {"reference": term.reference, "date": day(term.ends_on)}
        raise DomainError(
            "limit", _("The agreement %(reference)s ends on %(date)s; extend that first.") % words
        )
