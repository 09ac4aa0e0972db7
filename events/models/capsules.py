"""What can people learn by themselves, and how far is each of them with it?"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from events.calculations.capsules import Part, goals_of, parts_of, share_done_pct, still_open
from events.choices import MOST_MINUTES, CapsuleLevel, CapsuleState, TakingState
from partners.choices import READING_ROLES, Role
from partners.models import standing_of


class CapsuleQuerySet(SearchQuerySet):
    """Named questions about capsules. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Capsules `user` may read: published ones, those of centres they work for, withdrawn ones they took."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        readable = Q(state=CapsuleState.PUBLISHED)
        if user.is_authenticated:
            readable |= Q(centre_id__in=standing.centres(READING_ROLES))
            taken = self.model.objects.filter(state=CapsuleState.WITHDRAWN, takings__user_id=user.pk)
            if user.limited_to_centre is not None:
                taken = taken.filter(centre_id=user.limited_to_centre)
            readable |= Q(pk__in=taken.order_by().values("pk"))
        return self.filter(readable)

    def published(self):
        """Capsules everybody may take."""
        return self.filter(state=CapsuleState.PUBLISHED)


class Capsule(Record, Referenced, Searchable, Translatable):
    """A short training one takes by oneself: goals, parts to read, material. An edition of it in a room is a session.

    `goals`: one a line. `text`: its parts, each begun by a line such as `## Why at night`. `edition`: how often it was
    published; who takes it completes the edition they began.
    """

    REFERENCE_PREFIX = "K"
    SEARCH_FIELDS = ("reference", "title", "summary", "goals", "audience")
    TRANSLATED = ("title", "summary", "goals", "audience", "text")

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("in a paragraph"), blank=True)
    goals = models.TextField(_("goals"), blank=True)
    audience = models.CharField(_("for whom"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    level = models.CharField(
        _("level"), max_length=8, choices=CapsuleLevel.choices, default=CapsuleLevel.BASIC
    )
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    centre = models.ForeignKey(
        "partners.Centre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="capsules",
        verbose_name=_("centre"),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=CapsuleState.choices,
        default=CapsuleState.DRAFT,
        editable=False,
        db_index=True,
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = CapsuleQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("capsule")
        verbose_name_plural = _("capsules")
        indexes = order_indexes("events_capsule", "sort_key", "minutes", "created_at", "updated_at")

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def is_published(self) -> bool:
        """Whether everybody may read and take it."""
        return self.state == CapsuleState.PUBLISHED

    @property
    def goal_list(self) -> list[str]:
        """The goals as they were written."""
        return goals_of(self.goals)

    @property
    def part_list(self) -> list[Part]:
        """The parts as they were written."""
        return parts_of(self.text)

    @property
    def said_goals(self) -> tuple[list[str], str]:
        """The goals in the language in use, with that language; as they were written where a translation has not as many."""
        said = self.said.goals
        told, own = goals_of(said), self.goal_list
        return (told, said.language) if len(told) == len(own) else (own, self.text_language)

    @property
    def said_parts(self) -> tuple[list[Part], str]:
        """The parts in the language in use, with that language; as they were written where a translation has not as many."""
        said = self.said.text
        told, own = parts_of(said), self.part_list
        return (told, said.language) if len(told) == len(own) else (own, self.text_language)


class TakingQuerySet(models.QuerySet):
    """Named questions about who takes what. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """One's own: how far somebody is with learning is theirs. Besides, who answers for the platform, and its auditor."""
        if not user.is_authenticated:
            return self.none()
        if standing_of(user).everywhere((Role.ADMIN, Role.AUDITOR)):
            return self
        mine = self.filter(user_id=user.pk)
        return (
            mine if user.limited_to_centre is None else mine.filter(capsule__centre_id=user.limited_to_centre)
        )


class Taking(Record):
    """One person with one edition of a capsule: which parts they read, which goals they say they reached."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="takings", verbose_name=_("person")
    )
    capsule = models.ForeignKey(Capsule, models.PROTECT, related_name="takings", verbose_name=_("capsule"))
    edition = models.PositiveSmallIntegerField(_("edition"), editable=False)
    parts_read = models.JSONField(_("parts read"), default=list, blank=True, editable=False)
    goals_reached = models.JSONField(_("goals reached"), default=list, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=TakingState.choices,
        default=TakingState.BEGUN,
        editable=False,
    )
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True, editable=False)

    objects = TakingQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("capsule taken")
        verbose_name_plural = _("capsules taken")
        indexes = [
            *order_indexes("events_taking", "begun_at"),
            models.Index(fields=["capsule", "state"], name="events_taking_counts"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["user", "capsule", "edition"], name="events_taking_once"),
        ]

    def __str__(self) -> str:
        return f"{self.capsule} · {self.get_state_display()}"

    @property
    def centre_id(self) -> int | None:
        """The centre of its capsule."""
        return self.capsule.centre_id

    @property
    def is_completed(self) -> bool:
        """Whether it was taken to its end."""
        return self.state == TakingState.COMPLETED

    @property
    def parts_to_read(self) -> list[int]:
        """The numbers of the parts not read yet."""
        return still_open(len(self.capsule.part_list), self.parts_read)

    @property
    def share_pct(self) -> int:
        """How much of it is read."""
        return 100 if self.is_completed else share_done_pct(len(self.capsule.part_list), self.parts_read)
