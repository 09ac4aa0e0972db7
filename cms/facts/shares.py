"""How much does every organisation take part, and how many of each helix do?"""

from collections import Counter
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, Value

from events.models import Event
from partners.models import Organisation, Party

from . import ANYONE
from .agreements import public_fields, signed
from .index import CHUNK, current
from .kept import kept

MOST = 48


class Everyone(NamedTuple):
    """Those who take part: the ids of the MOST that share in most, how many share in trials or agreements, and how
    many of each helix have a page."""

    most: list[int]
    sharing: int
    by_helix: dict[str, int]


def everyone() -> Everyone:
    """Of all verified organisations: two queries, and what the index has read."""
    return Everyone(*kept("organisations", _count))


def _count() -> tuple[list[int], int, dict[str, int]]:
    # A trial once as its promoter and once as a partner of it.
    shares = Counter(current().links[1])
    for pk, number in _beside_trials():
        shares[pk] += number
    ranked, by_helix = [], Counter[str]()
    verified = Organisation.objects.visible_to(ANYONE).order_by().values_list("pk", "helix")
    for pk, helix in verified.iterator(CHUNK):
        if pk in shares:
            by_helix[helix] += 1
            if shares[pk]:
                ranked.append((-shares[pk], pk))
    return [pk for _number, pk in nsmallest(MOST, ranked)], len(ranked), dict(by_helix)


def _beside_trials() -> Any:
    """Who signed how many agreements; and, at nought, who organises a public event."""
    held = Event.objects.visible_to(ANYONE).order_by().values("pk")
    organisers = Event.organisers.through.objects.filter(event__in=held).order_by()
    found = organisers.values_list("organisation_id", Value(0, IntegerField())).distinct()
    if "parties" not in public_fields():
        return found
    within = signed().order_by().values("pk")
    parties = Party.objects.filter(agreement__in=within).order_by().values_list("organisation_id")
    return found.union(parties.annotate(number=Count("pk")), all=True)
