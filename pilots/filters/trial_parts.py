"""How are the lists of what belongs to trials narrowed?"""

from typing import Any

import django_filters as df
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.models import Organisation, Territory
from pilots.choices import Comparison, ExtensionState, PermitState, TrialPartnerRole
from pilots.models import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)


class OfTrial(DomainFilter):
    """What every part of a trial is narrowed by."""

    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))

    class Meta:
        model = Site
        fields = ()


class TrialPartnerFilter(OfTrial):
    """Query parameters of GET /api/v1/trial-partners/. Amounts in euro."""

    organisation = df.ModelMultipleChoiceFilter(queryset=Organisation.objects.all(), label=_("Organisation"))
    role = df.MultipleChoiceFilter(choices=TrialPartnerRole.choices, label=_("Role"))
    contribution_eur = df.RangeFilter(label=_("Contribution, in euro"))
    order = df.OrderingFilter(fields=("position", "contribution_eur", "updated_at"), label=_("Order"))

    class Meta:
        model = TrialPartner
        fields = ()


class TeamPersonFilter(OfTrial):
    """Query parameters of GET /api/v1/team-people/."""

    user = df.NumberFilter(field_name="user_id", label=_("Person"))
    order = df.OrderingFilter(fields=("task", "updated_at"), label=_("Order"))

    class Meta:
        model = TeamPerson
        fields = ()


class SiteFilter(OfTrial):
    """Query parameters of GET /api/v1/sites/. Coordinates in degrees, WGS 84."""

    territory = df.ModelMultipleChoiceFilter(queryset=Territory.objects.all(), label=_("District"))
    comparison = df.MultipleChoiceFilter(choices=Comparison.choices, label=_("Comparison"))
    latitude = df.RangeFilter(label=_("Latitude"))
    longitude = df.RangeFilter(label=_("Longitude"))
    order = df.OrderingFilter(fields=("name", "updated_at"), label=_("Order"))

    class Meta:
        model = Site
        fields = ()


class PermitFilter(OfTrial):
    """Query parameters of GET /api/v1/permits/."""

    state = df.MultipleChoiceFilter(choices=PermitState.choices, label=_("State"))
    valid_from = df.DateFromToRangeFilter(label=_("Valid from"))
    valid_to = df.DateFromToRangeFilter(label=_("Valid to"))
    order = df.OrderingFilter(fields=("name", "valid_from", "valid_to", "updated_at"), label=_("Order"))

    class Meta:
        model = Permit
        fields = ()


class MilestoneFilter(OfTrial):
    """Query parameters of GET /api/v1/milestones/."""

    due_on = df.DateFromToRangeFilter(label=_("Due"))
    done_on = df.DateFromToRangeFilter(label=_("Done"))
    open = df.BooleanFilter(field_name="done_on", lookup_expr="isnull", label=_("Not done yet"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("Late"))
    order = df.OrderingFilter(fields=("due_on", "done_on", "title", "updated_at"), label=_("Order"))

    class Meta:
        model = Milestone
        fields = ()

    def only_overdue(self, milestones: Any, name: str, value: bool) -> Any:
        """Milestones that are late today, or the others."""
        late = Q(done_on=None, due_on__lt=timezone.localdate())
        return milestones.filter(late) if value else milestones.exclude(late)


class RiskFilter(OfTrial):
    """Query parameters of GET /api/v1/risks/. Likelihood and impact from 1 to 5."""

    likelihood = df.RangeFilter(label=_("Likelihood"))
    impact = df.RangeFilter(label=_("Impact"))
    open = df.BooleanFilter(field_name="closed_on", lookup_expr="isnull", label=_("Still open"))
    order = df.OrderingFilter(fields=("likelihood", "impact", "closed_on", "updated_at"), label=_("Order"))

    class Meta:
        model = Risk
        fields = ()


class LogEntryFilter(OfTrial):
    """Query parameters of GET /api/v1/log-entries/."""

    happened_on = df.DateFromToRangeFilter(label=_("Day"))
    is_public = df.BooleanFilter(label=_("Shown to the public"))
    is_incident = df.BooleanFilter(label=_("Incident"))
    order = df.OrderingFilter(fields=("happened_on", "updated_at"), label=_("Order"))

    class Meta:
        model = LogEntry
        fields = ()


class SuccessCriterionFilter(OfTrial):
    """Query parameters of GET /api/v1/success-criteria/."""

    met = df.BooleanFilter(label=_("Met"))
    order = df.OrderingFilter(fields=("text", "updated_at"), label=_("Order"))

    class Meta:
        model = SuccessCriterion
        fields = ()


class ExtensionRequestFilter(OfTrial):
    """Query parameters of GET /api/v1/extension-requests/."""

    state = df.MultipleChoiceFilter(choices=ExtensionState.choices, label=_("State"))
    new_ends_on = df.DateFromToRangeFilter(label=_("New end"))
    order = df.OrderingFilter(fields=("new_ends_on", "created_at", "updated_at"), label=_("Order"))

    class Meta:
        model = ExtensionRequest
        fields = ()
