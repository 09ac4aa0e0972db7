"""How are the lists of capsules, and of who takes them, narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages
from cic.core.filters import DomainFilter, by_title
from events.choices import CapsuleLevel, CapsuleState, TakingState
from events.models import Capsule, Taking
from partners.models import Centre


class CapsuleFilter(DomainFilter):
    """Query parameters of GET /api/v1/capsules/. Instants ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    state = df.MultipleChoiceFilter(choices=CapsuleState.choices, label=_("State"))
    level = df.MultipleChoiceFilter(choices=CapsuleLevel.choices, label=_("Level"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language of the text"))
    minutes = df.RangeFilter(label=_("Minutes"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=by_title("reference", "title", "minutes", "created_at", "updated_at"), label=_("Order")
    )

    class Meta:
        model = Capsule
        fields = ()


class TakingFilter(DomainFilter):
    """Query parameters of GET /api/v1/takings/. Instants ISO 8601."""

    capsule = df.ModelMultipleChoiceFilter(queryset=Capsule.objects.all(), label=_("Capsule"))
    state = df.MultipleChoiceFilter(choices=TakingState.choices, label=_("State"))
    order = df.OrderingFilter(fields=("begun_at",), label=_("Order"))

    class Meta:
        model = Taking
        fields = ()
