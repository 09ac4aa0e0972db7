"""How are the lists of outcomes and of what trials produced narrowed?"""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Publication
from cic.core.filters import DomainFilter
from partners.models import Centre
from pilots.choices import OutcomeVerdict, ProductKind, TrialKind
from pilots.models import Outcome, Product, Trial


class OutcomeFilter(DomainFilter):
    """Query parameters of GET /api/v1/outcomes/. Amounts in euro."""

    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    kind = df.ChoiceFilter(field_name="trial__kind", choices=TrialKind.choices, label=_("Kind"))
    centre = df.ModelMultipleChoiceFilter(
        field_name="trial__centre", queryset=Centre.objects.all(), label=_("Centre")
    )
    verdict = df.MultipleChoiceFilter(choices=OutcomeVerdict.choices, label=_("Verdict"))
    publication = df.MultipleChoiceFilter(choices=Publication.choices, label=_("Publication"))
    cost_eur = df.RangeFilter(label=_("Cost, in euro"))
    updated_at = df.IsoDateTimeFromToRangeFilter(label=_("Last changed"))
    order = df.OrderingFilter(fields=("verdict", "cost_eur", "created_at", "updated_at"), label=_("Order"))

    class Meta:
        model = Outcome
        fields = ()


class ProductFilter(DomainFilter):
    """Query parameters of GET /api/v1/products/."""

    outcome = df.ModelMultipleChoiceFilter(queryset=Outcome.objects.all(), label=_("Outcome"))
    trial = df.ModelMultipleChoiceFilter(
        field_name="outcome__trial", queryset=Trial.objects.all(), label=_("Trial")
    )
    kind = df.MultipleChoiceFilter(choices=ProductKind.choices, label=_("Kind"))
    order = df.OrderingFilter(fields=("name", "updated_at"), label=_("Order"))

    class Meta:
        model = Product
        fields = ()
