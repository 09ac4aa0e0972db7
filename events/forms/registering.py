"""What does somebody give to get a place?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.views.public import Trap


class RegisterForm(Trap):
    """A name and an address, from who has not signed in."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("It is used for this registration and nothing else."),
    )
    field_order = ("name", "email", "website")

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            for name in ("name", "email", "website"):
                del self.fields[name]
