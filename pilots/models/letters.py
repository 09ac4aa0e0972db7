"""In which words does a centre tell of a decision, in each language?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages
from cic.core.models import Record
from partners.choices import Role
from partners.models import standing_of
from pilots.choices import DecisionVerdict

# Those who record decisions write the letters that tell of them.
WRITING_ROLES = (Role.SECRETARY, Role.COORDINATOR, Role.ADMIN)


class LetterQuerySet(models.QuerySet):
    """Named questions about letters."""

    def visible_to(self, user):
        """Letters of the centres where `user` records decisions."""
        standing = standing_of(user)
        if standing.everywhere(WRITING_ROLES):
            return self
        return self.filter(centre_id__in=standing.centres(WRITING_ROLES))


class Letter(Record):
    """A centre's own words for one verdict in one language; names in braces stand for the facts of the decision."""

    centre = models.ForeignKey(
        "partners.Centre", models.CASCADE, related_name="letters", verbose_name=_("centre")
    )
    verdict = models.CharField(_("verdict"), max_length=7, choices=DecisionVerdict.choices)
    language = models.CharField(_("language"), max_length=12, choices=languages)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"))

    objects = LetterQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["centre", "verdict", "language"], name="pilots_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} · {self.get_language_display()} · {self.centre}"
