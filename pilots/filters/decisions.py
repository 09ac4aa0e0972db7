"""How are the lists of decisions, and of what came from what, narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from partners.models import Centre
from pilots.choices import DecisionStage, DecisionVerdict, LineageKind
from pilots.models import Decision, Idea, Lineage, Trial
from pilots.models.lineage import ENDS

END_CHOICES = [(label, label) for label in ENDS]


class DecisionFilter(DomainFilter):
    """Query parameters of GET /api/v1/decisions/. Dates ISO 8601."""

    reference = df.CharFilter(label=_("Reference"))
    idea = df.ModelMultipleChoiceFilter(queryset=Idea.objects.all(), label=_("Idea"))
    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Proof of concept"))
    centre = df.ModelMultipleChoiceFilter(
        queryset=Centre.objects.all(), method="of_centre", label=_("Centre")
    )
    verdict = df.MultipleChoiceFilter(choices=DecisionVerdict.choices, label=_("Verdict"))
    stage = df.MultipleChoiceFilter(choices=DecisionStage.choices, method="at_stage", label=_("Known to"))
    standing = df.BooleanFilter(
        field_name="replaced_by", lookup_expr="isnull", label=_("Not replaced by a later one")
    )
    body = df.CharFilter(lookup_expr="icontains", max_length=200, label=_("Deciding body"))
    decided_on = df.DateFromToRangeFilter(label=_("Decided"))
    review_on = df.DateFromToRangeFilter(label=_("To be reviewed on"))
    notified_at = df.IsoDateTimeFromToRangeFilter(label=_("Notified"))
    published_at = df.IsoDateTimeFromToRangeFilter(label=_("Published"))
    order = df.OrderingFilter(
        fields=("reference", "decided_on", "notified_at", "published_at", "created_at"), label=_("Order")
    )

    class Meta:
        model = Decision
        fields = ()

    def of_centre(self, decisions: Any, name: str, centres: Any) -> Any:
        """Decisions on ideas and trials of one of the centres."""
        if not centres:
            return decisions
        ideas, trials = (model.objects.filter(centre__in=centres).values("pk") for model in (Idea, Trial))
        return decisions.about(ideas=ideas, trials=trials)

    def at_stage(self, decisions: Any, name: str, stages: list[str]) -> Any:
        """Decisions that are as far known as one of the stages."""
        return decisions.at_stages(stages) if stages else decisions


class LineageFilter(DomainFilter):
    """Query parameters of GET /api/v1/lineage/."""

    kind = df.MultipleChoiceFilter(choices=LineageKind.choices, label=_("Kind"))
    from_type = df.ChoiceFilter(choices=END_CHOICES, label=_("From: kind of record"))
    from_id = df.NumberFilter(label=_("From: identifier"))
    to_type = df.ChoiceFilter(choices=END_CHOICES, label=_("To: kind of record"))
    to_id = df.NumberFilter(label=_("To: identifier"))
    created_at = df.IsoDateTimeFromToRangeFilter(label=_("Created"))
    order = df.OrderingFilter(fields=("created_at",), label=_("Order"))

    class Meta:
        model = Lineage
        fields = ()
