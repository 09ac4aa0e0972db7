"""Which memberships does a program see, and how does it ask, invite, answer and end?"""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.serializers import VisibleRelatedField
from cic.core.idempotency import idempotent
from partners.filters import JoinRequestFilter, MembershipFilter
from partners.models import JoinRequest, Membership
from partners.operations import memberships as operations
from partners.transitions import JOIN_REQUEST

from .people import EndSerializer


class MembershipSerializer(DomainSerializer):
    """A person in an organisation, with a role, for a period."""

    class Meta:
        model = Membership
        fields = (
            "id", "user", "organisation", "role", "title", "starts_on", "ends_on", "version", "created_at", "updated_at"
        )  # fmt: skip


class HandOverSerializer(StrictSerializer):
    """The membership of whoever administers from now on, and why."""

    successor = VisibleRelatedField(queryset=Membership.objects.all())
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class MembershipViewSet(DomainViewSet):
    """Memberships of the caller's organisations; for the city's staff all."""

    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    writes = {"create": operations.add_member, "edit": operations.edit_membership}
    allowed = {
        "list": "partners.view_membership",
        "retrieve": "partners.view_membership",
        "create": "partners.add_member",
        "partial_update": "partners.change_membership",
        "end": "partners.end_membership",
        "hand_over": "partners.change_membership",
        "history": "partners.view_membership",
    }

    @action(detail=True, methods=["post"], serializer_class=EndSerializer)
    @idempotent
    def end(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let a person go, at once or after a last day."""
        return self._act(request, EndSerializer, operations.end_membership)

    @action(detail=True, methods=["post"], url_path="hand-over", serializer_class=HandOverSerializer)
    @idempotent
    def hand_over(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Make another member the administrator in this one's place."""
        return self._act(request, HandOverSerializer, operations.hand_over)

    def _act(self, request: Any, serializer_class: Any, operation: Any) -> Any:
        self.check_parameters(())
        membership = self.get_object()
        body = serializer_class(data=request.data, context=self.get_serializer_context())
        values = self.checked_values(body)
        membership = operation(membership, actor=request.user, **values)
        self.serializer_class = MembershipSerializer
        return self.answer(self.fresh(membership))


class JoinRequestSerializer(DomainSerializer):
    """Somebody's wish to join an organisation, or (with `email`) an organisation's invitation to an address."""

    email = serializers.EmailField(required=False)

    class Meta:
        model = JoinRequest
        fields = (
            "id", "organisation", "origin", "user", "email", "role", "message", "state", "version", "created_at", "updated_at"
        )  # fmt: skip
        read_only_fields = ("origin", "user")


class JoinRequestViewSet(DomainViewSet):
    """Requests and invitations the caller has a part in."""

    serializer_class = JoinRequestSerializer
    filterset_class = JoinRequestFilter
    table = JOIN_REQUEST
    writes = {"create": operations.create_join_request, "move": operations.move_join_request}
    allowed = {
        "list": "partners.view_join_request",
        "retrieve": "partners.view_join_request",
        "create": "partners.ask_to_join",
        "moves": "partners.view_join_request",
        "history": "partners.view_join_request",
    }


ROUTES = [("memberships", MembershipViewSet), ("join-requests", JoinRequestViewSet)]
