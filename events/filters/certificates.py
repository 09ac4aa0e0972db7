"""How is the list of certificates narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from events.choices import CertificateState
from events.models import Capsule, Certificate, Session


class CertificateFilter(DomainFilter):
    """Query parameters of GET /api/v1/certificates/. Days and instants ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    state = df.MultipleChoiceFilter(choices=CertificateState.choices, label=_("State"))
    capsule = df.ModelMultipleChoiceFilter(
        field_name="taking__capsule", queryset=Capsule.objects.all(), label=_("Capsule")
    )
    session = df.ModelMultipleChoiceFilter(
        field_name="registration__session", queryset=Session.objects.all(), label=_("Session")
    )
    earned_on = df.DateFromToRangeFilter(label=_("Earned on"))
    order = df.OrderingFilter(
        fields={
            "sort_key": "name",
            "earned_on": "earned_on",
            "issued_at": "issued_at",
            "reference": "reference",
        },
        label=_("Order"),
    )

    class Meta:
        model = Certificate
        fields = ()
