"""What does somebody fill in to write, correct, return or clear a case in the workspace?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.models import CasePage


class CaseForm(forms.ModelForm):
    """The texts of a case; a public one asks what changes and why."""

    what = forms.CharField(
        label=_("What changes"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )
    why = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False
    )
    renew_figures = forms.BooleanField(
        label=_("Take the figures anew from the tracker"), required=False,
        help_text=_("Without this, figures, table and chain stay as they were approved."),
    )  # fmt: skip

    class Meta:
        model = CasePage
        fields = ("title", *CasePage.TEXTS)
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in CasePage.SECTIONS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.live:
            for name in ("what", "why", "renew_figures"):
                del self.fields[name]

    def _post_clean(self) -> None:
        """The operation checks the page as a whole; the form only reads texts."""


class NothingForm(forms.Form):
    """Nothing to fill in."""


class ReasonForm(forms.Form):
    """A reason that is required."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ApprovalForm(forms.Form):
    """An optional comment, and what the approver saw."""

    note = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
