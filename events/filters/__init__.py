"""How are the lists of this room narrowed? One filterset per noun."""

from .capsules import CapsuleFilter, TakingFilter
from .certificates import CertificateFilter
from .events import EventFilter
from .registrations import RegistrationFilter
from .sessions import AppearanceFilter, SessionFilter, SheetTemplateFilter, TemplateSectionFilter

__all__ = [
    "AppearanceFilter",
    "CapsuleFilter",
    "CertificateFilter",
    "EventFilter",
    "RegistrationFilter",
    "SessionFilter",
    "SheetTemplateFilter",
    "TakingFilter",
    "TemplateSectionFilter",
]
