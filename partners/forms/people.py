"""What do forms ask about a person and their roles for the city?"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Appointment, Centre, User

from .fields import PersonField, RecordForm


class ProfileForm(RecordForm):
    """What a person says of themselves."""

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        help_texts = {
            "language": _("The language of the mails you get."),
            "time_zone": _("An IANA zone, such as Europe/Madrid."),
        }


class AppointmentPeriodForm(RecordForm):
    """From when to when a role is held."""

    class Meta:
        model = Appointment
        fields = ("starts_on", "ends_on")


class AppointmentForm(RecordForm):
    """A role for the city: who, what, where, from when to when."""

    user = PersonField()

    class Meta:
        model = Appointment
        fields = ("user", "role", "centre", "starts_on", "ends_on")
        help_texts = {"centre": _("Empty: in all centres.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = (
            Centre.objects.visible_to(self.user) if self.user else Centre.objects.none()
        )
