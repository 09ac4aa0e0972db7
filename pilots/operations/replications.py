"""How does another organisation or municipality take up what was tried elsewhere?"""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.operations import operation
from cic.core.permissions import require
from pilots.choices import LineageKind, TrialKind
from pilots.models import Idea, Outcome, Trial
from pilots.operations.ideas import propose

from .lineage import link
from .trials import copy_indicators, create_trial

TITLE_LENGTH = Idea._meta.get_field("title").max_length or 250


def idea_from(outcome: Outcome) -> dict[str, Any]:
    """What an idea that replicates a case can take from it: only what whoever reads the case may read."""
    trial = outcome.trial
    return {
        "title": trial.title[:TITLE_LENGTH],
        "problem": trial.summary,
        "proposal": outcome.summary,
        "novelty": _("This was tried before: %(reference)s.") % {"reference": trial.reference},
        "asked_of_city": outcome.success_conditions,
        "language": outcome.language,
    }


@operation
def replicate_as_idea(
    outcome: Outcome, *, actor: Any, centre: Any, organisation: Any = None, **given: Any
) -> Idea:
    """Begin an idea, as a draft, that takes up a case in another place.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "pilots.replicate", outcome)
    values = {**idea_from(outcome), "centre": centre, "organisation": organisation, **given}
    idea = propose(values, actor=actor)
    link(LineageKind.REPLICATED, outcome.trial, idea, actor=actor)
    return idea


@operation
def replicate_as_pilot(outcome: Outcome, *, actor: Any, centre: Any, **given: Any) -> Trial:
    """Prepare a pilot in another centre, with the plan of a case: its purpose, method and indicators, not its figures.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "pilots.replicate", outcome)
    source = outcome.trial
    names = ("title", "acronym", "summary", "language", "sdgs", "hypothesis", "method", "environment")
    values = {name: getattr(source, name) for name in names}
    values["skip_reason"] = _("It was tried before: %(reference)s.") % {"reference": source.reference}
    values["areas"] = list(source.areas.all())
    trial = create_trial(actor=actor, kind=TrialKind.PILOT, centre=centre, **{**values, **given})
    copy_indicators(source, trial, actor=actor, with_baseline=False)
    link(LineageKind.REPLICATED, source, trial, actor=actor)
    return trial
