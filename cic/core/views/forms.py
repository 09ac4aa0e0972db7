"""What do forms share? Each calls one operation, comes back with what was typed, and shows who was faster."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import models
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from cic.core.errors import DomainError
from cic.core.models import Attachment
from cic.core.permissions import can

from .pages import WorkspacePage


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


class FileRemovePage(ConfirmPage):
    """Take a file off a record; one of its own, and of no other. The route names it `file`."""

    page_title = gettext_lazy("Remove this file?")
    submit_label = gettext_lazy("Remove the file")
    done = gettext_lazy("The file is removed.")

    def files(self) -> Any:
        """Those one may remove here."""
        return Attachment.objects.about(self.get_object())

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the file among them."""
        if request.user.is_authenticated:
            self.file = get_object_or_404(self.files(), pk=kwargs["file"])
        return super().dispatch(request, *args, **kwargs)

    def get_lead(self) -> str:
        """Which file."""
        return str(self.file)
