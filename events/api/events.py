"""/api/v1/events/: what people meet for."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from events.filters import EventFilter
from events.models import Event
from events.operations import events
from events.transitions import EVENT_PUBLICATION
from partners.models import Organisation


class EventSerializer(DomainSerializer):
    """An event. `starts_at` and `ends_at` follow from its sessions, `status` from them and the clock."""

    status = serializers.CharField(read_only=True)
    spoken = serializers.ListField(child=serializers.CharField(max_length=35), required=False, max_length=30)
    list_fields = (
        "id", "reference", "kind", "title", "language", "centre", "place", "zone", "starts_at", "ends_at",
        "is_cancelled", "publication", "created_at", "updated_at", "version", "source", "external_id",
    )  # fmt: skip
    confidential_fields = {"platform_url": "events.read_link"}

    class Meta:
        model = Event
        fields = (
            "id", "reference", "kind", "title", "summary", "language", "centre", "organisers", "place", "platform_url",
            "spoken", "interpretation", "gives_certificates", "zone", "starts_at", "ends_at", "is_cancelled", "status", "publication",
            "public_from", "translations", "created_at", "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("public_from", "source", "external_id")
        extra_kwargs = {"organisers": {"required": False}}


class EventViewSet(DomainViewSet):
    """Events the caller may see. `publication` changes through `moves`."""

    serializer_class = EventSerializer
    translate_permission = "events.translate"
    filterset_class = EventFilter
    table = EVENT_PUBLICATION
    writes = {"create": events.create_event, "edit": events.edit_event, "move": events.move_event}
    allowed = {
        "list": "events.view_event",
        "retrieve": "events.view_event",
        "create": "events.create_event",
        "partial_update": "events.edit_event",
        "upsert": "events.create_event",
        "moves": "events.view_event",
        "history": "events.view_event",
    }

    def get_queryset(self) -> Any:
        """For one, with those of its organisers that the caller may see."""
        rows = super().get_queryset()
        seen = Organisation.objects.visible_to(self.request.user)
        return rows if self.action == "list" else rows.prefetch_related(Prefetch("organisers", seen))


ROUTES = [("events", EventViewSet)]
