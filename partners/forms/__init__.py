"""What do the workspace's forms ask about people, organisations, centres and agreements?"""

from .agreements import AgreementForm, AmendmentForm, PartyForm, RetractionForm, SignatureForm, SigningForm
from .centres import CentreForm, TeamMemberEditForm, TeamMemberForm
from .commitments import (
    ActionForm,
    DocumentForm,
    FinishForm,
    FulfilmentForm,
    GiftForm,
    MeetingForm,
    ObligationForm,
    ResourceForm,
)
from .organisations import (
    AliasForm,
    AskForm,
    EndForm,
    HandOverForm,
    InvitationForm,
    MembershipForm,
    MergeForm,
    OrganisationForm,
    RegistrationForm,
)
from .people import AppointmentForm, AppointmentPeriodForm, ProfileForm

__all__ = [
    "ActionForm",
    "AgreementForm",
    "AliasForm",
    "AmendmentForm",
    "AppointmentForm",
    "AppointmentPeriodForm",
    "AskForm",
    "CentreForm",
    "DocumentForm",
    "EndForm",
    "FinishForm",
    "FulfilmentForm",
    "GiftForm",
    "HandOverForm",
    "InvitationForm",
    "MeetingForm",
    "MembershipForm",
    "MergeForm",
    "ObligationForm",
    "OrganisationForm",
    "PartyForm",
    "ProfileForm",
    "RegistrationForm",
    "ResourceForm",
    "RetractionForm",
    "SignatureForm",
    "SigningForm",
    "TeamMemberEditForm",
    "TeamMemberForm",
]
