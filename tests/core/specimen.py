"""A resource that shows all the kernel's rules, on organisations, apart from what the rooms offer."""

import django_filters as df
from django.urls import include, path

from cic.core import operations
from cic.core.api import DomainSerializer, DomainViewSet, LabelField, api_urls
from cic.core.filters import DomainFilter
from cic.core.permissions import register
from cic.core.transitions import Move, Table
from partners.choices import OrganisationState, Role
from partners.models import Organisation, standing_of


def anyone(user, obj=None):
    return True


def is_coordinator(user, obj=None):
    return standing_of(user).has_somewhere([Role.COORDINATOR, Role.ADMIN])


def is_signed_in(user, obj=None):
    return user.is_authenticated


register(
    {
        "specimen.view": anyone,
        "specimen.edit": is_coordinator,
        "specimen.propose": is_signed_in,
        "specimen.read_contact": is_coordinator,
    }
)
S = OrganisationState
TABLE = Table(
    "organisation",
    moves=[
        Move(
            "verify",
            (S.PENDING,),
            S.VERIFIED,
            is_coordinator,
            label="Verify",
            needs=("country",),
            asks=("website",),
        ),
        Move("suspend", (S.VERIFIED,), S.SUSPENDED, is_coordinator, label="Suspend", note_required=True),
    ],
)


class SpecimenFilter(DomainFilter):
    """Query parameters of the specimens."""

    state = df.MultipleChoiceFilter(choices=OrganisationState.choices)
    helix = df.ChoiceFilter(choices=Organisation._meta.get_field("helix").choices)
    contact_email = df.CharFilter()
    version = df.RangeFilter()
    created_at = df.IsoDateTimeFromToRangeFilter()
    merged_into = df.ModelMultipleChoiceFilter(queryset=Organisation.objects.all())
    merged = df.BooleanFilter(field_name="merged_into", lookup_expr="isnull", exclude=True)
    order = df.OrderingFilter(
        fields=("name", "contact_email", "created_at", ("merged_into__name", "merged_into"), "version")
    )

    class Meta:
        model = Organisation
        fields = ()


class SpecimenSerializer(DomainSerializer):
    """An organisation as a specimen."""

    state_label = LabelField(source="state", labels=dict(OrganisationState.choices))
    confidential_fields = {"contact_email": "specimen.read_contact"}

    class Meta:
        model = Organisation
        fields = (
            "id", "name", "legal_name", "helix", "country", "website", "contact_email", "state", "state_label",
            "merged_into", "created_at", "version", "source", "external_id",
        )  # fmt: skip


class SpecimenViewSet(DomainViewSet):
    """Organisations as specimens."""

    serializer_class = SpecimenSerializer
    filterset_class = SpecimenFilter
    table = TABLE
    writes = {"create": operations.record, "edit": operations.edit, "remove": operations.remove}
    allowed = {
        "list": "specimen.view",
        "retrieve": "specimen.view",
        "create": "specimen.propose",
        "partial_update": "specimen.edit",
        "upsert": "specimen.propose",
        "destroy": "specimen.edit",
        "moves": "specimen.view",
        "history": "specimen.view",
    }


class ReadOnlyViewSet(DomainViewSet):
    """Organisations that are only read."""

    serializer_class = SpecimenSerializer
    allowed = {"list": "specimen.view", "retrieve": "specimen.view"}


urlpatterns = [
    path("api/", include(api_urls([("specimens", SpecimenViewSet), ("relics", ReadOnlyViewSet)], {})))
]
