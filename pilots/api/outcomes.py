"""/api/v1/outcomes/ and /products/: what came of trials, target against actual, and what they produced."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.serializers import VisibleRelatedField
from cic.core.idempotency import idempotent
from partners.models import Centre, Organisation
from pilots.filters.outcomes import OutcomeFilter, ProductFilter
from pilots.models import Outcome, Product
from pilots.models.results import results_of
from pilots.operations import outcomes, replications
from pilots.transitions.outcomes import OUTCOME_PUBLICATION

NOTE = {"write_only": True, "required": False, "allow_blank": True, "max_length": 4000}


class OutcomeSerializer(DomainSerializer):
    """The verdict on a trial. A change of a public one needs `note`, the reason, and shows as a correction."""

    note = serializers.CharField(**NOTE)
    list_fields = (
        "id", "trial", "verdict", "language", "cost_eur", "publication", "created_at", "updated_at", "version", "source",
        "external_id",
    )  # fmt: skip

    class Meta:
        model = Outcome
        fields = (
            "id", "trial", "verdict", "language", "summary", "lessons", "success_conditions", "replicability", "cost_eur",
            "note", "publication", "public_from", "translations", "created_at", "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("public_from", "source", "external_id")


class ResultSerializer(serializers.Serializer):
    """One indicator: target against actual. `met` is null where either is not known."""

    indicator = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.CharField()
    baseline = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    target = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    actual = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    actual_text = serializers.CharField()
    progress_pct = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    measured = serializers.IntegerField()
    not_measured = serializers.IntegerField()
    amended = serializers.BooleanField()


class ResultsSerializer(serializers.Serializer):
    """The table of target against actual."""

    results = ResultSerializer(many=True)


class ReplicateSerializer(StrictSerializer):
    """Where a case is taken up, and as what."""

    replicate_as = serializers.ChoiceField(choices=[("idea", _("Idea")), ("pilot", _("Pilot"))])
    centre = VisibleRelatedField(queryset=Centre.objects.all())
    organisation = VisibleRelatedField(queryset=Organisation.objects.all(), required=False, allow_null=True)


class ReplicaSerializer(serializers.Serializer):
    """What was made: an idea or a trial, by its id."""

    type = serializers.CharField()
    id = serializers.IntegerField()
    reference = serializers.CharField()


def change_outcome(
    outcome: Outcome, changes: dict[str, Any], *, actor: Any, expected_version: int | None = None
) -> Outcome:
    """Change it; the reason goes beside the changes."""
    note = changes.pop("note", "")
    return outcomes.edit_outcome(outcome, changes, actor=actor, note=note, expected_version=expected_version)


class OutcomeViewSet(DomainViewSet):
    """Outcomes the caller may see: failures too."""

    serializer_class = OutcomeSerializer
    translate_permission = "pilots.translate"
    filterset_class = OutcomeFilter
    table = OUTCOME_PUBLICATION
    writes = {"create": outcomes.write_outcome, "edit": change_outcome, "move": outcomes.move_outcome}
    allowed = {
        "list": "pilots.view_outcome",
        "retrieve": "pilots.view_outcome",
        "create": "pilots.edit_outcome",
        "partial_update": "pilots.edit_outcome",
        "moves": "pilots.view_outcome",
        "history": "pilots.view_outcome",
        "results": "pilots.view_outcome",
        "replicate": "pilots.replicate",
    }

    def get_queryset(self) -> Any:
        """With the trial, where one is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("trial")

    def checked_values(self, serializer: Any) -> dict[str, Any]:
        """A new outcome needs no reason."""
        values = super().checked_values(serializer)
        return {name: value for name, value in values.items() if name != "note" or self.action != "create"}

    @action(detail=True, methods=["get"], serializer_class=ResultsSerializer)
    def results(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Target against actual, from the frozen targets and the approved measurements."""
        self.check_parameters(())
        rows = results_of(self.get_object().trial)
        return Response(ResultsSerializer({"results": [_shown(row) for row in rows]}).data)

    @action(detail=True, methods=["post"], serializer_class=ReplicateSerializer)
    @idempotent
    def replicate(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Take a case up elsewhere: as the draft of an idea, or as a pilot with its plan."""
        self.check_parameters(())
        outcome = self.get_object()
        values = self.checked_values(
            ReplicateSerializer(data=request.data, context=self.get_serializer_context())
        )
        if values["replicate_as"] == "idea":
            made: Any = replications.replicate_as_idea(
                outcome, actor=request.user, centre=values["centre"], organisation=values.get("organisation")
            )
        else:
            made = replications.replicate_as_pilot(outcome, actor=request.user, centre=values["centre"])
        body = {"type": made._meta.label_lower, "id": made.pk, "reference": made.reference}
        return Response(ReplicaSerializer(body).data, status=201)


def _shown(row: Any) -> dict[str, Any]:
    goal = row.goal
    return {
        "indicator": goal.key,
        **{
            name: getattr(goal, name)
            for name in ("name", "kind", "unit", "direction", "baseline", "target", "amended")
        },
        **{
            name: getattr(row, name)
            for name in ("actual", "actual_text", "progress_pct", "met", "measured", "not_measured")
        },
    }


class ProductSerializer(DomainSerializer):
    """Something a trial produced."""

    note = serializers.CharField(**NOTE)

    class Meta:
        model = Product
        fields = (
            "id", "outcome", "kind", "name", "description", "url", "note", "translations", "created_at", "updated_at",
            "version",
        )  # fmt: skip


def change_product(
    product: Product, changes: dict[str, Any], *, actor: Any, expected_version: int | None = None
) -> Product:
    """Change it; the reason goes beside the changes."""
    note = changes.pop("note", "")
    return outcomes.edit_product(product, changes, actor=actor, note=note, expected_version=expected_version)


class ProductViewSet(DomainViewSet):
    """Products, architectures, standards and datasets of outcomes the caller may see."""

    serializer_class = ProductSerializer
    translate_permission = "pilots.translate"
    filterset_class = ProductFilter
    writes = {
        "create": outcomes.add_product,
        "edit": change_product,
        "remove": outcomes.remove_product,
    }
    allowed = {
        "list": "pilots.view_product",
        "retrieve": "pilots.view_product",
        "create": "pilots.edit_product",
        "partial_update": "pilots.edit_product",
        "destroy": "pilots.edit_product",
        "history": "pilots.view_product",
    }

    def get_queryset(self) -> Any:
        """With outcome and trial, where one is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("outcome__trial")


ROUTES = [("outcomes", OutcomeViewSet), ("products", ProductViewSet)]
