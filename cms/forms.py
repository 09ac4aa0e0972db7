"""What does somebody fill in to write, correct, return or clear a case in the workspace?"""

import copy
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import LenientCharField
from cms.models import CasePage, CasePhoto


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
        field_classes = dict.fromkeys(CasePage.NEEDED, LenientCharField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.live:
            for name in ("what", "why", "renew_figures"):
                del self.fields[name]
        # What is needed to ask for approval is not called optional, yet a draft may go without it.
        for name in CasePage.NEEDED:
            self.fields[name].required = True
        self._show_original()

    def _show_original(self) -> None:
        """Beneath each field of a translation, what the case it was made of says there."""
        same = CasePage.objects.filter(translation_key=self.instance.translation_key, pk__lt=self.instance.pk)
        first = same.select_related("locale").order_by("pk").first()
        if first is None:
            return
        original = first.get_latest_revision_as_object()
        for name in self._meta.fields:
            if text := getattr(original, name):
                field = self.fields[name]
                shown = format_html(
                    '<span class="original">{} <span lang="{}">{}</span></span>',
                    _("In the original:"), first.locale.language_code, text,
                )  # fmt: skip
                field.help_text = format_html("{} {}", field.help_text, shown)

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


class CorrectingForm(forms.Form):
    """What a change of a public case says besides; a draft is asked nothing."""

    def __init__(self, *args: Any, case: CasePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.live:
            for name in ("what", "why"):
                self.fields[name] = copy.deepcopy(CaseForm.base_fields[name])
                self.fields[name].required = True


class PhotosForm(CorrectingForm):
    """The photographs of a case with their words, and room for two more."""

    MORE = 2
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: CasePage, draft: CasePage, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["revision"].initial = draft.latest_revision_id
        self.photos = list(draft.photos.all())
        self.keys = [str(number) for number in range(len(self.photos) + self.MORE)]
        for key, photo in zip(self.keys, [*self.photos, *[None] * self.MORE], strict=True):
            self._add(key, photo)

    def _add(self, key: str, photo: Any) -> None:
        """The fields of one photograph; `photo` is None where one can be added."""
        described = photo or CasePhoto()
        if photo is None:
            self.fields[f"upload_{key}"] = forms.ImageField(
                label=_("Photograph"), required=False,
                widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
                help_text=_("JPEG, PNG or WebP. Where and when it was taken is not kept."),
            )  # fmt: skip
        for name, required in (("description", False), ("decorative", False), ("caption", False)):
            field = CasePhoto._meta.get_field(name).formfield(required=required)
            field.initial = getattr(described, name)
            self.fields[f"{name}_{key}"] = field
        if photo is not None:
            self.fields[f"remove_{key}"] = forms.BooleanField(label=_("Take it away"), required=False)

    def groups(self) -> list[dict[str, Any]]:
        """Field by field what belongs to one photograph."""
        names = ("upload", "description", "decorative", "caption", "remove")
        return [
            {
                "photo": self.photos[number] if number < len(self.photos) else None,
                "number": number + 1,
                "fields": [self[f"{name}_{key}"] for name in names if f"{name}_{key}" in self.fields],
            }
            for number, key in enumerate(self.keys)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """What is left: photographs that stay, and those that come."""
        given, rows = self.cleaned_data, []
        for number, key in enumerate(self.keys):
            words = {name: given[f"{name}_{key}"] for name in ("description", "decorative", "caption")}
            if number < len(self.photos):
                if not given[f"remove_{key}"]:
                    rows.append({"key": key, "image": self.photos[number].image, **words})
            elif given[f"upload_{key}"]:
                rows.append({"key": key, "upload": given[f"upload_{key}"], **words})
        return rows

    def clean(self) -> dict[str, Any]:
        """Words without a picture belong to nothing."""
        given = super().clean() or {}
        for key in self.keys[len(self.photos) :]:
            if not given.get(f"upload_{key}") and (
                given.get(f"description_{key}") or given.get(f"caption_{key}")
            ):
                self.add_error(f"upload_{key}", _("Choose the photograph that these words are about."))
        return given


class TranslateForm(forms.Form):
    """Into which language."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class PreviewLinkForm(forms.Form):
    """For how long."""

    days = forms.TypedChoiceField(
        label=_("It works for"), coerce=int, initial=7, widget=forms.RadioSelect,
        choices=[(1, _("one day")), (7, _("a week")), (30, _("thirty days"))],
    )  # fmt: skip
