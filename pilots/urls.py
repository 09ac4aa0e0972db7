"""Where is this room reached: by programs, in the workspace, and from its menu?"""

from typing import Any

API: list[tuple[str, Any]] = []
WORKSPACE: list[Any] = []
NAV: list[Any] = []
