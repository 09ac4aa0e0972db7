"""Which bytes are only kept so that a removed file may come back?"""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_DAYS = 30


def last_day():
    """The moment at which a file that is removed now is gone for good."""
    return timezone.now() + timedelta(days=KEPT_DAYS)


class KeptFile(models.Model):
    """The bytes of a file whose row is gone: under no address, until they go too."""

    stored = models.CharField(_("stored as"), max_length=300, unique=True)
    until = models.DateTimeField(default=last_day, db_index=True)

    def __str__(self) -> str:
        return self.stored
