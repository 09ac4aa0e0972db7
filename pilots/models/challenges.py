"""Which needs of the city wait for ideas?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES
from partners.models import Centre, standing_of
from pilots.choices import ChallengeState


class ChallengeQuerySet(SearchQuerySet):
    """Named questions about challenges. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Challenges `user` may read: public ones, and those of centres they work for."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        return self.filter(
            Q(publication__in=PUBLIC_STATES) | Q(centre_id__in=standing.centres(READING_ROLES))
        )

    def taking_ideas(self):
        """Challenges that are open, whose last day (local calendar) has not passed, of centres that take ideas."""
        not_over = Q(closes_on=None) | Q(closes_on__gte=timezone.localdate())
        centres = Centre.objects.taking_ideas().values("pk")
        return self.filter(not_over, state=ChallengeState.OPEN, centre__in=centres)


class Challenge(Record, Referenced, Searchable, Publishable, Translatable):
    """A need of the city, stated so that others can answer it."""

    REFERENCE_PREFIX = "N"
    SEARCH_FIELDS = ("reference", "title", "need", "affected_groups", "territory_text")
    TRANSLATED = ("title", "need", "affected_groups", "territory_text")

    title = models.CharField(_("title"), max_length=200)
    need = models.TextField(_("need"))
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="challenges", verbose_name=_("centre")
    )
    territory_text = models.CharField(_("where"), max_length=200, blank=True)
    territories = models.ManyToManyField(
        "partners.Territory", blank=True, related_name="challenges", verbose_name=_("territories")
    )
    areas = models.ManyToManyField(
        "partners.Area", blank=True, related_name="challenges", verbose_name=_("areas")
    )
    affected_groups = models.CharField(_("who is affected"), max_length=250, blank=True)
    sdgs = models.JSONField(_("Sustainable Development Goals"), default=list, blank=True)
    closes_on = models.DateField(_("open to ideas until"), null=True, blank=True)
    criteria_set = models.ForeignKey(
        "pilots.CriteriaSet",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="challenges",
        verbose_name=_("criteria of its evaluation"),
    )
    state = models.CharField(
        _("state"),
        max_length=6,
        choices=ChallengeState.choices,
        default=ChallengeState.DRAFT,
        editable=False,
        db_index=True,
    )

    objects = ChallengeQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        indexes = order_indexes("pilots_challenge", "sort_key", "closes_on", "created_at", "updated_at")

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def takes_ideas(self) -> bool:
        """Whether an idea may answer it now, as `taking_ideas` asks of many."""
        over = self.closes_on is not None and self.closes_on < timezone.localdate()
        return self.state == ChallengeState.OPEN and not over and self.centre.takes_ideas
