"""Which links of a page were found to lead nowhere, and when was it last looked?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkCheck(models.Model):
    """The last look at the links of one page."""

    page = models.OneToOneField(
        "wagtailcore.Page", models.CASCADE, related_name="link_check", verbose_name=_("page")
    )
    checked_at = models.DateTimeField(_("looked at"))
    # Each with address, words, kind (cms.choices.LinkFault) and since, an ISO date.
    broken = models.JSONField(_("links that lead nowhere"), default=list, blank=True)

    class Meta:
        verbose_name = _("look at the links of a page")
        verbose_name_plural = _("looks at the links of pages")

    def __str__(self) -> str:
        return f"{self.page}: {len(self.broken)}"
