"""Where is this room reached: by everybody, in the workspace, and by programs?"""

from typing import Any

from community.api import comments as comment_api
from community.api import debates as debate_api
from community.api import group_members as member_api
from community.api import groups as group_api
from community.views import (
    comments,
    debates,
    feedback,
    following,
    group_members,
    group_pages,
    groups,
    moderation,
)

API: list[tuple[str, Any]] = [
    *group_api.ROUTES,
    *member_api.ROUTES,
    *debate_api.ROUTES,
    *comment_api.ROUTES,
]
WORKSPACE: list[Any] = [
    *groups.ROUTES,
    *group_members.ROUTES,
    *debates.ROUTES,
    *moderation.ROUTES,
    *following.OWN,
]
NAV: list[Any] = [*groups.NAV, *moderation.NAV]
# In each language.
PUBLIC: list[Any] = [*group_pages.ROUTES, *comments.ROUTES, *following.ROUTES, *feedback.ROUTES]
