"""Where is this room reached: by programs, in the workspace, and from its menu?"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cic.core.context import ADMINISTRATION, NavEntry
from partners import api, views

API: list[tuple[str, Any]] = api.ROUTES
WORKSPACE: list[Any] = views.ROUTES
NAV: list[NavEntry] = [
    NavEntry(_("Who works together"), _("Agreements"), "agreement_list", "partners.view_agreement"),
    NavEntry(_("Who works together"), _("Centres"), "centre_list", "partners.view_centre"),
    NavEntry(_("Who works together"), _("Organisations"), "organisation_list", "partners.view_organisation"),
    NavEntry(_("Who works together"), _("People"), "people"),
    NavEntry(ADMINISTRATION, _("Roles for the city"), "appointment_list", "partners.read_everywhere"),
    NavEntry(_("Who works together"), _("Removed of late"), "bin"),
    NavEntry(ADMINISTRATION, _("Log of changes"), "audit_list", "partners.read_everywhere"),
    NavEntry(ADMINISTRATION, _("Mails and jobs given up"), "jobs", "core.view_jobs"),
]
