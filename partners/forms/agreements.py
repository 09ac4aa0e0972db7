"""What do forms ask about an agreement, its parties and its signatures?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.choices import AgreementKind
from partners.models import Agreement, Amendment, Centre, Party
from partners.operations.agreements import NEVER_CLOSED, OPEN

from .fields import DayField, OrganisationField, RecordForm, ShortText


class AgreementForm(RecordForm):
    """The text of an agreement. Once it is closed, only what is not part of the text."""

    SECTIONS = (
        (_("What it is"), ("centre", "title", "kind", "language", "framework", "predecessor")),
        (_("What it says"), ("object", "starts_on", "ends_on", "notice_days", "extension_clause")),
        (_("Clauses"), ("confidentiality_clause", "property_clause")),
        (_("Follow-up"), ("committee", "register_url")),
    )

    class Meta:
        model = Agreement
        fields = (
            "centre", "title", "kind", "language", "framework", "predecessor", "object", "starts_on", "ends_on",
            "notice_days", "extension_clause", "confidentiality_clause", "property_clause", "committee", "register_url",
        )  # fmt: skip
        help_texts = {
            "language": _(
                "In which it is signed. Title and object can be said in others afterwards; clauses and duties stay as signed."
            ),
            "notice_days": _("0: no notice has to be given."),
            "predecessor": _("The agreement that this one follows."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Agreement.objects.inside(self.user) if self.user else Agreement.objects.none()
        self.fields["framework"].queryset = known.filter(kind=AgreementKind.FRAMEWORK).exclude(
            pk=self.instance.pk
        )
        self.fields["predecessor"].queryset = known.exclude(pk=self.instance.pk)
        self.fields["centre"].queryset = (
            Centre.objects.visible_to(self.user) if self.user else Centre.objects.none()
        )
        if self.instance.pk and self.instance.state not in OPEN:
            for name in set(self.fields) - NEVER_CLOSED:
                del self.fields[name]

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields by heading, without those that are closed."""
        found = [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in self.SECTIONS
        ]
        return [(heading, fields) for heading, fields in found if fields]


class PartyForm(RecordForm):
    """An organisation that is to sign."""

    organisation = OrganisationField()

    class Meta:
        model = Party
        fields = ("organisation", "role", "signatory_name", "signatory_position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.agreement.state not in OPEN:
            del self.fields["organisation"], self.fields["role"]


class ProvedForm(forms.Form):
    """Ends with the document that proves a signature: a new file, or one that is there already."""

    def __init__(self, *args: Any, kept: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"] = forms.FileField(
            label=_("Signed document"),
            required=False,
            help_text=_("Signed elsewhere? Add the file once; the other parties can then point to it."),
        )
        if kept:
            self.fields["kept"] = forms.ModelChoiceField(
                label=_("Or a signed document that is here already"), queryset=kept, required=False
            )

    def clean(self) -> dict[str, Any]:
        """One document, wherever it comes from."""
        cleaned = super().clean() or {}
        kept = cleaned.pop("kept", None)
        if kept and cleaned.get("document"):
            self.add_error("kept", _("Add a file or choose one, not both."))
        elif kept:
            cleaned["document"] = kept
        return cleaned


class SignatureForm(ProvedForm):
    """A signature, given here or elsewhere."""

    signatory_name = forms.CharField(label=_("Who signed"), max_length=150)
    signatory_position = forms.CharField(label=_("Their position"), max_length=150, required=False)
    signed_on = DayField(label=_("Signed on"))


class RetractionForm(forms.Form):
    """Why a signature is taken back."""

    note = forms.CharField(label=_("Reason"), widget=ShortText, max_length=4000)


class AmendmentForm(RecordForm):
    """What all parties are to sign: an addendum, extension, suspension or termination."""

    class Meta:
        model = Amendment
        fields = ("kind", "text", "new_ends_on", "effective_on", "resumes_on")
        help_texts = {
            "new_ends_on": _("For an extension only."),
            "effective_on": _(
                "For a suspension or termination only. A termination: its last day. A day that is past: at once."
            ),
            "resumes_on": _("For a suspension only. Empty: until somebody says that it goes on."),
        }


class SigningForm(ProvedForm):
    """A party's signature under an amendment."""

    party = forms.ModelChoiceField(label=_("Party"), queryset=Party.objects.none())
    signatory_name = forms.CharField(label=_("Who signed"), max_length=150)
    signed_on = DayField(label=_("Signed on"))

    def __init__(self, *args: Any, parties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = parties
