"""Where is what a person asked to be told about themselves?"""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LIVES = timedelta(hours=24)


def digest_of(session_key: str) -> str:
    """What is stored of a session: enough to know it again, too little to open it."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def stored_name(export: "DataExport", filename: str) -> str:
    """A path nobody can guess."""
    return f"exports/{uuid.uuid4().hex}"


class DataExportQuerySet(models.QuerySet):
    """Named questions about exports."""

    def visible_to(self, user):
        """One's own, and nobody else's."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def living(self):
        """Those asked for within the last day."""
        return self.filter(asked_at__gt=timezone.now() - LIVES)

    def over(self):
        """Those whose day has passed."""
        return self.filter(asked_at__lte=timezone.now() - LIVES)


class DataExport(models.Model):
    """A copy of what we hold on a person, for the session that asked for it, for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_exports")
    session_digest = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    ready_at = models.DateTimeField(_("ready at"), null=True)
    file = models.FileField(upload_to=stored_name, blank=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.asked_at:%Y-%m-%d}"

    @property
    def ends_at(self) -> datetime:
        """When it is no more."""
        return self.asked_at + LIVES
