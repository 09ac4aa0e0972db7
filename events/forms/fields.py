"""How are hours of a zone and lists of lines filled in?"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.hours import instant_in
from cic.core.validators import check_date
from events.models.events import own_zone
from partners.forms.fields import DayInput
from partners.models.users import check_zone

# What is offered while one types; any name of the IANA list is taken.
ZONES = (
    "Europe/Madrid", "Europe/London", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Rome", "Europe/Athens",
    "Africa/Dakar", "Africa/Abidjan", "Africa/Casablanca", "America/Montevideo", "America/Argentina/Buenos_Aires",
    "America/Sao_Paulo", "America/Santiago", "America/Bogota", "America/Lima", "America/Mexico_City", "America/New_York",
    "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "UTC",
)  # fmt: skip


class TimeInput(forms.TimeInput):
    """An hour, picked or typed."""

    input_type = "time"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%H:%M")


class ZoneInput(forms.TextInput):
    """A zone by its name, with the usual ones offered."""

    template_name = "events/_zone_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With the list that belongs to it."""
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"] |= {"list": listed, "autocomplete": "off"}
        return {**context, "zones": ZONES, "listed": listed}


def zone_field(**kwargs: Any) -> forms.CharField:
    """A time zone by its IANA name."""
    kwargs.setdefault("label", gettext_lazy("Time zone"))
    kwargs.setdefault(
        "help_text", gettext_lazy("Region and city, such as Europe/Madrid or America/Montevideo.")
    )
    kwargs.setdefault("initial", own_zone)
    return forms.CharField(max_length=60, validators=[check_zone], widget=ZoneInput, **kwargs)


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """The lines of a stored list."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The lines that say something."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class HoursMixin(forms.Form):
    """A day with a first and a last hour, as a clock in `zone` shows them; cleaned to `starts_at` and `ends_at`.

    A last hour before the first one is that of the next day.
    """

    on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput, validators=[check_date])
    begins = forms.TimeField(label=gettext_lazy("Begins at"), required=False, widget=TimeInput)
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"),
        required=False,
        widget=TimeInput,
        help_text=gettext_lazy("An hour before the first one is that of the next day."),
    )
    zone_name = "zone"

    def clean(self) -> dict[str, Any]:
        """Both moments, or neither."""
        values = super().clean() or self.cleaned_data
        parts = {name: values.pop(name, None) for name in ("on", "begins", "ends")}
        if {"on", "begins", "ends"} & set(self.errors) or self.zone_name in self.errors:
            return values
        if not any(parts.values()):
            return {**values, "starts_at": None, "ends_at": None}
        for name, value in parts.items():
            if value is None:
                self.add_error(name, _("Day, first and last hour belong together."))
        if all(parts.values()) or None not in parts.values():
            values |= self._moments(parts, values[self.zone_name])
        return values

    def _moments(self, parts: dict[str, Any], zone: str) -> dict[str, Any]:
        last_day = parts["on"] + timedelta(days=1 if parts["ends"] <= parts["begins"] else 0)
        found = {
            "begins": instant_in(parts["on"], parts["begins"], zone, known=self.initial.get("starts_at")),
            "ends": instant_in(last_day, parts["ends"], zone, known=self.initial.get("ends_at")),
        }
        for name, moment in found.items():
            if moment is None:
                self.add_error(
                    name, ValidationError(_("The clocks go forward: there is no such hour on that day."))
                )
        return {"starts_at": found["begins"], "ends_at": found["ends"]}


def hours_of(session: Any) -> dict[str, Any]:
    """The day and hours of a session as its own clock shows them, and the moments: what such a form begins with."""
    if session is None or session.starts_at is None:
        return {}
    first, last = session.starts_at.astimezone(session.tz), session.ends_at.astimezone(session.tz)
    moments = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    return {"on": first.date(), "begins": first.time(), "ends": last.time(), **moments}
