"""How are agreements and what belongs to them narrowed?"""

from datetime import timedelta
from typing import Any

import django_filters as df
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication
from cic.core.filters import DomainFilter
from partners.choices import (
    AgreementKind,
    AgreementState,
    AmendmentKind,
    AmendmentState,
    PartyRole,
    ResourceKind,
)
from partners.models import (
    Agreement,
    Amendment,
    Centre,
    CommitteeAction,
    Meeting,
    Obligation,
    Organisation,
    Party,
    Resource,
    ResourceGift,
)


class AgreementFilter(DomainFilter):
    """Agreements the caller may know of. Dates are those of the term; `effective_ends_on` counts extensions."""

    confidential_fields = {
        "starts_on": "partners.read_agreement_term",
        "ends_on": "partners.read_agreement_term",
        "effective_ends_on": "partners.read_agreement_term",
        "expiring_within": "partners.read_agreement_term",
        "party": "partners.read_agreement_parties",
        "organisation": "partners.read_agreement_parties",
    }

    state = df.MultipleChoiceFilter(choices=AgreementState.choices, label=_("State"))
    kind = df.MultipleChoiceFilter(choices=AgreementKind.choices, label=_("Kind"))
    centre = df.ModelChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    party = df.CharFilter(method="by_party", label=_("Party (words of its name)"), max_length=200)
    organisation = df.NumberFilter(method="by_organisation", label=_("Party (id)"))
    starts_on = df.DateFromToRangeFilter(label=_("Start"))
    ends_on = df.DateFromToRangeFilter(label=_("End as signed"))
    effective_ends_on = df.DateFromToRangeFilter(label=_("Effective end"))
    expiring_within = df.NumberFilter(
        method="by_nearness", label=_("Ends within so many days"), min_value=0, max_value=36500
    )
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    order = df.OrderingFilter(
        fields=(
            ("reference", "reference"),
            ("sort_key", "title"),
            ("state", "state"),
            ("starts_on", "starts_on"),
            ("ends_on", "ends_on"),
            ("effective_ends_on", "effective_ends_on"),
        )
    )

    class Meta:
        model = Agreement
        fields = ()

    def by_party(self, agreements: Any, name: str, value: str) -> Any:
        """Agreements of which an organisation with these words in its name is a party."""
        if not value.strip():
            return agreements
        organisations = Organisation.objects.all().search(value).values("pk")
        parties = Party.objects.filter(organisation_id__in=organisations)
        return agreements.filter(pk__in=parties.values("agreement_id"))

    def by_organisation(self, agreements: Any, name: str, value: Any) -> Any:
        """Agreements of which this organisation is a party."""
        return agreements.filter(pk__in=Party.objects.filter(organisation_id=value).values("agreement_id"))

    def by_nearness(self, agreements: Any, name: str, value: Any) -> Any:
        """Agreements in force that end, extensions counted, within so many days from today."""
        today = timezone.localdate()
        return agreements.filter(
            state=AgreementState.IN_FORCE,
            effective_ends_on__gte=today,
            effective_ends_on__lte=today + timedelta(days=int(value)),
        )


class OfAgreement(DomainFilter):
    """What belongs to one agreement."""

    agreement = df.NumberFilter(field_name="agreement_id", label=_("Agreement (id)"))


class PartyFilter(OfAgreement):
    """Parties of agreements the caller may know of."""

    confidential_fields = {"signed_on": "partners.read_agreement_signatures"}

    organisation = df.NumberFilter(field_name="organisation_id", label=_("Organisation (id)"))
    role = df.MultipleChoiceFilter(choices=PartyRole.choices, label=_("Role"))
    signed = df.BooleanFilter(
        field_name="signed_on", lookup_expr="isnull", exclude=True, label=_("Has signed")
    )
    order = df.OrderingFilter(fields=(("signed_on", "signed_on"), ("role", "role")))

    class Meta:
        model = Party
        fields = ()


