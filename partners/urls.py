"""Where is this room reached: by programs, in the workspace, and from its menu?"""

from typing import Any

from partners.api import ROUTES

API: list[tuple[str, Any]] = ROUTES
WORKSPACE: list[Any] = []
NAV: list[Any] = []
