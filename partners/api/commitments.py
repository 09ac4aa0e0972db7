"""Which obligations, promises, gifts and minutes does a program see?"""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.idempotency import idempotent
from partners.filters import GiftFilter, MeetingFilter, ObligationFilter, ResourceFilter
from partners.models import Meeting, Obligation, Resource, ResourceGift
from partners.operations import commitments as operations

READ = {
    "list": "partners.view_commitment",
    "retrieve": "partners.view_commitment",
    "history": "partners.view_commitment",
}
WRITE = {"create": "partners.draft_agreement", "partial_update": "partners.edit_agreement"}


class OfAgreement(DomainViewSet):
    """What belongs to an agreement the caller stands inside of."""

    related = ("agreement",)

    def get_queryset(self) -> Any:
        """With the agreement, where one row is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related(*self.related)


class ObligationSerializer(DomainSerializer):
    """What a party undertook."""

    class Meta:
        model = Obligation
        fields = (
            "id", "agreement", "party", "text", "due_on", "fulfilled_on", "version", "created_at", "updated_at"
        )  # fmt: skip


class ObligationViewSet(OfAgreement):
    """Obligations of parties."""

    serializer_class = ObligationSerializer
    filterset_class = ObligationFilter
    writes = {
        "create": operations.add_obligation,
        "edit": operations.edit_obligation,
        "remove": operations.remove_commitment,
    }
    allowed = {**READ, **WRITE, "destroy": "partners.edit_agreement"}


class ResourceSerializer(DomainSerializer):
    """What a party promised to bring."""

    class Meta:
        model = Resource
        fields = (
            "id", "agreement", "party", "kind", "description", "promised", "unit", "version", "created_at", "updated_at"
        )  # fmt: skip


class ResourceViewSet(OfAgreement):
    """Resources promised."""

    serializer_class = ResourceSerializer
    filterset_class = ResourceFilter
    writes = {
        "create": operations.add_resource,
        "edit": operations.edit_resource,
        "remove": operations.remove_commitment,
    }
    allowed = {**READ, **WRITE, "destroy": "partners.edit_agreement"}


class GiftSerializer(DomainSerializer):
    """Part of a promise that was given; it counts once both sides have confirmed it."""

    confirmed = serializers.BooleanField(source="is_confirmed", read_only=True)

    class Meta:
        model = ResourceGift
        fields = (
            "id", "resource", "amount", "given_on", "note", "confirmed_by_city", "confirmed_by_party", "confirmed",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("confirmed_by_city", "confirmed_by_party")


class GiftViewSet(OfAgreement):
    """What was given of what was promised."""

    serializer_class = GiftSerializer
    filterset_class = GiftFilter
    list_fields = (
        "id", "resource", "amount", "given_on", "note", "confirmed_by_city", "confirmed_by_party", "version", "updated_at"
    )  # fmt: skip
    related = ("resource__agreement", "resource__party")
    writes = {"create": operations.give, "edit": operations.edit_gift, "remove": operations.remove_gift}
    allowed = {
        **READ,
        "create": "partners.give",
        "partial_update": "partners.give",
        "destroy": "partners.give",
        "confirm": "partners.give",
    }

    @action(detail=True, methods=["post"], serializer_class=StrictSerializer)
    @idempotent
    def confirm(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Confirm for one's own side what the other side has recorded."""
        self.check_parameters(())
        gift = self.get_object()
        self.checked_values(StrictSerializer(data=request.data))
        gift = operations.confirm_gift(gift, actor=request.user)
        self.serializer_class = GiftSerializer
        return self.answer(self.fresh(gift))


class MeetingSerializer(DomainSerializer):
    """A meeting of the follow-up committee."""

    class Meta:
        model = Meeting
        fields = ("id", "agreement", "met_on", "present", "minutes", "version", "created_at", "updated_at")


class MeetingViewSet(OfAgreement):
    """Meetings of follow-up committees."""

    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    writes = {"create": operations.add_meeting, "edit": operations.edit_meeting}
    allowed = {**READ, **WRITE}


ROUTES = [
    ("obligations", ObligationViewSet),
    ("resources", ResourceViewSet),
    ("gifts", GiftViewSet),
    ("meetings", MeetingViewSet),
]
