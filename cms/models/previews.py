"""Who may look at a draft without an account, at which version of it, and until when?"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PreviewLinkQuerySet(models.QuerySet):
    """Named questions about links to drafts."""

    def usable(self):
        """Those whose time is not over."""
        return self.filter(expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """A secret address at which anybody sees one version of one page, for some days."""

    page = models.ForeignKey(
        "wagtailcore.Page", models.CASCADE, related_name="preview_links", verbose_name=_("page")
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", models.CASCADE, related_name="+", verbose_name=_("version")
    )
    digest = models.CharField(max_length=128, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a draft")
        verbose_name_plural = _("links to drafts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.page} · {self.expires_at:%Y-%m-%d}"
