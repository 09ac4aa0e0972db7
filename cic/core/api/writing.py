"""How are records written? Every write goes to the operation that the viewset names in `writes`."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.errors import DomainError
from cic.core.idempotency import idempotent
from cic.core.models.tokens import ApiToken
from cic.core.operations import lock, operation
from cic.core.permissions import can, require
from cic.core.translations import translate

from .conventions import call_create, call_edit, call_with
from .preconditions import expected_version
from .problems import ApiProblem


class WriteActions:
    """`create`, `partial_update`, `upsert` and `destroy` of a DomainViewSet."""

    @idempotent
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Make one. An `Idempotency-Key` makes it safe to send again."""
        self.check_parameters(("fields",))
        values = self.checked_values(self.get_serializer(data=request.data))
        return self.created(self.made(values))

    @idempotent
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Change the fields sent. `If-Match` must carry the ETag of the version that was read."""
        self.check_parameters(("fields",))
        obj = self.get_object()
        version = expected_version(request, obj)
        values = self.checked_values(self.get_serializer(obj, data=request.data, partial=True))
        return self.answer(self.fresh(self.edited(obj, values, version)))

    @action(
        detail=False,
        methods=["put"],
        url_path=r"by-external-id/(?P<source>[\w.-]{1,40})/(?P<external_id>[^/]{1,120})",
        url_name="upsert",
    )
    @idempotent
    def upsert(self, request: Any, source: str, external_id: str, **kwargs: Any) -> Any:
        """Make the record that has this id in another system, or bring it up to date.

        201 when it was made, 200 when it was there; when nothing differs, nothing is written.
        `If-Match` is optional here: the other system owns its records.
        """
        self.check_parameters(("fields",))
        if not (source + external_id).isprintable():
            raise exceptions.NotFound()
        try:
            return self._upsert(request, source, external_id)
        except (IntegrityError, DomainError) as error:
            # Two programs may make the same record at once: the later one edits what the first has made.
            known = self.model._base_manager.filter(source=source, external_id=external_id).exists()
            if not known or getattr(self, "_found", False):
                raise
            if not self.get_queryset().filter(source=source, external_id=external_id).exists():
                raise ApiProblem("duplicate", _("This identifier is taken.")) from error
            return self._upsert(request, source, external_id)

    def _upsert(self, request: Any, source: str, external_id: str) -> Any:
        obj = self.get_queryset().filter(source=source, external_id=external_id).first()
        self._found = obj is not None
        if obj is None:
            if not can(request.user, self.allowed["create"]):
                self.permission_denied(request)
            values = self.checked_values(self.get_serializer(data=request.data))
            values |= {"source": source, "external_id": external_id}
            with transaction.atomic():
                return self.created(self.made(values))
        if not can(request.user, self.allowed["partial_update"], obj):
            self.permission_denied(request)
        version = expected_version(request, obj, required=False)
        values = self.checked_values(self.get_serializer(obj, data=request.data))
        changes = {name: value for name, value in values.items() if differs(obj, name, value)}
        if changes:
            obj = self.fresh(self.edited(obj, changes, version))
        return self.answer(obj)

    def destroy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Remove it. `If-Match` must carry the ETag of the version that was read."""
        self.check_parameters(())
        obj = self.get_object()
        version = expected_version(request, obj)
        with transaction.atomic():
            lock(obj, version)
            call_with(self.writes["remove"], obj, actor=request.user)
        return Response(status=204)

    @operation
    def made(self, values: dict[str, Any]) -> Any:
        """What the room's operation makes of `values`, its texts in further languages included."""
        texts = values.pop("translations", None)
        obj = call_create(self.writes["create"], self.model, values, actor=self.request.user)
        return translate(obj, texts, actor=self.request.user) if texts else obj

    @operation
    def edited(self, obj: Any, values: dict[str, Any], version: int | None) -> Any:
        """What the room's operation made of `obj`. Texts in further languages have a permission of their own."""
        texts = values.pop("translations", None)
        user = self.request.user
        if values or not texts:
            obj = call_edit(self.writes["edit"], obj, values, actor=user, expected_version=version)
            version = None
        if texts:
            require(user, self.translate_permission, obj)
            obj = translate(obj, texts, actor=user, expected_version=version)
        return obj

    def created(self, obj: Any) -> Any:
        """The 201 for a new record, with its address."""
        obj = self.fresh(obj)
        address = settings.BASE_URL + reverse(f"{self.basename}-detail", args=[obj.pk])
        return self.answer(obj, status=201, headers={"Location": address})

    def fresh(self, obj: Any) -> Any:
        """The record as it is read, with what the viewset's queryset adds; as it is when it went out of sight."""
        return self.get_queryset().filter(pk=obj.pk).first() or obj

    def checked_values(self, serializer: Any) -> dict[str, Any]:
        """The values of a body, once they are right and within the reach of the caller's token.

        Raises: ValidationError; PermissionDenied.
        """
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        self._check_centre(values)
        return values

    def _check_centre(self, values: dict[str, Any]) -> None:
        """Keep a token that is limited to one centre from putting anything into another."""
        token = self.request.auth
        limited = isinstance(token, ApiToken) and token.centre_id is not None
        if limited and "centre" in values and getattr(values["centre"], "pk", None) != token.centre_id:
            raise exceptions.PermissionDenied(_("This token is limited to another centre."))


def differs(obj: Any, name: str, value: Any) -> bool:
    """Whether `obj` has another value than `value` under `name`; many-to-many by the ids, translations by their texts."""
    if name == "translations":
        return any(
            (obj.translations.get(code, {}).get(key) or {}).get("text", "") != (text or "")
            for code, texts in value.items()
            for key, text in texts.items()
        )
    if any(field.name == name for field in obj._meta.many_to_many):
        return set(getattr(obj, name).values_list("pk", flat=True)) != {item.pk for item in value}
    return getattr(obj, name) != value
