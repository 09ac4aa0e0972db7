"""What of this room comes back from the bin, and when not?"""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.bins import Restorable, register_bin
from cic.core.errors import DomainError
from pilots.choices import OVER_STATES, STARTED_STATES
from pilots.models import Idea, IdeaAnnex, LogEntry, SuccessCriterion

from .annexes import open_for_annex
from .consortia import require_joinable, require_taking_part, tell_invited
from .idea_files import require_open
from .logbook import require_room, shown_as
from .measurements import OPEN_STATES
from .outcomes import mark_corrected


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


def _still_measured(record: Any, actor: Any) -> None:
    if record.state not in OPEN_STATES or record.indicator.trial.state not in STARTED_STATES:
        raise DomainError("wrong_state", _("Nothing is measured here any more."))


def _outcome_is_corrected(record: Any, actor: Any) -> None:
    mark_corrected(record.outcome, actor=actor, note=_("Something that was produced is listed again."))


def _annex_is_open(record: Any, actor: Any) -> None:
    open_for_annex(record.idea, actor)


def _invited_anew(record: Any, actor: Any) -> None:
    """Nobody is in a consortium but by their own yes."""
    require_joinable(record.idea)
    require_taking_part(record)
    record.confirmed_at = None
    tell_invited(record, actor=actor)


def _idea_is_open(record: Any, actor: Any) -> None:
    require_open(Idea.objects.get(pk=record.object_id), actor)


def _idea_of_annex_is_open(record: Any, actor: Any) -> None:
    require_open(IdeaAnnex.objects.select_related("idea").get(pk=record.object_id).idea, actor)


def _entry_takes_it(record: Any, actor: Any) -> None:
    entry = LogEntry.objects.select_related("trial").get(pk=record.object_id)
    _trial_goes_on(entry, actor)
    require_room(entry)
    record.confidentiality = shown_as(entry)


def _anytime(record: Any, actor: Any) -> None:
    """A letter comes and goes as the centre likes."""


PART = Restorable("trial", "pilots.edit_trial_part", _trial_goes_on)
PARTS = ("trialpartner", "teamperson", "site", "permit", "milestone", "risk", "successcriterion")

register_bin(
    {
        **{f"pilots.{name}": PART for name in PARTS},
        "pilots.logentry": Restorable("trial", "pilots.write_log", _trial_goes_on),
        "pilots.indicator": Restorable("trial", "pilots.edit_indicator", _indicators_are_open),
        "pilots.measurement": Restorable("indicator", "pilots.measure", _still_measured, related=("trial",)),
        "pilots.product": Restorable(
            "outcome", "pilots.edit_product", _outcome_is_corrected, related=("trial",)
        ),
        "pilots.ideaannex": Restorable("idea", "pilots.write_annex", _annex_is_open),
        "pilots.ideapartner": Restorable("idea", "pilots.edit_partner", _invited_anew),
        "pilots.letter": Restorable("centre", "pilots.edit_letter", _anytime),
    },
    {
        "pilots.logentry": Restorable(
            "", "pilots.write_log", _entry_takes_it, of_parent=True, related=("trial",)
        ),
        "pilots.idea": Restorable("", "pilots.edit_idea", _idea_is_open, of_parent=True),
        "pilots.ideaannex": Restorable(
            "", "pilots.write_annex", _idea_of_annex_is_open, of_parent=True, related=("idea",)
        ),
    },
)
