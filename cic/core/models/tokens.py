"""Which programs may act for a person, how far, and until when?"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiTokenQuerySet(models.QuerySet):
    """Named questions about tokens."""

    def visible_to(self, user):
        """A person's own tokens, and nobody else's."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def usable(self):
        """Tokens that are neither revoked nor expired, of people who may still sign in."""
        alive = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(alive, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A key of a program. Only its digest is stored: the key itself is shown once, when it is made.

    `centre_id` limits it to one centre; it is a plain number because the kernel knows no room.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tracker_tokens")
    name = models.CharField(_("name"), max_length=80)
    hint = models.CharField(_("first characters"), max_length=15)
    digest = models.CharField(max_length=128, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    centre_id = models.PositiveBigIntegerField(_("centre"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> tuple[Any, str]:
        """Whether it still works, as a word and its tone."""
        if self.revoked_at is not None:
            return _("Revoked"), "stop"
        return (_("Expired"), "neutral") if self.is_over else (_("Works"), "good")

    @property
    def is_over(self) -> bool:
        """Whether it is revoked or expired."""
        return self.revoked_at is not None or (
            self.expires_at is not None and self.expires_at <= timezone.now()
        )

    def permits(self, verb: str, noun: str) -> bool:
        """Whether its scopes hold `verb` ("read" or "write"), for everything or for `noun`."""
        return verb in self.scopes or f"{noun}:{verb}" in self.scopes


class CalendarKey(models.Model):
    """The secret part of the address at which calendars fetch a person's deadlines. Only its digest is stored.

    A new one takes the place of the old; a revoked one is no more.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_key")
    hint = models.CharField(_("first characters"), max_length=15)
    digest = models.CharField(max_length=128, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    def __str__(self) -> str:
        return f"{self.hint}…"
