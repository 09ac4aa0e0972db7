"""Which milestones are late, which measurements are due, which permits end, and which agreements move while their trial runs?"""

from datetime import timedelta

from celery import shared_task
from django.db.models import F, Q
from django.utils import timezone

from partners.models import Agreement
from pilots.calculations.indicators import next_due
from pilots.choices import LIVE_STATES, PermitState
from pilots.models import Indicator, Milestone, Permit, Trial
from pilots.models.work import due_indicators
from pilots.operations.reminders import (
    remind_of_measurement,
    remind_of_milestone,
    remind_of_permit,
    tell_of_agreement,
)

PERMIT_WARNING_DAYS = 30


@shared_task(name="pilots.remind_of_milestones")
def remind_of_milestones() -> None:
    """Remind once of each milestone that is late while its trial is at work."""
    late = Milestone.objects.filter(
        done_on=None, due_on__lt=timezone.localdate(), trial__state__in=LIVE_STATES
    )
    for milestone in late.select_related("trial__monitor").order_by("due_on", "pk").iterator(chunk_size=500):
        remind_of_milestone(milestone)


@shared_task(name="pilots.remind_of_measurements")
def remind_of_measurements() -> None:
    """Remind once of each measurement that is due and not sent in."""
    today = timezone.localdate()
    rows = due_indicators(Indicator.objects.all()).select_related("trial__monitor").order_by("pk")
    for indicator in rows.iterator(chunk_size=500):
        due = next_due(indicator.period_days, indicator.trial.started_on, indicator.last_end)
        if due is not None and due <= today:
            remind_of_measurement(indicator, due)


@shared_task(name="pilots.remind_of_permits")
def remind_of_permits() -> None:
    """Remind once of each permit that ends within a month and before its trial does."""
    soon = timezone.localdate() + timedelta(days=PERMIT_WARNING_DAYS)
    before_end = Q(trial__ends_on=None) | Q(valid_to__lt=F("trial__ends_on"))
    ending = Permit.objects.filter(
        before_end, state=PermitState.GRANTED, valid_to__lte=soon, trial__state__in=LIVE_STATES
    )
    for permit in ending.select_related("trial__monitor").order_by("valid_to", "pk").iterator(chunk_size=500):
        if permit.valid_to is not None:
            remind_of_permit(permit, permit.valid_to)


@shared_task(name="pilots.tell_of_agreement")
def tell_of_agreement_moved(*, agreement_id: int, name: str, version: int) -> None:
    """Tell who looks after each trial at work under an agreement that it was suspended, goes on, or has ended."""
    agreement = Agreement.objects.get(pk=agreement_id)
    trials = Trial.objects.filter(agreement=agreement, state__in=LIVE_STATES)
    for trial in trials.select_related("monitor").order_by("pk").iterator(chunk_size=500):
        tell_of_agreement(trial, agreement, name, version)
