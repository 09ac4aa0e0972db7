"""Which shared innovation centres are there, who is in their teams, where and on what do they work?"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cic.core.choices import PUBLIC_STATES, languages, own_language
from cic.core.maps import contains
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable
from cic.core.search import SearchQuerySet
from partners.choices import READING_ROLES, CentreState, OrganisationState, TerritoryKind

from .users import current, standing_of


class OpenQuerySet(models.QuerySet):
    """What everybody may read."""

    def visible_to(self, user):
        """All of it."""
        return self


class Area(models.Model):
    """A field of work of the city, such as mobility; named in every language of the installation."""

    key = models.SlugField(_("key"), unique=True)
    names = models.JSONField(_("names by language"), default=dict)

    objects = OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.names.get(get_language() or "") or self.names.get(settings.LANGUAGE_CODE) or self.key


class TerritoryQuerySet(OpenQuerySet):
    """Named questions about territories."""

    def in_a_district(self):
        """Districts, and the neighbourhoods that belong to one."""
        quarter = Q(kind=TerritoryKind.NEIGHBOURHOOD, parent__isnull=False)
        return self.filter(Q(kind=TerritoryKind.DISTRICT) | quarter)

    def district_at(self, longitude, latitude):
        """The district whose outline holds this point, in degrees; None when none does."""
        districts = self.filter(kind=TerritoryKind.DISTRICT).exclude(outline=[]).order_by("code")
        return next((row for row in districts if contains(row.outline, longitude, latitude)), None)


class Territory(models.Model):
    """A municipality, district or neighbourhood, with its official code and outline."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=13, choices=TerritoryKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    outline = models.JSONField(_("outline (longitude, latitude rings)"), default=list, blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CentreQuerySet(SearchQuerySet):
    """Named questions about centres. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Centres `user` may read: public ones, those of their team, and those they work for."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        readable = Q(publication__in=PUBLIC_STATES) | Q(pk__in=[c for _role, c in standing.roles if c])
        if user.is_authenticated:
            readable |= Q(pk__in=TeamMember.objects.filter(current(), user_id=user.pk).values("centre_id"))
        return self.filter(readable)

    def taking_ideas(self):
        """Centres that are at work: not yet proposed ones, none that rests, none that has closed."""
        return self.filter(state=CentreState.ACTIVE)


class Centre(Record, Referenced, Searchable, Publishable, Translatable):
    """A shared innovation centre: a team under an agreement that turns ideas into tested pilots."""

    REFERENCE_PREFIX = "C"
    SEARCH_FIELDS = ("reference", "name", "purpose", "lead_unit")
    SORTED_BY = "name"
    TRANSLATED = ("name", "purpose", "lead_unit")

    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"))
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    lead_unit = models.CharField(_("lead unit"), max_length=200)
    contact_email = models.EmailField(
        _("address for questions"),
        blank=True,
        help_text=_("Of the office and not of a person: everybody sees it."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to a first answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("Within which who sends an idea hears from you. Empty: as usual here."),
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="centres", verbose_name=_("areas"))
    constituting_agreement = models.ForeignKey(
        "partners.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="constitutes",
        verbose_name=_("constituting agreement"),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=CentreState.choices, default=CentreState.PROPOSED, editable=False
    )

    objects = CentreQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("centre")
        verbose_name_plural = _("centres")

    def __str__(self) -> str:
        return self.name

    @property
    def days_to_answer(self) -> int:
        """Within how many days who sends an idea hears from it."""
        return self.answer_days or settings.FIRST_ANSWER_DAYS

    @property
    def takes_ideas(self) -> bool:
        """Whether an idea may be begun for it, or sent to it, now."""
        return bool(self.state == CentreState.ACTIVE)

    @property
    def centre_id(self) -> int | None:
        """The centre whose staff decides here: itself."""
        return self.pk


class ThroughCentre(models.QuerySet):
    """What is internal to a centre is seen by its team and by those who work for it."""

    def visible_to(self, user):
        """Rows of centres in whose work `user` takes part."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        if not user.is_authenticated:
            return self.none()
        mine = TeamMember.objects.filter(current(), user_id=user.pk).values("centre_id")
        return self.filter(Q(centre_id__in=standing.centres(READING_ROLES)) | Q(centre_id__in=mine))

    def current(self):
        """Rows whose period holds today."""
        return self.filter(current())


class TeamQuerySet(ThroughCentre):
    """Named questions about teams."""

    def known_to_all(self):
        """What anybody may know of the teams of public centres today: specialism and organisation, never a person."""
        verified = models.Case(
            models.When(organisation__state=OrganisationState.VERIFIED, then=models.F("organisation_id"))
        )
        shown = self.current().filter(centre__publication__in=PUBLIC_STATES).exclude(specialism="")
        return (
            shown.annotate(verified_id=verified)
            .order_by("specialism", "pk")
            .values("specialism", "verified_id")
        )


class TeamMember(Record):
    """A person in a centre's multidisciplinary team, with a specialism, for a period."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="team", verbose_name=_("centre"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="centre_teams", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    specialism = models.CharField(_("specialism"), max_length=120)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="partners_team_member_period",
                violation_error_message=_("The end comes before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.specialism}"
