"""What do forms ask about what parties undertake, promise and give, and about minutes and files?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Confidentiality, languages
from partners.models import CommitteeAction, Meeting, Obligation, Resource, ResourceGift

from .fields import DayField, PersonField, RecordForm, ShortText


class OfParty(RecordForm):
    """What belongs to one of the agreement's parties."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreement = self.parent or self.instance.agreement
        self.fields["party"].queryset = agreement.parties.select_related("organisation")


class ObligationForm(OfParty):
    """What a party undertakes."""

    class Meta:
        model = Obligation
        fields = ("party", "text", "due_on")


class FulfilmentForm(RecordForm):
    """The day on which an obligation was fulfilled."""

    class Meta:
        model = Obligation
        fields = ("fulfilled_on",)


class ResourceForm(OfParty):
    """What a party promises to bring."""

    class Meta:
        model = Resource
        fields = ("party", "kind", "description", "promised", "unit", "recipient")
        help_texts = {
            "unit": _("For example €, h, m², pieces, datasets."),
            "recipient": _(
                "Only where one party receives it, such as money; else it is for the work they share."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = self.fields["party"].queryset


class GiftForm(RecordForm):
    """Part of a promise that was given."""

    class Meta:
        model = ResourceGift
        fields = ("amount", "given_on", "note")


class MeetingForm(RecordForm):
    """A meeting of the follow-up committee."""

    class Meta:
        model = Meeting
        fields = ("met_on", "present", "minutes")
        widgets = {"present": forms.Textarea(attrs={"rows": 2})}


class ActionForm(RecordForm):
    """What a meeting agreed: what, who, until when."""

    person = PersonField(
        label=_("Person who does it"),
        required=False,
        help_text=_(
            "The e-mail address with which they sign in. Nobody named: it waits for the party's administrators."
        ),
    )

    class Meta:
        model = CommitteeAction
        fields = ("text", "party", "person", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = self.parent or self.instance.meeting
        self.fields["party"].queryset = meeting.agreement.parties.select_related("organisation")
        self.fields["text"].widget.attrs["rows"] = 2
        if self.instance.person:
            self.initial["person"] = self.instance.person.email


class FinishForm(forms.Form):
    """On which day it was done."""

    done_on = DayField(label=_("Done on"))
    note = forms.CharField(label=_("How it went"), widget=ShortText, required=False, max_length=4000)


class DocumentForm(forms.Form):
    """A file on an agreement."""

    KINDS = (
        ("draft", _("Draft")),
        ("signed", _("Signed text")),
        ("minutes", _("Minutes")),
        ("annex", _("Annex")),
        ("document", _("Other document")),
    )

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial="document")
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", "–"), *languages()], required=False
    )
    confidentiality = forms.ChoiceField(
        label=_("Who may open it"), choices=Confidentiality.choices, initial=Confidentiality.PARTIES
    )
