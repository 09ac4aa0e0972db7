"""How are machine accounts narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.choices import MACHINE_ROLES
from partners.models import Centre, Machine, Organisation


def visible_centres(request: Any) -> Any:
    """The centres the reader may name."""
    return Centre.objects.visible_to(request.user) if request is not None else Centre.objects.none()


def organisations_with_machines(request: Any) -> Any:
    """The organisations that have machines the reader may know of."""
    if request is None:
        return Organisation.objects.none()
    known = Machine.objects.visible_to(request.user).exclude(organisation=None)
    return Organisation.objects.filter(pk__in=known.values("organisation_id")).order_by("sort_key")


class MachineFilter(DomainFilter):
    """Machines the caller may know of."""

    name = df.CharFilter(field_name="user__name", lookup_expr="icontains", label=_("Name"), max_length=150)
    organisation = df.ModelChoiceFilter(queryset=organisations_with_machines, label=_("Organisation"))
    role = df.ChoiceFilter(choices=[(role.value, role.label) for role in MACHINE_ROLES], label=_("Role"))
    centre = df.ModelChoiceFilter(queryset=visible_centres, label=_("Centre"))
    order = df.OrderingFilter(fields=(("user__name", "name"), ("created_at", "created_at")))

    class Meta:
        model = Machine
        fields = ()
