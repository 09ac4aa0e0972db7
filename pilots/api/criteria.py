"""/api/v1/criteria-sets/ and /api/v1/criteria/: by what ideas are evaluated."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from pilots.filters.evaluations import CriteriaSetFilter, CriterionFilter
from pilots.models import CriteriaSet, Criterion
from pilots.operations import criteria


class CriterionRowSerializer(StrictSerializer):
    """One criterion inside of its set."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=120)
    help = serializers.CharField(max_length=500, required=False, allow_blank=True)
    weight = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, required=False)
    max_score = serializers.IntegerField(min_value=1, max_value=100, required=False)
    position = serializers.IntegerField(min_value=0, max_value=1000, required=False)


class CriteriaSetSerializer(DomainSerializer):
    """A version of a set of criteria. Changing a set that was used makes its next version, which is answered."""

    criteria = CriterionRowSerializer(many=True, required=False)
    list_fields = (
        "id",
        "name",
        "number",
        "centre",
        "blind",
        "is_current",
        "created_at",
        "updated_at",
        "version",
    )

    class Meta:
        model = CriteriaSet
        fields = (
            "id", "name", "number", "centre", "blind", "is_current", "criteria", "created_at", "updated_at", "version",
            "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("number", "source", "external_id")


class CriteriaSetViewSet(DomainViewSet):
    """Sets of criteria. They are no secret."""

    serializer_class = CriteriaSetSerializer
    filterset_class = CriteriaSetFilter
    writes = {"create": criteria.create_criteria_set, "edit": criteria.edit_criteria_set}
    allowed = {
        "list": "pilots.view_criteria",
        "retrieve": "pilots.view_criteria",
        "create": "pilots.edit_criteria",
        "partial_update": "pilots.edit_criteria",
        "history": "pilots.view_criteria",
    }

    def get_queryset(self) -> Any:
        """Sets with their criteria."""
        return super().get_queryset().prefetch_related("criteria")


class CriterionSerializer(DomainSerializer):
    """One weighted question of a set; scores run from 0 to `max_score`."""

    class Meta:
        model = Criterion
        fields = (
            "id", "criteria_set", "name", "help", "weight", "max_score", "position", "created_at", "updated_at", "version",
        )  # fmt: skip


class CriterionViewSet(DomainViewSet):
    """Criteria. Those of a set that was used stay as they are."""

    serializer_class = CriterionSerializer
    filterset_class = CriterionFilter
    writes = {"create": criteria.create_criterion, "edit": criteria.edit_criterion}
    allowed = {
        "list": "pilots.view_criteria",
        "retrieve": "pilots.view_criteria",
        "create": "pilots.edit_criteria",
        "partial_update": "pilots.edit_criteria",
        "history": "pilots.view_criteria",
    }


ROUTES = [("criteria-sets", CriteriaSetViewSet), ("criteria", CriterionViewSet)]
