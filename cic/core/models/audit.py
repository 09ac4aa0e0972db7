"""Who changed what, when, on what authority, from what to what?"""

import hashlib
import json
import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.search import fold


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are read and added, never changed or removed."""

    def update(self, **values):
        """Refused: the log is evidence."""
        raise TypeError("The audit log is append-only.")

    def delete(self):
        """Refused: the log is evidence."""
        raise TypeError("The audit log is append-only.")

    def about(self, obj):
        """Rows about one object."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


def words_of_entry(label: str, before: dict, after: dict, note: str) -> str:
    """The folded words of what changed and why."""
    values = [
        str(value) for change in (before, after) for value in change.values() if value not in (None, "")
    ]
    return fold(" ".join([label, note, *values]))


class AuditEntry(models.Model):
    """One change. It names its object by label and id, without a foreign key, so it outlives it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    authority = models.CharField(_("on the authority of"), max_length=300, blank=True)
    action = models.CharField(_("action"), max_length=80, db_index=True)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(max_length=300)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    # What the entry is found by; told by the rest, and so no part of the digest.
    centre_id = models.PositiveBigIntegerField(null=True, editable=False)
    words = models.TextField(blank=True, editable=False)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "position"], name="core_audit_object"),
            models.Index(fields=["object_type", "position"], name="core_audit_noun"),
            models.Index(fields=["centre_id", "position"], name="core_audit_centre"),
            models.Index(fields=["actor", "position"], name="core_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"

    def digest(self) -> str:
        """SHA-256 over the row and the hash before it, in hexadecimal."""
        parts = {
            "id": str(self.id),
            "position": self.position,
            "at": self.at.isoformat(),
            "actor": self.actor_id,
            "authority": self.authority,
            "action": self.action,
            "object": [self.object_type, self.object_id, self.object_label],
            "before": self.before,
            "after": self.after,
            "note": self.note,
            "request_id": self.request_id,
            "previous": self.previous_hash,
        }
        text = json.dumps(parts, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


class AuditHead(models.Model):
    """The end of the chain: a removed last row is found because this one still knows it."""

    position = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"audit chain at {self.position}"


class AuditCheck(models.Model):
    """What was found when the log was last walked: so many rows hold together, and then perhaps a damage."""

    at = models.DateTimeField(default=timezone.now)
    position = models.PositiveBigIntegerField()
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.problem or f"{self.position} rows, unbroken"


class StageChangeQuerySet(models.QuerySet):
    """Named questions about the way an object went."""

    def about(self, obj):
        """The stages of one object, oldest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=obj.pk)


class StageChange(models.Model):
    """One step of an object along its states: from, to, by whom, on what authority, why, when."""

    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    move = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    authority = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = StageChangeQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "recorded_at"], name="core_stage_object")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
