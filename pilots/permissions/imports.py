"""Who may import published files into a centre, and who reads how that went?"""

from partners.choices import Role

from .roles import holds, sees, steers

PERMISSIONS = {
    "pilots.view_imports": holds(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR),
    "pilots.view_importrun": sees,
    "pilots.start_import": steers,
}
