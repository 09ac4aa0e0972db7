"""What is filled in to import published files?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Centre
from pilots.models import ImportKind

PUBLISHERS = [choice for choice in ImportKind.choices if choice[0] != ImportKind.MEASUREMENTS]


class FilesInput(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to several files; its value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"accept": ".csv,.xlsx,.json,.ndjson,.txt"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file, checked alone."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files]


class ImportForm(forms.Form):
    """Files of one publisher, and into which centre."""

    files = FilesField(
        label=_("Files"),
        help_text=_(
            "CSV, XLSX or JSON as published, or a list that was downloaded here. A project file and its organisation file go together."
        ),
    )
    centre = forms.ModelChoiceField(queryset=Centre.objects.none(), label=_("Centre"))
    kind = forms.ChoiceField(
        choices=[("", _("Tell it from the columns")), *PUBLISHERS],
        required=False,
        label=_("Publisher"),
    )
    dry_run = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Only try it"),
        help_text=_("Shows what would be new or changed, row by row, and writes nothing."),
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]
        if len(centres) == 1:
            self.fields["centre"].initial = centres[0]


class MeasurementUploadForm(forms.Form):
    """A table of measurements of one trial."""

    files = FilesField(
        label=_("Files"),
        help_text=_(
            "CSV or XLSX. Columns: indicator, period_start, period_end, then value (or numerator and denominator), "
            "not_measured_because, note. The export of measurements can be used as it is."
        ),
    )
    submit_now = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Send them in at once"),
        help_text=_("Otherwise they stay drafts."),
    )
    dry_run = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Only try it"),
        help_text=_("Shows what would be new or changed, row by row, and writes nothing."),
    )
