"""Which agreements and parties does a program see? A public reader what the law makes public, those inside all."""

from typing import Any

from django.conf import settings
from django.db.models import Max, OuterRef, Prefetch, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser

from cic.core.api import DomainSerializer, DomainViewSet, LabelField, StrictJSONParser, StrictSerializer
from cic.core.idempotency import idempotent
from cic.core.models import Attachment
from partners.calculations.terms import notice_date
from partners.choices import AgreementState, AmendmentState
from partners.filters import AgreementFilter, PartyFilter
from partners.models import Agreement, Amendment, Obligation, Party, Resource
from partners.operations import agreements as operations
from partners.transitions import AGREEMENT, AGREEMENT_PUBLICATION

LABELS = {**dict(AgreementState.choices), **AGREEMENT.public_labels}


class AgreementSerializer(DomainSerializer):
    """An agreement. What `AGREEMENT_PUBLIC_FIELDS` names is read by all, the rest by those inside of it."""

    list_fields = (
        "id", "reference", "title", "kind", "language", "centre", "starts_on", "ends_on", "effective_ends_on", "state",
        "publication", "version", "updated_at",
    )  # fmt: skip
    confidential_fields = {
        "object": "partners.read_agreement_object",
        "translations": "partners.read_agreement_object",
        "starts_on": "partners.read_agreement_term",
        "ends_on": "partners.read_agreement_term",
        "effective_ends_on": "partners.read_agreement_term",
        "terminated_on": "partners.read_agreement_term",
        "signed_on": "partners.read_agreement_signatures",
        "parties": "partners.read_agreement_parties",
        "obligations": "partners.read_agreement_obligations",
        "modifications": "partners.read_agreement_modifications",
        "execution": "partners.read_agreement_execution",
        "framework": "partners.read_agreement",
        "predecessor": "partners.read_agreement",
        "notice_days": "partners.read_agreement",
        "notice_on": "partners.read_agreement",
        "extension_clause": "partners.read_agreement",
        "confidentiality_clause": "partners.read_agreement",
        "property_clause": "partners.read_agreement",
        "committee": "partners.read_agreement",
        "public_from": "partners.read_agreement",
        "source": "partners.read_agreement",
        "external_id": "partners.read_agreement",
    }

    state_label = LabelField(source="state", labels=LABELS)
    effective_ends_on = serializers.DateField(read_only=True)
    signed_on = serializers.DateField(read_only=True)
    notice_on = serializers.SerializerMethodField()
    parties = serializers.SerializerMethodField()
    obligations = serializers.SerializerMethodField()
    modifications = serializers.SerializerMethodField()
    execution = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        fields = (
            "id", "reference", "title", "kind", "language", "centre", "framework", "predecessor", "object", "starts_on",
            "ends_on", "effective_ends_on", "terminated_on", "signed_on", "notice_days", "notice_on", "extension_clause",
            "confidentiality_clause", "property_clause", "committee", "register_url", "parties", "obligations",
            "modifications", "execution", "state", "state_label", "publication", "public_from", "translations",
            "source", "external_id", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("terminated_on", "public_from", "source", "external_id")

    def get_notice_on(self, agreement: Any) -> str | None:
        """The last day to give notice."""
        day = notice_date(agreement.effective_ends_on, agreement.notice_days)
        return day.isoformat() if day else None

    def get_parties(self, agreement: Any) -> list[dict[str, Any]]:
        """Who signs, in which role, and when they did."""
        return [
            {
                "organisation": party.organisation_id,
                "name": party.organisation.name,
                "role": party.role,
                "signed_on": party.signed_on,
            }
            for party in agreement.parties.all()
        ]

    def get_obligations(self, agreement: Any) -> list[dict[str, Any]]:
        """What each party undertook."""
        return [
            {"party": row.party_id, "text": row.text, "due_on": row.due_on, "fulfilled_on": row.fulfilled_on}
            for row in agreement.obligations.all()
        ]

    def get_modifications(self, agreement: Any) -> list[dict[str, Any]]:
        """Amendments in force."""
        return [
            {
                "reference": row.reference,
                "kind": row.kind,
                "text": row.text,
                "new_ends_on": row.new_ends_on,
                "effective_on": row.effective_on,
                "resumes_on": row.resumes_on,
                "signed_on": row.signed_on,
            }
            for row in agreement.amendments.all()
        ]

    def get_execution(self, agreement: Any) -> list[dict[str, Any]]:
        """What was promised, and what both sides have confirmed as given."""
        return [
            {
                "party": row.party_id,
                "kind": row.kind,
                "description": row.description,
                "unit": row.unit,
                "promised": row.promised,
                "given": f"{row.given or 0:.2f}",
            }
            for row in agreement.resources.all()
        ]


def with_all_of_it(agreements: Any) -> Any:
    """`agreements` with what their full form shows: one query for each kind of part."""
    last_signature = (
        Party.objects.filter(agreement=OuterRef("pk"))
        .order_by()
        .values("agreement")
        .annotate(last=Max("signed_on"))
        .values("last")
    )
    counting = Q(gifts__confirmed_by_city__isnull=False, gifts__confirmed_by_party__isnull=False)
    return agreements.annotate(signed_on=Subquery(last_signature)).prefetch_related(
        Prefetch("parties", Party.objects.select_related("organisation").order_by("pk")),
        Prefetch("obligations", Obligation.objects.order_by("pk")),
        Prefetch(
            "amendments",
            Amendment.objects.filter(state=AmendmentState.IN_FORCE)
            .annotate(signed_on=Max("signatures__signed_on"))
            .order_by("pk"),
        ),
        Prefetch(
            "resources", Resource.objects.annotate(given=Sum("gifts__amount", filter=counting)).order_by("pk")
        ),
    )


class AgreementViewSet(DomainViewSet):
    """Agreements the caller may know of: public ones, and those they stand inside of."""

    serializer_class = AgreementSerializer
    translate_permission = "partners.edit_agreement"
    filterset_class = AgreementFilter
    table = AGREEMENT
    writes = {
        "create": operations.draft_agreement,
        "edit": operations.edit_agreement,
        "move": operations.move_agreement,
    }
    allowed = {
        "list": "partners.view_agreement",
        "retrieve": "partners.view_agreement",
        "create": "partners.draft_agreement",
        "upsert": "partners.draft_agreement",
        "partial_update": "partners.edit_agreement",
        "moves": "partners.view_agreement",
        "history": "partners.read_agreement",
        "draft_successor": "partners.edit_agreement",
    }

    def tables_of(self, obj: Any) -> list[Any]:
        """Work and publication."""
        return [AGREEMENT, AGREEMENT_PUBLICATION]

    def get_queryset(self) -> Any:
        """With the effective end; with its parts, where one agreement is shown."""
        agreements = super().get_queryset().with_effective_end()
        return agreements if self.action == "list" else with_all_of_it(agreements)

    @action(detail=True, methods=["post"], url_path="draft-successor", serializer_class=StrictSerializer)
    @idempotent
    def draft_successor(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Begin the agreement that follows this one: same parties and clauses, no dates."""
        self.check_parameters(())
        agreement = self.get_object()
        self.checked_values(StrictSerializer(data=request.data))
        successor = operations.draft_successor(agreement, actor=request.user)
        self.serializer_class = AgreementSerializer
        return self.created(successor)


@extend_schema_field(
    {
        "type": "object",
        "readOnly": True,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "name": {"type": "string"},
            "checksum": {"type": "string", "description": "SHA-256"},
            "url": {"type": "string", "format": "uri"},
        },
    }
)
class DocumentField(serializers.Field):
    """A file as whoever may open it finds it; null where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, document: Attachment) -> dict[str, Any]:
        """Its id, name, digest and address."""
        address = settings.BASE_URL + reverse("file", args=[document.pk, document.name])
        return {"id": str(document.pk), "name": document.name, "checksum": document.checksum, "url": address}


class PartySerializer(DomainSerializer):
    """A party of an agreement. Who signs for it, and the signed document, is read by those inside."""

    document = DocumentField()

    confidential_fields = {
        "signatory_name": "partners.read_agreement",
        "signatory_position": "partners.read_agreement",
        "signed_on": "partners.read_agreement_signatures",
        "document": "partners.read_agreement",
    }
    list_fields = ("id", "agreement", "organisation", "role", "signed_on", "version")

    class Meta:
        model = Party
        fields = (
            "id", "agreement", "organisation", "role", "signatory_name", "signatory_position", "signed_on", "document",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("signed_on", "document")


class NewPartySerializer(PartySerializer):
    """A party as whoever adds it sends it."""

    confidential_fields = {}


class ProvedSerializer(StrictSerializer):
    """Ends with the document that proves a signature: a new file (as multipart/form-data), or one that is there."""

    document = serializers.FileField(required=False)
    kept_document = serializers.UUIDField(
        required=False, help_text=gettext_lazy("A signed document that is here already.")
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One document, wherever it comes from; whether it belongs here is for the operation to say."""
        kept = values.pop("kept_document", None)
        if kept is None:
            return values
        if "document" in values:
            raise serializers.ValidationError({"kept_document": [_("Add a file or choose one, not both.")]})
        return {**values, "document": Attachment.objects.filter(pk=kept).first() or Attachment(pk=kept)}


class SignatureSerializer(ProvedSerializer):
    """A signature: on which day, by whom. Given elsewhere is as good as here."""

    signed_on = serializers.DateField(required=False)
    signatory_name = serializers.CharField(required=False, max_length=150)
    signatory_position = serializers.CharField(required=False, max_length=150)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class RetractionSerializer(StrictSerializer):
    """Why a signature is taken back."""

    note = serializers.CharField(max_length=4000)


class PartyViewSet(DomainViewSet):
    """Parties of agreements the caller may know of."""

    serializer_class = PartySerializer
    filterset_class = PartyFilter
    writes = {
        "create": operations.add_party,
        "edit": operations.edit_party,
        "remove": operations.remove_party,
    }
    allowed = {
        "list": "partners.view_party",
        "retrieve": "partners.view_party",
        "create": "partners.draft_agreement",
        "partial_update": "partners.edit_agreement",
        "destroy": "partners.edit_agreement",
        "sign": "partners.sign",
        "retract": "partners.edit_agreement",
        "history": "partners.read_agreement",
    }

    def get_queryset(self) -> Any:
        """With the agreement, where one party is shown."""
        parties = super().get_queryset()
        return (
            parties
            if self.action == "list"
            else parties.select_related("agreement", "organisation", "document")
        )

    def get_serializer_class(self) -> Any:
        """Whoever adds a party says who signs."""
        return {
            "create": NewPartySerializer,
            "sign": SignatureSerializer,
            "retract": RetractionSerializer,
        }.get(self.action, PartySerializer)

    @action(detail=True, methods=["post"], parser_classes=(StrictJSONParser, MultiPartParser))
    @idempotent
    def sign(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Record that the party has signed."""
        return self._act(request, operations.sign)

    @action(detail=True, methods=["post"], url_path="retract-signature")
    @idempotent
    def retract(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Take back a signature that was recorded by mistake."""
        return self._act(request, operations.retract_signature)

    def _act(self, request: Any, operation: Any) -> Any:
        self.check_parameters(())
        party = self.get_object()
        values = self.checked_values(self.get_serializer(data=request.data))
        party = operation(party, actor=request.user, **values)
        self.action = "retrieve"
        return self.answer(self.fresh(party))


ROUTES = [("agreements", AgreementViewSet), ("parties", PartyViewSet)]
