"""How is a move asked for? With the fields it needs, the reason and the authority."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
)
from django.utils.translation import gettext as _

from cic.core.form_fields import READ_BY_ALL
from cic.core.transitions import Table

from .forms import ObjectPage


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
            help_text=READ_BY_ALL if self.move.note_is_public else "",
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
