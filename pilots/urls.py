"""Where is this room reached: by programs, in the workspace, and from its menu?"""

from typing import Any

from pilots.api import (
    annexes,
    challenges,
    consortia,
    criteria,
    decisions,
    evaluations,
    ideas,
    information_requests,
    lineage,
)

API: list[tuple[str, Any]] = [
    *challenges.ROUTES,
    *ideas.ROUTES,
    *annexes.ROUTES,
    *consortia.ROUTES,
    *information_requests.ROUTES,
    *criteria.ROUTES,
    *evaluations.ROUTES,
    *decisions.ROUTES,
    *lineage.ROUTES,
]
WORKSPACE: list[Any] = []
NAV: list[Any] = []
