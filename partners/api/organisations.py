"""Which organisations does a program see, and how does it register one?"""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet, LabelField
from partners.choices import OrganisationState
from partners.filters import OrganisationFilter
from partners.models import Organisation
from partners.operations import organisations as operations
from partners.transitions import ORGANISATION

FIELDS = (
    "id", "name", "legal_name", "tax_id", "helix", "size", "country", "municipality", "website", "description",
    "language", "contact_email", "aliases", "state", "state_label", "merged_into", "translations", "source", "external_id", "version",
    "created_at", "updated_at",
)  # fmt: skip
LABELS = {**dict(OrganisationState.choices), **ORGANISATION.public_labels}


class OrganisationSerializer(DomainSerializer):
    """An organisation. Tax number and contact address only for its members and the city's staff."""

    list_fields = (
        "id", "name", "legal_name", "helix", "size", "country", "municipality", "website", "state", "version", "updated_at"
    )  # fmt: skip
    confidential_fields = {"tax_id": "partners.see_contact", "contact_email": "partners.see_contact"}

    aliases = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    state_label = LabelField(source="state", labels=LABELS)

    class Meta:
        model = Organisation
        fields = FIELDS
        read_only_fields = ("merged_into", "source", "external_id")


class OrganisationRegistrationSerializer(OrganisationSerializer):
    """An organisation as whoever registers it sends it. `is_another`: those of the same name were seen, and are others."""

    confidential_fields = {}

    is_another = serializers.BooleanField(required=False, write_only=True)

    class Meta(OrganisationSerializer.Meta):
        fields = (*FIELDS, "is_another")


class OrganisationViewSet(DomainViewSet):
    """Organisations the caller may see: verified ones, their own, and for the city's staff all."""

    serializer_class = OrganisationSerializer
    translate_permission = "partners.edit_organisation"
    filterset_class = OrganisationFilter
    table = ORGANISATION
    writes = {
        "create": operations.register_organisation,
        "edit": operations.edit_organisation,
        "move": operations.move_organisation,
    }
    allowed = {
        "list": "partners.view_organisation",
        "retrieve": "partners.view_organisation",
        "create": "partners.register_organisation",
        "upsert": "partners.import_organisations",
        "partial_update": "partners.edit_organisation",
        "moves": "partners.view_organisation",
        "history": "partners.see_contact",
    }
    audit_permission = "partners.read_everywhere"

    def get_queryset(self) -> Any:
        """With the aliases, where one organisation is shown."""
        organisations = super().get_queryset()
        return organisations if self.action == "list" else organisations.prefetch_related("aliases")

    def get_serializer_class(self) -> Any:
        """Whoever registers an organisation knows its tax number."""
        return (
            OrganisationRegistrationSerializer
            if self.action in ("create", "upsert")
            else OrganisationSerializer
        )


ROUTES = [("organisations", OrganisationViewSet)]
