"""What is filled in to write an outcome, to list what was produced, and to take a case up elsewhere?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import RecordForm, ShortText
from partners.models import Centre, Organisation
from pilots.models import Outcome, Product

from .trials import centres_run_by


class _Corrected(RecordForm):
    """A form over something that may be public: then it asks for the reason of the correction."""

    note = forms.CharField(
        label=_("Reason of the correction"), widget=ShortText, max_length=4000,
        help_text=_("This is public. The reason is kept, and the public sees that it was corrected."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_shown():
            del self.fields["note"]

    def is_shown(self) -> bool:
        """Whether what is changed is public already; each form says it of its own record."""
        return False


class OutcomeForm(_Corrected):
    """The verdict and what stands behind it."""

    class Meta:
        model = Outcome
        fields = (
            "verdict", "summary", "lessons", "success_conditions", "replicability", "cost_eur", "language"
        )  # fmt: skip
        help_texts = {
            "summary": _("For everybody. Say also what did not work."),
            "success_conditions": _("What has to be there for it to work elsewhere?"),
        }

    def is_shown(self) -> bool:
        """Whether the outcome is public."""
        return bool(self.instance.pk) and self.instance.is_public


class ProductForm(_Corrected):
    """Something the trial produced."""

    class Meta:
        model = Product
        fields = ("kind", "name", "description", "url")

    def is_shown(self) -> bool:
        """Whether the outcome it belongs to is public."""
        outcome = self.instance.outcome if self.instance.pk else self.parent
        return outcome is not None and outcome.is_public


class ReplicateForm(forms.Form):
    """Where a case is taken up, by whom, and as what."""

    replicate_as = forms.ChoiceField(label=_("Take it up as"), widget=forms.RadioSelect)
    centre = forms.ModelChoiceField(queryset=Centre.objects.none(), label=_("In which centre"))
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("For which organisation"), required=False
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.runs = centres_run_by(user)
        choices = [("idea", _("The draft of an idea, with what is known"))]
        if self.runs.exists():
            choices.append(("pilot", _("A pilot, with its plan")))
        self.fields["replicate_as"].choices = choices
        self.fields["replicate_as"].initial = "idea"
        self.fields["centre"].queryset = Centre.objects.visible_to(user).taking_ideas().order_by("sort_key")
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=user.standing.member_of)

    def clean(self) -> dict[str, Any]:
        """A pilot is prepared only where one steers trials."""
        values = super().clean() or self.cleaned_data
        centre = values.get("centre")
        if (
            values.get("replicate_as") == "pilot"
            and centre is not None
            and not self.runs.filter(pk=centre.pk).exists()
        ):
            self.add_error("centre", _("You do not steer trials in this centre."))
        return values
