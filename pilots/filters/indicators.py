"""How are the lists of indicators, their amendments and measurements narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from pilots.choices import Aggregation, Direction, IndicatorKind, MeasurementState
from pilots.models import Indicator, IndicatorAmendment, Measurement, Site, Trial


class IndicatorFilter(DomainFilter):
    """Query parameters of GET /api/v1/indicators/."""

    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    kind = df.MultipleChoiceFilter(choices=IndicatorKind.choices, label=_("Kind"))
    direction = df.MultipleChoiceFilter(choices=Direction.choices, label=_("Direction"))
    aggregation = df.MultipleChoiceFilter(choices=Aggregation.choices, label=_("Aggregation"))
    site = df.ModelMultipleChoiceFilter(queryset=Site.objects.all(), label=_("Comparison place"))
    comparison_of = df.ModelMultipleChoiceFilter(
        queryset=Indicator.objects.all(), label=_("Is compared with")
    )
    frozen = df.BooleanFilter(field_name="frozen_at", lookup_expr="isnull", exclude=True, label=_("Frozen"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    order = df.OrderingFilter(fields=("name", "frozen_at", "updated_at"), label=_("Order"))

    class Meta:
        model = Indicator
        fields = ()


class IndicatorAmendmentFilter(DomainFilter):
    """Query parameters of GET /api/v1/indicator-amendments/."""

    indicator = df.ModelMultipleChoiceFilter(queryset=Indicator.objects.all(), label=_("Indicator"))
    trial = df.ModelMultipleChoiceFilter(
        field_name="indicator__trial", queryset=Trial.objects.all(), label=_("Trial")
    )
    made_at = df.IsoDateTimeFromToRangeFilter(label=_("Made"))
    order = df.OrderingFilter(fields=("made_at",), label=_("Order"))

    class Meta:
        model = IndicatorAmendment
        fields = ()


class MeasurementFilter(DomainFilter):
    """Query parameters of GET /api/v1/measurements/."""

    indicator = df.ModelMultipleChoiceFilter(queryset=Indicator.objects.all(), label=_("Indicator"))
    trial = df.ModelMultipleChoiceFilter(
        field_name="indicator__trial", queryset=Trial.objects.all(), label=_("Trial")
    )
    state = df.MultipleChoiceFilter(choices=MeasurementState.choices, label=_("State"))
    is_current = df.BooleanFilter(label=_("Version in force"))
    period_start = df.DateFromToRangeFilter(label=_("From"))
    period_end = df.DateFromToRangeFilter(label=_("To"))
    value = df.RangeFilter(label=_("Value"))
    measured = df.BooleanFilter(method="only_measured", label=_("Measured"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    order = df.OrderingFilter(fields=("period_start", "period_end", "value", "updated_at"), label=_("Order"))

    class Meta:
        model = Measurement
        fields = ()

    def only_measured(self, measurements, name, value):
        """Those that hold something, or those that say why not."""
        missing = {"not_measured_reason": ""}
        return measurements.filter(**missing) if value else measurements.exclude(**missing)
