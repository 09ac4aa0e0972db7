"""On what terms do the parties work together, until when, and what did they change since?"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import MOST_DAYS, PUBLIC_STATES, languages, own_language
from cic.core.models import Publishable, Record, Referenced, Searchable, Translatable, order_indexes
from cic.core.search import SearchQuerySet
from cic.core.validators import check_web_address
from partners.calculations.terms import latest_extended_end
from partners.choices import (
    MOVING_KINDS,
    READING_ROLES,
    AgreementKind,
    AgreementState,
    AmendmentKind,
    AmendmentState,
    PartyRole,
)

from .users import standing_of


def default_notice_days() -> int:
    """The installation's usual notice period, in days."""
    return settings.AGREEMENT_NOTICE_DAYS


def signed_document() -> Any:
    """The file that proves a signature: one for all, or each party its own. It stays as long as the signature."""
    return models.ForeignKey(
        "core.Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed document"),
    )


class AgreementQuerySet(SearchQuerySet):
    """Named questions about agreements. A read made for a person starts at `visible_to`."""

    def inside(self, user):
        """Agreements whose whole text `user` may read: as staff of the centre or member of a party."""
        standing = standing_of(user)
        if standing.everywhere(READING_ROLES):
            return self
        party = Party.objects.filter(organisation_id__in=standing.member_of).values("agreement_id")
        return self.filter(
            Q(centre_id__in=standing.centres(READING_ROLES))
            | (Q(pk__in=party) & ~Q(state__in=[AgreementState.DRAFT, AgreementState.ABANDONED]))
        )

    def visible_to(self, user):
        """Agreements `user` may know of: public ones, and those they stand inside of."""
        return self.filter(
            Q(publication__in=PUBLIC_STATES) | Q(pk__in=self.model.objects.inside(user).values("pk"))
        )

    def sought_by(self, user):
        """Those `user` may know of; where an agreement's object is not public, those they stand inside of."""
        return self.visible_to(user) if "object" in settings.AGREEMENT_PUBLIC_FIELDS else self.inside(user)

    def with_effective_end(self):
        """Add `effective_ends_on`: the end after signed extensions, or the earlier termination, agreed or made."""
        # Agreed for a day to come, a termination is the end already; nothing is extended beyond it.
        agreed = Coalesce(Min("effective_on", filter=Q(kind=AmendmentKind.TERMINATION)), Max("new_ends_on"))
        amended = (
            Amendment.objects.filter(agreement=OuterRef("pk"), state=AmendmentState.IN_FORCE)
            .order_by()
            .values("agreement")
            .annotate(last=agreed)
            .values("last")
        )
        end = Coalesce(Subquery(amended), F("ends_on"))
        return self.annotate(
            effective_ends_on=models.Case(
                models.When(terminated_on__isnull=False, then=Least("terminated_on", end)), default=end
            )
        )

    def in_force_on(self, day):
        """Signed agreements whose term includes `day`."""
        return self.with_effective_end().filter(
            state=AgreementState.IN_FORCE, starts_on__lte=day, effective_ends_on__gte=day
        )

    def expiring_within(self, days):
        """Agreements in force whose effective end comes within `days` from today (local calendar)."""
        today = timezone.localdate()
        return self.with_effective_end().filter(
            state=AgreementState.IN_FORCE,
            effective_ends_on__gte=today,
            effective_ends_on__lte=today + timedelta(days=days),
        )

    def over(self):
        """Agreements that have not been ended although their effective end is past (local calendar)."""
        return self.with_effective_end().filter(
            state__in=[AgreementState.IN_FORCE, AgreementState.SUSPENDED],
            effective_ends_on__lt=timezone.localdate(),
        )

    def running(self):
        """Agreements in force whose effective end is still to come, or today."""
        return self.with_effective_end().filter(
            state=AgreementState.IN_FORCE, effective_ends_on__gte=timezone.localdate()
        )


