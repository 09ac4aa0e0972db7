"""How are people and their roles narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from cic.core.search import fold
from partners.choices import Role, UserKind
from partners.models import Appointment, Centre, User
from partners.models.users import current, fold_address


class UserFilter(DomainFilter):
    """People the caller may know of; by address only for those who may read addresses."""

    confidential_fields = {"email": "partners.see_address", "is_active": "partners.see_address"}

    name = df.CharFilter(method="by_name", label=_("Name"), max_length=150)
    email = df.CharFilter(method="by_address", label=_("E-mail"), max_length=254)
    organisation = df.NumberFilter(method="in_organisation", label=_("Organisation (id)"))
    kind = df.ChoiceFilter(choices=UserKind.choices, label=_("Kind"))
    is_active = df.BooleanFilter(label=_("May sign in"))
    order = df.OrderingFilter(fields=(("name", "name"), ("email", "email")))

    class Meta:
        model = User
        fields = ()

    def by_name(self, users: Any, name: str, value: str) -> Any:
        """People whose name holds these words, however they are accented."""
        words = fold(value).split()
        # Names carry no index of words: what the caller may see of people is a short list.
        found = [
            pk for pk, said in users.values_list("pk", "name") if all(word in fold(said) for word in words)
        ]
        return users.filter(pk__in=found)

    def by_address(self, users: Any, name: str, value: str) -> Any:
        """The person with exactly this address."""
        return users.filter(email=fold_address(value))

    def in_organisation(self, users: Any, name: str, value: Any) -> Any:
        """Present members of one organisation."""
        return users.filter(pk__in=_present_members(value))


def _present_members(organisation_id: Any) -> Any:
    return (
        User.objects.filter(current("memberships__"), memberships__organisation_id=organisation_id)
        .order_by()
        .values("pk")
    )


class AppointmentFilter(DomainFilter):
    """Roles for the city."""

    user = df.NumberFilter(field_name="user_id", label=_("Person (id)"))
    role = df.MultipleChoiceFilter(choices=Role.choices, label=_("Role"))
    centre = df.ModelChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    current = df.BooleanFilter(method="only_current", label=_("Held today"))
    order = df.OrderingFilter(fields=(("role", "role"), ("starts_on", "starts_on"), ("ends_on", "ends_on")))

    class Meta:
        model = Appointment
        fields = ()

    def only_current(self, rows: Any, name: str, value: bool) -> Any:
        """Those that hold today, or those that do not."""
        return rows.current() if value else rows.exclude(pk__in=rows.current().values("pk"))
