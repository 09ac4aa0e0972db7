"""Who decided what, on which authority, why, and since when is it known?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES
from cic.core.models import Record, Referenced, Searchable
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES
from partners.models import standing_of
from pilots.choices import DecisionStage, DecisionVerdict, IdeaState


class DecisionQuerySet(SearchQuerySet):
    """Named questions about decisions."""

    def visible_to(self, user):
        """Decisions `user` may read: of their centres; once notified, of their ideas and trials; once published, all of public ones."""
        from .ideas import Idea
        from .trials import Trial

        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        public = Q(published_at__isnull=False) & (
            Q(idea__publication__in=PUBLIC_STATES) | Q(trial__publication__in=PUBLIC_STATES)
        )
        if not user.is_authenticated:
            return self.filter(public)
        notified = Q(notified_at__isnull=False) & (
            Q(idea__in=Idea.objects.of(user).values("pk")) | Q(trial__in=Trial.objects.of(user).values("pk"))
        )
        mine = standing.centres(READING_ROLES)
        return self.filter(public | notified | Q(idea__centre_id__in=mine) | Q(trial__centre_id__in=mine))

    def untold(self):
        """Decided, not yet notified, and not made pointless by a withdrawal or a merger."""
        gone = Q(idea__state__in=[IdeaState.WITHDRAWN, IdeaState.MERGED])
        return self.filter(notified_at=None).exclude(gone)

    def told(self):
        """Those the people concerned have been notified of."""
        return self.filter(notified_at__isnull=False)

    def standing(self):
        """Decisions that no later one replaces."""
        return self.filter(replaced_by=None)

    def about(self, *, ideas, trials):
        """Those on one of the ideas or trials."""
        return self.filter(Q(idea__in=ideas) | Q(trial__in=trials))

    def at_stages(self, stages):
        """Those that are as far known as one of `stages`."""
        conditions = {
            DecisionStage.RECORDED: Q(notified_at=None),
            DecisionStage.TOLD: Q(notified_at__isnull=False, published_at=None),
            DecisionStage.PUBLISHED: Q(published_at__isnull=False),
        }
        chosen = Q(pk__in=[])
        for stage in stages:
            chosen |= conditions[stage]
        return self.filter(chosen)

    def to_publish(self):
        """Notified, not yet published."""
        return self.told().filter(published_at=None)


class Decision(Record, Referenced, Searchable):
    """A body's verdict on an idea or a proof of concept. An appeal is answered by a new one that replaces it."""

    REFERENCE_PREFIX = "D"
    SEARCH_FIELDS = ("reasons", "conditions", "reference", "body", "authority")
    SORTED_BY = "reasons"

    idea = models.ForeignKey(
        "pilots.Idea", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("idea")
    )
    trial = models.ForeignKey(
        "pilots.Trial",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("trial"),
    )
    verdict = models.CharField(_("verdict"), max_length=7, choices=DecisionVerdict.choices)
    body = models.CharField(_("deciding body"), max_length=200)
    authority = models.CharField(_("on the authority of"), max_length=300)
    members_present = models.TextField(_("members present"), blank=True)
    reasons = models.TextField(_("reasons"))
    conditions = models.TextField(_("conditions"), blank=True)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    decided_on = models.DateField(_("decided"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    notified_at = models.DateTimeField(_("notified"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )

    objects = DecisionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(idea__isnull=False, trial__isnull=True)
                | Q(idea__isnull=True, trial__isnull=False),
                name="pilots_decision_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_verdict_display()}"

    @property
    def centre_id(self) -> int | None:
        """The centre of what it is about."""
        subject = self.idea if self.idea_id is not None else self.trial
        return subject.centre_id if subject is not None else None

    @property
    def stage(self) -> str:
        """How far it is known: recorded, told or published. Read from its dates."""
        if self.published_at is not None:
            return DecisionStage.PUBLISHED
        return DecisionStage.TOLD if self.notified_at is not None else DecisionStage.RECORDED

    def get_stage_display(self) -> str:
        """The stage in words."""
        return str(DecisionStage(self.stage).label)
