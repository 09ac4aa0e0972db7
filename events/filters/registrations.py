"""How is the list of registrations narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from events.choices import RegistrationState
from events.models import Event, Registration, Session


class RegistrationFilter(DomainFilter):
    """Query parameters of GET /api/v1/registrations/. Instants ISO 8601."""

    session = df.ModelMultipleChoiceFilter(queryset=Session.objects.all(), label=_("Session"))
    event = df.ModelMultipleChoiceFilter(
        field_name="session__event", queryset=Event.objects.all(), label=_("Event")
    )
    state = df.MultipleChoiceFilter(choices=RegistrationState.choices, label=_("State"))
    asked_at = df.IsoDateTimeFromToRangeFilter(label=_("Asked"))
    order = df.OrderingFilter(
        fields={"sort_key": "name", "asked_at": "asked_at", "waiting_since": "waiting_since"},
        label=_("Order"),
    )

    class Meta:
        model = Registration
        fields = ()
