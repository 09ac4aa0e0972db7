"""How do the city's own districts and neighbourhoods come in, with their boundaries?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cic.core.operations import edit, operation, record
from partners.models import Territory


@dataclass
class Loaded:
    """What came of a file of territories."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@operation
def load_territories(rows: Iterable[Mapping[str, Any]], *, actor: Any) -> Loaded:
    """Take over territories, each {"code", "name", "kind", "parent" (code or ""), "outline"}; safe to do twice.

    Raises: DomainError "invalid"; KeyError for a parent that is not known.
    """
    told = Loaded()
    known = {territory.code: territory for territory in Territory.objects.all()}
    for row in rows:
        values = {
            "name": row["name"],
            "kind": row["kind"],
            "parent": known[row["parent"]] if row["parent"] else None,
            "outline": [[list(corner) for corner in ring] for ring in row["outline"]],
        }
        old = known.get(row["code"])
        if old is None:
            known[row["code"]] = record(Territory(code=row["code"], **values), actor=actor, action="import")
            told.added += 1
        elif any(getattr(old, name) != value for name, value in values.items()):
            known[row["code"]] = edit(old, values, actor=actor, action="import")
            told.changed += 1
        else:
            told.unchanged += 1
    return told
