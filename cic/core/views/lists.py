"""What do all lists share? Filters, chips, order, places in them, and the same rows as a table."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters as df
from django import forms
from django.db import models
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cic.core.api.cursors import Page, decode, order_of, page_of
from cic.core.api.problems import ApiProblem
from cic.core.exports import MOST_AT_ONCE, csv_lines, told, write_table
from cic.core.models import ExportFormat
from cic.core.models.translations import with_languages
from cic.core.permissions import can
from cic.core.transitions import Table

from .pages import WorkspacePage

ROWS_PER_PAGE = 50


class ListPage(WorkspacePage, TemplateView):
    """A filtered, counted, sorted list; its whole state is in the address. `?export=csv` (or xlsx) gives the same rows."""

    template_name = "workspace/list.html"
    filterset_class: ClassVar[type[df.FilterSet]]
    row_template: ClassVar[str]
    columns: ClassVar[Sequence[tuple[str, Any, str]]] = ()  # key, label, name in the order filter or ""
    export_columns: ClassVar[Sequence[tuple[str, Any]]] = ()  # heading, ORM path or what is gathered
    page_title: Any = ""
    create_permission: ClassVar[str] = ""
    create_label: Any = ""
    table: ClassVar[Table | None] = None
    quiet_filters: ClassVar[
        Sequence[str]
    ] = ()  # work from the address, but are not offered: too many choices
    first_order: ClassVar[tuple[str, str]] = ("-id", "pk")  # as long as nobody chose another

    def rows(self, queryset: Any) -> Any:
        """`queryset` with what a row shows; adds no query per row."""
        return queryset

    def narrow(self) -> None:
        """Set `filterset` and `found`: the rows the filters of the address leave to this reader."""
        self.check()
        request = self.request
        self.filterset = self.filterset_class(request.GET, queryset=self.get_queryset(), request=request)
        for name in self.quiet_filters:
            hide(self.filterset.form.fields[name])
        for field in self.filterset.form.fields.values():
            ask_plainly(field, request.GET)
        self.found = self.filterset.qs if self.filterset.form.is_valid() else self.get_queryset()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or its rows as a table."""
        self.narrow()
        if request.GET.get("export") in ExportFormat.values and self.export_columns:
            return self.export(ExportFormat(request.GET["export"]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context that workspace/list.html documents."""
        shown, page = self._page()
        create = bool(self.create_permission) and can(self.request.user, self.create_permission)
        return super().get_context_data(
            page_title=self.page_title,
            columns=[self._column(*column) for column in self.columns],
            rows=shown,
            row_template=self.row_template,
            filterset=self.filterset,
            form=self.filterset.form,
            chips=list(self._chips()),
            clear_url=self.request.path,
            count=self.found.count(),
            next_url=self._address(cursor=page.next) if page.next else "",
            previous_url=self._address(cursor=page.previous) if page.previous else "",
            exports=[
                {"url": self._address(export=kind.value, cursor=None), "label": kind.label}
                for kind in (ExportFormat if self.export_columns else ())
            ],
            create_url=reverse(f"{self.noun}_create") if create else "",
            create_label=self.create_label,
            **kwargs,
        )

    def _page(self) -> tuple[list[Any], Page]:
        """The rows at this place of the list: their ids by keyset, then the rows with what they show."""
        orders = self.filterset_class.orders(self.request.user)  # type: ignore[attr-defined]
        name = self.request.GET.get("order", "") or self.filterset_class.order_of_range(self.request.GET)  # type: ignore[attr-defined]
        path = orders.get(name.lstrip("-"))
        order = order_of(self.found, name, path) if path else order_of(self.found, *self.first_order)
        try:
            text = self.request.GET.get("cursor")
            cursor = decode(order, text, self.model._meta.pk) if text else None
        except ApiProblem as error:
            raise Http404 from error
        page = page_of(self.found, [], order, cursor, ROWS_PER_PAGE)
        by_pk = self.rows(self.get_queryset()).in_bulk([row[-1] for row in page.rows])
        shown = [by_pk[row[-1]] for row in page.rows]
        for row in shown:
            self.dress(row)
        return shown, page

    def dress(self, row: Any) -> None:
        """Give a row what its template prints beside its fields."""
        row.url = self.row_url(row)
        if self.table:
            row.badge = self.badge_of(row)

    def row_url(self, row: Any) -> str:
        """Where a row leads."""
        return reverse(f"{self.noun}_detail", args=[row.pk])

    def badge_of(self, row: Any) -> Mapping[str, str]:
        """A row's state in words and tone."""
        assert self.table is not None
        return self.table.badge(row)

    def get_export_columns(self) -> Sequence[tuple[str, Any]]:
        """The columns of the table: those the reader may see."""
        return self.export_columns

    def table_of_all(self) -> tuple[list[str], Any]:
        """The headings and all rows found, read as they are needed."""
        shown = with_languages(self.model, self.get_export_columns())
        rows = self.found if self.found.query.order_by else self.found.order_by("-pk")
        columns = [column for _heading, column in shown]
        return [heading for heading, _column in shown], told(rows, columns, self.request.user)

    def export(self, kind: ExportFormat) -> HttpResponseBase:
        """All rows found as a table; a long list is written in the background, and asked for by a POST."""
        if self.found.count() > MOST_AT_ONCE:
            here = self._address(export=None, cursor=None)
            return redirect(f"{reverse('export_ask')}?{urlencode({'list': here, 'format': kind})}")
        return self.table_file(kind, self.noun)

    def table_file(self, kind: ExportFormat, name: str) -> HttpResponseBase:
        """The whole table at once, as a file of this name."""
        headings, rows = self.table_of_all()
        name = f"{name}.{kind.extension}"
        if kind == ExportFormat.XLSX:
            file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
            write_table(file, kind, headings, rows)
            file.seek(0)
            return FileResponse(file, as_attachment=True, filename=name, content_type=kind.content_type)
        lines = csv_lines(headings, rows, bom=kind == ExportFormat.CSV)
        response = StreamingHttpResponse(lines, content_type=kind.content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _address(self, **changes: Any) -> str:
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def _column(self, key: str, label: Any, order: str) -> dict[str, Any]:
        now = self.request.GET.get("order", "")
        column = {
            "key": key,
            "label": label,
            "sort_url": "",
            "sorted": "",
            "numeric": key.endswith(("_eur", "_count")),
        }
        if order:
            column["sort_url"] = self._address(order=f"-{order}" if now == order else order, cursor=None)
            column["sorted"] = {order: "ascending", f"-{order}": "descending"}.get(now, "")
        return column

    def _chips(self) -> Iterator[dict[str, Any]]:
        for name in self.filterset.form.changed_data if self.filterset.form.is_bound else ():
            field = self.filterset.form[name]
            if name == "order" or not field.data:
                continue
            query = self.request.GET.copy()
            for parameter in [key for key in query if key == name or key.startswith(f"{name}_")]:
                del query[parameter]
            query.pop("cursor", None)
            address = f"{self.request.path}?{query.urlencode()}" if query else self.request.path
            yield {"label": field.label, "value": chip_words(field), "remove_url": address}


def hide(field: forms.Field) -> None:
    """Keep a field's value in its form without showing it."""
    if isinstance(field.widget, forms.MultiWidget):
        for part in field.widget.widgets:
            part.input_type = "hidden"
    elif getattr(field.widget, "allow_multiple_selected", False):
        field.widget = forms.MultipleHiddenInput()
    else:
        field.widget = forms.HiddenInput()


def ask_plainly(field: forms.Field, typed: Mapping[str, str]) -> None:
    """Let the browser offer its calendar for a range of days or moments, and call what narrows nothing “any”."""
    if isinstance(field, forms.NullBooleanField):
        field.widget.choices = [("", _("any")), ("true", _("yes")), ("false", _("no"))]
    kind = {"DateRangeField": "date", "IsoDateTimeRangeField": "datetime-local"}.get(type(field).__name__)
    # A moment with a zone stands in an address that a program made; a browser's field would drop it.
    if kind and not any(value.endswith("Z") or "+" in value for value in typed.values()):
        for part in field.widget.widgets:
            part.input_type = kind


def chip_words(field: forms.BoundField) -> str:
    """The value of a filter as a person would say it."""
    value = field.form.cleaned_data.get(field.name) if hasattr(field.form, "cleaned_data") else field.data
    if isinstance(value, models.Model):
        return str(value)
    choices = (
        {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
        if not isinstance(field.field, forms.ModelChoiceField)
        else {}
    )
    if getattr(field.field, "null_label", None) is not None:
        choices[str(field.field.null_value)] = str(field.field.null_label)
    if isinstance(value, slice):
        return f"{'' if value.start is None else value.start} – {'' if value.stop is None else value.stop}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(choices.get(str(item), str(item)) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return choices.get(str(value), str(value))
