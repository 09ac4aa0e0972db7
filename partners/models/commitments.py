"""What did each party of an agreement promise, and what did each give?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record
from partners.choices import ResourceKind

from .agreements import Agreement, Party, ThroughAgreement


class Obligation(Record):
    """Something a party undertook to do, by a date if there is one."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="obligations", verbose_name=_("agreement")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="obligations", verbose_name=_("party"))
    text = models.TextField(_("what it undertakes"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    fulfilled_on = models.DateField(_("fulfilled"), null=True, blank=True)

    objects = ThroughAgreement.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.agreement.centre_id


class Resource(Record):
    """What a party promised to bring: an amount in a unit (euro, hours, square metres, pieces, datasets)."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="resources", verbose_name=_("agreement")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="resources", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=9, choices=ResourceKind.choices)
    description = models.CharField(_("description"), max_length=250, blank=True)
    promised = models.DecimalField(_("promised"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=20)
    recipient = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for which party")
    )

    objects = ThroughAgreement.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(promised__gte=0),
                name="partners_resource_amount",
                violation_error_message=_("An amount cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.party}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.agreement.centre_id


class ThroughResource(ThroughAgreement):
    """Gifts are read by those inside of the agreement."""

    PATH = "resource__agreement"

    def confirmed(self):
        """Those that count: both sides have confirmed them."""
        return self.exclude(confirmed_by_city=None).exclude(confirmed_by_party=None)


class ResourceGift(Record):
    """Part of a promised resource that was given; it counts once both sides have confirmed it."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="gifts", verbose_name=_("resource"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    given_on = models.DateField(_("given on"))
    note = models.CharField(_("note"), max_length=250, blank=True)
    confirmed_by_city = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    confirmed_by_party = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ThroughResource.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("resource given")
        verbose_name_plural = _("resources given")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="partners_gift_amount",
                violation_error_message=_("Give an amount above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.resource.unit}"

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.resource.agreement.centre_id

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides have confirmed it."""
        return bool(self.confirmed_by_city_id and self.confirmed_by_party_id)
