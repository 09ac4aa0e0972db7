"""What does this room do when somebody's account is closed?"""

from typing import Any

from django.dispatch import receiver

from community.operations.groups import hand_on_groups
from partners.signals import user_deactivated


@receiver(user_deactivated, dispatch_uid="community.hand_on_groups")
def hand_on(sender: Any, **kwargs: Any) -> None:
    """No group stays without somebody who looks after it."""
    hand_on_groups()
