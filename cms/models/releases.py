"""Which files hold an open table just now, and what were they made from?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseQuerySet(models.QuerySet):
    """Named questions about releases."""

    def visible_to(self, user):
        """All: they hold what anybody may see."""
        return self


class Release(models.Model):
    """The newest files of one open table. `mark` says what they were made from; it changes with the source."""

    dataset = models.CharField(_("dataset"), max_length=40, unique=True)
    mark = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    covers_from = models.DateField(_("from"), null=True)
    covers_to = models.DateField(_("to"), null=True)
    # By format: name in the storage, size in bytes, SHA-256 and SHA-1.
    files = models.JSONField(default=dict)
    first_at = models.DateTimeField(_("first published"))
    changed_at = models.DateTimeField(_("last changed"))
    # When it was last known to hold what is public: the start of the look, not its end.
    checked_at = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release of a dataset")
        verbose_name_plural = _("releases of datasets")

    def __str__(self) -> str:
        return self.dataset
