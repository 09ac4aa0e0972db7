"""Which values do people, organisations, centres and agreements take?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cic.core.topics import Topic


class Helix(models.TextChoices):
    """Who someone is in the innovation system. The fifth is named by each installation."""

    INDUSTRY = "industry", _("Industry")
    ACADEMIA = "academia", _("Academia")
    ADMINISTRATION = "administration", _("Public administration")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    FIFTH = "fifth", _("Environment")
    UNCLASSIFIED = "unclassified", _("Not classified yet")


class OrganisationSize(models.TextChoices):
    """Size classes of Commission Recommendation 2003/361/EC; units: people employed."""

    MICRO = "micro", _("Fewer than 10 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class OrganisationState(models.TextChoices):
    """Whether the city has checked who this is."""

    PENDING = "pending", _("Waiting to be verified")
    VERIFIED = "verified", _("Verified")
    SUSPENDED = "suspended", _("Suspended")
    MERGED = "merged", _("Merged into another")


# Nobody comes in, and nobody acts for it anew.
CLOSED_STATES = (OrganisationState.SUSPENDED, OrganisationState.MERGED)


class MembershipRole(models.TextChoices):
    """What a person is in an organisation."""

    MEMBER = "member", _("Member")
    ADMIN = "admin", _("Administrator")


class JoinOrigin(models.TextChoices):
    """Who began: the person who asks to join, or the organisation that invites."""

    ASKED = "asked", _("The person asked")
    INVITED = "invited", _("The organisation invited")


class JoinState(models.TextChoices):
    """The life of a request or invitation to join an organisation."""

    WAITING = "waiting", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# How long an invitation or a request may wait for its answer; units: days.
JOIN_DAYS = 30

# How many invitations of one organisation may wait at a time: enough for a big partner, too few for spam.
INVITATIONS_AT_MOST = 100
# How often one address, whoever invites it to what, may be written to with an invitation; units: per day.
INVITATIONS_PER_ADDRESS_AND_DAY = 5
# How often one person may ask the same people for the same, each time of which those get a mail; units: per day.
ASKS_PER_DAY = 5

# How long before the day itself a reader is told of it; units: days.
NOTICE_REMINDER_DAYS = 30
END_REMINDER_DAYS = 90


class Role(models.TextChoices):
    """What a person does for the city, in one centre or in all of them."""

    COORDINATOR = "coordinator", _("Centre coordinator")
    MONITOR = "monitor", _("Pilot monitor")
    LEGAL = "legal", _("Legal reviewer")
    SECRETARY = "secretary", _("Decision secretary")
    EVALUATOR = "evaluator", _("Evaluator")
    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Platform administrator")
    AUDITOR = "auditor", _("Auditor")


class UserKind(models.TextChoices):
    """Who stands behind an account."""

    PERSON = "person", _("Person")
    MACHINE = "machine", _("Machine")


# What a machine may do for the city: measure and read. What decides, publishes or signs is for people.
MACHINE_ROLES = (Role.MONITOR, Role.AUDITOR)
MACHINES_AT_MOST = 20
# Whoever keeps the organisations' members, besides their own administrators.
REGISTRARS = (Role.COORDINATOR, Role.LEGAL, Role.ADMIN)

# Roles that read all the work of their centre. An evaluator reads what is assigned to them, a moderator what is public.
READING_ROLES = (
    Role.COORDINATOR,
    Role.MONITOR,
    Role.LEGAL,
    Role.SECRETARY,
    Role.EDITOR,
    Role.ADMIN,
    Role.AUDITOR,
)


class CentreState(models.TextChoices):
    """The life of a shared innovation centre."""

    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("Dormant")
    CLOSED = "closed", _("Closed")


class AgreementKind(models.TextChoices):
    """What an agreement is."""

    FRAMEWORK = "framework", _("Framework agreement")
    SPECIFIC = "specific", _("Specific agreement")
    PROTOCOL = "protocol", _("Protocol")


class AgreementState(models.TextChoices):
    """The life of an agreement."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PENDING_SIGNATURE = "pending_signature", _("Waiting for signatures")
    IN_FORCE = "in_force", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Expired")
    TERMINATED = "terminated", _("Terminated")
    ABANDONED = "abandoned", _("Abandoned before signature")


class PartyRole(models.TextChoices):
    """What a party is in an agreement."""

    CITY = "city", _("City")
    PARTNER = "partner", _("Partner")
    FUNDER = "funder", _("Funder")


class AmendmentKind(models.TextChoices):
    """What changes an agreement after its signature."""

    ADDENDUM = "addendum", _("Addendum")
    EXTENSION = "extension", _("Extension")
    SUSPENSION = "suspension", _("Suspension")
    TERMINATION = "termination", _("Termination")


# These move the agreement itself, on their day.
MOVING_KINDS = (AmendmentKind.SUSPENSION, AmendmentKind.TERMINATION)


class AmendmentState(models.TextChoices):
    """The life of an amendment."""

    DRAFT = "draft", _("Draft")
    PENDING_SIGNATURE = "pending_signature", _("Waiting for signatures")
    IN_FORCE = "in_force", _("In force")
    ABANDONED = "abandoned", _("Abandoned before signature")


class ResourceKind(models.TextChoices):
    """What a party brings."""

    MONEY = "money", _("Money")
    HOURS = "hours", _("Hours of work")
    SPACE = "space", _("Space")
    EQUIPMENT = "equipment", _("Equipment")
    DATA = "data", _("Data")


class TerritoryKind(models.TextChoices):
    """Levels of territory."""

    MUNICIPALITY = "municipality", _("Municipality")
    DISTRICT = "district", _("District")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")


# What people hear of, each in the way they choose.
TOPICS = {
    "agreements": Topic(
        _("Agreements move: review, signature, in force, suspended, ended"), ("partners.agreement_",)
    ),
    "terms": Topic(
        _("Notice dates and ends of agreements come near"),
        ("partners.agreement_notice", "partners.agreement_end"),
    ),
    "organisations": Topic(
        _("My organisation and who joins it"), ("partners.join_", "partners.organisation_")
    ),
    "log": Topic(_("The log of changes is found damaged"), ("partners.audit_",)),
}
