"""Everything the room stores."""

from .capsules import Capsule, Taking
from .certificates import Certificate
from .events import Event
from .registrations import Registration
from .sessions import Appearance, Session
from .sheets import SheetTemplate, TemplateSection

__all__ = [
    "Appearance",
    "Capsule",
    "Certificate",
    "Event",
    "Registration",
    "Session",
    "SheetTemplate",
    "Taking",
    "TemplateSection",
]
