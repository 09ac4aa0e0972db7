"""Who changed what? The log of everything one may read, searched."""

import json
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.models import AuditCheck, AuditEntry
from cic.core.views import ListPage
from partners.filters.audits import AuditFilter, nouns
from partners.models.audits import entries_visible_to, still_there


def followed() -> dict[str, Any]:
    """The models by type whose rows can be looked for as the reader sees them."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if hasattr(model, "objects") and hasattr(model.objects.all(), "visible_to")
    }


class AuditList(ListPage):
    """Every change one may read of, newest first, with before and after side by side."""

    model = AuditEntry
    permission = "partners.read_everywhere"
    noun = "audit"
    template_name = "partners/audit_list.html"
    filterset_class = AuditFilter
    row_template = "partners/_audit_row.html"
    page_title = _("Log of changes")
    export_columns = [
        ("position", "position"), ("at", "at"), ("by", "actor__name"), ("by_address", "actor__email"),
        ("authority", "authority"), ("action", "action"), ("type", "object_type"), ("id", "object_id"),
        ("object", "object_label"), ("before", "before"), ("after", "after"), ("reason", "note"),
    ]  # fmt: skip

    def get_queryset(self) -> Any:
        """What the reader may read of the log."""
        return entries_visible_to(self.request.user)

    def table_of_all(self) -> tuple[list[str], Any]:
        """Values before and after as JSON, which a program reads again."""
        headings, rows = super().table_of_all()
        return headings, ([_as_text(value) for value in row] for row in rows)

    def rows(self, queryset: Any) -> Any:
        """With whoever did it."""
        return queryset.select_related("actor").defer("words")

    def row_url(self, row: Any) -> str:
        """Set with the others, in one query."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, and whether the log is whole."""
        context = super().get_context_data(check=AuditCheck.objects.first(), **kwargs)
        there = still_there(context["rows"], followed(), self.request.user)
        words = dict(nouns())
        for row in context["rows"]:
            names = sorted({*row.before, *row.after})
            row.changes = [(name, row.before.get(name), row.after.get(name)) for name in names]
            row.noun = words.get(row.object_type, row.object_type)
            row.verb = row.action.partition(".")[2]
            if (row.object_type, row.object_id) in there:
                row.url = _address_of(row)
        return context


def _address_of(row: AuditEntry) -> str:
    try:
        return reverse(f"{row.object_type.partition('.')[2]}_detail", args=[row.object_id])
    except NoReverseMatch:
        return reverse("audit", args=[row.object_type, row.object_id])


def _as_text(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


ROUTES = [path("audit/", AuditList.as_view(), name="audit_list")]
