"""Which organisations are there, under which names, and who belongs to them?"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet, fold
from cic.core.validators import check_web_address
from partners.calculations.names import name_key, tax_key
from partners.choices import (
    JOIN_DAYS,
    READING_ROLES,
    Helix,
    JoinOrigin,
    JoinState,
    MembershipRole,
    OrganisationSize,
    OrganisationState,
)

from .users import current, standing_of

MATCHES_AT_MOST = 20


class OrganisationQuerySet(SearchQuerySet):
    """Named questions about organisations. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Organisations `user` may read: verified ones, their own, and for the city's staff all."""
        standing = standing_of(user)
        if standing.has_somewhere(READING_ROLES):
            return self
        return self.filter(Q(state=OrganisationState.VERIFIED) | Q(pk__in=standing.member_of))

    def unmerged(self):
        """Organisations that were not merged into another."""
        return self.exclude(state=OrganisationState.MERGED)

    def with_tax_id(self, tax_id, country):
        """Organisations that go by this tax number, with or without the country in front."""
        key = tax_key(tax_id, country)
        return self.unmerged().filter(tax_id__in=[key, f"{country}{key}"]) if key else self.none()

    def matching(self, name, tax_id="", country=""):
        """A list of organisations that are probably the same: by tax number, name, legal name or alias.

        Names are the same when they fold to the same words, legal forms such as “S.L.” left aside.
        """
        same_number = list(self.with_tax_id(tax_id, country)[:MATCHES_AT_MOST])
        key = name_key(name)
        if not key:
            return same_number
        found = {organisation.pk: organisation for organisation in same_number}
        alike = self.unmerged().holding(key)[: MATCHES_AT_MOST * 10]
        for organisation in alike:
            if key in (name_key(organisation.name), name_key(organisation.legal_name)):
                found[organisation.pk] = organisation
        aliased = Alias.objects.filter(folded__in=[key, fold(name)]).values("organisation_id")
        for organisation in self.unmerged().filter(pk__in=aliased)[:MATCHES_AT_MOST]:
            found[organisation.pk] = organisation
        return list(found.values())[:MATCHES_AT_MOST]


class Organisation(Record, Searchable, Translatable):
    """A company, university, association or administration. Organisations are not people."""

    SEARCH_FIELDS = ("name", "legal_name", "municipality")
    SORTED_BY = "name"
    TRANSLATED = ("description",)

    name = models.CharField(_("name"), max_length=250)
    legal_name = models.CharField(_("legal name"), max_length=300, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True, db_index=True)
    helix = models.CharField(
        _("helix"), max_length=14, choices=Helix.choices, default=Helix.UNCLASSIFIED, db_index=True
    )
    source_helix = models.CharField(_("kind in the source"), max_length=60, blank=True, editable=False)
    size = models.CharField(_("size"), max_length=6, choices=OrganisationSize.choices, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, db_index=True)
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    website = models.CharField(_("website"), max_length=500, blank=True, validators=[check_web_address])
    description = models.TextField(_("what it does"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=OrganisationState.choices,
        default=OrganisationState.PENDING,
        editable=False,
        db_index=True,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = order_indexes("partners_organisation", "sort_key", "created_at")

    def __str__(self) -> str:
        return self.name


class ThroughOrganisation(models.QuerySet):
    """What hangs on an organisation is seen by its members and the city's staff."""

    def visible_to(self, user):
        """Rows of organisations `user` belongs to; for the city's staff all."""
        standing = standing_of(user)
        if standing.has_somewhere(READING_ROLES):
            return self
        return self.filter(organisation_id__in=standing.member_of)

    def current(self):
        """Rows whose period holds today."""
        return self.filter(current())


class Alias(models.Model):
    """Another name an organisation is known by, or had before a merge; `folded` is its key for comparison."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=300)
    folded = models.CharField(max_length=300, editable=False, db_index=True)

    objects = ThroughOrganisation.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="partners_alias_once")]

    def __str__(self) -> str:
        return self.name


class Membership(Record):
    """A person in an organisation, with a role, for a period."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(
        _("role"), max_length=6, choices=MembershipRole.choices, default=MembershipRole.MEMBER
    )
    title = models.CharField(_("position"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = ThroughOrganisation.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ends_on=None),
                name="partners_membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="partners_membership_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    @property
    def is_open(self) -> bool:
        """Whether it holds today."""
        today = timezone.localdate()
        return (self.starts_on is None or self.starts_on <= today) and (
            self.ends_on is None or self.ends_on >= today
        )

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class JoinRequestQuerySet(models.QuerySet):
    """Named questions about who asked to join, or was invited."""

    def visible_to(self, user):
        """Their own, those to their address, those of organisations they administer; for the city's staff all."""
        standing = standing_of(user)
        if standing.has_somewhere(READING_ROLES):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(user_id=user.pk) | Q(email=user.email) | Q(organisation_id__in=standing.admin_of)
        )

    def waiting(self):
        """Those still to be answered and not too old for it."""
        oldest = timezone.now() - timedelta(days=JOIN_DAYS)
        return self.filter(state=JoinState.WAITING, created_at__gt=oldest)


class JoinRequest(Record):
    """A person's wish to join an organisation, or an organisation's invitation to an address. It holds once.

    An invitation belongs to an address: whoever signs in with that address, and nobody else, may take it up.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="join_requests", verbose_name=_("organisation")
    )
    origin = models.CharField(_("who began"), max_length=7, choices=JoinOrigin.choices, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="join_requests",
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail"), db_index=True)
    role = models.CharField(
        _("role"), max_length=6, choices=MembershipRole.choices, default=MembershipRole.MEMBER
    )
    message = models.TextField(_("message"), blank=True, max_length=2000)
    state = models.CharField(
        _("state"), max_length=9, choices=JoinState.choices, default=JoinState.WAITING, editable=False
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(state="waiting"),
                name="partners_join_request_once",
                violation_error_message=_("There is a request for this address already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}"

    @property
    def is_lapsed(self) -> bool:
        """Whether it waited too long to be answered."""
        return self.created_at < timezone.now() - timedelta(days=JOIN_DAYS)
