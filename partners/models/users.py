"""Who is a person here, and what do they do for the city?"""

import unicodedata
import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record
from cic.core.texts import clean_text
from partners.calculations.standing import NOBODY, Standing
from partners.choices import READING_ROLES, MembershipRole, Role, UserKind


def fold_address(address: str) -> str:
    """The one spelling under which an e-mail address is stored, compared and counted; without signs nobody sees."""
    return clean_text(unicodedata.normalize("NFKC", address), multiline=False).casefold()


# Whatever the machine is set to, and that nobody set it.
NO_ZONES = ("localtime", "Factory")


def check_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA zone, the same on every machine."""
    if name not in zoneinfo.available_timezones() or name in NO_ZONES:
        raise ValidationError(_("This is not a time zone."))


def current(prefix: str = "") -> Q:
    """The condition that a period (`starts_on`, `ends_on`, both optional and inclusive) holds today."""
    today = timezone.localdate()
    started = Q(**{f"{prefix}starts_on__isnull": True}) | Q(**{f"{prefix}starts_on__lte": today})
    not_over = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": today})
    return started & not_over


class UserManager(BaseUserManager):
    """People by their e-mail address."""

    def get_by_natural_key(self, address):
        """The person with this address, however it is typed."""
        return self.get(email=fold_address(address))

    def create_user(self, email, password=None, **fields):
        """A person who signs in with `email`."""
        user = self.model(email=fold_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """A person who administers the platform."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        Appointment.objects.create(user=user, role=Role.ADMIN)
        return user

    def visible_to(self, user):
        """People `user` may know of: themselves, colleagues, and for the city's staff everyone."""
        standing = standing_of(user)
        if standing.has_somewhere(READING_ROLES):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        from .organisations import Membership

        colleagues = Membership.objects.current().filter(organisation_id__in=standing.member_of)
        return self.filter(Q(pk=user.pk) | Q(pk__in=colleagues.values("user_id")))

    def know_standings(self, users):
        """Have each of `users` know what they are today, in one query, before they are asked one by one."""
        unknown = [user for user in users if "standing" not in user.__dict__]
        found = standings(unknown)
        for user in unknown:
            user.standing = found[user.pk]

    def who_read(self, users):
        """`users`, with the person who answers for it in place of each machine: no query where there is none."""
        machines = [user.pk for user in users if user.is_machine]
        if not machines:
            return list(users)
        from .machines import Machine

        owners = {
            row.user_id: row.owner
            for row in Machine.objects.filter(user__in=machines).select_related("owner")
        }
        return list(dict.fromkeys(owners.get(user.pk, user) for user in users))

    def appointed(self, roles, centre_id):
        """People who may sign in and hold one of `roles` today, in this centre or everywhere."""
        held = Appointment.objects.current().filter(Q(centre_id=centre_id) | Q(centre=None), role__in=roles)
        return self.filter(is_active=True, pk__in=held.values("user_id"))

    def answering_for(self, organisation_ids):
        """Those who are told what concerns these organisations: administrators; all members where there are none."""
        from .organisations import Membership

        members = Membership.objects.current().filter(
            organisation_id__in=organisation_ids, user__is_active=True
        )
        admins = members.filter(role=MembershipRole.ADMIN)
        others = members.exclude(organisation_id__in=admins.values("organisation_id"))
        return self.filter(Q(pk__in=admins.values("user_id")) | Q(pk__in=others.values("user_id")))


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a machine. What people may do comes from memberships and appointments; a machine is one of either.

    People sign in with an e-mail address. Machines sign in nowhere, and no mail reaches their address.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    # The default is the database's as well, for those who write rows and know no kinds yet, while an upgrade rolls.
    kind = models.CharField(
        _("kind"),
        max_length=7,
        choices=UserKind.choices,
        default=UserKind.PERSON,
        db_default=UserKind.PERSON,
        editable=False,
    )
    language = models.CharField(_("language"), max_length=12, choices=languages, default=own_language)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default=settings.TIME_ZONE, validators=[check_zone]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    # Set on one instance by `limit_to_centre`: what the person has by name alone does not reach further either.
    limited_to_centre: int | None = None

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, for libraries that ask."""
        return self.name

    def get_short_name(self) -> str:
        """The name, for libraries that ask."""
        return self.name

    @property
    def etag(self) -> str:
        """The strong entity tag of the person's full representation."""
        return f'"user-{self.pk}-{self.version}"'

    @property
    def is_staff(self) -> bool:
        """Whether Django's own tools let this person in. They are not used: always False."""
        return False

    @property
    def is_machine(self) -> bool:
        """Whether no person stands behind this account."""
        return self.kind == UserKind.MACHINE

    @property
    def may_use_tokens(self) -> bool:
        """Whether its keys open anything: a machine's only while somebody answers for it."""
        return self.is_active and not (self.is_machine and self.standing == NOBODY)

    @cached_property
    def standing(self) -> Standing:
        """Memberships and appointments that hold today; one query, kept for this instance."""
        return standings([self])[self.pk]

    def limit_to_centre(self, centre_id: int) -> None:
        """Make this instance the person as a token limited to one centre lets them act."""
        self.standing = self.standing.within([centre_id])
        self.limited_to_centre = centre_id


