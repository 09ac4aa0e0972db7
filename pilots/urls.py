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
    indicators,
    information_requests,
    lineage,
    outcomes,
    trial_parts,
    trials,
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
    *trials.ROUTES,
    *trial_parts.ROUTES,
    *indicators.ROUTES,
    *outcomes.ROUTES,
]
WORKSPACE: list[Any] = []
NAV: list[Any] = []
