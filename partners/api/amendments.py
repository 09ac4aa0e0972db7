"""Which amendments does a program see, and how are they signed?"""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser

from cic.core.api import DomainSerializer, DomainViewSet, StrictJSONParser
from cic.core.api.serializers import VisibleRelatedField
from cic.core.idempotency import idempotent
from partners.filters import AmendmentFilter
from partners.models import Amendment, AmendmentSignature, Party
from partners.operations import amendments as operations
from partners.transitions import AMENDMENT

from .agreements import DocumentField, ProvedSerializer


class AmendmentSignatureSerializer(DomainSerializer):
    """A party's signature under an amendment."""

    document = DocumentField()

    class Meta:
        model = AmendmentSignature
        fields = ("party", "signatory_name", "signed_on", "document")


class AmendmentSerializer(DomainSerializer):
    """An addendum, extension, suspension or termination, with its own signatures."""

    signatures = AmendmentSignatureSerializer(many=True, read_only=True)

    class Meta:
        model = Amendment
        fields = (
            "id", "reference", "agreement", "kind", "text", "new_ends_on", "effective_on", "resumes_on", "took_effect_on",
            "signatures", "state", "version", "created_at", "updated_at",
        )  # fmt: skip


class AmendmentSigningSerializer(ProvedSerializer):
    """Which party signed, on which day, by whom."""

    party = VisibleRelatedField(queryset=Party.objects.all())
    signed_on = serializers.DateField(required=False)
    signatory_name = serializers.CharField(required=False, max_length=150)


class AmendmentViewSet(DomainViewSet):
    """Amendments of agreements the caller stands inside of: addenda, extensions, suspensions and terminations."""

    serializer_class = AmendmentSerializer
    filterset_class = AmendmentFilter
    list_fields = (
        "id", "reference", "agreement", "kind", "new_ends_on", "effective_on", "resumes_on", "took_effect_on", "state",
        "version", "updated_at",
    )  # fmt: skip
    table = AMENDMENT
    writes = {
        "create": operations.draft_amendment,
        "edit": operations.edit_amendment,
        "move": operations.move_amendment,
    }
    allowed = {
        "list": "partners.view_commitment",
        "retrieve": "partners.view_commitment",
        "create": "partners.draft_agreement",
        "partial_update": "partners.edit_agreement",
        "moves": "partners.view_commitment",
        "sign": "partners.view_commitment",
        "history": "partners.view_commitment",
    }

    def get_queryset(self) -> Any:
        """With agreement and signatures, where one amendment is shown."""
        amendments = super().get_queryset()
        if self.action == "list":
            return amendments
        return amendments.select_related("agreement").prefetch_related("signatures__document")

    @action(
        detail=True,
        methods=["post"],
        serializer_class=AmendmentSigningSerializer,
        parser_classes=(StrictJSONParser, MultiPartParser),
    )
    @idempotent
    def sign(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Record that a party has signed. Who may is asked of the party."""
        self.check_parameters(())
        amendment = self.get_object()
        values = self.checked_values(self.get_serializer(data=request.data))
        operations.sign_amendment(amendment, actor=request.user, **values)
        self.serializer_class = AmendmentSerializer
        return self.answer(self.fresh(amendment))


ROUTES = [("amendments", AmendmentViewSet)]
