"""Has this very request been answered before?"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT_FOR = timedelta(hours=48)


class IdempotencyKeyQuerySet(models.QuerySet):
    """Named questions about remembered requests."""

    def expired(self):
        """Keys that are older than what a client may repeat."""
        return self.filter(created_at__lt=timezone.now() - KEPT_FOR)


class IdempotencyKey(models.Model):
    """One key of one user, what was asked with it, and what was answered.

    Written in the transaction of the request's effect, so there is never one without the other.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_idempotency_once")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
