"""Which photographs hang on entries of a logbook?"""

from collections.abc import Iterable
from typing import Any

from cic.core.models import Attachment

from .trials import LogEntry


def photos_of(entries: Iterable[LogEntry | int]) -> dict[int, list[dict[str, Any]]]:
    """Entry id → its photographs, oldest first, as the piece shows them: one query.

    Whoever asks must have found out that the reader sees the entries.
    """
    ids = [entry if isinstance(entry, int) else entry.pk for entry in entries]
    found: dict[int, list[dict[str, Any]]] = {}
    label = LogEntry._meta.label_lower
    for row in Attachment.objects.filter(object_type=label, object_id__in=ids).order_by("created_at", "pk"):
        photo = {
            "url": f"/files/{row.pk}/{row.name}",
            "description": row.title,
            "pk": row.pk,
            "held": bool(row.held_since),
        }
        found.setdefault(row.object_id, []).append(photo)
    return found
