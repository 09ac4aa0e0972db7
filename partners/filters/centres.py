"""How are centres, their teams, areas and territories narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication
from cic.core.filters import DomainFilter
from partners.choices import CentreState, TerritoryKind
from partners.models import Area, Centre, TeamMember, Territory


class CentreFilter(DomainFilter):
    """Centres the caller may read."""

    state = df.MultipleChoiceFilter(choices=CentreState.choices, label=_("State"))
    area = df.ModelMultipleChoiceFilter(field_name="areas", queryset=Area.objects.all(), label=_("Areas"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    order = df.OrderingFilter(fields=(("sort_key", "name"), ("reference", "reference"), ("state", "state")))

    class Meta:
        model = Centre
        fields = ()


class TeamMemberFilter(DomainFilter):
    """People in the teams of the caller's centres."""

    centre = df.ModelChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    user = df.NumberFilter(field_name="user_id", label=_("Person (id)"))
    organisation = df.NumberFilter(field_name="organisation_id", label=_("Organisation (id)"))
    current = df.BooleanFilter(method="only_current", label=_("In the team today"))
    order = df.OrderingFilter(fields=(("starts_on", "starts_on"), ("specialism", "specialism")))

    class Meta:
        model = TeamMember
        fields = ()

    def only_current(self, rows: Any, name: str, value: bool) -> Any:
        """Those that hold today, or those that do not."""
        return rows.current() if value else rows.exclude(pk__in=rows.current().values("pk"))


class AreaFilter(DomainFilter):
    """Fields of work."""

    key = df.CharFilter(label=_("Key"), max_length=50)
    order = df.OrderingFilter(fields=(("key", "key"),))

    class Meta:
        model = Area
        fields = ()


class TerritoryFilter(DomainFilter):
    """Municipalities, districts and neighbourhoods."""

    kind = df.MultipleChoiceFilter(choices=TerritoryKind.choices, label=_("Kind"))
    code = df.CharFilter(label=_("Code"), max_length=20)
    parent = df.NumberFilter(field_name="parent_id", label=_("Within (id)"))
    order = df.OrderingFilter(fields=(("code", "code"), ("name", "name")))

    class Meta:
        model = Territory
        fields = ()
