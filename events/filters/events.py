"""How is the list of events narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication, languages
from cic.core.filters import DomainFilter, by_title
from events.choices import EventKind
from events.models import Event
from partners.models import Centre


class EventFilter(DomainFilter):
    """Query parameters of GET /api/v1/events/. Instants ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    kind = df.MultipleChoiceFilter(choices=EventKind.choices, label=_("Kind"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language of the text"))
    over = df.BooleanFilter(method="by_end", label=_("Over"))
    is_cancelled = df.BooleanFilter(label=_("Cancelled"))
    starts_at = df.IsoDateTimeFromToRangeFilter(label=_("Begins"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=by_title("reference", "title", "starts_at", "created_at", "updated_at"), label=_("Order")
    )

    class Meta:
        model = Event
        fields = ()

    def by_end(self, events, name, value):
        """Past ones, or those to come."""
        if value is None:
            return events
        return events.past() if value else events.upcoming()
