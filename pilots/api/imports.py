"""/api/v1/imports/ and /api/v1/import-remarks/: published files brought in, and what was said about their rows."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, StrictJSONParser, StrictSerializer
from cic.core.api.serializers import VisibleRelatedField
from cic.core.idempotency import idempotent
from partners.models import Centre
from pilots.filters.imports import ImportNoteFilter, ImportRunFilter
from pilots.forms.imports import PUBLISHERS
from pilots.models import ImportNote, ImportRun
from pilots.operations import imports


class ImportRunSerializer(DomainSerializer):
    """An import: `done` of `total` rows, what it did by noun, and the sums of what was read, in euro."""

    list_fields = (
        "id", "kind", "centre", "trial", "origin", "dry_run", "submit", "state", "total", "done", "created_count", "changed_count",
        "unchanged_count", "rejected_count", "created_at", "started_at", "finished_at", "version",
    )  # fmt: skip

    class Meta:
        model = ImportRun
        fields = (
            "id", "kind", "centre", "trial", "origin", "dry_run", "submit", "checksum", "state", "total", "done", "created_count",
            "changed_count", "unchanged_count", "rejected_count", "counts", "sums", "error", "actor", "created_at",
            "started_at", "finished_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ImportUploadSerializer(StrictSerializer):
    """A form with one to four files of one publisher. Without `kind` it is told from the columns."""

    files = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=4)
    centre = VisibleRelatedField(queryset=Centre.objects.all())
    kind = serializers.ChoiceField(choices=PUBLISHERS, required=False, default="")
    dry_run = serializers.BooleanField(required=False, default=False)


class ImportRunViewSet(DomainViewSet):
    """Imports the caller may see. A new one is sent as multipart/form-data and goes on in the background."""

    serializer_class = ImportRunSerializer
    filterset_class = ImportRunFilter
    centre_path = "centre"
    parser_classes = (StrictJSONParser, MultiPartParser)
    allowed = {
        "list": "pilots.list_imports",
        "retrieve": "pilots.view_importrun",
        "create": "pilots.start_import",
        "cancel": "pilots.view_importrun",
        "resume": "pilots.view_importrun",
        "repeat": "pilots.view_importrun",
        "history": "pilots.view_importrun",
    }

    @idempotent
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Take files in and have them imported; the answer tells where to see how far it is."""
        self.check_parameters(("fields",))
        upload = ImportUploadSerializer(data=request.data, context=self.get_serializer_context())
        values = self.checked_values(upload)
        files = [(each.name, each) for each in values.pop("files")]
        return self.created(imports.start_import(actor=request.user, files=files, **values))

    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Stop it after the rows it is dealing with. What it has written stays."""
        return self._act(imports.cancel_import)

    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Go on with an import that failed, from the row it had come to."""
        return self._act(imports.resume_import)

    @action(detail=True, methods=["post"])
    @idempotent
    def repeat(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Import the same files again: after a dry run, for real. Answers with the new import."""
        return self._act(imports.repeat_import)

    def _act(self, operation: Any) -> Any:
        self.check_parameters(())
        return self.answer(operation(self.get_object(), actor=self.request.user))


class ImportNoteSerializer(DomainSerializer):
    """A line of a row report: where, what was found (`problem`), and what was done (`action`)."""

    class Meta:
        model = ImportNote
        fields = ("id", "run", "row", "kind", "external_id", "field", "problem", "value", "action")
        read_only_fields = fields


class ImportNoteViewSet(DomainViewSet):
    """Remarks on the rows of imports the caller may see; `?run=` gives those of one."""

    serializer_class = ImportNoteSerializer
    filterset_class = ImportNoteFilter
    centre_path = "run__centre"
    default_order = "id"
    allowed = {"list": "pilots.list_imports", "retrieve": "pilots.view_importrun"}


ROUTES = [("imports", ImportRunViewSet), ("import-remarks", ImportNoteViewSet)]
