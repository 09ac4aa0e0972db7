"""What is filled in to say something in a conversation?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.choices import MESSAGE_CHARACTERS
from pilots.models import Message

from .fields import TextField


class MessageForm(forms.Form):
    """A message, and a file with it."""

    text = TextField(label=_("Your message"), max_length=MESSAGE_CHARACTERS, rows=4)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("Whoever reads this conversation can open it.")
    )


class MessageEditForm(forms.ModelForm):
    """The words of a message."""

    text = TextField(label=_("Your message"), max_length=MESSAGE_CHARACTERS, rows=6)

    class Meta:
        model = Message
        fields = ("text",)
