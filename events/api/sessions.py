"""/api/v1/sessions/ and /api/v1/appearances/: when, for how many, with whom, and what each sheet says."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, LabelField, StrictSerializer
from cic.core.api.preconditions import expected_version
from cic.core.api.serializers import InstantField, VisibleRelatedField
from cic.core.idempotency import idempotent
from events.choices import SessionState
from events.filters import AppearanceFilter, SessionFilter
from events.models import Appearance, Session
from events.operations import appearances, sessions
from events.transitions import SESSION
from partners.models import Organisation, User

STATE_LABELS = dict(SessionState.choices) | dict(SESSION.public_labels)


class SessionSerializer(DomainSerializer):
    """A session. `capacity` null is without limit, 0 is closed. `texts` is the sheet; write it by `sheet`."""

    state_label = LabelField(source="state", labels=STATE_LABELS)
    chair = VisibleRelatedField(queryset=User.objects.all(), required=False, allow_null=True)
    seats_left = serializers.IntegerField(read_only=True, allow_null=True)
    texts = serializers.DictField(child=serializers.CharField(allow_blank=True), read_only=True)
    list_fields = (
        "id", "reference", "event", "title", "thematic_line", "language", "starts_at", "ends_at", "zone",
        "previous_starts_at", "place", "capacity", "recording_url", "state", "state_label", "published_at",
        "created_at", "updated_at", "version", "source", "external_id",
    )  # fmt: skip
    confidential_fields = {"platform_url": "events.read_link", "chair": "events.read_link"}

    class Meta:
        model = Session
        fields = (
            "id", "reference", "event", "title", "summary", "thematic_line", "language", "starts_at", "ends_at", "zone",
            "previous_starts_at", "previous_ends_at", "place", "platform_url", "capacity", "seats_left", "chair",
            "template", "capsule", "texts", "recording_url", "state", "state_label", "published_at", "translations", "created_at",
            "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("previous_starts_at", "previous_ends_at", "published_at", "source", "external_id")


class SheetSerializer(StrictSerializer):
    """Words by the key of their section; what is not sent stays. Longer than the limit is kept all the same."""

    texts = serializers.DictField(child=serializers.CharField(allow_blank=True, trim_whitespace=False))


class RescheduleSerializer(StrictSerializer):
    """The new hours, and why."""

    starts_at = InstantField()
    ends_at = InstantField()
    zone = serializers.CharField(required=False, max_length=60)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An end after the start."""
        if attrs["ends_at"] <= attrs["starts_at"]:
            raise serializers.ValidationError({"ends_at": _("It ends after it begins.")})
        return attrs


class SessionViewSet(DomainViewSet):
    """Sessions the caller may see. `state` changes through `moves`, the sheet through `sheet`, the hours of an
    announced one through `reschedule`."""

    serializer_class = SessionSerializer
    translate_permission = "events.edit_session"
    filterset_class = SessionFilter
    table = SESSION
    writes = {"create": sessions.create_session, "edit": sessions.edit_session, "move": sessions.move_session}
    allowed = {
        "list": "events.view_session",
        "retrieve": "events.view_session",
        "create": "events.create_session",
        "partial_update": "events.edit_session",
        "upsert": "events.create_session",
        "moves": "events.view_session",
        "history": "events.view_session",
        "sheet": "events.write_sheet",
        "reschedule": "events.edit_session",
    }

    def get_queryset(self) -> Any:
        """For one, with its event, its template, and the places taken."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("event", "template").with_seats()

    @action(detail=True, methods=["post"], serializer_class=SheetSerializer)
    @idempotent
    def sheet(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Save words of the sheet. `If-Match`, where it is sent, must carry the ETag of the version that was read."""
        self.check_parameters(())
        session = self.get_object()
        version = expected_version(request, session, required=False)
        values = self.checked_values(SheetSerializer(data=request.data))
        sessions.save_sheet(session, values["texts"], actor=request.user, expected_version=version)
        self.serializer_class = SessionSerializer
        return self.answer(self.fresh(session))

    @action(detail=True, methods=["post"], serializer_class=RescheduleSerializer)
    @idempotent
    def reschedule(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Move it to other hours; those who registered are told. `If-Match` as for the sheet."""
        self.check_parameters(())
        session = self.get_object()
        version = expected_version(request, session, required=False)
        values = self.checked_values(RescheduleSerializer(data=request.data))
        sessions.reschedule(session, actor=request.user, expected_version=version, **values)
        self.serializer_class = SessionSerializer
        return self.answer(self.fresh(session))


class AppearanceSerializer(DomainSerializer):
    """Somebody who speaks or moderates; `affiliations` in words, `organisations` those known here."""

    affiliations = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=10
    )

    class Meta:
        model = Appearance
        fields = (
            "id", "session", "role", "name", "affiliations", "organisations", "position", "created_at", "updated_at",
            "version",
        )  # fmt: skip
        extra_kwargs = {"organisations": {"required": False}}


class AppearanceViewSet(DomainViewSet):
    """Who speaks and moderates in sessions the caller may see."""

    serializer_class = AppearanceSerializer
    filterset_class = AppearanceFilter
    writes = {
        "create": appearances.add_appearance,
        "edit": appearances.edit_appearance,
        "remove": appearances.remove_appearance,
    }
    allowed = {
        "list": "events.view_part",
        "retrieve": "events.view_part",
        "create": "events.edit_part",
        "partial_update": "events.edit_part",
        "destroy": "events.edit_part",
        "history": "events.edit_part",
    }

    def get_queryset(self) -> Any:
        """For one, with its session and those of the organisations that the caller may see."""
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        seen = Organisation.objects.visible_to(self.request.user)
        return rows.select_related("session__event").prefetch_related(Prefetch("organisations", seen))


ROUTES = [("sessions", SessionViewSet), ("appearances", AppearanceViewSet)]
