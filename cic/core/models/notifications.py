"""What was each person told, have they read it, and how do they want to hear of it?"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How somebody hears of one kind of event, besides reading it here."""

    AT_ONCE = "at_once", _("Mail at once")
    DAILY = "daily", _("Mail once a day")
    HERE = "here", _("Only here")


class NotificationQuerySet(models.QuerySet):
    """Named questions about notifications."""

    def visible_to(self, user):
        """Their own."""
        return self.filter(reader_id=user.pk) if user.is_authenticated else self.none()

    def unread(self):
        """Those not read yet."""
        return self.filter(read_at=None)

    def for_digest(self, moment):
        """Unread ones from before `moment` that wait for a daily mail."""
        return self.unread().filter(delivery=Delivery.DAILY, mailed_at=None, created_at__lt=moment)


class Notification(models.Model):
    """One event as one reader is told of it. Its words are made when it is shown, in the reader's language.

    `bound`: the reader could open the object when they were told; who no longer can is shown nothing of it.
    """

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=80)
    context = models.JSONField(default=dict)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.BigIntegerField(null=True)
    bound = models.BooleanField(default=False)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.AT_ONCE)
    created_at = models.DateTimeField(_("told"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("in a daily mail"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["reader", "-created_at"], name="core_notification_reader"),
            models.Index(
                fields=["reader"], name="core_notification_unread", condition=models.Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NotificationPreference(models.Model):
    """How one person wants to hear of one topic; without a row, by mail at once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences"
    )
    topic = models.CharField(max_length=40)
    delivery = models.CharField(max_length=8, choices=Delivery.choices)

    class Meta:
        verbose_name = _("wish about notifications")
        verbose_name_plural = _("wishes about notifications")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="core_preference_once")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.delivery}"
