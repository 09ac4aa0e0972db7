"""Which values do events, sessions, their sheets, registrations, capsules and certificates take?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.topics import Topic


class EventKind(models.TextChoices):
    """What people meet for."""

    CONFERENCE = "conference", _("Conference")
    PILL = "pill", _("Training pill")
    COURSE = "course", _("Course")
    BRAINSTORM = "brainstorm", _("Brainstorm")
    IDEA_CALL = "idea_call", _("Call for ideas")
    PLENARY = "plenary", _("Plenary")
    WORKSHOP = "workshop", _("Workshop")
    CONGRESS = "congress", _("Congress")
    COMMITTEE = "committee", _("Committee")


class EventStatus(models.TextChoices):
    """How far an event is. Never stored: it follows from its sessions and the clock."""

    UNDATED = "undated", _("Date to be announced")
    UPCOMING = "upcoming", _("Upcoming")
    ON_NOW = "on_now", _("On now")
    OVER = "over", _("Over")
    CANCELLED = "cancelled", _("Cancelled")


class SessionState(models.TextChoices):
    """The life of a session and its sheet."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")


# While the words of a sheet are its writer's.
WRITING_STATES = (SessionState.DRAFT, SessionState.CHANGES_ASKED)
# What everybody may read, once the event is public; a cancelled session only if it was published.
SHOWN_STATES = (SessionState.PUBLISHED, SessionState.HELD, SessionState.ARCHIVED)
HELD_STATES = (SessionState.HELD, SessionState.ARCHIVED)
OVER_STATES = (SessionState.HELD, SessionState.ARCHIVED, SessionState.CANCELLED)


class LimitKind(models.TextChoices):
    """What a limit of words does."""

    SOFT = "soft", _("Advises")
    HARD = "hard", _("Holds back the sheet")


class AppearanceRole(models.TextChoices):
    """What somebody does in a session."""

    SPEAKER = "speaker", _("Speaker")
    MODERATOR = "moderator", _("Moderator")


class RegistrationState(models.TextChoices):
    """The life of a registration."""

    PENDING = "pending", _("To be confirmed by its address")
    CONFIRMED = "confirmed", _("Confirmed")
    WAITLISTED = "waitlisted", _("On the waiting list")
    OFFERED = "offered", _("A place is offered")
    CANCELLED = "cancelled", _("Cancelled")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Did not come")


class CapsuleState(models.TextChoices):
    """The life of a capsule."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CapsuleLevel(models.TextChoices):
    """What somebody should know already."""

    BASIC = "basic", _("Basic")
    MIDDLE = "middle", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class TakingState(models.TextChoices):
    """How far somebody is with a capsule."""

    BEGUN = "begun", _("Begun")
    COMPLETED = "completed", _("Completed")


class CertificateState(models.TextChoices):
    """Whether a certificate holds."""

    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")


# What takes a seat. Who has not confirmed an address yet takes none.
SEATED = (
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.ATTENDED,
    RegistrationState.NO_SHOW,
)
# Who hears that a session is moved or cancelled.
CONCERNED = (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.OFFERED)

# How long an address may take to confirm that it asked; units: hours.
CONFIRM_HOURS = 48
# How long an offered place is kept; units: hours.
OFFER_HOURS = 48
# How long before it begins somebody is reminded; units: hours.
REMINDER_HOURS = 24
# How long before a session begins its check-in opens, in hours.
CHECK_IN_HOURS = 12
# How often one address may be written to about registering; units: per day.
ASKS_PER_ADDRESS_AND_DAY = 10
# How many people who did not ask one member of staff may put down, each of whom is written to; units: per day.
GUESTS_PER_DAY = 1_000

# A capsule is short: longer than this is a course; units: minutes.
MOST_MINUTES = 600
# How much one capsule may hold.
MOST_GOALS = 12
MOST_PARTS = 40

# What people hear of, each in the way they choose; what concerns one's own place nobody can do without.
TOPICS = {
    "registrations": Topic(
        _("My registrations: place, waiting list, changes of a session"),
        ("events.registration_", "events.session_"),
        compulsory=True,
    ),
    "event_reminders": Topic(_("A session I registered for is tomorrow"), ("events.reminder",)),
    "sheets": Topic(_("Session sheets: submitted, changes asked, approved"), ("events.sheet_",)),
}
