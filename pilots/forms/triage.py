"""What is filled in to split an idea?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import Idea
from pilots.operations.triage import PART_FIELDS

from .fields import TextField
from .ideas import author_field

PARTS = (("first", _("The first idea")), ("second", _("The second idea")))


class SplitForm(forms.Form):
    """Two ideas out of one: each begins with the whole text, and one takes away what belongs to the other."""

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, _label in PARTS:
            for name in PART_FIELDS:
                field = author_field(name, required=name == "title")
                field.initial = getattr(idea, name)
                self.fields[f"{part}_{name}"] = field
        self.fields["note"] = TextField(rows=3, label=_("Reason"), help_text=_("The author reads it."))

    def parts(self) -> list[dict[str, Any]]:
        """The texts of each part."""
        return [{name: self.cleaned_data[f"{part}_{name}"] for name in PART_FIELDS} for part, _label in PARTS]

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The parts under their headings, then the reason."""
        rows = [(label, [self[f"{part}_{name}"] for name in PART_FIELDS]) for part, label in PARTS]
        return [*rows, (_("Why"), [self["note"]])]
