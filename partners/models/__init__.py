"""Who works together, and on what terms?"""

from .agreements import Agreement, Amendment, AmendmentSignature, Obligation, Party, Resource, ResourceGift
from .centres import Area, Centre, TeamMember, Territory
from .organisations import Alias, Membership, Organisation
from .users import Appointment, User, standing_of

__all__ = [
    "Agreement",
    "Alias",
    "Amendment",
    "AmendmentSignature",
    "Appointment",
    "Area",
    "Centre",
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
