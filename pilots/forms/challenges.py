"""What is filled in to state a need?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Centre
from pilots.choices import SDGS
from pilots.models import Challenge
from pilots.permissions.roles import STEERING

from .fields import DayField, TextField


class ChallengeForm(forms.ModelForm):
    """A need, its place, and who is affected."""

    need = TextField(
        rows=8,
        label=_("Need"),
        help_text=_("What is wrong today, for whom, and how one would notice that it is better."),
    )
    sdgs = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=SDGS,
        required=False,
        label=_("Sustainable Development Goals"),
        widget=forms.CheckboxSelectMultiple,
    )
    closes_on = DayField(label=_("Open to ideas until"), required=False)

    class Meta:
        model = Challenge
        fields = (
            "title", "need", "centre", "territory_text", "territories", "areas", "affected_groups", "sdgs", "closes_on",
            "language",
        )  # fmt: skip
        widgets = {"areas": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.all()
        if not user.standing.everywhere(STEERING):
            centres = centres.filter(pk__in=user.standing.centres(STEERING))
        self.fields["centre"].queryset = centres.order_by("sort_key")
