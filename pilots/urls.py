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
    letters,
    lineage,
    messages,
    outcomes,
    trial_parts,
    trials,
)
from pilots.views import agreements as agreement_pages
from pilots.views import balances as balance_pages
from pilots.views import board as board_pages
from pilots.views import calendar as calendar_pages
from pilots.views import challenges as challenge_pages
from pilots.views import consortia as consortium_pages
from pilots.views import criteria as criteria_pages
from pilots.views import decisions as decision_pages
from pilots.views import drafts, idea_pages, preparing, triage
from pilots.views import evaluations as evaluation_pages
from pilots.views import grids as grid_pages
from pilots.views import ideas as idea_forms
from pilots.views import imports as import_pages
from pilots.views import indicators as indicator_pages
from pilots.views import information_requests as request_pages
from pilots.views import letters as letter_pages
from pilots.views import matrix as matrix_pages
from pilots.views import messages as message_pages
from pilots.views import outcomes as outcome_pages
from pilots.views import packs as pack_pages
from pilots.views import portfolio as portfolio_pages
from pilots.views import search as search_pages
from pilots.views import trial_parts as part_pages
from pilots.views import trials as trial_pages
from pilots.views import uploads as upload_pages
from pilots.views import work as work_pages

API: list[tuple[str, Any]] = [
    *challenges.ROUTES,
    *ideas.ROUTES,
    *annexes.ROUTES,
    *consortia.ROUTES,
    *information_requests.ROUTES,
    *criteria.ROUTES,
    *evaluations.ROUTES,
    *decisions.ROUTES,
    *letters.ROUTES,
    *lineage.ROUTES,
    *trials.ROUTES,
    *trial_parts.ROUTES,
    *indicators.ROUTES,
    *imports.ROUTES,
    *outcomes.ROUTES,
    *messages.ROUTES,
]
WORKSPACE: list[Any] = [
    *work_pages.ROUTES,
    *search_pages.ROUTES,
    *calendar_pages.ROUTES,
    *challenge_pages.ROUTES,
    *triage.ROUTES,
    *idea_forms.ROUTES,
    *drafts.ROUTES,
    *idea_pages.ROUTES,
    *consortium_pages.ROUTES,
    *request_pages.ROUTES,
    *matrix_pages.ROUTES,
    *evaluation_pages.ROUTES,
    *criteria_pages.ROUTES,
    *pack_pages.ROUTES,
    *decision_pages.ROUTES,
    *letter_pages.ROUTES,
    *trial_pages.ROUTES,
    *preparing.ROUTES,
    *part_pages.ROUTES,
    *indicator_pages.ROUTES,
    *outcome_pages.ROUTES,
    *agreement_pages.ROUTES,
    *message_pages.ROUTES,
    *balance_pages.ROUTES,
    *import_pages.ROUTES,
    *upload_pages.ROUTES,
    *grid_pages.ROUTES,
    *board_pages.ROUTES,
    *portfolio_pages.ROUTES,
]
# What exists once for all languages, outside of the workspace.
UNPREFIXED: list[Any] = calendar_pages.FEEDS
NAV: list[Any] = [
    *challenge_pages.NAV,
    *idea_forms.NAV,
    *triage.NAV,
    *evaluation_pages.NAV,
    *criteria_pages.NAV,
    *decision_pages.NAV,
    *trial_pages.NAV,
    *board_pages.NAV,
    *indicator_pages.NAV,
    *outcome_pages.NAV,
    *portfolio_pages.NAV,
    *import_pages.NAV,
]
