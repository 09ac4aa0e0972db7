"""Which long lists are being written to a file, for whom, and until when may they fetch it?"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LOST_AFTER = timedelta(days=7)


class ExportFormat(models.TextChoices):
    """Kinds of table."""

    CSV = "csv", _("CSV, for spreadsheets")
    PLAIN = "plain", _("CSV, without a byte order mark")
    XLSX = "xlsx", _("Excel (XLSX)")

    @property
    def extension(self) -> str:
        """The end of a file's name."""
        return "xlsx" if self == ExportFormat.XLSX else "csv"

    @property
    def content_type(self) -> str:
        """The media type."""
        if self == ExportFormat.XLSX:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "text/csv; charset=utf-8"


class ExportQuerySet(models.QuerySet):
    """Named questions about exports."""

    def visible_to(self, user):
        """Their own, while they last."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()), owner_id=user.pk
        )

    def over(self):
        """Those whose time has run out, and those that nobody ever finished."""
        now = timezone.now()
        lost = models.Q(expires_at=None, created_at__lt=now - LOST_AFTER)
        return self.filter(models.Q(expires_at__lte=now) | lost)

    def waiting(self):
        """Those that are still to be written."""
        return self.filter(finished_at=None)


class Export(models.Model):
    """A list as a file: asked for by one person, written in the background, gone after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports", verbose_name=_("person")
    )
    title = models.CharField(_("list"), max_length=200)
    path = models.CharField(_("address"), max_length=300)
    query = models.TextField(_("filters"), blank=True)
    format = models.CharField(_("format"), max_length=5, choices=ExportFormat.choices)
    language = models.CharField(_("language"), max_length=10)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows written"), default=0)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("to be fetched until"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="core_export_owner")]

    def __str__(self) -> str:
        return self.title
