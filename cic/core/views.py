"""What do all workspace pages share? Lists, details, forms that call one operation, and moves."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters as df
from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import models
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from .api.cursors import Page, decode, order_of, page_of
from .api.problems import ApiProblem
from .errors import DomainError
from .exports import CHUNK, MOST_AT_ONCE, csv_lines, write_table
from .models import AuditEntry, ExportFormat, StageChange
from .models.translations import with_languages
from .permissions import can, seen
from .transitions import Table

ROWS_PER_PAGE = 50


class WorkspacePage(LoginRequiredMixin):
    """A page for people who have signed in. `permission` is asked of the object, or of nothing."""

    model: ClassVar[type[models.Model]]
    permission: ClassVar[str] = ""
    noun: ClassVar[str] = ""  # url names: <noun>_list, <noun>_detail, <noun>_edit, <noun>_move
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_queryset(self) -> Any:
        """What the reader may see; everything else does not exist."""
        return self.model.objects.visible_to(self.request.user)  # type: ignore[attr-defined]

    def get_object(self) -> Any:
        """The object of this address.

        Raises: Http404 when the reader may not see it, PermissionDenied when they may not do this.
        """
        obj = seen(self.request.user, get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"]))
        self.check(obj)
        return obj

    def check(self, obj: Any = None) -> None:
        """Raise PermissionDenied unless the reader has this page's permission."""
        if self.permission and not can(self.request.user, self.permission, obj):
            raise PermissionDenied


class ListPage(WorkspacePage, TemplateView):
    """A filtered, counted, sorted list; its whole state is in the address. `?export=csv` (or xlsx) gives the same rows."""

    template_name = "workspace/list.html"
    filterset_class: ClassVar[type[df.FilterSet]]
    row_template: ClassVar[str]
    columns: ClassVar[Sequence[tuple[str, Any, str]]] = ()  # key, label, name in the order filter or ""
    export_columns: ClassVar[Sequence[tuple[str, str]]] = ()  # heading, ORM path
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

    def get_export_columns(self) -> Sequence[tuple[str, str]]:
        """The columns of the table: those the reader may see."""
        return self.export_columns

    def table_of_all(self) -> tuple[list[str], Any]:
        """The headings and all rows found, read as they are needed."""
        shown = with_languages(self.model, self.get_export_columns())
        rows = self.found if self.found.query.order_by else self.found.order_by("-pk")
        values = rows.values_list(*[path for _heading, path in shown])
        return [heading for heading, _path in shown], values.iterator(chunk_size=CHUNK)

    def export(self, kind: ExportFormat) -> HttpResponseBase:
        """All rows found as a table; a long list is written in the background, and asked for by a POST."""
        if self.found.count() > MOST_AT_ONCE:
            here = self._address(export=None, cursor=None)
            return redirect(f"{reverse('export_ask')}?{urlencode({'list': here, 'format': kind})}")
        headings, rows = self.table_of_all()
        name = f"{self.noun}.{kind.extension}"
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
    if isinstance(value, slice):
        return f"{'' if value.start is None else value.start} – {'' if value.stop is None else value.stop}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(choices.get(str(item), str(item)) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return choices.get(str(value), str(value))


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


