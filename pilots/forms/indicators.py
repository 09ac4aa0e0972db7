"""What is filled in to define, amend and measure an indicator?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import public
from partners.forms.fields import RecordForm, ShortText
from pilots.choices import IndicatorKind
from pilots.models import Indicator, Measurement

WANTED = {
    IndicatorKind.NUMBER: ("value",),
    IndicatorKind.BOOLEAN: ("value",),
    IndicatorKind.PERCENTAGE: ("numerator", "denominator"),
    IndicatorKind.QUALITATIVE: (),
}


class IndicatorForm(RecordForm):
    """A figure a trial is judged by. After the start it asks for the reason of the change."""

    reason = forms.CharField(
        label=_("Reason of the change"), widget=ShortText, help_text=_("It is shown wherever the indicator is."), max_length=4000
    )  # fmt: skip

    class Meta:
        model = Indicator
        fields = (
            "name", "kind", "unit", "direction", "aggregation", "baseline", "baseline_text", "target", "target_text",
            "period_days", "baseline_n", "site", "comparison_of",
        )  # fmt: skip
        help_texts = {
            "baseline": _("How it was before the trial. A percentage in percent, yes as 1 and no as 0."),
            "target": _("What is to be reached."),
            "baseline_n": _("Of a percentage; it tells how sure a change is."),
            "site": _("Only for the same figure at a place without the trial."),
        }
        labels = {
            "site": _("Comparison place"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trial = self.instance.trial if self.instance.pk else self.parent
        if trial is None or not trial.has_started:
            del self.fields["reason"]
        places = trial.sites.exclude(comparison="") if trial is not None else None
        if places is None or not places.exists():
            del self.fields["site"], self.fields["comparison_of"]
            return
        others = trial.indicators.filter(comparison_of=None).exclude(pk=self.instance.pk)
        self.fields["site"].queryset = places  # type: ignore[attr-defined]
        self.fields["comparison_of"].queryset = others  # type: ignore[attr-defined]


class MeasurementForm(RecordForm):
    """What was measured in a period, or why nothing was."""

    submit_now = forms.BooleanField(
        label=_("Send it in at once"), required=False, initial=True, help_text=_("Otherwise it stays a draft.")
    )  # fmt: skip

    class Meta:
        model = Measurement
        fields = (
            "period_start",
            "period_end",
            "value",
            "numerator",
            "denominator",
            "text",
            "not_measured_reason",
        )
        widgets = {"text": ShortText}
        help_texts = {
            "not_measured_reason": public(
                _("Only when nothing could be measured. Leave the figures empty then.")
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator = self.instance.indicator if self.instance.pk else self.parent
        for name in ("value", "numerator", "denominator"):
            if name not in WANTED[indicator.kind]:
                del self.fields[name]
        if indicator.kind == IndicatorKind.BOOLEAN:
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Was it so?"), choices=[("", _("Not measured")), ("1", _("Yes")), ("0", _("No"))],
                coerce=int, empty_value=None, required=False, initial=self.initial.get("value"),
            )  # fmt: skip
        elif "value" in self.fields and indicator.unit:
            self.fields["value"].label = _("Value, in %(unit)s") % {"unit": indicator.unit}
        if self.instance.pk:
            del self.fields["submit_now"]


class CorrectionForm(MeasurementForm):
    """The new version of an approved measurement, and why there is one."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)
