"""What came of a trial, what did it produce, and what was learned?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from cic.core.validators import check_web_address
from partners.choices import READING_ROLES
from partners.models import standing_of
from pilots.choices import OutcomeVerdict, ProductKind

from .trials import Trial


class OutcomeQuerySet(SearchQuerySet):
    """Named questions about outcomes."""

    def visible_to(self, user):
        """Outcomes `user` may read: public ones of trials they may read, and all of those they stand inside of."""
        if standing_of(user).everywhere(READING_ROLES):
            return self
        return self.filter(
            Q(trial__in=Trial.objects.inside(user).values("pk"))
            | Q(publication__in=PUBLIC_STATES, trial__publication__in=PUBLIC_STATES)
        )


class Outcome(Record, Searchable, Publishable, Translatable):
    """The verdict on a trial with its reasons. Failures are outcomes too."""

    SEARCH_FIELDS = ("summary", "lessons", "success_conditions", "replicability")
    SORTED_BY = "summary"
    SHOWN_BY = "trial__reference"
    TRANSLATED = ("summary", "lessons", "success_conditions", "replicability")

    trial = models.OneToOneField(Trial, models.PROTECT, related_name="outcome", verbose_name=_("trial"))
    verdict = models.CharField(_("verdict"), max_length=13, choices=OutcomeVerdict.choices, db_index=True)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    summary = models.TextField(_("did it work, in a paragraph"))
    lessons = models.TextField(_("what was learned"), blank=True)
    success_conditions = models.TextField(_("conditions for success"), blank=True)
    replicability = models.TextField(_("future and replicability"), blank=True)
    cost_eur = models.DecimalField(_("cost, in euro"), max_digits=16, decimal_places=2, null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        indexes = order_indexes("pilots_outcome", "cost_eur", "created_at", "updated_at")

    def __str__(self) -> str:
        return f"{self.trial.reference} · {self.get_verdict_display()}"


class ThroughOutcome(models.QuerySet):
    """Products are read with the outcome."""

    def visible_to(self, user):
        """Rows of outcomes `user` may read."""
        return self.filter(outcome__in=Outcome.objects.visible_to(user).values("pk"))


class Product(Record, Translatable):
    """Something a trial produced: a product, an architecture, a standard or a dataset."""

    TRANSLATED = ("name", "description")
    LANGUAGE_PATH = "outcome__language"

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="products", verbose_name=_("outcome"))
    kind = models.CharField(_("kind"), max_length=12, choices=ProductKind.choices)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    url = models.CharField(_("link"), max_length=500, blank=True, validators=[check_web_address])

    objects = ThroughOutcome.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name

    @property
    def text_language(self) -> str:
        """It is written in the language of its outcome."""
        return self.outcome.language
