"""When do people meet, what for, and how far is it?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from cic.core.validators import check_web_address
from events.choices import EventKind, EventStatus
from partners.choices import READING_ROLES
from partners.models import standing_of
from partners.models.users import check_zone


def own_zone() -> str:
    """The zone of the installation."""
    return settings.TIME_ZONE


class EventQuerySet(SearchQuerySet):
    """Named questions about events. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Events `user` may read: public ones, those of centres they work for, and those in which they chair a session."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        readable = Q(publication__in=PUBLIC_STATES)
        if user.is_authenticated:
            readable |= Q(centre_id__in=standing.centres(READING_ROLES))
            chaired = self.model.objects.filter(sessions__chair_id=user.pk)
            if user.limited_to_centre is not None:
                chaired = chaired.filter(centre_id=user.limited_to_centre)
            readable |= Q(pk__in=chaired.order_by().values("pk"))
        return self.filter(readable)

    def upcoming(self, now: datetime | None = None):
        """Events that are not over; those without a date yet stand last."""
        return self.filter(Q(ends_at__gte=now or timezone.now()) | Q(ends_at=None))

    def past(self, now: datetime | None = None):
        """Events whose last session is over."""
        return self.filter(ends_at__lt=now or timezone.now())


class Event(Record, Referenced, Searchable, Publishable, Translatable):
    """What people meet for: a conference, a course, a workshop. Its sessions say when.

    `starts_at` and `ends_at` follow from the sessions that are not cancelled; operations keep them, lists order by them.
    """

    REFERENCE_PREFIX = "E"
    SEARCH_FIELDS = ("reference", "title", "summary", "place")
    TRANSLATED = ("title", "summary", "place", "interpretation")

    kind = models.CharField(_("kind"), max_length=10, choices=EventKind.choices)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("in a paragraph"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    centre = models.ForeignKey(
        "partners.Centre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("centre"),
    )
    organisers = models.ManyToManyField(
        "partners.Organisation", blank=True, related_name="events", verbose_name=_("organisers")
    )
    place = models.CharField(
        _("place"), max_length=250, blank=True, help_text=_("Name and street. Empty: online only.")
    )
    platform_url = models.CharField(
        _("link to the platform"),
        max_length=500,
        blank=True,
        validators=[check_web_address],
        help_text=_("Shown only to who has a place."),
    )
    spoken = models.JSONField(_("languages spoken"), default=list, blank=True)
    interpretation = models.CharField(
        _("interpretation"),
        max_length=250,
        blank=True,
        help_text=_("From which language into which, sign language and captions too."),
    )
    zone = models.CharField(_("time zone"), max_length=60, default=own_zone, validators=[check_zone])
    gives_certificates = models.BooleanField(
        _("gives certificates"),
        default=False,
        help_text=_("Whoever was checked in fetches a certificate of having been there."),
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    is_cancelled = models.BooleanField(_("cancelled"), default=False, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            *order_indexes("events_event", "sort_key", "starts_at", "created_at", "updated_at"),
            models.Index(fields=["ends_at", "id"], name="events_event_over"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def status(self) -> str:
        """How far it is now, from its sessions and the clock."""
        return self.status_at(timezone.now())

    def status_at(self, now: datetime) -> str:
        """How far it is at `now`."""
        if self.is_cancelled:
            return EventStatus.CANCELLED
        if self.starts_at is None or self.ends_at is None:
            return EventStatus.UNDATED
        if now < self.starts_at:
            return EventStatus.UPCOMING
        return EventStatus.ON_NOW if now < self.ends_at else EventStatus.OVER
