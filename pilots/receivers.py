"""What does this room do when two organisations turn out to be one, or an agreement under which something runs moves?"""

from typing import Any

from django.dispatch import receiver

from cic.core.background import enqueue
from partners.signals import agreement_moved, organisations_merged
from pilots.operations.reminders import TOLD_OF_AGREEMENTS
from pilots.operations.takeovers import take_over


@receiver(organisations_merged, dispatch_uid="pilots.take_over")
def follow_merge(sender: Any, *, source: Any, target: Any, actor: Any, **kwargs: Any) -> None:
    """Whoever worked on something for the one goes on for the other."""
    take_over(source, target, actor=actor)


@receiver(agreement_moved, dispatch_uid="pilots.tell_of_agreement")
def follow_agreement(sender: Any, *, agreement: Any, name: str, **kwargs: Any) -> None:
    """Whoever looks after what runs under it hears that it stands still, goes on, or has ended."""
    if name in TOLD_OF_AGREEMENTS:
        enqueue(
            "pilots.tell_of_agreement",
            key=f"agreement-trials:{agreement.pk}:{agreement.version}",
            agreement_id=agreement.pk,
            name=name,
            version=agreement.version,
        )
