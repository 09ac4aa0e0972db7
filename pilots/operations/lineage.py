"""How is it kept which record came from which?"""

from typing import Any

from django.db import models

from cic.core.operations import operation, record
from pilots.models import Lineage


@operation
def link(kind: str, source: models.Model, target: models.Model, *, actor: Any, note: str = "") -> Lineage:
    """Keep that `target` came from `source`. Links are never removed."""
    row = Lineage(
        kind=kind,
        from_type=source._meta.label_lower,
        from_id=source.pk,
        to_type=target._meta.label_lower,
        to_id=target.pk,
    )
    return record(row, actor=actor, note=note, action="link")
