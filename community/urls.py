"""Where is this room reached: by everybody, in the workspace, and by programs?"""

from typing import Any

from community import api
from community.views import comments, feedback, following, moderation

API: list[tuple[str, Any]] = [*api.ROUTES]
WORKSPACE: list[Any] = [*moderation.ROUTES, *following.OWN]
NAV: list[Any] = [*moderation.NAV]
# In each language.
PUBLIC: list[Any] = [*comments.ROUTES, *following.ROUTES, *feedback.ROUTES]
