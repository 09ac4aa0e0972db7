"""Who is told about a record of this room, and where is it read?"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models

from cic.core.background import notify_all
from partners.choices import MembershipRole
from partners.models import Appointment, Membership, standing_of
from pilots.models import Idea


def staff_of(centre_id: int, roles: Collection[str]) -> list[int]:
    """Ids of the people who hold one of `roles` in the centre; those of all centres only when it has none."""
    held = Appointment.objects.current().filter(role__in=roles, user__is_active=True)
    own = held.filter(centre_id=centre_id).order_by("user_id").values_list("user_id", flat=True).distinct()
    everywhere = held.filter(centre_id=None).order_by("user_id").values_list("user_id", flat=True).distinct()
    return list(own) or list(everywhere)


def administrators_of(organisation_id: int | None) -> list[int]:
    """Ids of the people who administer an organisation; its members when nobody does."""
    if organisation_id is None:
        return []
    members = Membership.objects.current().filter(organisation_id=organisation_id, user__is_active=True)
    admins = list(members.filter(role=MembershipRole.ADMIN).values_list("user_id", flat=True))
    return admins or list(members.values_list("user_id", flat=True))


def proposers_of(idea: Idea) -> list[int]:
    """Ids of who is told about an idea: its author; without one who belongs to its organisation, who runs that."""
    author = idea.author
    belongs = idea.organisation_id is None or (
        author is not None and idea.organisation_id in standing_of(author).member_of
    )
    if author is not None and author.is_active and not author.is_machine and belongs:
        return [author.pk]
    return administrators_of(idea.organisation_id)


def page_of(noun: str, obj: models.Model) -> str:
    """The workspace address of a record."""
    return f"/workspace/{noun}/{obj.pk}/"


def facts_of(idea: Idea) -> dict[str, Any]:
    """What every mail about an idea says of it."""
    return {"reference": idea.reference, "title": idea.own.title, "path": page_of("ideas", idea)}


def tell(readers: Iterable[int], kind: str, idea: Idea, **context: Any) -> None:
    """Write one mail to each reader about what just happened to an idea: once per version of it."""
    notify_all(readers, kind, key=f"{idea.pk}:{idea.version}", **facts_of(idea), **context)