def standings(users) -> dict[int, Standing]:
    """What each of `users` is today: one query for all people, three more where there are machines."""
    from .machines import Machine
    from .organisations import Membership

    machines = [user.pk for user in users if user.is_machine and user.is_active]
    columns = ("user_id", "kind", "role", "place")
    who = [user.pk for user in users if user.is_active and not user.is_machine]
    memberships = Membership.objects.filter(current(), user_id__in=who).annotate(
        kind=Value("member"), place=F("organisation_id")
    )
    roles = Appointment.objects.filter(current(), user_id__in=who).annotate(
        kind=Value("role"), place=F("centre_id")
    )
    held: dict[int, list[tuple[str, str, int]]] = {pk: [] for pk in who}
    for pk, *row in (
        memberships.values_list(*columns).union(roles.values_list(*columns), all=True) if who else ()
    ):
        held[pk].append(tuple(row))
    known = {pk: _standing(rows) for pk, rows in held.items()}
    if machines:
        known |= Machine.objects.standings(machines)
    return {user.pk: known.get(user.pk, NOBODY) for user in users}


def _standing(rows) -> Standing:
    members = [(role, organisation) for kind, role, organisation in rows if kind == "member"]
    return Standing(
        member_of=frozenset(organisation for _role, organisation in members),
        admin_of=frozenset(organisation for role, organisation in members if role == MembershipRole.ADMIN),
        roles=frozenset((role, centre) for kind, role, centre in rows if kind == "role"),
    )


def standing_of(user) -> Standing:
    """The standing of anybody; nobody's for an anonymous visitor."""
    return user.standing if user is not None and user.is_authenticated else NOBODY


class AppointmentQuerySet(models.QuerySet):
    """Named questions about who does what for the city."""

    def current(self):
        """Those that hold today."""
        return self.filter(current())

    def visible_to(self, user):
        """Appointments `user` may know of: their own, and for the city's staff all."""
        if standing_of(user).has_somewhere([Role.COORDINATOR, Role.ADMIN, Role.AUDITOR]):
            return self
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class Appointment(Record):
    """A role a person holds for the city, in one centre or (no centre) in all, for a period."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    centre = models.ForeignKey(
        "partners.Centre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("centre"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            *Record.Meta.constraints,
            # Two, because no database both counts nulls as equal and keeps the index partial.
            models.UniqueConstraint(
                fields=["user", "role", "centre"],
                condition=Q(ends_on=None, centre__isnull=False),
                name="partners_appointment_once",
                violation_error_message=_("This person holds this role there already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ends_on=None, centre=None),
                name="partners_appointment_everywhere_once",
                violation_error_message=_("This person holds this role everywhere already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="partners_appointment_period",
                violation_error_message=_("The end comes before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
