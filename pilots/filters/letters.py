"""How is the list of letters narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages
from cic.core.filters import DomainFilter
from partners.models import Centre
from pilots.choices import DecisionVerdict
from pilots.models import Letter


class LetterFilter(DomainFilter):
    """Query parameters of the list of letters."""

    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    verdict = df.MultipleChoiceFilter(choices=DecisionVerdict.choices, label=_("Verdict"))
    language = df.MultipleChoiceFilter(choices=languages, label=_("Language"))
    order = df.OrderingFilter(fields=("verdict", "language", "updated_at"), label=_("Order"))

    class Meta:
        model = Letter
        fields = ()
