"""What is typed into one empty cell of the grid of indicators?"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.choices import IndicatorKind
from pilots.models import Indicator

from .indicators import WANTED

NAME = re.compile(r"(\d{1,18})_(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)-[a-z_]+", re.ASCII)
Place = tuple[int, date, date]


class CellForm(forms.Form):
    """A figure of one indicator in one period, or why there is none."""

    value = forms.DecimalField(label=_("Value"), max_digits=18, decimal_places=6, required=False)
    numerator = forms.DecimalField(label=_("Numerator"), max_digits=18, decimal_places=6, required=False)
    denominator = forms.DecimalField(label=_("Denominator"), max_digits=18, decimal_places=6, required=False)
    text = forms.CharField(label=_("Description"), required=False, max_length=4000)
    not_measured_reason = forms.CharField(label=_("Not measured because"), required=False, max_length=300)

    def __init__(self, *args: Any, indicator: Indicator, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, prefix="_".join(map(str, place)), auto_id="cell-%s", **kwargs)
        self.indicator, self.place = indicator, place
        kept = (*WANTED[IndicatorKind(indicator.kind)], "not_measured_reason")
        if indicator.kind == IndicatorKind.QUALITATIVE:
            kept = ("text", "not_measured_reason")
        for name in set(self.fields) - set(kept):
            del self.fields[name]
        if indicator.kind == IndicatorKind.BOOLEAN:
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Was it so?"), choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))], coerce=int,
                empty_value=None, required=False,
            )  # fmt: skip

    def row(self) -> dict[str, Any]:
        """What is to be noted."""
        _pk, start, end = self.place
        return {"indicator": self.indicator, "period_start": start, "period_end": end, **self.cleaned_data}


def typed(data: Mapping[str, Any], indicators: Mapping[int, Indicator]) -> Iterator[CellForm]:
    """A form for each cell into which something was typed, in the order of indicators and periods."""
    places = {match.groups() for match in map(NAME.fullmatch, data) if match}
    for key, start, end in sorted(places):
        try:
            place = (int(key), date.fromisoformat(start), date.fromisoformat(end))
        except ValueError:
            continue
        if place[0] in indicators:
            form = CellForm(data, indicator=indicators[place[0]], place=place)
            if form.has_changed():
                yield form
