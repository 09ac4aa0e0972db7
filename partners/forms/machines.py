"""What is asked of who makes an account, or a key, for a machine?"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.permissions import can
from partners.choices import MACHINE_ROLES
from partners.models import Centre, Organisation, User

from .fields import OrganisationField
from .tokens import TokenForm

# A key that nobody renews belongs to a program that nobody looks after.
KEY_DAYS_AT_MOST = 366


class MachineForm(forms.Form):
    """A machine account: its name, and the one thing it is, out of what its maker may give."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=User._meta.get_field("name").max_length,
        help_text=gettext_lazy(
            "What it is and does: “Noise sensors of Sants”. It stands in the log of changes."
        ),
    )
    organisation = OrganisationField(required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Or: role for the city"),
        required=False,
        choices=[("", gettext_lazy("None")), *((role.value, role.label) for role in MACHINE_ROLES)],
        help_text=gettext_lazy("Machines measure and read. What decides, publishes or signs is for people."),
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Only in this centre"),
        queryset=Centre.objects.none(),
        required=False,
        empty_label=gettext_lazy("All centres"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.filter(pk__in=user.standing.admin_of).order_by("sort_key")
        if can(user, "partners.add_member"):
            self.fields["organisation"].queryset = Organisation.objects.visible_to(user)
        else:
            self.fields["organisation"] = forms.ModelChoiceField(
                label=gettext_lazy("Organisation"),
                queryset=mine,
                initial=mine.first() if len(mine) == 1 else None,
            )
        if can(user, "partners.appoint"):
            self.fields["centre"].queryset = Centre.objects.visible_to(user).order_by("sort_key")
        else:
            del self.fields["role"], self.fields["centre"]
            self.fields["organisation"].required = True

    def clean(self) -> dict[str, Any]:
        """One thing, not two and not none. Raises: ValidationError."""
        values = super().clean() or {}
        if not self.errors and bool(values.get("organisation")) == bool(values.get("role")):
            raise ValidationError(_("Choose an organisation, or a role."))
        if values.get("organisation"):
            values["centre"] = None
        return values


class MachineTokenForm(TokenForm):
    """A key for a machine: always with a last day, within a year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["centre"]
        last = self.fields["expires_on"]
        last.required, last.help_text = True, _("Within a year. Make the next key before this one ends.")
        self.fields["scopes"].choices = [
            ("read", _("Read whatever it may read.")),
            ("write", _("Add, change and move whatever it may. Reading is not part of it.")),
            *self.fields["scopes"].choices[2:],
        ]

    def clean_expires_on(self) -> Any:
        """A day to come, within a year. Raises: ValidationError."""
        last_day = super().clean_expires_on()
        if last_day > timezone.localdate() + timedelta(days=KEY_DAYS_AT_MOST):
            raise ValidationError(_("This is more than a year ahead."))
        return last_day

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        values = super().values()
        del values["centre_id"]
        return values
