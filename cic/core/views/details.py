"""What do the pages of one record share? Its moves, stages, languages and every change."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cic.core.models import AuditEntry, StageChange
from cic.core.permissions import can
from cic.core.transitions import Table

from .pages import WorkspacePage


class DetailPage(WorkspacePage, TemplateView):
    """One object: its chain, facts, the moves open to the reader, its parts and its history."""

    template_name = "workspace/detail.html"
    tables: ClassVar[Sequence[Table]] = ()
    edit_permission: ClassVar[str] = ""
    translate_permission: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def get_tables(self) -> Sequence[Table]:
        """The transition tables this object walks; the first gives its badge."""
        return self.tables

    def chain(self) -> Any:
        """The stations of this object's chain; None where it is in none."""
        return None

    def facts(self) -> list[tuple[Any, Any]]:
        """What stands aside: label and value."""
        return []

    def history(self) -> Iterable[Any]:
        """The stages it went through, newest first."""
        return stages_of(self.object, self.get_tables())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context that workspace/detail.html documents."""
        tables = self.get_tables()
        if tables:
            self.object.badge = tables[0].badge(self.object)
        may_edit = bool(self.edit_permission) and can(self.request.user, self.edit_permission, self.object)
        label = self.object._meta.label_lower
        audited = can(self.request.user, "core.read_audit", self.object)
        translates = self.translate_permission and can(
            self.request.user, self.translate_permission, self.object
        )
        return super().get_context_data(
            object=self.object,
            in_languages=translations_of(self.object, self.noun) if translates else [],
            page_title=str(self.object),
            chain=self.chain(),
            facts=self.facts(),
            moves=moves_of(self.object, tables, self.request.user, self.noun),
            history=self.history(),
            edit_url=reverse(f"{self.noun}_edit", args=[self.object.pk]) if may_edit else "",
            list_url=reverse(f"{self.noun}_list"),
            audit_url=reverse("audit", args=[label, self.object.pk]) if audited else "",
            **kwargs,
        )


def translations_of(record: Any, noun: str) -> list[dict[str, Any]]:
    """How much of `record` is said in each other language, with the address of its form."""
    return [
        {"said": row, "url": reverse(f"{noun}_translate", args=[record.pk, row.code])}
        for row in record.completeness()
    ]


def moves_of(obj: Any, tables: Sequence[Table], user: Any, noun: str) -> list[dict[str, Any]]:
    """The moves `user` may make with `obj`, as the moves piece shows them."""
    return [
        {
            "name": row.name,
            "label": row.label,
            "url": reverse(f"{noun}_move", args=[obj.pk, row.name]),
            "allowed": row.allowed,
            "blockers": row.blockers,
            "style": row.style,
        }
        for table in tables
        for row in table.open_to(user, obj)
    ]


def stages_of(obj: Any, tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Stage changes of `obj` in words, newest first."""
    rows = StageChange.objects.about(obj).select_related("actor").order_by("-recorded_at", "-pk")
    labels = {table.field: dict(obj._meta.get_field(table.field).choices) for table in tables}
    return [
        {
            "move": row.move,
            "from_label": labels.get(row.field, {}).get(row.from_state, row.from_state),
            "to_label": labels.get(row.field, {}).get(row.to_state, row.to_state),
            "to_state": row.to_state,
            "actor": row.actor,
            "authority": row.authority,
            "reason": row.reason,
            "effective_at": row.effective_at,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


class AuditPage(LoginRequiredMixin, TemplateView):
    """Every change of one object, with values before and after."""

    template_name = "workspace/audit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The object's entries; 404 unless the reader may read the object and its log."""
        try:
            model = apps.get_model(kwargs["label"])
        except (LookupError, ValueError) as error:
            raise Http404 from error
        if not hasattr(model, "objects") or not hasattr(model.objects.all(), "visible_to"):
            raise Http404
        obj = get_object_or_404(model.objects.visible_to(self.request.user), pk=kwargs["pk"])
        if not can(self.request.user, "core.read_audit", obj):
            raise Http404
        entries = AuditEntry.objects.about(obj).select_related("actor").order_by("-position")[:500]
        for entry in entries:
            names = sorted({*entry.before, *entry.after})
            entry.changes = [(name, entry.before.get(name), entry.after.get(name)) for name in names]
        return super().get_context_data(object=obj, entries=entries, page_title=_("Every change"), **kwargs)
