"""Who follows what, since when, and how often do they want to hear of it?"""

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record
from community.choices import Frequency, MemberState
from partners.models import Centre
from pilots.models import Challenge, Trial

from .groups import Group, GroupMember
from .subjects import PUBLIC_STATES

# What can be followed: the name of the relation, and the model. A case is followed with its trial, a debate with its group.
FOLLOWED: dict[str, Any] = {"trial": Trial, "challenge": Challenge, "centre": Centre, "group": Group}


def digest(text: str) -> str:
    """SHA-256 in hexadecimal: what is compared without being kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def followed_name(record: Any) -> str:
    """The name of the relation by which a follow points to `record`."""
    return next(name for name, model in FOLLOWED.items() if isinstance(record, model))


class FollowQuerySet(models.QuerySet):
    """Named questions about follows."""

    def visible_to(self, user):
        """Their own."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def of(self, reader):
        """Those of one reader: `user:5`, or an address."""
        kind, _colon, number = reader.partition(":")
        return self.filter(user_id=int(number)) if kind == "user" else self.filter(address=reader)

    def confirmed(self):
        """Those that are wanted: asked for by who signed in, or confirmed from the address; of people who may sign in."""
        return self.exclude(confirmed_at=None).filter(Q(user=None) | Q(user__is_active=True))

    def with_subjects(self):
        """With what they follow, who does, and whether that person is in the group they follow."""
        inside = GroupMember.objects.filter(
            group=OuterRef("group_id"), user=OuterRef("user_id"), state=MemberState.MEMBER
        )
        rows = self.select_related("trial", "challenge", "centre", "group", "user")
        return rows.annotate(is_inside=Exists(inside))


class Follow(Record):
    """One reader's wish to hear of one record, or of new pilots that fit a search. Nothing of it is public.

    `told_position`: how far in the log its reader has been told, or a job has been asked to tell.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("person"),
    )
    address = models.EmailField(_("e-mail"), blank=True, db_index=True)
    trial = models.ForeignKey(
        Trial, models.CASCADE, null=True, blank=True, related_name="follows", verbose_name=_("trial")
    )
    challenge = models.ForeignKey(
        Challenge, models.CASCADE, null=True, blank=True, related_name="follows", verbose_name=_("challenge")
    )
    centre = models.ForeignKey(
        Centre, models.CASCADE, null=True, blank=True, related_name="follows", verbose_name=_("centre")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="follows", verbose_name=_("group")
    )
    search = models.CharField(_("search"), max_length=500, blank=True)
    key = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=12, choices=languages, default=own_language)
    frequency = models.CharField(
        _("how often"), max_length=7, choices=Frequency.choices, default=Frequency.WEEKLY
    )
    token_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    told_position = models.PositiveBigIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        indexes = [models.Index(fields=["frequency", "told_position"], name="community_follow_due")]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(address=""), name="community_follow_by_one_reader"
            ),
            models.CheckConstraint(
                condition=Q(trial__isnull=False, challenge=None, centre=None, group=None, search="")
                | Q(trial=None, challenge__isnull=False, centre=None, group=None, search="")
                | Q(trial=None, challenge=None, centre__isnull=False, group=None, search="")
                | Q(trial=None, challenge=None, centre=None, group__isnull=False, search="")
                | (Q(trial=None, challenge=None, centre=None, group=None) & ~Q(search="")),
                name="community_follow_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        # Never the address: the log keeps this.
        return str(self.record or self.search)

    @property
    def record(self) -> Any:
        """The record that is followed; None for a search."""
        return self.trial or self.challenge or self.centre or self.group

    @property
    def reader(self) -> str:
        """Whose it is: `user:5`, or an address."""
        return f"user:{self.user_id}" if self.user_id else self.address

    @property
    def subject_key(self) -> tuple[str, Any]:
        """What it is about, as facts name it."""
        for name in FOLLOWED:
            if number := getattr(self, f"{name}_id"):
                return name, number
        return "search", self.search

    @property
    def is_open(self) -> bool:
        """Whether its reader may still read what it follows; of a row that came `with_subjects`."""
        if self.group is not None:
            return self.group.is_open or bool(getattr(self, "is_inside", False))
        return self.record is None or self.record.publication in PUBLIC_STATES
