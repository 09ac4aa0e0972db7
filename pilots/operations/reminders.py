"""Who is told of a milestone that is late, a measurement that is due, a permit that ends, or an agreement that moves?

Each event has one key, so a reminder goes out once, however often the clock asks.
"""

from datetime import date

from cic.core.background import notify_all
from partners.choices import Role
from partners.models import Agreement
from pilots.models import Indicator, Milestone, Permit, Trial

from .readers import administrators_of, staff_of
from .trials import facts_of_trial

# Moves of an agreement that change what may go on under it.
TOLD_OF_AGREEMENTS = ("suspend", "resume", "expire", "terminate")


def keepers_of(trial: Trial) -> list[int]:
    """Ids of who looks after a trial: its monitor, or the coordinators of its centre."""
    if trial.monitor_id is not None and trial.monitor.is_active:
        return [trial.monitor_id]
    return staff_of(trial.centre_id, [Role.COORDINATOR])


def remind_of_milestone(milestone: Milestone) -> None:
    """Tell who looks after the trial that a step is late: once for each date it was due on."""
    facts = facts_of_trial(milestone.trial)
    notify_all(
        keepers_of(milestone.trial),
        "pilots.milestone_late",
        key=f"{milestone.pk}:{milestone.due_on.isoformat()}",
        milestone=milestone.own.title,
        due_on=milestone.due_on.isoformat(),
        **facts,
    )


def remind_of_measurement(indicator: Indicator, due_on: date) -> None:
    """Tell the promoter, and who looks after the trial, that a measurement is due: once for each period."""
    trial = indicator.trial
    facts = {**facts_of_trial(trial), "path": f"/workspace/indicators/{indicator.pk}/"}
    notify_all(
        sorted({*administrators_of(trial.promoter_id), *keepers_of(trial)}),
        "pilots.measurement_due",
        key=f"{indicator.pk}:{due_on.isoformat()}",
        indicator=indicator.own.name,
        due_on=due_on.isoformat(),
        **facts,
    )


def remind_of_permit(permit: Permit, valid_to: date) -> None:
    """Tell who looks after the trial that a permit ends before the trial does: once for each date."""
    facts = facts_of_trial(permit.trial)
    notify_all(
        keepers_of(permit.trial),
        "pilots.permit_ends",
        key=f"{permit.pk}:{valid_to.isoformat()}",
        permit=permit.name,
        valid_to=valid_to.isoformat(),
        **facts,
    )


def tell_of_agreement(trial: Trial, agreement: Agreement, name: str, version: int) -> None:
    """Tell who looks after a trial that the agreement under it has moved: once for each move."""
    notify_all(
        keepers_of(trial),
        f"pilots.trial_agreement_{name}",
        key=f"{trial.pk}:{agreement.pk}:{version}",
        agreement=str(agreement),
        **facts_of_trial(trial),
    )
