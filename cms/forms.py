"""What does somebody fill in to write, correct, return or clear a case in the workspace?"""

import copy
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import LenientCharField
from cic.core.models.translations import MACHINE
from cms.facts.saying import OUTDATED, lines_of
from cms.models import CasePage, CasePhoto

CHECKED = "checked_"


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

    def __init__(
        self,
        *args: Any,
        source: CasePage | None = None,
        others: Sequence[CasePage] = (),
        evidence: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.live:
            for name in ("what", "why", "renew_figures"):
                del self.fields[name]
        # What is needed to ask for approval is not called optional, yet a draft may go without it.
        for name in CasePage.NEEDED:
            self.fields[name].required = True
        code = self.instance.locale.language_code
        for name in self._meta.fields:
            self.fields[name].widget.attrs["lang"] = code
        if evidence:
            words = _("The page says already: %(words)s. Add a sentence where that does not say enough.")
            self.fields["evidence"].help_text = words % {"words": evidence}
        # Where the fields of a language end in nothing, or in its code: what is known of each text.
        self.lines: dict[str, dict[str, Any]] = {}
        if source is not None:
            self._beside(self.instance, source, "")
        for other in others:
            self._beside(other, self.instance, f"_{other.locale.language_code}")

    def _beside(self, draft: CasePage, source: CasePage, end: str) -> None:
        """The fields in which `draft` says what `source` says; empty where nobody did, so that the original is shown."""
        lines = self.lines[end] = {line.path: line for line in lines_of(draft, source)}
        for name in self._meta.fields:
            line = lines.get(name)
            if end:
                self.fields[name + end] = self._twin(name, draft)
            field = self.fields[name + end]
            field.required = False
            self.initial[name + end] = line.text if line else getattr(draft, name)
            if line is None:
                continue
            if line.state in (OUTDATED, MACHINE):
                self.fields[CHECKED + name + end] = forms.BooleanField(
                    label=_("I have read it, and it is right as it stands"), required=False
                )
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = min(12, 3 + len(line.source.text) // 90)

    def _twin(self, name: str, draft: CasePage) -> forms.Field:
        """The field `name` once more, for the language of `draft`."""
        field = copy.deepcopy(self.base_fields[name])
        field.label = f"{field.label} · {draft.locale.get_display_name()}"
        field.help_text = ""
        field.widget.attrs["lang"] = draft.locale.language_code
        return field

    def pairs(self) -> list[dict[str, Any]]:
        """Each text of the original (to be read, or to be written) with what is said of it; then what a translation alone says."""
        rows = []
        for name in self._meta.fields:
            said = []
            for end, lines in self.lines.items():
                ticked = CHECKED + name + end
                said.append(
                    {
                        "field": self[name + end],
                        "line": lines.get(name),
                        "checked": self[ticked] if ticked in self.fields else None,
                    }
                )
            own = None if "" in self.lines else self[name]
            rows.append({"own": own, "line": said[0]["line"], "said": said})
        return sorted(rows, key=lambda row: row["own"] is None and row["line"] is None)

    def texts(self, end: str = "") -> dict[str, str]:
        """What was written in the language whose fields end so; a field that was not on the page stays as it is."""
        sent = [name for name in self._meta.fields if name + end in self.data]
        return {name: self.cleaned_data[name + end] for name in sent}

    def read(self, end: str = "") -> list[str]:
        """What somebody ticked as read in that language."""
        return [name for name in self._meta.fields if self.cleaned_data.get(CHECKED + name + end)]

    def _post_clean(self) -> None:
        """The operation checks the page as a whole; the form only reads texts."""


class LanguagesForm(forms.Form):
    """In which other languages as well; none where there is no other."""

    languages = forms.MultipleChoiceField(
        label=_("Also in"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("A draft in each. What the tracker holds in that language is filled in."),
    )  # fmt: skip

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if languages:
            self.fields["languages"].choices = languages
        else:
            del self.fields["languages"]


class TogetherForm(forms.Form):
    """Which other languages of the case take the same step; all that can, unless somebody takes one out."""

    also = forms.MultipleChoiceField(
        label=_("Together with"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, others: list[CasePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not others:
            del self.fields["also"]
            return
        self.fields["also"].choices = [(str(page.pk), page.locale.get_display_name()) for page in others]
        self.fields["also"].initial = [str(page.pk) for page in others]


class ReasonForm(forms.Form):
    """A reason that is required."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ApprovalForm(TogetherForm):
    """An optional comment, and what the approver saw: `seen` holds a mark for each language."""

    note = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)


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
    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, case: CasePage, draft: CasePage, others: list[CasePage] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.name = case.locale.get_display_name()
        self.others = others or []
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
        for name in ("description", "decorative", "caption"):
            field = self._field(name)
            field.initial = getattr(described, name)
            self.fields[f"{name}_{key}"] = field
            if name != "decorative" and self.others:
                field.label = f"{capfirst(str(field.label))} · {self.name}"
                for other in self.others:
                    self.fields[f"{name}_{key}_{other.locale.language_code}"] = self._words(
                        name, photo, other
                    )
        if photo is not None:
            self.fields[f"remove_{key}"] = forms.BooleanField(label=_("Take it away"), required=False)

    def _field(self, name: str, **more: Any) -> Any:
        """A field of a photograph; what it shows is not called optional, and asked for by the operation."""
        needed = (
            {"form_class": LenientCharField, "required": True}
            if name == "description"
            else {"required": False}
        )
        return CasePhoto._meta.get_field(name).formfield(**needed, **more)

    def _words(self, name: str, photo: Any, other: CasePage) -> Any:
        """The field for what `other` says of a photograph; empty where it says what the first one says."""
        field = self._field(name, help_text="")
        field.label = f"{capfirst(str(field.label))} · {other.locale.get_display_name()}"
        field.widget.attrs["lang"] = other.locale.language_code
        if photo is not None:
            same = next((row for row in other.photos.all() if row.image_id == photo.image_id), None)
            said = getattr(same, name) if same else ""
            field.initial = "" if said == getattr(photo, name) else said
        return field

    def groups(self) -> list[dict[str, Any]]:
        """Field by field what belongs to one photograph."""
        codes = [other.locale.language_code for other in self.others]
        names = [
            "upload",
            "description",
            *(f"description_{{}}_{code}" for code in codes),
            "decorative",
            "caption",
        ]
        names += [*(f"caption_{{}}_{code}" for code in codes), "remove"]
        return [
            {
                "photo": self.photos[number] if number < len(self.photos) else None,
                "number": number + 1,
                "fields": [self[name] for name in self._named(names, key) if name in self.fields],
            }
            for number, key in enumerate(self.keys)
        ]

    def _named(self, names: list[str], key: str) -> list[str]:
        return [name.format(key) if "{}" in name else f"{name}_{key}" for name in names]

    def rows(self) -> list[dict[str, Any]]:
        """What is left: photographs that stay, and those that come."""
        given, rows = self.cleaned_data, []
        for number, key in enumerate(self.keys):
            words = {name: given[f"{name}_{key}"] for name in ("description", "decorative", "caption")}
            codes = [other.locale.language_code for other in self.others]
            said = {
                code: {name: given[f"{name}_{key}_{code}"] for name in ("description", "caption")}
                for code in codes
            }
            words["also"] = said
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
