"""/api/v1/sheet-templates/ and /api/v1/template-sections/: what session sheets ask for."""

from typing import Any

from cic.core.api import DomainSerializer, DomainViewSet
from events.filters import SheetTemplateFilter, TemplateSectionFilter
from events.models import SheetTemplate, TemplateSection
from events.operations import sheets


class SheetTemplateSerializer(DomainSerializer):
    """A template; its sections are a noun of their own."""

    class Meta:
        model = SheetTemplate
        fields = ("id", "name", "language", "is_offered", "created_at", "updated_at", "version")


class SheetTemplateViewSet(DomainViewSet):
    """Templates, for who signed in."""

    serializer_class = SheetTemplateSerializer
    filterset_class = SheetTemplateFilter
    writes = {"create": sheets.create_template, "edit": sheets.edit_template}
    allowed = {
        "list": "events.view_template",
        "retrieve": "events.view_template",
        "create": "events.edit_template",
        "partial_update": "events.edit_template",
        "history": "events.edit_template",
    }


class TemplateSectionSerializer(DomainSerializer):
    """One part. `limit_kind` soft advises; hard holds the sheet back when it is handed in. `max_words` null: no limit."""

    class Meta:
        model = TemplateSection
        fields = (
            "id", "template", "key", "title", "help_text", "is_required", "max_words", "limit_kind", "position",
            "created_at", "updated_at", "version",
        )  # fmt: skip


class TemplateSectionViewSet(DomainViewSet):
    """Sections of templates, for who signed in."""

    serializer_class = TemplateSectionSerializer
    filterset_class = TemplateSectionFilter
    writes = {"create": sheets.add_section, "edit": sheets.edit_section, "remove": sheets.remove_section}
    allowed = {
        "list": "events.view_template",
        "retrieve": "events.view_template",
        "create": "events.edit_template",
        "partial_update": "events.edit_template",
        "destroy": "events.edit_template",
        "history": "events.edit_template",
    }

    def get_queryset(self) -> Any:
        """For one, with its template."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("template")


ROUTES = [("sheet-templates", SheetTemplateViewSet), ("template-sections", TemplateSectionViewSet)]
