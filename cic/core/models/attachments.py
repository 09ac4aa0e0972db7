"""Which files hang on a record, and who may open them?"""

import functools
import operator
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Confidentiality, languages


def stored_name(attachment, filename):
    """A path nobody can guess and no file name can steer."""
    return f"attachments/{attachment.pk.hex[:2]}/{attachment.pk.hex}"


class AttachmentQuerySet(models.QuerySet):
    """Named questions about files."""

    def about(self, *objects):
        """Files of these objects, newest first."""
        places = [Q(object_type=obj._meta.label_lower, object_id=obj.pk) for obj in objects]
        return self.filter(functools.reduce(operator.or_, places)).order_by("-created_at")

    def opening(self):
        """Files that open for whom they are for: the scanner let them go, or there was none."""
        return self.filter(held_since=None)

    def waiting(self):
        """Files that the scanner has not seen yet."""
        return self.filter(held_since__isnull=False, finding="")

    def harmful(self):
        """Files in which the scanner found something, latest first."""
        return self.exclude(finding="").order_by("-held_since", "pk")


class Attachment(models.Model):
    """A file on a record. Its type is read from its content; its name is only shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_type = models.CharField(max_length=80, editable=False)
    object_id = models.BigIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=40, default="document")
    title = models.CharField(_("title"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=12, choices=languages, blank=True)
    confidentiality = models.CharField(
        _("who may open it"), max_length=10, choices=Confidentiality.choices, default=Confidentiality.PARTIES
    )
    file = models.FileField(_("file"), upload_to=stored_name)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    checksum = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # Nobody opens a file while it is held: until the scanner has seen it, or for what that found.
    held_since = models.DateTimeField(_("held since"), null=True, editable=False)
    finding = models.CharField(_("what the scanner found"), max_length=200, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="core_attachment_object")]

    def __str__(self) -> str:
        return self.title or self.name
