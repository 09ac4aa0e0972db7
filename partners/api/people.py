"""Which people and roles does a program see, and what may it change of its own?"""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.preconditions import expected_version
from cic.core.idempotency import idempotent
from partners.filters import AppointmentFilter, UserFilter
from partners.models import Appointment, User, standing_of
from partners.operations import people as operations


class UserSerializer(DomainSerializer):
    """A person, by name. The address only for themselves and the city's staff."""

    list_fields = ("id", "name", "kind", "email", "is_active")
    confidential_fields = {"email": "partners.see_address", "is_active": "partners.see_address"}

    class Meta:
        model = User
        fields = ("id", "name", "kind", "email", "is_active")
        read_only_fields = fields


class OwnSerializer(DomainSerializer):
    """The caller: what is stored of them, and what they are here."""

    organisations = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = (
            "id",
            "name",
            "kind",
            "email",
            "language",
            "time_zone",
            "joined_at",
            "organisations",
            "roles",
        )
        read_only_fields = ("kind", "email", "joined_at")

    def get_organisations(self, user: User) -> list[dict[str, Any]]:
        """Ids of the organisations they belong to, and whether they administer them."""
        standing = standing_of(user)
        return [{"id": pk, "admin": pk in standing.admin_of} for pk in sorted(standing.member_of)]

    def get_roles(self, user: User) -> list[dict[str, Any]]:
        """Their roles for the city; centre null: everywhere."""
        held = sorted(standing_of(user).roles, key=lambda pair: (pair[0], pair[1] or 0))
        return [{"role": role, "centre": centre} for role, centre in held]


class ReasonSerializer(StrictSerializer):
    """Why something is done."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class EndSerializer(ReasonSerializer):
    """The last day of a period (without one it ends at once), and why."""

    last_day = serializers.DateField(required=False)


class UserViewSet(DomainViewSet):
    """People the caller may know of: themselves, colleagues, and for the city's staff everyone."""

    serializer_class = UserSerializer
    filterset_class = UserFilter
    allowed = {
        "list": "partners.view_user",
        "retrieve": "partners.view_user",
        "me": "partners.edit_user",
        "deactivate": "partners.deactivate_user",
        "reactivate": "partners.deactivate_user",
    }

    def get_serializer_class(self) -> Any:
        """One's own record says more."""
        serializers_of = {"me": OwnSerializer, "deactivate": ReasonSerializer, "reactivate": ReasonSerializer}
        return serializers_of.get(self.action, UserSerializer)

    def get_object(self) -> Any:
        """The caller, for `me`."""
        if self.action != "me":
            return super().get_object()
        if not self.request.user.is_authenticated:
            self.permission_denied(self.request)
        return self.request.user

    @action(detail=False, methods=["get", "patch"], url_path="me")
    @idempotent
    def me(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The caller's own record; PATCH changes name, language or time zone."""
        self.check_parameters(("fields",))
        user = self.get_object()
        if request.method in ("GET", "HEAD"):
            return self.answer(user)
        version = expected_version(request, user)
        values = self.checked_values(self.get_serializer(user, data=request.data, partial=True))
        return self.answer(
            operations.edit_profile(user, values, actor=request.user, expected_version=version)
        )

    @action(detail=True, methods=["post"])
    @idempotent
    def deactivate(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Shut a person out: sessions, tokens and mails end."""
        return self._set_active(request, operations.deactivate_user)

    @action(detail=True, methods=["post"])
    @idempotent
    def reactivate(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let a person in again."""
        return self._set_active(request, operations.reactivate_user)

    def _set_active(self, request: Any, operation: Any) -> Any:
        self.check_parameters(())
        user = self.get_object()
        values = self.checked_values(ReasonSerializer(data=request.data))
        user = operation(user, actor=request.user, **values)
        self.action = "retrieve"
        return self.answer(user)


class AppointmentSerializer(DomainSerializer):
    """A role a person holds for the city, in one centre or (null) in all."""

    class Meta:
        model = Appointment
        fields = (
            "id",
            "user",
            "role",
            "centre",
            "starts_on",
            "ends_on",
            "version",
            "created_at",
            "updated_at",
        )


class AppointmentViewSet(DomainViewSet):
    """Roles for the city: one's own, and for coordinators, administrators and auditors all."""

    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter
    writes = {"create": operations.appoint, "edit": operations.edit_appointment}
    allowed = {
        "list": "partners.view_appointment",
        "retrieve": "partners.view_appointment",
        "create": "partners.appoint",
        "partial_update": "partners.appoint",
        "end": "partners.appoint",
        "history": "partners.view_appointment",
    }

    @action(detail=True, methods=["post"], serializer_class=EndSerializer)
    @idempotent
    def end(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Take the role back, at once or after a last day."""
        self.check_parameters(())
        appointment = self.get_object()
        values = self.checked_values(EndSerializer(data=request.data))
        appointment = operations.end_appointment(appointment, actor=request.user, **values)
        self.serializer_class = AppointmentSerializer
        return self.answer(self.fresh(appointment))


ROUTES = [("users", UserViewSet), ("appointments", AppointmentViewSet)]
