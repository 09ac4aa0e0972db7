"""Who comes to a session, who waits for a place, and who came?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.models import Record, Searchable, order_indexes
from cic.core.search import SearchQuerySet
from events.choices import CONFIRM_HOURS, REMINDER_HOURS, SEATED, RegistrationState, SessionState
from partners.choices import Role
from partners.models import standing_of

from .sessions import Session

# Who reads names and addresses of those who come: whoever runs events, and the auditor.
RUNNING = (Role.COORDINATOR, Role.MONITOR, Role.EDITOR, Role.ADMIN)
LISTING = (*RUNNING, Role.AUDITOR)


class RegistrationQuerySet(SearchQuerySet):
    """Named questions about registrations. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """One's own, and for those who run events all of their centres."""
        if not user.is_authenticated:
            return self.none()
        standing = standing_of(user)
        if standing.everywhere(LISTING):
            return self
        mine = Q(user_id=user.pk)
        if user.limited_to_centre is not None:
            mine &= Q(session__event__centre_id=user.limited_to_centre)
        return self.filter(mine | Q(session__event__centre_id__in=standing.centres(LISTING)))

    def seated(self):
        """Those who take a place."""
        return self.filter(state__in=SEATED)

    def waiting(self):
        """The waiting list, first come first."""
        return self.filter(state=RegistrationState.WAITLISTED).order_by("waiting_since", "pk")

    def lapsed(self, now: datetime | None = None):
        """Offers that nobody took in time."""
        return self.filter(state=RegistrationState.OFFERED, offered_until__lte=now or timezone.now())

    def unconfirmed(self, now: datetime | None = None):
        """What an address asked for and did not confirm in time."""
        since = (now or timezone.now()) - timedelta(hours=CONFIRM_HOURS)
        return self.filter(state=RegistrationState.PENDING, asked_at__lte=since)

    def to_remind(self, now: datetime | None = None):
        """Who has a place in a session that begins within a day, has not begun, and was not reminded of that hour."""
        now = now or timezone.now()
        return self.filter(
            state=RegistrationState.CONFIRMED,
            reminded_at=None,
            session__state=SessionState.PUBLISHED,
            session__event__publication__in=PUBLIC_STATES,
            session__starts_at__gt=now,
            session__starts_at__lte=now + timedelta(hours=REMINDER_HOURS),
        )


class Registration(Record, Searchable):
    """One person's wish to be at a session. Of a registered person, or of a name with an address that confirmed it."""

    SEARCH_FIELDS = ("name", "email")
    SORTED_BY = "name"
    FOUND_EVERYWHERE = False

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="registrations", verbose_name=_("session")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=12, choices=languages, default=own_language)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RegistrationState.choices,
        default=RegistrationState.PENDING,
        editable=False,
        db_index=True,
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True, editable=False)
    offered_until = models.DateTimeField(_("offered until"), null=True, blank=True, editable=False)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        indexes = [
            *order_indexes("events_registration", "sort_key", "asked_at", "waiting_since"),
            models.Index(fields=["state", "offered_until"], name="events_registration_offers"),
            models.Index(fields=["session", "state"], name="events_registration_seats"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["session", "email"],
                name="events_registration_once",
                violation_error_message=_("This address is registered already."),
            ),
        ]

    def __str__(self) -> str:
        # Never the name or the address: the log keeps this.
        return f"{self.session.reference} · {self.pk or ''}".strip(" ·")

    @property
    def centre_id(self) -> int | None:
        """The centre of its event."""
        return self.session.centre_id if self.session_id else None

    @property
    def has_place(self) -> bool:
        """Whether the platform's link is theirs to see."""
        return self.state in (RegistrationState.CONFIRMED, RegistrationState.ATTENDED)

    @property
    def earns_certificate(self) -> bool:
        """Whether its person was there, and the event gives certificates."""
        return self.state == RegistrationState.ATTENDED and self.session.event.gives_certificates
