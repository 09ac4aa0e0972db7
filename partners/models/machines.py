"""Which accounts are no people, who answers for them, and what may they do while somebody does?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record
from partners.calculations.standing import NOBODY, Standing
from partners.choices import CLOSED_STATES, MACHINE_ROLES, READING_ROLES, REGISTRARS, Role

from .users import User, standing_of


class MachineQuerySet(models.QuerySet):
    """Named questions about machines."""

    def visible_to(self, user):
        """Machines `user` may know of: those of their organisations, and for the city's staff all."""
        standing = standing_of(user)
        if standing.has_somewhere(READING_ROLES):
            return self
        return self.filter(organisation_id__in=standing.member_of)

    def with_names(self):
        """With what is printed of each."""
        return self.select_related("user", "owner", "organisation", "centre")

    def standings(self, users):
        """What each of these machine users is today: nobody where none may answer for it any more."""
        rows = list(self.filter(user__in=users).select_related("owner", "organisation"))
        User.objects.know_standings(list({row.owner_id: row.owner for row in rows}.values()))
        return {row.user_id: row.standing for row in rows}


class Machine(Record):
    """What a machine account is: who answers for it, and the one thing it is: of an organisation, or with a role.

    It may nothing more the moment its owner may not give that any more; another one can take it over.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="machine", editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="machines", verbose_name=_("answers for it"))
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="machines",
        verbose_name=_("organisation"),
    )
    role = models.CharField(
        _("role"), max_length=12, blank=True, choices=[(role.value, role.label) for role in MACHINE_ROLES]
    )
    centre = models.ForeignKey(
        "partners.Centre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="machines",
        verbose_name=_("centre"),
    )

    objects = MachineQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("machine account")
        verbose_name_plural = _("machine accounts")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, role="", centre=None)
                | (Q(organisation=None) & ~Q(role="")),
                name="partners_machine_one_place",
                violation_error_message=_("Choose an organisation, or a role."),
            ),
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def is_warranted(self) -> bool:
        """Whether its owner may still give what it is."""
        held = self.owner.standing
        if self.organisation_id is None:
            return held.has_somewhere([Role.ADMIN])
        return self.organisation_id in held.admin_of or held.has_somewhere(REGISTRARS)

    @property
    def standing(self) -> Standing:
        """What it is today, unless it was stopped."""
        if not self.is_warranted or (self.organisation and self.organisation.state in CLOSED_STATES):
            return NOBODY
        if self.organisation_id is not None:
            return Standing(member_of=frozenset([self.organisation_id]))
        return Standing(roles=frozenset([(self.role, self.centre_id)]))

    @property
    def badge(self):
        """Whether it works, and else why not, as words and their tone."""
        if not self.user.is_active:
            return _("Stopped"), "stop"
        if not self.is_warranted:
            return _("Stopped: nobody answers for it"), "stop"
        return (
            (_("Stopped: its organisation is"), "stop") if self.standing == NOBODY else (_("Works"), "good")
        )
