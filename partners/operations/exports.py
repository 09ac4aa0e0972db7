"""How does a person get a copy of what we hold on them, and when is the copy no more?"""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cic.core.background import enqueue
from cic.core.operations import audit, lock, operation
from partners.models import DataExport
from partners.models.exports import digest_of


@operation
def ask_for_export(*, actor: Any, session_key: str) -> DataExport:
    """Have a copy made for `actor`, to be fetched in this session only; an older copy is no more."""
    lock(actor)
    for older in DataExport.objects.filter(user=actor):
        remove_export(older, actor=actor)
    export = DataExport.objects.create(user=actor, session_digest=digest_of(session_key))
    audit(export, "ask", actor=actor)
    enqueue("partners.gather_export", key=f"export:{export.pk}", export_id=export.pk)
    return export


@operation
def tell_progress(export: DataExport, done: int, total: int, *, actor: Any) -> None:
    """Say how many of the kinds of record were gone through."""
    DataExport.objects.filter(pk=export.pk).update(done=done, total=total)


@operation
def finish_export(export: DataExport, content: bytes, *, actor: Any) -> bool:
    """Keep the copy that was made. False when nobody waits for it any more."""
    fresh = DataExport.objects.select_for_update().filter(pk=export.pk, ready_at=None).first()
    if fresh is None:
        return False
    fresh.file.save("export", ContentFile(content), save=False)
    try:
        fresh.ready_at = timezone.now()
        fresh.save()
    except Exception:
        # No file without its row.
        fresh.file.storage.delete(fresh.file.name)
        raise
    audit(fresh, "finish", actor=actor)
    return True


@operation
def remove_export(export: DataExport, *, actor: Any) -> None:
    """Forget a copy; its row goes first, its bytes once that is committed."""
    storage, stored = export.file.storage, export.file.name
    audit(export, "remove", actor=actor)
    export.delete()
    if stored:
        transaction.on_commit(lambda: storage.delete(stored))
