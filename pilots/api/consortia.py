"""/api/v1/idea-partners/: the organisations invited into consortia."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from pilots.filters.ideas import IdeaPartnerFilter
from pilots.models import IdeaPartner
from pilots.operations import consortia
from pilots.transitions.consortia import CONSORTIUM


class IdeaPartnerSerializer(DomainSerializer):
    """An invitation into the consortium of an idea; `confirmed_at` once the organisation said yes."""

    idea_reference = serializers.CharField(source="idea.reference", read_only=True)
    idea_title = serializers.CharField(source="idea.title", read_only=True)

    class Meta:
        model = IdeaPartner
        fields = (
            "id", "idea", "idea_reference", "idea_title", "organisation", "contribution", "confirmed_at",
            "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("confirmed_at",)


class IdeaPartnerViewSet(DomainViewSet):
    """Consortium members of ideas the caller stands inside of, and their own invitations.

    DELETE declines an invitation, leaves a consortium, or takes the invitation back.
    """

    serializer_class = IdeaPartnerSerializer
    filterset_class = IdeaPartnerFilter
    table = CONSORTIUM
    writes = {
        "create": consortia.invite_partner,
        "edit": consortia.edit_partner,
        "move": consortia.move_partner,
        "remove": consortia.end_partner,
    }
    allowed = {
        "list": "pilots.view_partner",
        "retrieve": "pilots.view_partner",
        "create": "pilots.propose_idea",
        "partial_update": "pilots.edit_partner",
        "destroy": "pilots.end_invitation",
        "moves": "pilots.view_partner",
        "history": "pilots.view_partner",
    }

    def get_queryset(self) -> Any:
        """Members with their idea."""
        return super().get_queryset().select_related("idea")


ROUTES = [("idea-partners", IdeaPartnerViewSet)]
