"""How are organisations, their members and those who ask to join narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.calculations.names import tax_key
from partners.choices import Helix, JoinOrigin, JoinState, MembershipRole, OrganisationSize, OrganisationState
from partners.models import JoinRequest, Membership, Organisation


class OrganisationFilter(DomainFilter):
    """Organisations the caller may read. By tax number only for those who may read it."""

    confidential_fields = {"tax_id": "partners.see_contact"}

    state = df.MultipleChoiceFilter(choices=OrganisationState.choices, label=_("State"))
    helix = df.MultipleChoiceFilter(choices=Helix.choices, label=_("Helix"))
    size = df.MultipleChoiceFilter(choices=OrganisationSize.choices, label=_("Size"))
    country = df.CharFilter(lookup_expr="iexact", label=_("Country (two letters)"), max_length=2)
    municipality = df.CharFilter(lookup_expr="iexact", label=_("Municipality"), max_length=120)
    tax_id = df.CharFilter(method="by_tax_id", label=_("Tax number"), max_length=40)
    order = df.OrderingFilter(
        fields=(
            ("sort_key", "name"),
            ("country", "country"),
            ("helix", "helix"),
            ("created_at", "created_at"),
        )
    )

    class Meta:
        model = Organisation
        fields = ()

    def by_tax_id(self, organisations: Any, name: str, value: str) -> Any:
        """The organisation with this number, however it is written."""
        return organisations.filter(tax_id=tax_key(value))


class MembershipFilter(DomainFilter):
    """Memberships of the caller's organisations; for the city's staff all."""

    user = df.NumberFilter(field_name="user_id", label=_("Person (id)"))
    organisation = df.NumberFilter(field_name="organisation_id", label=_("Organisation (id)"))
    role = df.MultipleChoiceFilter(choices=MembershipRole.choices, label=_("Role"))
    current = df.BooleanFilter(method="only_current", label=_("Holds today"))
    order = df.OrderingFilter(fields=(("starts_on", "starts_on"), ("ends_on", "ends_on"), ("role", "role")))

    class Meta:
        model = Membership
        fields = ()

    def only_current(self, rows: Any, name: str, value: bool) -> Any:
        """Those that hold today, or those that do not."""
        return rows.current() if value else rows.exclude(pk__in=rows.current().values("pk"))


class JoinRequestFilter(DomainFilter):
    """Requests and invitations the caller has a part in."""

    organisation = df.NumberFilter(field_name="organisation_id", label=_("Organisation (id)"))
    origin = df.MultipleChoiceFilter(choices=JoinOrigin.choices, label=_("Who began"))
    state = df.MultipleChoiceFilter(choices=JoinState.choices, label=_("State"))
    order = df.OrderingFilter(fields=(("created_at", "created_at"),))

    class Meta:
        model = JoinRequest
        fields = ()
