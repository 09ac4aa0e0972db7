"""What is filled in to ask an author for more, and to answer?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import InformationRequest
from pilots.operations.information_requests import CAN_BE_ASKED

from .fields import DayField, TextField
from .ideas import LABELS, author_field


class AskForm(forms.Form):
    """A question, what it opens again, and until when."""

    question = TextField(label=_("Question"), help_text=_("What is missing, in words the author can act on."))
    fields_opened = forms.MultipleChoiceField(
        label=_("Fields the author may change"),
        choices=[(name, LABELS[name]) for name in CAN_BE_ASKED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    due_on = DayField(
        label=_("Answer by"), help_text=_("After this day the idea is closed without an answer.")
    )


class AnswerForm(forms.Form):
    """The answer in words, and only those fields that were opened."""

    answer = TextField(label=_("Your answer"), required=False)

    def __init__(self, *args: Any, request: InformationRequest, annex: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in request.fields:
            self.fields[name] = author_field(name, required=name == "title")
            self.fields[name].initial = annex if name == "annex" else getattr(request.idea, name)
        self.opened = tuple(request.fields)

    def changes(self) -> dict[str, Any]:
        """What of the opened fields was changed."""
        return {name: self.cleaned_data[name] for name in self.opened if name in self.changed_data}
