"""What was removed in the last thirty days, and how does it come back? From what the log says it was."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import DomainError, NotAllowed, from_validation
from .models import Attachment, AuditEntry, KeptFile, Searchable
from .models.bin import KEPT_DAYS
from .operations import audit, operation, snapshot, touch
from .permissions import can
from .scanning import ask_for_scan
from .search import derive

REMOVED, RESTORED = ".remove", ".restore"


@dataclass(frozen=True)
class Restorable:
    """How records of one model come back.

    `parent`: the field of what they belong to. `permission`: who could remove them, asked of the record, or
    of its parent with `of_parent`. `ready` raises a DomainError while the parent takes nothing back, and does
    what goes with the return. `related`: what the permission reads beyond the parent.
    """

    parent: str
    permission: str
    ready: Callable[[Any, Any], Any]
    of_parent: bool = False
    related: tuple[str, ...] = ()


_models: dict[str, Restorable] = {}
_files: dict[str, Restorable] = {}


def register_bin(records: Mapping[str, Restorable], files: Mapping[str, Restorable]) -> None:
    """Add a room's records by label, and by the label of what they hang on the files that may come back."""
    _models.update(records)
    _files.update(files)


def removed(readable: Q) -> Any:
    """Removals of the last thirty days that `readable` lets through and nobody has undone, newest first."""
    kinds = [apps.get_model(label)._meta.model_name for label in (*_models, Attachment._meta.label_lower)]
    later = AuditEntry.objects.filter(
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        position__gt=OuterRef("position"),
        action__endswith=RESTORED,
    )
    since = timezone.now() - timedelta(days=KEPT_DAYS)
    entries = AuditEntry.objects.filter(
        readable, at__gte=since, action__in=[f"{kind}{REMOVED}" for kind in kinds]
    )
    return entries.filter(~Exists(later)).select_related("actor").order_by("-position")


def offered(entries: Iterable[AuditEntry], user: Any) -> list[AuditEntry]:
    """Those that `user` could have removed, each with its `record` as it was; one query for each kind of parent."""
    kept = []
    wanted: dict[tuple[type[models.Model], tuple[str, ...]], set[Any]] = {}
    for entry in entries:
        entry.record, way = record_of(entry)
        entry.way, entry.above = way, _parent_key(entry.record, way) if way else None
        if way is not None and entry.above:
            wanted.setdefault((entry.above[0], way.related), set()).add(entry.above[1])
            kept.append(entry)
    found = {
        (model, related): model._base_manager.select_related(*(related or (None,))).in_bulk(ids)
        for (model, related), ids in wanted.items()
    }
    there = []
    for entry in kept:
        parent = found[entry.above[0], entry.way.related].get(entry.above[1])
        if parent is not None and _may(user, entry.record, entry.way, parent):
            entry.parent = parent
            there.append(entry)
    return there


def record_of(entry: AuditEntry) -> tuple[Any, Restorable | None]:
    """The record that `entry` says was removed, not saved, and how such records come back (None: not at all)."""
    model = apps.get_model(entry.object_type)
    record = model()
    for field in model._meta.concrete_fields:
        if field.name in entry.before:
            setattr(record, field.attname, field.to_python(entry.before[field.name]))
    way = _files.get(record.object_type) if isinstance(record, Attachment) else _models.get(entry.object_type)
    return record, way


def _parent_key(record: Any, way: Restorable) -> tuple[type[models.Model], Any] | None:
    if isinstance(record, Attachment):
        return apps.get_model(record.object_type), record.object_id
    field = record._meta.get_field(way.parent)
    return field.related_model, getattr(record, field.attname)


def _may(user: Any, record: Any, way: Restorable, parent: Any) -> bool:
    if not isinstance(record, Attachment):
        setattr(record, way.parent, parent)
    return can(user, way.permission, parent if way.of_parent else record)


@operation
def restore(entry: AuditEntry, *, actor: Any, note: str = "") -> Any:
    """Bring back what `entry` says was removed, under its id, with its fields, relations and external id.

    Raises: NotAllowed; DomainError "wrong_state" when its time is over, it is back already, or what it
    belonged to is gone or frozen; "invalid" when something else took its place meanwhile.
    """
    record, way = record_of(entry)
    key = _parent_key(record, way) if way else None
    if way is None or key is None or not entry.action.endswith(REMOVED):
        raise DomainError("wrong_state", _("This cannot be brought back."))
    if entry.at < timezone.now() - timedelta(days=KEPT_DAYS):
        raise DomainError("wrong_state", _("Its thirty days are over."))
    parent = key[0]._base_manager.select_for_update().filter(pk=key[1]).first()
    if parent is None:
        raise DomainError("wrong_state", _("What it belonged to is no longer there."))
    if actor is not None and not _may(actor, record, way, parent):
        raise NotAllowed()
    if type(record)._base_manager.filter(pk=record.pk).exists():
        raise DomainError("wrong_state", _("It is there again already."))
    if not isinstance(record, Attachment):
        setattr(record, way.parent, parent)
    way.ready(record, actor)
    _save(record, entry)
    audit(record, "restore", actor=actor, after=snapshot(record), note=note)
    if hasattr(parent, "version"):
        touch(parent, actor=actor)
    return record


def _save(record: Any, entry: AuditEntry) -> None:
    if isinstance(record, Attachment):
        if not default_storage.exists(record.file.name):
            raise DomainError("wrong_state", _("Its bytes are gone."))
        KeptFile.objects.filter(stored=record.file.name).delete()
    if isinstance(record, Searchable):
        derive(record)
    if hasattr(record, "version"):
        # Never one that it had: whoever still holds an old version is told so.
        record.version = entry.before.get("version", 1) + 1
    try:
        record.full_clean()
    except ValidationError as error:
        raise from_validation(error) from error
    record.save(force_insert=True)
    if isinstance(record, Attachment):
        ask_for_scan(record)
    for field in record._meta.many_to_many:
        ids = entry.before.get(field.name, [])
        getattr(record, field.name).set(field.related_model._base_manager.filter(pk__in=ids))


@operation
def empty_bin() -> int:
    """Remove the bytes of files whose thirty days are over. Returns how many."""
    over = list(KeptFile.objects.select_for_update().filter(until__lte=timezone.now()))
    used = set(
        Attachment.objects.filter(file__in=[row.stored for row in over]).values_list("file", flat=True)
    )
    gone = [row.stored for row in over if row.stored not in used]
    KeptFile.objects.filter(pk__in=[row.pk for row in over]).delete()
    transaction.on_commit(lambda: [default_storage.delete(stored) for stored in gone])
    return len(gone)
