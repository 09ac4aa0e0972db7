"""When may what was removed from a trial, an idea or an outcome come back? When it could still be removed."""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.bins import Restorable, register_bin
from cic.core.errors import DomainError
from pilots.choices import OVER_STATES
from pilots.models import LogEntry, SuccessCriterion


def _trial_goes_on(record: Any, actor: Any) -> None:
    trial = record.trial
    if trial.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    if isinstance(record, SuccessCriterion) and trial.has_started:
        raise DomainError("wrong_state", _("Success criteria are frozen since the start."))


def _indicators_are_open(record: Any, actor: Any) -> None:
    _trial_goes_on(record, actor)
    if record.trial.has_started:
        raise DomainError("wrong_state", _("The indicator is frozen since the start."))


def _entry_goes_on(record: Any, actor: Any) -> None:
    _trial_goes_on(LogEntry.objects.get(pk=record.object_id), actor)


PART = Restorable("trial", "pilots.edit_trial_part", _trial_goes_on)
PARTS = ("trialpartner", "teamperson", "site", "permit", "milestone", "risk", "successcriterion")

register_bin(
    {
        **{f"pilots.{name}": PART for name in PARTS},
        "pilots.logentry": Restorable("trial", "pilots.write_log", _trial_goes_on),
        "pilots.indicator": Restorable("trial", "pilots.edit_indicator", _indicators_are_open),
    },
    {"pilots.logentry": Restorable("", "pilots.write_log", _entry_goes_on, of_parent=True)},
)
