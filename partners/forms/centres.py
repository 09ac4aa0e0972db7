"""What do forms ask about a centre and its team?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import IdsField
from partners.models import Centre, TeamMember

from .fields import OrganisationField, PersonField, RecordForm


class CentreForm(RecordForm):
    """What is said of a centre."""

    class Meta:
        model = Centre
        fields = ("name", "purpose", "language", "lead_unit", "contact_email", "answer_days", "areas")
        widgets = {"areas": forms.CheckboxSelectMultiple}
        field_classes = {"areas": IdsField}


class TeamMemberEditForm(RecordForm):
    """Specialism and period of somebody in a team."""

    class Meta:
        model = TeamMember
        fields = ("specialism", "starts_on", "ends_on")


class TeamMemberForm(RecordForm):
    """A person who joins a team."""

    user = PersonField()
    organisation = OrganisationField(required=False)

    class Meta:
        model = TeamMember
        fields = ("user", "organisation", "specialism", "starts_on", "ends_on")
        help_texts = {"specialism": _("What this person knows, such as acoustics.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].help_text = _("For whom they stand in the team. Empty: for the city.")
