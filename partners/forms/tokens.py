"""What is asked of a person who lets a program act for them?"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.models import ApiToken
from partners.models import Centre

from .fields import DayField

WIDE_SCOPES = (
    ("read", gettext_lazy("Read whatever I may read, confidential parts included.")),
    ("write", gettext_lazy("Add, change and move whatever I may, in my name. Reading is not part of it.")),
)


class TokenForm(forms.Form):
    """A key for a program: its name, how far it reaches, in which centre, until when.

    `nouns` are the kinds of record the API has, each with its name in the plural.
    """

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text=gettext_lazy("Which program it is for, so that you know it again in a year."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What the program may do"), widget=forms.CheckboxSelectMultiple
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Only in this centre"),
        queryset=Centre.objects.none(),
        required=False,
        empty_label=gettext_lazy("Wherever I may"),
        help_text=gettext_lazy("Your roles and memberships elsewhere then do not count for this program."),
    )
    expires_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: it works until you revoke it."),
    )

    def __init__(self, *args: Any, user: Any, nouns: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nouns = list(nouns)
        self.fields["centre"].queryset = Centre.objects.visible_to(user).order_by("sort_key")
        narrow = [
            (f"{noun}:{verb}", words % {"what": name})
            for noun, name in self.nouns
            for verb, words in (("read", _("Read: %(what)s")), ("write", _("Write: %(what)s")))
        ]
        self.fields["scopes"].choices = [*WIDE_SCOPES, *narrow]

    def wide_scopes(self) -> list[Any]:
        """The boxes of the scopes that hold for every kind of record."""
        return list(self["scopes"])[: len(WIDE_SCOPES)]

    def narrow_scopes(self) -> list[Any]:
        """The boxes of the scopes that hold for one kind of record."""
        return list(self["scopes"])[len(WIDE_SCOPES) :]

    def narrow_chosen(self) -> bool:
        """Whether one of those is ticked, so that the page shows them."""
        return any(":" in scope for scope in self["scopes"].value() or ())

    def clean_scopes(self) -> list[str]:
        """Sorted, without those that a wider one contains."""
        chosen = set(self.cleaned_data["scopes"])
        return sorted(scope for scope in chosen if ":" not in scope or scope.split(":")[1] not in chosen)

    def clean_expires_on(self) -> Any:
        """A day to come, today included. Raises: ValidationError."""
        last_day = self.cleaned_data["expires_on"]
        if last_day is not None and last_day < timezone.localdate():
            raise ValidationError(_("This day has passed."))
        return last_day

    def values(self) -> dict[str, Any]:
        """What the operation takes; a last day counts to its end in the city's zone."""
        centre, last_day = self.cleaned_data.get("centre"), self.cleaned_data["expires_on"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "centre_id": centre.pk if centre else None,
            "expires_at": timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()))
            if last_day
            else None,
        }
