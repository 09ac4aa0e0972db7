"""Which sessions does an event have, when, with whom, for how many, and what does each sheet say?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from cic.core.validators import check_web_address
from events.calculations.seats import is_closed, seats_left
from events.choices import (
    CHECK_IN_HOURS,
    OVER_STATES,
    SEATED,
    SHOWN_STATES,
    WRITING_STATES,
    AppearanceRole,
    SessionState,
)
from partners.choices import READING_ROLES
from partners.models import standing_of
from partners.models.users import check_zone

from .capsules import Capsule
from .events import Event, own_zone
from .sheets import SheetTemplate

MOST_SEATS = 100_000


def shown(prefix: str = "") -> Q:
    """The condition that everybody may read a session: its event is public, and it has been published."""
    return Q(
        **{
            f"{prefix}event__publication__in": PUBLIC_STATES,
            f"{prefix}published_at__isnull": False,
            f"{prefix}state__in": (*SHOWN_STATES, SessionState.CANCELLED),
        }
    )


class SessionQuerySet(SearchQuerySet):
    """Named questions about sessions. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Sessions `user` may read: those shown to all, those of centres they work for, and those they chair."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        return self.filter(shown() | self._inside(user, standing))

    def inside(self, user):
        """Sessions `user` stands inside of: of centres they work for, and those they chair."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        return self.filter(self._inside(user, standing))

    def _inside(self, user, standing):
        if not user.is_authenticated:
            return Q(pk__in=())
        chaired = Q(chair_id=user.pk)
        if user.limited_to_centre is not None:
            chaired &= Q(event__centre_id=user.limited_to_centre)
        return Q(event__centre_id__in=standing.centres(READING_ROLES)) | chaired

    def shown(self):
        """Sessions everybody may read."""
        return self.filter(shown())

    def with_seats(self):
        """With `taken` and `waiting`: columns, no query more however many sessions."""
        taken = Count("registrations", filter=Q(registrations__state__in=SEATED), distinct=True)
        waiting = Count("registrations", filter=Q(registrations__state="waitlisted"), distinct=True)
        return self.annotate(taken=taken, waiting=waiting)

    def to_be_held(self, now: datetime | None = None):
        """Published sessions whose end has passed."""
        return self.filter(state=SessionState.PUBLISHED, ends_at__lte=now or timezone.now())


class Session(Record, Referenced, Searchable, Translatable):
    """One meeting of an event, with its sheet: from its first draft until it was held and put away.

    `capacity`: empty is without limit, 0 is closed. `texts`: key of a section → what the sheet says there.
    `previous_starts_at`: when it was to be before it was moved.
    """

    REFERENCE_PREFIX = "S"
    SEARCH_FIELDS = ("reference", "title", "summary", "thematic_line")
    TRANSLATED = ("title", "summary", "thematic_line", "place")

    event = models.ForeignKey(Event, models.PROTECT, related_name="sessions", verbose_name=_("event"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("in a paragraph"), blank=True)
    thematic_line = models.CharField(_("thematic line"), max_length=200, blank=True)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=60, default=own_zone, validators=[check_zone])
    previous_starts_at = models.DateTimeField(_("was to begin"), null=True, blank=True, editable=False)
    previous_ends_at = models.DateTimeField(_("was to end"), null=True, blank=True, editable=False)
    place = models.CharField(_("place"), max_length=250, blank=True, help_text=_("Empty: that of the event."))
    platform_url = models.CharField(
        _("link to the platform"),
        max_length=500,
        blank=True,
        validators=[check_web_address],
        help_text=_("Shown only to who has a place. Empty: that of the event."),
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_SEATS)],
        help_text=_("Empty: as many as come. 0: nobody registers."),
    )
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chaired_sessions",
        verbose_name=_("who writes the sheet"),
    )
    template = models.ForeignKey(
        SheetTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("sheet template"),
    )
    capsule = models.ForeignKey(
        Capsule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("capsule"),
        help_text=_("The capsule that is given in this session."),
    )
    texts = models.JSONField(_("sheet"), default=dict, blank=True, editable=False)
    recording_url = models.CharField(
        _("recording"), max_length=500, blank=True, validators=[check_web_address]
    )
    state = models.CharField(
        _("state"),
        max_length=13,
        choices=SessionState.choices,
        default=SessionState.DRAFT,
        editable=False,
        db_index=True,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            *order_indexes("events_session", "sort_key", "starts_at", "created_at", "updated_at"),
            models.Index(fields=["state", "ends_at"], name="events_session_due"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="events_session_period",
                violation_error_message=_("It ends after it begins, and has both or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def centre_id(self) -> int | None:
        """The centre of its event."""
        return self.event.centre_id if self.event_id else None

    @property
    def is_shown(self) -> bool:
        """Whether everybody may read it."""
        readable = (*SHOWN_STATES, SessionState.CANCELLED)
        return self.event.is_public and self.published_at is not None and self.state in readable

    @property
    def is_being_written(self) -> bool:
        """Whether the words of its sheet are its writer's; what was handed in is read, then approved as it stood."""
        return self.state in WRITING_STATES

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to come."""
        return self.state in OVER_STATES or (self.ends_at is not None and self.ends_at <= timezone.now())

    @property
    def check_in_opens_at(self) -> datetime | None:
        """From when on people are checked in."""
        return self.starts_at and self.starts_at - timedelta(hours=CHECK_IN_HOURS)

    @property
    def takes_check_in(self) -> bool:
        """Whether somebody may be checked in by now."""
        return self.check_in_opens_at is not None and self.check_in_opens_at <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        """Whether everybody reads that it takes place, and it is not over."""
        return self.state == SessionState.PUBLISHED and self.event.is_public and not self.is_over

    @property
    def takes_registrations(self) -> bool:
        """Whether somebody may register now; the waiting list counts."""
        return self.is_to_come and not is_closed(self.capacity)

    @property
    def seats_left(self) -> int | None:
        """Free places, None without limit; asks once where the row does not know (`with_seats`)."""
        if self.capacity is None:
            return None
        taken = self.__dict__.get("taken")
        return seats_left(self.capacity, self.seats_taken() if taken is None else taken)

    def seats_taken(self) -> int:
        """How many places are taken at this moment."""
        return self.registrations.filter(state__in=SEATED).count()

    @property
    def where(self) -> str:
        """Its place, or that of the event."""
        return self.said.place or self.event.said.place

    @property
    def link(self) -> str:
        """Its platform, or that of the event. Only for who has a place."""
        return self.platform_url or self.event.platform_url

    @property
    def tz(self) -> ZoneInfo:
        """Its zone."""
        return ZoneInfo(self.zone)


class PartOfSession(models.QuerySet):
    """What is seen with its session."""

    def visible_to(self, user):
        """Rows of sessions `user` may read."""
        if standing_of(user).everywhere(READING_ROLES):
            return self
        return self.filter(session__in=Session.objects.visible_to(user).order_by().values("pk"))


class Appearance(Record):
    """Somebody who speaks or moderates in a session, with each of their affiliations."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="appearances", verbose_name=_("session")
    )
    role = models.CharField(
        _("role"), max_length=9, choices=AppearanceRole.choices, default=AppearanceRole.SPEAKER
    )
    name = models.CharField(_("name"), max_length=150)
    affiliations = models.JSONField(
        _("affiliations"), default=list, blank=True, help_text=_("One a line: what they are, and where.")
    )
    organisations = models.ManyToManyField(
        "partners.Organisation", blank=True, related_name="appearances", verbose_name=_("organisations")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PartOfSession.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.name}"

    @property
    def centre_id(self) -> int | None:
        """The centre of its event."""
        return self.session.centre_id
