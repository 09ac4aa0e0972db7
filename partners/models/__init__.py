"""Who works together, and on what terms?"""

from .agreements import Agreement, Amendment, AmendmentSignature, Meeting, Party
from .centres import Area, Centre, TeamMember, Territory
from .commitments import Obligation, Resource, ResourceGift
from .committees import CommitteeAction
from .exports import DataExport
from .machines import Machine
from .organisations import Alias, JoinRequest, Membership, Organisation
from .users import Appointment, User, standing_of

__all__ = [
    "Agreement",
    "Alias",
    "Amendment",
    "AmendmentSignature",
    "Appointment",
    "Area",
    "Centre",
    "CommitteeAction",
    "DataExport",
    "JoinRequest",
    "Machine",
    "Meeting",
    "Membership",
    "Obligation",
    "Organisation",
    "Party",
    "Resource",
    "ResourceGift",
    "TeamMember",
    "Territory",
    "User",
    "standing_of",
]
