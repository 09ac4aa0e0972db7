"""How is the list of cases narrowed?"""

import django_filters as df
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from cms.choices import CaseState
from cms.models import CasePage
from partners.models import Centre


class CaseFilter(DomainFilter):
    """Query parameters of the list of cases."""

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

    def by_words(self, cases, name, value):
        """Cases that hold all the words, or whose trial goes by this reference."""
        found = CasePage.objects.search(value).order_by().values("pk")
        return cases.filter(Q(pk__in=found) | Q(outcome__trial__reference=value.strip().upper()))
