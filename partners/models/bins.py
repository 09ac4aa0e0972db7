"""Of which removals may somebody know? Of those in the centres they read in, by themselves and by their colleagues."""

from typing import Any

from django.db.models import Q

from partners.choices import READING_ROLES

from .organisations import Membership
from .users import standing_of


def removals_known_to(user: Any) -> Q:
    """The condition on entries of the log."""
    standing = standing_of(user)
    if standing.everywhere(READING_ROLES):
        return Q()
    colleagues = Membership.objects.current().filter(organisation_id__in=standing.member_of).values("user_id")
    own = Q(actor=user) | Q(actor__in=colleagues)
    return own | Q(centre_id__in=sorted(standing.centres(READING_ROLES)))
