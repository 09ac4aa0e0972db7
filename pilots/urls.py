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
    imports,
    indicators,
    information_requests,
    lineage,
    outcomes,
    trial_parts,
    trials,
)
from pilots.views import imports as import_pages

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
    *imports.ROUTES,
    *outcomes.ROUTES,
]
WORKSPACE: list[Any] = [*import_pages.ROUTES]
NAV: list[Any] = [*import_pages.NAV]
