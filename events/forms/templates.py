"""What is filled in about a sheet template and its sections?"""

from typing import Any

from django import forms

from events.models import SheetTemplate, TemplateSection


class TemplateForm(forms.ModelForm):
    """A template's name and whether new sessions may follow it."""

    class Meta:
        model = SheetTemplate
        fields = ("name", "language", "is_offered")


class SectionForm(forms.ModelForm):
    """One section. Its key stays once it is there: sheets are kept by it."""

    class Meta:
        model = TemplateSection
        fields = ("title", "key", "help_text", "is_required", "max_words", "limit_kind", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["key"]
