"""Which moves are open to the caller, how is one made, and which way has the record gone?"""

from functools import cache
from typing import Any

import rules
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core import operations
from cic.core.errors import DomainError
from cic.core.idempotency import idempotent
from cic.core.models import AuditEntry, StageChange
from cic.core.permissions import can
from cic.core.transitions import Move, Table

from .conventions import call_with
from .preconditions import expected_version
from .serializers import DomainSerializer, InstantField, StrictSerializer

MAX_HISTORY = 500


class OpenMoveSerializer(serializers.Serializer):
    """A move the caller may make, and what still stands in its way."""

    name = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    blockers = serializers.ListField(child=serializers.CharField())
    needs = serializers.ListField(child=serializers.CharField())
    asks = serializers.ListField(child=serializers.CharField())
    note_required = serializers.BooleanField()


class OpenMovesSerializer(serializers.Serializer):
    """The moves open to the caller."""

    results = OpenMoveSerializer(many=True)


class MoveSerializer(StrictSerializer):
    """What goes with a move: why, on whose authority, since when, and the fields it needs or asks."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    authority = serializers.CharField(required=False, allow_blank=True, max_length=300)
    effective_at = serializers.DateTimeField(required=False, allow_null=True)
    changes = serializers.DictField(required=False)


class StageSerializer(serializers.Serializer):
    """One step along the states. Who, why and on whose authority only for those who may read the log."""

    field = serializers.CharField()
    move = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    effective_at = InstantField()
    recorded_at = InstantField()
    actor = serializers.CharField(required=False, allow_null=True)
    authority = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)


class ChangeSerializer(serializers.Serializer):
    """One entry of the log."""

    id = serializers.UUIDField()
    at = InstantField()
    actor = serializers.CharField(allow_null=True)
    action = serializers.CharField()
    authority = serializers.CharField()
    note = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()


class HistorySerializer(serializers.Serializer):
    """The way a record went; `changes` only for those who may read the log."""

    stages = StageSerializer(many=True)
    changes = ChangeSerializer(many=True, required=False)


class MoveActions:
    """`moves`, `move` and `history` of a DomainViewSet."""

    def tables_of(self, obj: Any) -> list[Table]:
        """The transition tables `obj` walks along. A noun of two kinds picks by kind."""
        return [self.table] if self.table is not None else []

    @action(detail=True, methods=["get"], url_path="moves")
    def moves(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The moves open to the caller, and what still stands in the way of each."""
        self.check_parameters(())
        obj = self.get_object()
        return Response(
            {
                "results": [
                    {
                        "name": row.name,
                        "label": row.label,
                        "allowed": row.allowed,
                        "blockers": list(row.blockers),
                        "needs": list(row.needs),
                        "asks": list(row.asks),
                        "note_required": row.note_required,
                    }
                    for table in self.tables_of(obj)
                    for row in table.open_to(request.user, obj)
                ]
            }
        )

    @action(detail=True, methods=["post"], url_path=r"moves/(?P<name>[a-z][a-z0-9_-]{0,39})", url_name="move")
    @idempotent
    def move(self, request: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        """Make a move. Refused with 403, or with 409 and what stands in the way."""
        self.check_parameters(("fields",))
        obj = self.get_object()
        version = expected_version(request, obj, required=False)
        table, row = self._row(obj, name)
        body = MoveSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        options = dict(body.validated_data)
        options["changes"] = self._changes(obj, row, options.get("changes") or {})
        options |= {"actor": request.user, "expected_version": version}
        try:
            if "move" in self.writes:
                moved = call_with(self.writes["move"], obj, name, **options)
            else:
                moved = operations.move(obj, table, name, **options)
        except DomainError as error:
            error.inside = ("changes",)
            raise
        return self.answer(self.fresh(moved))

    @action(detail=True, methods=["get"], url_path="history")
    def history(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The states it went through and, for those who may read the log, who changed what."""
        self.check_parameters(())
        obj = self.get_object()
        full = rules.perm_exists(self.audit_permission) and can(request.user, self.audit_permission, obj)
        stages = StageChange.objects.about(obj).select_related("actor")[:MAX_HISTORY]
        data: dict[str, Any] = {"stages": [_stage(row, full=full) for row in stages]}
        if full:
            entries = (
                AuditEntry.objects.about(obj).select_related("actor").order_by("-position")[:MAX_HISTORY]
            )
            data["changes"] = [_change(entry) for entry in entries]
        return Response(data)

    def _row(self, obj: Any, name: str) -> tuple[Table, Move]:
        tables = self.tables_of(obj)
        for table in tables:
            if any(row.name == name for row in table.moves):
                return table, table.find(name)
        raise DomainError("unknown_move", _("There is no move called “%(name)s”.") % {"name": name})

    def _changes(self, obj: Any, row: Move, sent: dict[str, Any]) -> dict[str, Any]:
        """The values that go with the move, read as the model's fields are."""
        if not sent:
            return {}
        serializer_class = changes_serializer(self.model, (*row.needs, *row.asks))
        serializer = serializer_class(obj, data=sent, partial=True, context=self.get_serializer_context())
        if not serializer.is_valid():
            raise serializers.ValidationError({"changes": serializer.errors})
        self._check_centre(serializer.validated_data)
        # A table may name the column ("host_id") where the field is "host".
        known = {*row.needs, *row.asks}
        return {
            name if name in known else f"{name}_id": value if name in known else getattr(value, "pk", value)
            for name, value in serializer.validated_data.items()
        }


@cache
def changes_serializer(model: Any, names: tuple[str, ...]) -> type[DomainSerializer]:
    """A serializer for the fields a move may set; read-only elsewhere or not."""
    concrete = {field.name: field for field in model._meta.get_fields() if not field.auto_created}
    by_column = {field.attname: field.name for field in model._meta.concrete_fields}
    fields = tuple(
        dict.fromkeys(by_column.get(name, name) for name in names if by_column.get(name, name) in concrete)
    )
    writable = {name: _writable(concrete[name]) for name in fields if not concrete[name].editable}
    meta = type("Meta", (), {"model": model, "fields": fields, "extra_kwargs": writable})
    return type(
        f"{model.__name__}Changes", (DomainSerializer,), {"Meta": meta, "__doc__": "Fields set by a move."}
    )


def _writable(field: Any) -> dict[str, Any]:
    """What makes DRF take a value for a field that no form shows; a relation then needs its choices said again."""
    related = {"queryset": field.related_model._default_manager.all()} if field.is_relation else {}
    return {"read_only": False, "required": False, **related}


def _stage(row: StageChange, *, full: bool) -> dict[str, Any]:
    shown = {
        "field": row.field,
        "move": row.move,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "effective_at": row.effective_at,
        "recorded_at": row.recorded_at,
    }
    if full:
        shown |= {
            "actor": str(row.actor) if row.actor else None,
            "authority": row.authority,
            "reason": row.reason,
        }
    return shown


def _change(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": str(entry.actor) if entry.actor else None,
        "action": entry.action,
        "authority": entry.authority,
        "note": entry.note,
        "before": entry.before,
        "after": entry.after,
    }
