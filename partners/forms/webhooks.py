"""What is asked of a person who has another system told of changes?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cic.core.models import Webhook


class WebhookForm(forms.Form):
    """An address and the kinds of record it hears of. `nouns` are those the API has, each with its plural."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=Webhook._meta.get_field("name").max_length,
        help_text=gettext_lazy("Which system it is, so that you know it again in a year."),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=Webhook._meta.get_field("url").max_length,
        help_text=gettext_lazy("Begins with https:// and is reached from the public internet."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    nouns = forms.MultipleChoiceField(
        label=gettext_lazy("Only these kinds of record"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all that you may see."),
    )

    def __init__(self, *args: Any, nouns: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nouns"].choices = [(name, str(words).capitalize()) for name, words in nouns]