class Agreement(Record, Referenced, Searchable, Publishable, Translatable):
    """What two or more parties signed. Original dates never change; amendments are child records."""

    REFERENCE_PREFIX = "A"
    SEARCH_FIELDS = ("reference", "title", "object")
    TRANSLATED = ("title", "object")

    title = models.CharField(_("title"), max_length=250)
    kind = models.CharField(_("kind"), max_length=9, choices=AgreementKind.choices)
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="agreements", verbose_name=_("centre")
    )
    framework = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="specifics",
        verbose_name=_("framework agreement"),
    )
    predecessor = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name=_("succeeds")
    )
    object = models.TextField(_("object"))
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end as signed"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        _("notice period, in days"), default=default_notice_days, validators=[MaxValueValidator(MOST_DAYS)]
    )
    extension_clause = models.TextField(_("extension clause"), blank=True)
    confidentiality_clause = models.TextField(_("confidentiality clause"), blank=True)
    property_clause = models.TextField(_("intellectual-property clause"), blank=True)
    register_url = models.CharField(
        _("link to the official register"), max_length=500, blank=True, validators=[check_web_address]
    )
    state = models.CharField(
        _("state"),
        max_length=17,
        choices=AgreementState.choices,
        default=AgreementState.DRAFT,
        editable=False,
        db_index=True,
    )
    committee = models.TextField(_("follow-up committee"), blank=True)
    terminated_on = models.DateField(_("terminated on"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes = order_indexes("partners_agreement", "sort_key", "starts_on", "ends_on")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="partners_agreement_term",
                violation_error_message=_("The end comes before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    @property
    def legal_limit_on(self) -> date | None:
        """The last day that all extensions together may reach by law; None without an end."""
        years = settings.AGREEMENT_EXTENSION_MAX_YEARS
        return latest_extended_end(self.ends_on, years) if self.ends_on else None


class ThroughAgreement(models.QuerySet):
    """What belongs to an agreement is read in full by those inside of it."""

    PATH = "agreement"

    def visible_to(self, user):
        """Rows of agreements `user` stands inside of."""
        return self.filter(**{f"{self.PATH}__in": Agreement.objects.inside(user).values("pk")})


class PartyQuerySet(ThroughAgreement):
    """The parties of a public agreement are public, where the installation says so."""

    def visible_to(self, user):
        """Parties of every agreement `user` may know of; of those they stand inside of where parties are not public."""
        agreements = Agreement.objects
        known = agreements.visible_to if "parties" in settings.AGREEMENT_PUBLIC_FIELDS else agreements.inside
        return self.filter(agreement__in=known(user).values("pk"))


class Party(Record):
    """An organisation that signs an agreement, in a role, by a signatory, on a date."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="parties", verbose_name=_("agreement")
    )
    organisation = models.ForeignKey(
        "partners.Organisation", models.PROTECT, related_name="parties", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=7, choices=PartyRole.choices, default=PartyRole.PARTNER)
    signatory_name = models.CharField(_("who signs"), max_length=150, blank=True)
    signatory_position = models.CharField(_("position of who signs"), max_length=150, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    document = signed_document()

    objects = PartyQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "organisation"], name="partners_party_once"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.agreement.centre_id


class AmendmentQuerySet(ThroughAgreement):
    """Named questions about amendments."""

    def to_take_effect(self):
        """Signed suspensions and terminations whose day has come and that have not moved their agreement yet."""
        return self.filter(
            state=AmendmentState.IN_FORCE,
            kind__in=MOVING_KINDS,
            effective_on__lte=timezone.localdate(),
            took_effect_on=None,
            agreement__state__in=[AgreementState.IN_FORCE, AgreementState.SUSPENDED],
        )

    def to_be_lifted(self):
        """Suspensions that took effect and were to last until today, or until before, of agreements still suspended."""
        return self.filter(
            state=AmendmentState.IN_FORCE,
            kind=AmendmentKind.SUSPENSION,
            resumes_on__lte=timezone.localdate(),
            took_effect_on__isnull=False,
            agreement__state=AgreementState.SUSPENDED,
        )


class Amendment(Record, Referenced):
    """What all parties agree to change: an addendum, extension, suspension or termination, with its own signatures."""

    REFERENCE_PREFIX = "AD"

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="amendments", verbose_name=_("agreement")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=AmendmentKind.choices)
    text = models.TextField(_("what changes"))
    new_ends_on = models.DateField(_("new end"), null=True, blank=True)
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    resumes_on = models.DateField(_("goes on again on"), null=True, blank=True)
    took_effect_on = models.DateField(_("took effect on"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=17,
        choices=AmendmentState.choices,
        default=AmendmentState.DRAFT,
        editable=False,
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_kind_display()}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.agreement.centre_id


class ThroughAmendment(ThroughAgreement):
    """Signatures of an amendment are read by those inside of the agreement."""

    PATH = "amendment__agreement"


class AmendmentSignature(Record):
    """A party's signature under an amendment."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    signatory_name = models.CharField(_("who signs"), max_length=150)
    signed_on = models.DateField(_("signed on"))
    document = signed_document()

    objects = ThroughAmendment.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["amendment", "party"], name="partners_amendment_signature_once"),
        ]

    def __str__(self) -> str:
        return f"{self.party} · {self.signed_on}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.amendment.agreement.centre_id


class MeetingQuerySet(ThroughAgreement, SearchQuerySet):
    """Named questions about meetings."""

    def with_open_count(self):
        """Add `open_count`: how many of the actions agreed there nobody has done yet."""
        return self.annotate(open_count=models.Count("actions", filter=Q(actions__done_on=None)))


class Meeting(Record, Searchable):
    """A meeting of an agreement's follow-up committee, with what it noted and decided."""

    SEARCH_FIELDS = ("minutes", "present")
    SORTED_BY = "minutes"
    SHOWN_BY = "agreement__reference"
    LISTED = False

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="meetings", verbose_name=_("agreement")
    )
    met_on = models.DateField(_("met on"))
    present = models.TextField(_("who was there"))
    minutes = models.TextField(_("minutes"))

    objects = MeetingQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("committee meeting")
        verbose_name_plural = _("committee meetings")

    def __str__(self) -> str:
        return f"{self.met_on} · {self.agreement.reference}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.agreement.centre_id
