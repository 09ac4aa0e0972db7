"""What is asked of a person before their account goes?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core import tally

TRIES_A_MINUTE = 5


class ErasureForm(forms.Form):
    """The password once more, and a tick: nobody deletes an account by accident, nor that of somebody else."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone."))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """The right one, within a few tries. Raises: ValidationError."""
        password = self.cleaned_data["password"]
        tries, left_s = tally.count(f"erase:{self.user.pk}")
        if tries > TRIES_A_MINUTE:
            raise ValidationError(
                _("Too many tries. Try again in %(seconds)d seconds."), params={"seconds": left_s}
            )
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password
