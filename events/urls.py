"""Where is this room reached: by programs, in the workspace, and by everybody?"""

from typing import Any

from events.api import capsules, certificates, events, registrations, sessions, sheets
from events.views import capsules as capsule_pages
from events.views import certificates as certificate_pages
from events.views import documents as document_pages
from events.views import events as event_pages
from events.views import places, registering, takings
from events.views import registrations as registration_pages
from events.views import sessions as session_pages
from events.views import templates as template_pages

API: list[tuple[str, Any]] = [
    *events.ROUTES,
    *sessions.ROUTES,
    *sheets.ROUTES,
    *registrations.ROUTES,
    *capsules.ROUTES,
    *certificates.ROUTES,
]
WORKSPACE: list[Any] = [
    *event_pages.ROUTES,
    *session_pages.ROUTES,
    *document_pages.ROUTES,
    *registration_pages.ROUTES,
    *template_pages.ROUTES,
    *capsule_pages.ROUTES,
    *takings.ROUTES,
    *certificate_pages.ROUTES,
]
NAV: list[Any] = [
    *event_pages.NAV,
    *registration_pages.NAV,
    *session_pages.NAV,
    *template_pages.NAV,
    *capsule_pages.NAV,
    *certificate_pages.NAV,
]
# In each language.
PUBLIC: list[Any] = [*places.ROUTES, *registering.ROUTES, *certificate_pages.PUBLIC]
