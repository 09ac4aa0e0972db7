"""Which organisations does something public tell of?"""

from typing import Any

from django.db.models import Q

from events.models import Event
from partners.models import Organisation, Party
from pilots.models import Trial, TrialPartner

from . import ANYONE
from .agreements import public_fields, signed


def public_trials() -> Any:
    """Ids of the trials anybody may read."""
    return Trial.objects.visible_to(ANYONE).order_by().values("pk")


def trials_of(organisation: Organisation) -> Any:
    """The public trials that it promotes or is a partner of.

    Their ids by either road, put together: for one condition or the other, every trial there is would be looked at.
    """
    joined = TrialPartner.objects.filter(organisation=organisation).order_by().values("trial_id")
    promoted = Trial.objects.visible_to(ANYONE).filter(promoter=organisation).order_by().values("pk")
    return Trial.objects.visible_to(ANYONE).filter(pk__in=joined.union(promoted))


def in_trials() -> Q:
    """The condition that an organisation is partner or promoter of a public trial.

    Sets, not a look for each organisation: the whole list is counted as often as one is sought.
    """
    joined = TrialPartner.objects.filter(trial__in=public_trials()).order_by().values("organisation_id")
    promoted = Trial.objects.visible_to(ANYONE).filter(promoter__isnull=False).order_by()
    return Q(pk__in=joined) | Q(pk__in=promoted.values("promoter_id"))


def in_agreements() -> Q:
    """The condition that it is a party of a signed agreement; nothing where parties are not made public."""
    if "parties" not in public_fields():
        return Q(pk__in=[])
    within = signed().order_by().values("pk")
    return Q(pk__in=Party.objects.filter(agreement__in=within).order_by().values("organisation_id"))


def in_events() -> Q:
    """The condition that it organises a public event."""
    held = Event.objects.visible_to(ANYONE).order_by().values("pk")
    return Q(pk__in=Event.organisers.through.objects.filter(event__in=held).values("organisation_id"))


def taking_part() -> Any:
    """Verified organisations that something public tells of: each has a page."""
    return Organisation.objects.visible_to(ANYONE).filter(in_trials() | in_agreements() | in_events())
