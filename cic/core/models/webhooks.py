"""Which other systems hear of a change, of whose behalf, and what became of each message?"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Why there was no answer: what is kept, and how it is said.
NO_ANSWER = {
    "private": _("not a public address"),
    "timeout": _("no answer in time"),
    "unreached": _("not reached"),
}
# How long the secret before the last still signs beside the present one.
ROTATION = timedelta(hours=24)


class OwnQuerySet(models.QuerySet):
    """Rows of one person."""

    def visible_to(self, user):
        """A person's own, and nobody else's."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Webhook(models.Model):
    """An address that is told of changes its owner may see. It follows the audit log from `position` on.

    The secrets are sealed (`cic.core.sealing`); they sign every message, so a digest would not do.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    nouns = models.JSONField(_("kinds of record"), default=list, blank=True)
    secret = models.TextField(editable=False)
    old_secret = models.TextField(blank=True, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    position = models.PositiveBigIntegerField(default=0, editable=False)
    active = models.BooleanField(_("active"), default=True)
    stopped_because = models.CharField(_("stopped because"), max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_secrets(self) -> list[str]:
        """The secrets that sign now, the newest first."""
        both = self.rotated_at is not None and timezone.now() < self.rotated_at + ROTATION
        return [self.secret, *([self.old_secret] if both and self.old_secret else [])]

    @property
    def badge(self):
        """Whether it works, as a word and its tone."""
        if not self.active:
            return _("Stopped"), "stop"
        return (_("Fails"), "warn") if self.failing_since else (_("Works"), "good")


class DeliveryQuerySet(models.QuerySet):
    """Named questions about messages."""

    def visible_to(self, user):
        """Those of a person's own webhooks."""
        return self.filter(webhook__user=user) if user.is_authenticated else self.none()


class Delivery(models.Model):
    """One message to one webhook, and what came of it. The receiver's answer itself is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(_("event"), max_length=80)
    noun = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    again_at = models.DateTimeField(_("next attempt"), null=True)
    sent_at = models.DateTimeField(_("last attempt"), null=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    outcome = models.CharField(_("outcome"), max_length=12, default="waiting")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["webhook", "-created_at"], name="core_delivery_log")]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"

    @property
    def answer(self):
        """The status the receiver gave, or why there is none."""
        return self.status or NO_ANSWER.get(self.reason, self.reason)

    @property
    def badge(self):
        """What came of it, as a word and its tone."""
        return {
            "waiting": (_("Waits"), "neutral"),
            "delivered": (_("Delivered"), "good"),
            "retrying": (_("Tried again later"), "warn"),
            "failed": (_("Given up"), "stop"),
            "withheld": (_("Not sent"), "neutral"),
        }[self.outcome]
