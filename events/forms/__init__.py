"""What is filled in about events, capsules and certificates."""

from .capsules import CapsuleForm, CodeForm, CompleteForm, DocumentForm, MaterialForm, NameForm
from .events import EventForm, NewEventForm
from .registering import RegisterForm
from .sessions import AppearanceForm, RescheduleForm, SessionForm, SheetForm
from .templates import SectionForm, TemplateForm

__all__ = [
    "AppearanceForm",
    "CapsuleForm",
    "CodeForm",
    "CompleteForm",
    "DocumentForm",
    "EventForm",
    "MaterialForm",
    "NameForm",
    "NewEventForm",
    "RegisterForm",
    "RescheduleForm",
    "SectionForm",
    "SessionForm",
    "SheetForm",
    "TemplateForm",
]
