"""What is filled in to state a need?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import IdsField
from partners.models import Centre
from pilots.choices import SDGS
from pilots.models import Challenge, CriteriaSet
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
            "criteria_set", "language",
        )  # fmt: skip
        widgets = {"areas": forms.CheckboxSelectMultiple}
        field_classes = {"areas": IdsField, "territories": IdsField}
        help_texts = {
            "criteria_set": _(
                "The ideas that answer are evaluated by this set and no other; a blind set hides who proposes. Empty: chosen when they are given out."
            )
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.all()
        if not user.standing.everywhere(STEERING):
            centres = centres.filter(pk__in=user.standing.centres(STEERING))
        self.fields["centre"].queryset = centres.order_by("sort_key")
        sets = CriteriaSet.objects.filter(is_current=True, centre__in=centres.order_by().values("pk"))
        self.fields["criteria_set"].queryset = sets.order_by("name", "pk")
