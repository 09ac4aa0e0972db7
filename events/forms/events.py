"""What is filled in about an event?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.models.registrations import RUNNING
from partners.models import Centre

from .fields import HoursMixin, LinesField, zone_field


class EventForm(forms.ModelForm):
    """What people meet for, where, and in which languages."""

    summary = forms.CharField(
        label=_("In a paragraph"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-words": 120}),
        help_text=_("What one gets out of coming. The first thing everybody reads."),
    )
    spoken = LinesField(label=_("Languages spoken"), required=False, help_text=_("One a line."))
    zone = zone_field()

    class Meta:
        model = Event
        fields = (
            "title", "kind", "summary", "centre", "place", "platform_url", "spoken", "interpretation", "zone", "language",
            "gives_certificates",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.all()
        if not user.standing.everywhere(RUNNING):
            centres = centres.filter(pk__in=user.standing.centres(RUNNING))
            self.fields["centre"].required = True
        self.fields["centre"].queryset = centres.order_by("sort_key")


class NewEventForm(HoursMixin, EventForm):
    """An event, and its first session where one knows already when it is."""

    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=0, max_value=100_000,
        help_text=_("Empty: as many as come. 0: nobody registers."),
    )  # fmt: skip
    field_order = (
        "title", "kind", "summary", "on", "begins", "ends", "zone", "capacity", "centre", "place", "platform_url",
        "spoken", "interpretation", "language", "gives_certificates",
    )  # fmt: skip
