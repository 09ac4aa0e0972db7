"""/api/v1/information-requests/: what the staff ask an author, and the answers."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from pilots.choices import TRL
from pilots.filters.ideas import InformationRequestFilter
from pilots.models import InformationRequest
from pilots.operations import information_requests
from pilots.operations.information_requests import CAN_BE_ASKED


class AnswerChangesSerializer(StrictSerializer):
    """New values for the fields a request opened."""

    title = serializers.CharField(required=False, max_length=250)
    problem = serializers.CharField(required=False, allow_blank=True)
    proposal = serializers.CharField(required=False, allow_blank=True)
    novelty = serializers.CharField(required=False, allow_blank=True)
    beneficiaries = serializers.CharField(required=False, allow_blank=True)
    asked_of_city = serializers.CharField(required=False, allow_blank=True)
    trl = serializers.ChoiceField(required=False, allow_null=True, choices=TRL)
    annex = serializers.CharField(required=False, allow_blank=True)


class InformationRequestSerializer(DomainSerializer):
    """A question to the author of an idea. The author answers by PATCH with `answer` and `changes`."""

    idea_reference = serializers.CharField(source="idea.reference", read_only=True)
    fields_opened = serializers.MultipleChoiceField(
        source="fields", choices=[(name, name) for name in CAN_BE_ASKED], required=False
    )
    changes = AnswerChangesSerializer(write_only=True, required=False)
    list_fields = (
        "id", "idea", "idea_reference", "question", "due_on", "answer", "answered_at", "created_at",
        "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = InformationRequest
        fields = (
            "id", "idea", "idea_reference", "question", "fields_opened", "due_on", "answer", "answered_at", "changes",
            "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("answered_at",)

    def to_representation(self, request: InformationRequest) -> dict[str, Any]:
        """The request, its opened fields in the order in which they were asked."""
        data = super().to_representation(request)
        if "fields_opened" in data:
            data["fields_opened"] = list(request.fields)
        return data


class InformationRequestViewSet(DomainViewSet):
    """Requests about ideas the caller stands inside of."""

    serializer_class = InformationRequestSerializer
    filterset_class = InformationRequestFilter
    writes = {"create": information_requests.ask_for_more, "edit": information_requests.answer_request}
    allowed = {
        "list": "pilots.view_request",
        "retrieve": "pilots.view_request",
        "create": "pilots.ask_for_more",
        "partial_update": "pilots.answer_request",
        "history": "pilots.view_request",
    }

    def get_queryset(self) -> Any:
        """Requests with the reference of their idea."""
        return super().get_queryset().select_related("idea")


ROUTES = [("information-requests", InformationRequestViewSet)]
