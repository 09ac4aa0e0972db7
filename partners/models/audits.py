"""Which entries of the log may somebody read?"""

from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from cic.core.models import AuditEntry
from partners.choices import READING_ROLES, Role

from .users import standing_of

# Who answers for the installation as a whole, and who checks it: they alone read what a room keeps closed.
OVERSEEING = (Role.ADMIN, Role.AUDITOR)
_closed: list[Q] = []


def keep_closed(entries: Q) -> None:
    """Have entries of the log, such as those about what is said among a few, read by those alone who oversee everything."""
    _closed.append(entries)


def entries_visible_to(user: Any) -> QuerySet:
    """Everything for those who read in all centres, else what concerns the centres one reads in."""
    standing = standing_of(user)
    if standing.everywhere(OVERSEEING):
        return AuditEntry.objects.all()
    if standing.everywhere(READING_ROLES):
        closed = Q(pk__in=[])
        for entries in _closed:
            closed |= entries
        return AuditEntry.objects.exclude(closed)
    return AuditEntry.objects.filter(centre_id__in=sorted(standing.centres(READING_ROLES)))


def still_there(entries: list[AuditEntry], models: dict[str, Any], user: Any) -> set[tuple[str, str]]:
    """Of what `entries` are about, that which is there and may be seen: pairs of type and id, in one query."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        if entry.object_type in models and entry.object_id.isdecimal():
            wanted.setdefault(entry.object_type, set()).add(entry.object_id)
    parts = [
        models[kind]
        .objects.visible_to(user)
        .filter(pk__in=ids)
        .order_by()
        .annotate(kind_=Value(kind), id_=Cast("pk", CharField()))
        .values_list("kind_", "id_")
        for kind, ids in wanted.items()
    ]
    return set(parts[0].union(*parts[1:], all=True)) if parts else set()