class ObligationFilter(OfAgreement):
    """Obligations in agreements the caller stands inside of."""

    party = df.NumberFilter(field_name="party_id", label=_("Party (id)"))
    due_on = df.DateFromToRangeFilter(label=_("Due"))
    fulfilled = df.BooleanFilter(
        field_name="fulfilled_on", lookup_expr="isnull", exclude=True, label=_("Fulfilled")
    )
    order = df.OrderingFilter(fields=(("due_on", "due_on"),))

    class Meta:
        model = Obligation
        fields = ()


class ResourceFilter(OfAgreement):
    """Resources promised in agreements the caller stands inside of."""

    party = df.NumberFilter(field_name="party_id", label=_("Party (id)"))
    kind = df.MultipleChoiceFilter(choices=ResourceKind.choices, label=_("Kind"))
    promised = df.RangeFilter(label=_("Promised"))
    order = df.OrderingFilter(fields=(("promised", "promised"), ("kind", "kind")))

    class Meta:
        model = Resource
        fields = ()


class GiftFilter(DomainFilter):
    """What was given, in agreements the caller stands inside of."""

    agreement = df.NumberFilter(field_name="resource__agreement_id", label=_("Agreement (id)"))
    resource = df.NumberFilter(field_name="resource_id", label=_("Resource (id)"))
    given_on = df.DateFromToRangeFilter(label=_("Given on"))
    confirmed = df.BooleanFilter(method="by_confirmation", label=_("Confirmed by both sides"))
    order = df.OrderingFilter(fields=(("given_on", "given_on"), ("amount", "amount")))

    class Meta:
        model = ResourceGift
        fields = ()

    def by_confirmation(self, gifts: Any, name: str, value: bool) -> Any:
        """Those that count, or those that still wait for a side."""
        counting = gifts.confirmed()
        return counting if value else gifts.exclude(pk__in=counting.values("pk"))


class AmendmentFilter(OfAgreement):
    """Amendments of agreements the caller stands inside of."""

    kind = df.MultipleChoiceFilter(choices=AmendmentKind.choices, label=_("Kind"))
    state = df.MultipleChoiceFilter(choices=AmendmentState.choices, label=_("State"))
    new_ends_on = df.DateFromToRangeFilter(label=_("New end"))
    effective_on = df.DateFromToRangeFilter(label=_("Takes effect on"))
    order = df.OrderingFilter(
        fields=(
            ("reference", "reference"),
            ("new_ends_on", "new_ends_on"),
            ("effective_on", "effective_on"),
        )
    )

    class Meta:
        model = Amendment
        fields = ()


class MeetingFilter(OfAgreement):
    """Meetings of follow-up committees of agreements the caller stands inside of."""

    met_on = df.DateFromToRangeFilter(label=_("Met on"))
    order = df.OrderingFilter(fields=(("met_on", "met_on"),))

    class Meta:
        model = Meeting
        fields = ()


class CommitteeActionFilter(DomainFilter):
    """What the committees of agreements the caller stands inside of agreed to do."""

    agreement = df.ModelMultipleChoiceFilter(
        field_name="meeting__agreement", queryset=Agreement.objects.all(), label=_("Agreement")
    )
    meeting = df.ModelMultipleChoiceFilter(queryset=Meeting.objects.all(), label=_("Meeting"))
    open = df.BooleanFilter(field_name="done_on", lookup_expr="isnull", label=_("Not done yet"))
    concerns_me = df.BooleanFilter(method="only_mine", label=_("Mine to do"))
    due_on = df.DateFromToRangeFilter(label=_("Until"))
    order = df.OrderingFilter(fields=(("due_on", "due_on"), ("done_on", "done_on")))

    class Meta:
        model = CommitteeAction
        fields = ()

    def only_mine(self, actions: Any, name: str, value: bool) -> Any:
        """What the caller has to do, by name or for whom they stand."""
        mine = CommitteeAction.objects.concerning(self.request.user).values("pk")
        return actions.filter(pk__in=mine) if value else actions.exclude(pk__in=mine)
