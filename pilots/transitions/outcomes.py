"""Which way does an outcome go to the public?"""

from django.utils.translation import gettext as _

from cic.core.publication import publication_table
from pilots.models import Outcome
from pilots.permissions.outcomes import prepares_outcome, publishes_outcome


def not_yet_public(outcome: Outcome) -> list[str]:
    """An outcome is shown with its trial, never before it."""
    return [] if outcome.trial.is_public else [_("Its trial is not public.")]


OUTCOME_PUBLICATION = publication_table(
    "pilots.outcome", prepares=prepares_outcome, approves=publishes_outcome, blockers=not_yet_public
)
