"""/api/v1/capsules/ and /api/v1/takings/: what people learn by themselves, and how far the caller is with it."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.idempotency import idempotent
from events.choices import MOST_GOALS, MOST_PARTS
from events.filters import CapsuleFilter, TakingFilter
from events.models import Capsule, Taking
from events.operations import capsules
from events.transitions import CAPSULE


class CapsuleSerializer(DomainSerializer):
    """A capsule. `goals`: one a line. `text`: its parts, each begun by a line such as `## Why at night`."""

    list_fields = (
        "id", "reference", "title", "audience", "minutes", "level", "language", "centre", "state", "edition",
        "published_at", "created_at", "updated_at", "version", "source", "external_id",
    )  # fmt: skip

    class Meta:
        model = Capsule
        fields = (
            "id", "reference", "title", "summary", "goals", "audience", "text", "minutes", "level", "language", "centre",
            "state", "edition", "published_at", "translations", "created_at", "updated_at", "version", "source",
            "external_id",
        )  # fmt: skip
        read_only_fields = ("edition", "published_at", "source", "external_id")


class CapsuleViewSet(DomainViewSet):
    """Capsules the caller may see. `state` changes through `moves`: publish, withdraw, rework."""

    serializer_class = CapsuleSerializer
    translate_permission = "events.edit_capsule"
    filterset_class = CapsuleFilter
    table = CAPSULE
    writes = {"create": capsules.create_capsule, "edit": capsules.edit_capsule, "move": capsules.move_capsule}
    allowed = {
        "list": "events.view_capsule",
        "retrieve": "events.view_capsule",
        "create": "events.create_capsule",
        "partial_update": "events.edit_capsule",
        "upsert": "events.create_capsule",
        "moves": "events.view_capsule",
        "history": "events.view_capsule",
    }


class TakingSerializer(DomainSerializer):
    """One's own taking of an edition of a capsule. Sending `capsule` begins it."""

    parts_read = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    goals_reached = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    list_fields = (
        "id", "capsule", "edition", "parts_read", "goals_reached", "state", "begun_at", "completed_at", "created_at",
        "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Taking
        fields = (
            "id", "capsule", "edition", "parts_read", "goals_reached", "state", "begun_at", "completed_at", "created_at",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("edition", "begun_at", "completed_at")


class ReadPartSerializer(StrictSerializer):
    """The number of a part, from 1."""

    part = serializers.IntegerField(min_value=1, max_value=MOST_PARTS)


class CompleteSerializer(StrictSerializer):
    """The numbers of the goals one reached, and the name that stands on the certificate."""

    goals = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_GOALS), max_length=MOST_GOALS
    )
    name = serializers.CharField(max_length=150)


def begin(*, actor: Any, capsule: Capsule) -> Taking:
    """Begin a capsule for the caller."""
    return capsules.begin_capsule(capsule, actor=actor)


class TakingViewSet(DomainViewSet):
    """What the caller takes; the platform's administrators and auditors read all. `complete` gives the certificate, found in `certificates`."""

    serializer_class = TakingSerializer
    filterset_class = TakingFilter
    writes = {"create": begin}
    allowed = {
        "list": "events.view_taking",
        "retrieve": "events.view_taking",
        "create": "events.take_capsule",
        "read": "events.edit_taking",
        "complete": "events.edit_taking",
    }

    def get_queryset(self) -> Any:
        """For one, with its capsule."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("capsule")

    @action(detail=True, methods=["post"], serializer_class=ReadPartSerializer)
    @idempotent
    def read(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Remember that a part was read."""
        self.check_parameters(())
        taking = self.get_object()
        values = self.checked_values(ReadPartSerializer(data=request.data))
        capsules.read_part(taking, values["part"], actor=request.user)
        self.serializer_class = TakingSerializer
        return self.answer(self.fresh(taking))

    @action(detail=True, methods=["post"], serializer_class=CompleteSerializer)
    @idempotent
    def complete(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Confirm the goals, and have the certificate made."""
        self.check_parameters(())
        taking = self.get_object()
        values = self.checked_values(CompleteSerializer(data=request.data))
        capsules.complete_capsule(taking, actor=request.user, **values)
        self.serializer_class = TakingSerializer
        return self.answer(self.fresh(taking))


ROUTES = [("capsules", CapsuleViewSet), ("takings", TakingViewSet)]
