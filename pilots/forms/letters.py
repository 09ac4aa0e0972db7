"""What is filled in to write a letter?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Centre
from pilots.models import Letter
from pilots.models.letters import WRITING_ROLES

from .fields import TextField


class LetterWordsForm(forms.ModelForm):
    """The words of a letter."""

    text = TextField(
        rows=14,
        label=_("Text"),
        help_text=_("The address of the record is put beneath it. An empty line parts paragraphs."),
    )

    class Meta:
        model = Letter
        fields = ("subject", "text")

    def _post_clean(self) -> None:
        """Leave the rules of the model to the operation."""


class LetterForm(LetterWordsForm):
    """A letter for one verdict in one language."""

    class Meta:
        model = Letter
        fields = ("centre", "verdict", "language", "subject", "text")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.visible_to(user)
        if not user.standing.everywhere(WRITING_ROLES):
            centres = centres.filter(pk__in=user.standing.centres(WRITING_ROLES))
        self.fields["centre"].queryset = centres.order_by("sort_key")
