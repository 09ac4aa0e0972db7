"""/api/v1/committee-actions/: what follow-up committees agreed to do, who does it, until when, and whether it is done."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, StrictSerializer
from cic.core.idempotency import idempotent
from partners.filters import CommitteeActionFilter
from partners.models import CommitteeAction
from partners.operations import committees as operations

from .commitments import READ, WRITE, OfAgreement


class CommitteeActionSerializer(DomainSerializer):
    """An action that a meeting agreed. Only somebody who may read the agreement can be named as `person`."""

    class Meta:
        model = CommitteeAction
        fields = (
            "id", "meeting", "text", "party", "person", "due_on", "done_on", "version", "created_at", "updated_at"
        )  # fmt: skip
        read_only_fields = ("done_on",)


class FinishSerializer(StrictSerializer):
    """When it was done: today unless it was before."""

    done_on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class ReopenSerializer(StrictSerializer):
    """Why it is not done yet."""

    note = serializers.CharField(max_length=4000)


class CommitteeActionViewSet(OfAgreement):
    """Agreed actions of the agreements the caller stands inside of."""

    serializer_class = CommitteeActionSerializer
    filterset_class = CommitteeActionFilter
    related = ("meeting__agreement", "party")
    writes = {
        "create": operations.agree_action,
        "edit": operations.edit_action,
        "remove": operations.remove_action,
    }
    allowed = {
        **READ,
        **WRITE,
        "destroy": "partners.edit_agreement",
        "finish": "partners.finish_action",
        "reopen": "partners.edit_agreement",
    }

    @action(detail=True, methods=["post"], serializer_class=FinishSerializer)
    @idempotent
    def finish(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Say that it was done."""
        return self._act(operations.finish_action)

    @action(detail=True, methods=["post"], serializer_class=ReopenSerializer)
    @idempotent
    def reopen(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Take back that it was done."""
        return self._act(operations.reopen_action)

    def _act(self, operation: Any) -> Any:
        self.check_parameters(())
        agreed = self.get_object()
        values = self.checked_values(self.get_serializer(data=self.request.data))
        agreed = operation(agreed, actor=self.request.user, **values)
        self.serializer_class = CommitteeActionSerializer
        return self.answer(self.fresh(agreed))


ROUTES = [("committee-actions", CommitteeActionViewSet)]
