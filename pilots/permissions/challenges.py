"""Who may state a need, and change one?"""

from .roles import sees, steers

PERMISSIONS = {
    "pilots.view_challenge": sees,
    "pilots.create_challenge": steers,
    "pilots.edit_challenge": steers,
}
