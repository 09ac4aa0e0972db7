"""/api/v1/registrations/: one's own places, and for who runs events all of their centres."""

from typing import Any

from cic.core.api import DomainSerializer, DomainViewSet
from events.filters import RegistrationFilter
from events.models import Registration, Session
from events.operations import registrations
from events.transitions import REGISTRATION


class RegistrationSerializer(DomainSerializer):
    """A registration. Sending `session` registers the caller: confirmed, or on the waiting list."""

    list_fields = (
        "id", "session", "user", "name", "email", "language", "state", "asked_at", "waiting_since", "offered_until",
        "checked_in_at", "created_at", "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Registration
        fields = (
            "id", "session", "user", "name", "email", "language", "state", "asked_at", "waiting_since", "offered_until",
            "checked_in_at", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = (
            "user", "name", "email", "language", "asked_at", "waiting_since", "offered_until", "checked_in_at",
        )  # fmt: skip


def register_caller(*, actor: Any, session: Session) -> Registration:
    """Register the caller."""
    return registrations.register(session, actor=actor)


class RegistrationViewSet(DomainViewSet):
    """Registrations the caller may see. `state` changes through `moves`: accept, cancel, check_in, undo_check_in, wait_again, miss."""

    serializer_class = RegistrationSerializer
    filterset_class = RegistrationFilter
    table = REGISTRATION
    writes = {"create": register_caller, "move": registrations.move_registration}
    allowed = {
        "list": "events.view_registration",
        "retrieve": "events.view_registration",
        "create": "events.register",
        "moves": "events.view_registration",
    }

    def get_queryset(self) -> Any:
        """For one, with its session."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("session__event")


ROUTES = [("registrations", RegistrationViewSet)]
