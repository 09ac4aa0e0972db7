"""What do forms ask about an organisation and its people?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import JoinRequest, Membership, Organisation

from .fields import DayField, OrganisationField, RecordForm, ShortText

FIELDS = (
    "name", "legal_name", "tax_id", "helix", "size", "country", "municipality", "website", "description",
    "language", "contact_email",
)  # fmt: skip


class OrganisationForm(RecordForm):
    """What is said of an organisation."""

    class Meta:
        model = Organisation
        fields = FIELDS
        help_texts = {
            "country": _("Two letters, such as ES."),
            "language": _("In which you write what it does. It can be said in the others afterwards."),
            "tax_id": _("Shown to your colleagues and the city only. Optional abroad."),
            "contact_email": _("Shown to your colleagues and the city only."),
        }


class RegistrationForm(OrganisationForm):
    """An organisation that is registered; `is_another` once those of the same name were shown."""

    is_another = forms.BooleanField(
        label=_("Mine is another one: register it"), required=False, widget=forms.HiddenInput
    )


class AskForm(forms.ModelForm):
    """A wish to join."""

    class Meta:
        model = JoinRequest
        fields = ("message",)
        widgets = {"message": ShortText}
        help_texts = {"message": _("For those who decide: who you are there.")}


class InvitationForm(RecordForm):
    """An invitation to an address."""

    class Meta:
        model = JoinRequest
        fields = ("email", "role", "message")
        widgets = {"message": ShortText}
        help_texts = {"email": _("The invitation holds for this address only, for 30 days.")}


class MembershipForm(RecordForm):
    """Role and position of a member."""

    class Meta:
        model = Membership
        fields = ("role", "title")


class EndForm(forms.Form):
    """The end of a membership or a role."""

    last_day = DayField(label=_("Last day"), required=False, help_text=_("Empty: it ends at once."))
    note = forms.CharField(label=_("Reason"), widget=ShortText, required=False, max_length=4000)


class HandOverForm(forms.Form):
    """Who administers from now on."""

    successor = forms.ModelChoiceField(
        label=_("Who administers from now on"), queryset=Membership.objects.none()
    )

    def __init__(self, *args: Any, membership: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.current().filter(
            organisation_id=membership.organisation_id, user__is_active=True
        )
        successors = others.exclude(pk=membership.pk).select_related("user", "organisation")
        self.fields["successor"].queryset = successors
        self.fields["successor"].label_from_instance = lambda row: str(row.user)


class MergeForm(forms.Form):
    """Into which organisation another goes."""

    merged_into = OrganisationField(label=_("Merge into"))
    note = forms.CharField(label=_("Reason"), widget=ShortText, max_length=4000)


class AliasForm(forms.Form):
    """Another name of an organisation."""

    name = forms.CharField(label=_("Other name"), max_length=300)
