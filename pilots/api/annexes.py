"""/api/v1/idea-annexes/: what ideas tell in confidence, apart from the ideas and never searched."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from pilots.filters.ideas import IdeaAnnexFilter
from pilots.models import IdeaAnnex
from pilots.operations import annexes


class IdeaAnnexSerializer(DomainSerializer):
    """The confidential annex of one idea."""

    idea_reference = serializers.CharField(source="idea.reference", read_only=True)

    class Meta:
        model = IdeaAnnex
        fields = ("id", "idea", "idea_reference", "text", "created_at", "updated_at", "version")


class IdeaAnnexViewSet(DomainViewSet):
    """Annexes the caller may read: the proposer's own, and those of ideas they decide on or evaluate."""

    serializer_class = IdeaAnnexSerializer
    filterset_class = IdeaAnnexFilter
    writes = {"create": annexes.create_annex, "edit": annexes.edit_annex}
    allowed = {
        "list": "pilots.view_annex",
        "retrieve": "pilots.view_annex",
        "create": "pilots.propose_idea",
        "partial_update": "pilots.write_annex",
        "history": "pilots.view_annex",
    }

    def get_queryset(self) -> Any:
        """Annexes with the reference of their idea."""
        return super().get_queryset().select_related("idea")


ROUTES = [("idea-annexes", IdeaAnnexViewSet)]
