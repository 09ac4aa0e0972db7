"""How is the list of needs narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication, languages
from cic.core.filters import DomainFilter, by_title
from partners.models import Area, Centre, Territory
from pilots.choices import ChallengeState
from pilots.models import Challenge


class ChallengeFilter(DomainFilter):
    """Query parameters of GET /api/v1/challenges/. Dates ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    state = df.MultipleChoiceFilter(choices=ChallengeState.choices, label=_("State"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    areas = df.ModelMultipleChoiceFilter(queryset=Area.objects.all(), label=_("Area"))
    territories = df.ModelMultipleChoiceFilter(queryset=Territory.objects.all(), label=_("Territory"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language of the text"))
    closes_on = df.DateFromToRangeFilter(label=_("Open to ideas until"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    external_id = df.CharFilter(label=_("Identifier in the source"))
    source = df.CharFilter(label=_("Source"))
    order = df.OrderingFilter(
        fields=by_title("reference", "title", "closes_on", "state", "created_at", "updated_at"),
        label=_("Order"),
    )

    class Meta:
        model = Challenge
        fields = ()
