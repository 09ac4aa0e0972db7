"""How are people, organisations, centres and agreements narrowed, for API, workspace and export alike?"""

from .agreements import (
    AgreementFilter,
    AmendmentFilter,
    CommitteeActionFilter,
    GiftFilter,
    MeetingFilter,
    ObligationFilter,
    PartyFilter,
    ResourceFilter,
)
from .centres import AreaFilter, CentreFilter, TeamMemberFilter, TerritoryFilter
from .organisations import JoinRequestFilter, MembershipFilter, OrganisationFilter
from .people import AppointmentFilter, UserFilter

__all__ = [
    "AgreementFilter",
    "AmendmentFilter",
    "AppointmentFilter",
    "AreaFilter",
    "CentreFilter",
    "CommitteeActionFilter",
    "GiftFilter",
    "JoinRequestFilter",
    "MeetingFilter",
    "MembershipFilter",
    "ObligationFilter",
    "OrganisationFilter",
    "PartyFilter",
    "ResourceFilter",
    "TeamMemberFilter",
    "TerritoryFilter",
    "UserFilter",
]
