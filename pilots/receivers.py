"""What does this room do when two organisations turn out to be one?"""

from typing import Any

from django.dispatch import receiver

from partners.signals import organisations_merged
from pilots.operations.takeovers import take_over


@receiver(organisations_merged, dispatch_uid="pilots.take_over")
def follow_merge(sender: Any, *, source: Any, target: Any, actor: Any, **kwargs: Any) -> None:
    """Whoever worked on something for the one goes on for the other."""
    take_over(source, target, actor=actor)
