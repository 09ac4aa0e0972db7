"""Which centres, teams, areas and territories does a program see?"""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from partners.filters import AreaFilter, CentreFilter, TeamMemberFilter, TerritoryFilter
from partners.models import Area, Centre, TeamMember, Territory
from partners.operations import centres as operations
from partners.transitions import CENTRE, CENTRE_PUBLICATION


class AreaSerializer(DomainSerializer):
    """A field of work; `name` in the caller's language."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Area
        fields = ("id", "key", "name", "names")


class AreaViewSet(DomainViewSet):
    """Fields of work of the city."""

    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    list_fields = ("id", "key", "names")
    allowed = {"list": "partners.view_area", "retrieve": "partners.view_area"}


class TerritorySerializer(DomainSerializer):
    """A municipality, district or neighbourhood."""

    class Meta:
        model = Territory
        fields = ("id", "code", "name", "kind", "parent", "outline")


class TerritoryViewSet(DomainViewSet):
    """Territories; the outline with each single one."""

    serializer_class = TerritorySerializer
    filterset_class = TerritoryFilter
    list_fields = ("id", "code", "name", "kind", "parent")
    allowed = {"list": "partners.view_territory", "retrieve": "partners.view_territory"}


class CentreSerializer(DomainSerializer):
    """A shared innovation centre."""

    list_fields = (
        "id", "reference", "name", "language", "lead_unit", "state", "publication", "version", "updated_at"
    )  # fmt: skip

    class Meta:
        model = Centre
        fields = (
            "id", "reference", "name", "purpose", "language", "lead_unit", "contact_email", "answer_days",
            "areas", "constituting_agreement", "state", "publication", "public_from", "translations", "source", "external_id",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("public_from", "source", "external_id")
        extra_kwargs = {"areas": {"required": False}}

    def to_representation(self, centre: Centre) -> dict[str, Any]:
        """The constituting agreement only for those who may know of it."""
        shown = super().to_representation(centre)
        if shown.get("constituting_agreement") is not None:
            request = self.context.get("request")
            agreement = centre.constituting_agreement
            visible = type(agreement).objects.visible_to(request.user) if request else None
            if visible is not None and not visible.filter(pk=agreement.pk).exists():
                shown["constituting_agreement"] = None
        return shown


class CentreViewSet(DomainViewSet):
    """Centres the caller may see."""

    serializer_class = CentreSerializer
    translate_permission = "partners.translate"
    filterset_class = CentreFilter
    table = CENTRE
    writes = {
        "create": operations.propose_centre,
        "edit": operations.edit_centre,
        "move": operations.move_centre,
    }
    allowed = {
        "list": "partners.view_centre",
        "retrieve": "partners.view_centre",
        "create": "partners.propose_centre",
        "partial_update": "partners.edit_centre",
        "upsert": "partners.propose_centre",
        "moves": "partners.view_centre",
        "history": "partners.view_team",
    }

    def tables_of(self, obj: Any) -> list[Any]:
        """Work and publication."""
        return [CENTRE, CENTRE_PUBLICATION]

    def get_queryset(self) -> Any:
        """With areas, where one centre is shown."""
        centres = super().get_queryset()
        return centres if self.action == "list" else centres.prefetch_related("areas")


class TeamMemberSerializer(DomainSerializer):
    """A person in a centre's team, for a period."""

    class Meta:
        model = TeamMember
        fields = (
            "id", "centre", "user", "organisation", "specialism", "starts_on", "ends_on", "version", "created_at", "updated_at"
        )  # fmt: skip


class TeamMemberViewSet(DomainViewSet):
    """The teams of the centres in whose work the caller takes part."""

    serializer_class = TeamMemberSerializer
    filterset_class = TeamMemberFilter
    writes = {"create": operations.add_team_member, "edit": operations.edit_team_member}
    allowed = {
        "list": "partners.view_team",
        "retrieve": "partners.view_team",
        "create": "partners.add_team_member",
        "partial_update": "partners.edit_centre",
        "history": "partners.view_team",
    }


ROUTES = [
    ("areas", AreaViewSet),
    ("territories", TerritoryViewSet),
    ("centres", CentreViewSet),
    ("team-members", TeamMemberViewSet),
]
