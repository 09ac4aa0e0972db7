"""/api/v1/decisions/: what bodies decided, on whose authority and why."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.serializers import IdNumberField
from cic.core.idempotency import idempotent
from pilots.filters.decisions import DecisionFilter
from pilots.models import Decision
from pilots.operations import decisions
from pilots.transitions.decisions import DECISION


class DecisionSerializer(DomainSerializer):
    """A decision on an idea or a proof of concept. `stage`: recorded, told (it takes effect), published."""

    stage = serializers.CharField(read_only=True)
    list_fields = (
        "id", "reference", "idea", "trial", "verdict", "body", "authority", "decided_on", "review_on", "notified_at",
        "published_at", "replaces", "created_at", "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Decision
        fields = (
            "id", "reference", "idea", "trial", "verdict", "body", "authority", "members_present", "reasons",
            "conditions", "review_on", "decided_on", "notified_at", "published_at", "stage", "replaces", "created_at",
            "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("notified_at", "published_at", "replaces", "source", "external_id")


class DecisionBatchSerializer(StrictSerializer):
    """The ids of several decisions."""

    decisions = serializers.ListField(child=IdNumberField(), allow_empty=False, max_length=200)


class DecisionViewSet(DomainViewSet):
    """Decisions the caller may see. `moves` are tell and publish; both go in batch as well, all or none."""

    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    table = DECISION
    writes = {
        "create": decisions.record_decision,
        "edit": decisions.edit_decision,
        "move": decisions.move_decision,
    }
    allowed = {
        "list": "pilots.view_decision",
        "retrieve": "pilots.view_decision",
        "create": "pilots.record_decision",
        "partial_update": "pilots.record_decision",
        "upsert": "pilots.record_decision",
        "tell": "pilots.publish_decision",
        "publish": "pilots.publish_decision",
        "moves": "pilots.view_decision",
        "history": "pilots.view_decision",
    }

    def get_queryset(self) -> Any:
        """Decisions with what they are about."""
        return super().get_queryset().select_related("idea", "trial")

    @action(detail=False, methods=["post"], url_path="tell", serializer_class=DecisionBatchSerializer)
    @idempotent
    def tell(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Tell those concerned of several decisions: all, or none."""
        return self._batch(request, decisions.tell_decisions)

    @action(detail=False, methods=["post"], url_path="publish", serializer_class=DecisionBatchSerializer)
    @idempotent
    def publish(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Publish several decisions: all, or none."""
        return self._batch(request, decisions.publish_decisions)

    def _batch(self, request: Any, act: Callable[..., list[Decision]]) -> Response:
        self.check_parameters(())
        body = DecisionBatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(
            {"decisions": [row.pk for row in act(body.validated_data["decisions"], actor=request.user)]}
        )


ROUTES = [("decisions", DecisionViewSet)]
