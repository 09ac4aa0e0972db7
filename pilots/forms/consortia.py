"""What is filled in to invite an organisation?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.choices import OrganisationState
from partners.models import Organisation


class InviteForm(forms.Form):
    """The organisation, found by its name, and what it would bring."""

    organisation_name = forms.CharField(
        label=_("Organisation"),
        max_length=250,
        help_text=_("Its name, or a part of it. It must be registered and verified here."),
    )
    contribution = forms.CharField(label=_("What it would bring"), max_length=250, required=False)
    organisation = forms.ModelChoiceField(
        label=_("Which one?"), queryset=Organisation.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = Organisation.objects.visible_to(user).filter(state=OrganisationState.VERIFIED)
        self.fields["organisation"].queryset = self.known

    def clean(self) -> dict[str, Any]:
        """The one organisation that is meant; when several match, they are offered to choose from."""
        values = super().clean() or self.cleaned_data
        name = values.get("organisation_name")
        if values.get("organisation") is not None or not name:
            return values
        found = list(self.known.search(name).order_by("sort_key")[:11])
        exact = [row for row in found if row.name.casefold() == name.casefold()]
        if len(found) == 1 or len(exact) == 1:
            values["organisation"] = (exact or found)[0]
        elif not found:
            self.add_error("organisation_name", _("No organisation with these words is registered here."))
        else:
            self.fields["organisation"].widget = forms.RadioSelect()
            self.fields["organisation"].queryset = self.known.filter(pk__in=[row.pk for row in found[:10]])
            self.add_error(
                "organisation", _("Several organisations match. Choose one, or write more of the name.")
            )
        return values
