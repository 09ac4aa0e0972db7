"""How does Wagtail learn what somebody may do today? From their roles, each time they come to its door."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from cms.permissions import GROUPS, groups_of


def bring_up_to_date(user: Any) -> None:
    """Put `user` into exactly those of our groups that their roles give today.

    Nothing else needs to watch appointments begin, end or run out: what Wagtail believes is never older
    than the request it serves. Reads twice, writes only when something changed.
    """
    due = groups_of(user)
    held = set(user.groups.filter(name__in=GROUPS).values_list("name", flat=True))
    if due == held:
        return
    with transaction.atomic():
        user.groups.remove(*Group.objects.filter(name__in=held - due))
        user.groups.add(*Group.objects.filter(name__in=due - held))