class OperationPage(WorkspacePage, FormView):
    """A form that calls one operation. A refusal comes back beside what was typed; nothing is lost."""

    template_name = "workspace/form.html"
    page_title: Any = ""
    submit_label: Any = ""
    done: Any = ""  # what the message says afterwards

    def act(self, form: Any) -> Any:
        """Call the operation; returns the object to go to."""
        raise TypeError(f"{type(self).__name__} must say which operation it calls.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context that workspace/form.html documents."""
        kwargs.setdefault("page_title", self.page_title)
        kwargs.setdefault("submit_label", self.submit_label or _("Save"))
        return super().get_context_data(cancel_url=self.get_cancel_url(), **kwargs)

    def get_cancel_url(self) -> str:
        """Where somebody goes who changes their mind."""
        return reverse(f"{self.noun}_list")

    def get_success_url(self) -> str:
        """The object's own page."""
        return reverse(f"{self.noun}_detail", args=[self.result.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it, say so, go on; or say why not."""
        try:
            self.result = self.act(form)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        if self.done:
            messages.success(self.request, str(self.done))
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same form with what was typed and what to mend."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Put the sentences of `error` beside the fields they concern, the rest above the form."""
    for name, sentences in error.fields.items():
        target = name if name in form.fields else None
        for sentence in sentences:
            form.add_error(target, sentence)
    if not error.fields or error.blockers:
        for sentence in error.blockers or [error.detail]:
            if sentence not in form.errors.get(NON_FIELD_ERRORS, ()):
                form.add_error(None, sentence)


class CreatePage(OperationPage):
    """A form that makes a new object."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who may create."""
        if request.user.is_authenticated:
            self.check()
        return super().dispatch(request, *args, **kwargs)


class ObjectPage(OperationPage):
    """A form about an object that is there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fetch the object for those who may see it and do this."""
        if request.user.is_authenticated:
            self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context with its object."""
        return super().get_context_data(object=self.object, **kwargs)

    def get_cancel_url(self) -> str:
        """Back to the object."""
        return reverse(f"{self.noun}_detail", args=[self.object.pk])


class Versioned(ObjectPage):
    """A form over what is there. Whoever saves second sees what the first one wrote and keeps their own text."""

    def version_now(self) -> int:
        """What tells one version of the object from the next."""
        return self.object.version

    def as_it_is(self, form: Any) -> dict[str, Any]:
        """What is there now, by the names of the form's fields."""
        return forms.model_to_dict(self.object, fields=list(form.fields))

    def get_form(self, form_class: Any = None) -> Any:
        """The form with the version it was opened on."""
        form = super().get_form(form_class)
        form.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=self.version_now(), required=False
        )
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Save; when somebody was faster, show both versions."""
        self.expected_version = form.cleaned_data.pop("version", None)
        if self.expected_version not in (None, self.version_now()):
            return self.render_to_response(
                self.get_context_data(form=self._reopened(form), theirs=self.theirs(form)), status=412
            )
        return super().form_valid(form)

    def _reopened(self, form: Any) -> Any:
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = self.version_now()
        form.add_error(
            None,
            _(
                "Somebody changed this since you opened it. Their version is beside yours; save again to keep yours."
            ),
        )
        return form

    def theirs(self, form: Any) -> list[dict[str, Any]]:
        """Field by field, where they differ: what is there now, and what was typed."""
        current = self.as_it_is(form)
        return [
            {
                "label": form.fields[name].label or name,
                "theirs": in_words(form.fields[name], current[name]),
                "yours": in_words(form.fields[name], form.cleaned_data.get(name)),
            }
            for name in form.fields
            if name in current and _plain(current[name]) != _plain(form.cleaned_data.get(name))
        ]


class EditPage(Versioned):
    """A model form over an object."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """A copy as instance, so that a refused form does not change the object shown."""
        copy = type(self.object)._base_manager.get(pk=self.object.pk)
        return {**super().get_form_kwargs(), "instance": copy}


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a form's field as a person would say it."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        picked = [value] if not isinstance(value, Iterable) else list(value)
        known = field.queryset.in_bulk([_plain(one) for one in picked if one])
        return ", ".join(str(row) for row in known.values())
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(in_words(field, one) for one in value)
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), "" if value is None else str(value))


def _plain(value: Any) -> Any:
    """A value such that what is stored and what was typed can be compared."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list | tuple | models.QuerySet):
        return sorted(str(_plain(one)) for one in value)
    return "" if value is None else str(value)


class MovePage(ObjectPage):
    """Asks for what a move needs (fields, reason, authority), then makes it through the room's operation."""

    template_name = "workspace/move.html"
    tables: ClassVar[Sequence[Table]] = ()

    def get_tables(self) -> Sequence[Table]:
        """The tables the object walks."""
        return self.tables

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Call the room's operation with note, authority and changes."""
        raise TypeError(f"{type(self).__name__} must say which operation moves.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the move among those open to the reader; there is no other."""
        if request.user.is_authenticated:
            self.object = self.get_object()
            found = [row for table in self.get_tables() for row in table.open_to(request.user, self.object)]
            self.move = next((row for row in found if row.name == kwargs["name"]), None)
            if self.move is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        """Fields the move needs or asks, then reason and authority."""
        assert self.move is not None
        names = [*self.move.needs, *self.move.asks]
        fields = forms.fields_for_model(type(self.object), fields=names) if names else {}
        for name, field in fields.items():
            field.required = field.required or name in self.move.needs
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        fields["note"] = forms.CharField(
            label=_("Reason"),
            widget=forms.Textarea(attrs={"rows": 3}),
            required=self.move.note_required,
            max_length=5000,
        )
        fields["authority"] = forms.CharField(
            label=_("On the authority of"), required=False, max_length=300,
            help_text=_("For example a resolution or the minutes of a committee."),
        )  # fmt: skip
        kwargs = self.get_form_kwargs()
        known = {name: getattr(self.object, name) for name in names if name in fields}
        kwargs["initial"] = known | kwargs["initial"]
        # The form's metaclass empties the mapping it is given.
        return type("MoveForm", (forms.Form,), fields)(**kwargs)

    def act(self, form: Any) -> Any:
        """Make the move."""
        assert self.move is not None
        given = dict(form.cleaned_data)
        note, authority = given.pop("note"), given.pop("authority")
        return self.walk(self.object, self.move.name, note=note, authority=authority, changes=given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context that workspace/move.html documents."""
        assert self.move is not None
        return super().get_context_data(
            move=self.move, page_title=self.move.label, submit_label=self.move.label, **kwargs
        )


class ChildCreatePage(CreatePage):
    """A form that adds a part to an object: `parent_model` by `pk` in the address; `permission` is asked of the parent."""

    parent_model: ClassVar[type[models.Model]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fetch the parent for those who may see it and add to it."""
        if request.user.is_authenticated:
            parents = self.parent_model.objects.visible_to(request.user)  # type: ignore[attr-defined]
            self.parent = get_object_or_404(parents, pk=kwargs["pk"])
            if self.permission and not can(request.user, self.permission, self.parent):
                raise PermissionDenied
        return OperationPage.dispatch(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context with the parent."""
        return super().get_context_data(parent=self.parent, **kwargs)

    def get_cancel_url(self) -> str:
        """Back to the parent."""
        return reverse(f"{self.noun}_detail", args=[self.parent.pk])

    def get_success_url(self) -> str:
        """Back to the parent."""
        return self.get_cancel_url()


class ConfirmPage(ObjectPage):
    """A question before something is done; its form asks at most for a reason.

    `page_title` may name the record (`%(name)s`). Beneath it stands `lead`, else which record it is. `mild`: what is
    done takes nothing away.
    """

    template_name = "workspace/confirm.html"
    lead: Any = ""
    mild: ClassVar[bool] = False
    asks_reason: ClassVar[bool] = True

    class form_class(forms.Form):  # noqa: N801 - the name Django's FormView looks for
        note = forms.CharField(
            label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False
        )

    def get_form(self, form_class: Any = None) -> Any:
        """The form, without a reason where none is needed."""
        form = super().get_form(form_class)
        if not self.asks_reason:
            form.fields.pop("note", None)
        return form

    def get_lead(self) -> str:
        """What one should know before one says yes."""
        return str(self.lead or self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        title = str(self.page_title)
        if "%(name)s" in title:
            title = title % {"name": self.object}
        shown = {"page_title": title, "lead": self.get_lead(), "mild": self.mild, **kwargs}
        return super().get_context_data(**shown)


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
