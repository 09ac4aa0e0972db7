"""How is the list of cases narrowed?"""

import django_filters as df
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from cic.core.search import MAX_QUERY_LENGTH
from cms.choices import CaseState
from cms.models import CasePage
from partners.models import Centre


class CaseFilter(DomainFilter):
    """Query parameters of the list of cases."""

    title = df.CharFilter(
        method="by_title", label=_("Words of the title, or the reference"), max_length=MAX_QUERY_LENGTH
    )
    stage = df.MultipleChoiceFilter(choices=CaseState.choices, label=_("State"))
    language = df.MultipleChoiceFilter(
        field_name="locale__language_code", choices=settings.LANGUAGES, label=_("Language")
    )
    centre = df.ModelMultipleChoiceFilter(
        field_name="outcome__trial__centre", queryset=Centre.objects.all(), label=_("Centre")
    )
    order = df.OrderingFilter(fields=(("draft_title", "title"),), label=_("Order"))

    class Meta:
        model = CasePage
        fields = ()

    def by_title(self, cases, name, value):
        """Cases whose title holds all the words, or whose trial goes by this reference."""
        titled = Q()
        for word in value.split():
            titled &= Q(draft_title__icontains=word)
        return cases.filter(titled | Q(outcome__trial__reference=value.strip().upper()))
