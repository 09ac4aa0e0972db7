"""What is filled in to record a decision?"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilots.choices import IDEA_VERDICTS, TRIAL_VERDICTS, DecisionVerdict
from pilots.models import Decision

from .fields import DayField, TextField


class DecisionForm(forms.ModelForm):
    """The verdict, who gave it on whose authority, and why."""

    reasons = TextField(
        label=_("Reasons"), help_text=_("The author reads them, and the public once it is published.")
    )
    conditions = TextField(rows=3, label=_("Conditions"), required=False)
    members_present = TextField(
        rows=3, label=_("Members present"), required=False, help_text=_("One on each line.")
    )
    decided_on = DayField(label=_("Decided"))
    review_on = DayField(
        label=_("To be reviewed on"), required=False, help_text=_("Only for what is parked.")
    )

    class Meta:
        model = Decision
        fields = (
            "verdict", "reasons", "conditions", "review_on", "body", "authority", "members_present", "decided_on",
        )  # fmt: skip
        help_texts = {"authority": _("For example “Minutes of 3 May 2026, point 4”.")}

    def __init__(self, *args: Any, about_trial: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts = TRIAL_VERDICTS if about_trial else IDEA_VERDICTS
        self.fields["verdict"] = forms.ChoiceField(
            label=_("Verdict"),
            choices=[(verdict, DecisionVerdict(verdict).label) for verdict in verdicts],
            widget=forms.RadioSelect,
        )
        self.fields["decided_on"].initial = timezone.localdate
        if about_trial:
            del self.fields["review_on"]

    def _post_clean(self) -> None:
        """Leave the rules of the model to the operation: the form knows no subject yet."""


class DecisionTextForm(DecisionForm):
    """The words of a decision nobody was told of; its verdict stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["verdict"]
