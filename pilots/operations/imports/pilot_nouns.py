"""How do challenges, criteria, ideas, trials, indicators and outcomes come back from their lists?"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from partners.models import Organisation
from pilots.calculations.readers import Kind
from pilots.models import Challenge, CriteriaSet, Idea, Indicator, Outcome, Trial
from pilots.models.tables import (
    AGREEMENT,
    AREAS_OF_CHALLENGE,
    AREAS_OF_TRIAL,
    CHALLENGE_OF_IDEA,
    CRITERIA,
    CRITERIA_OF_CHALLENGE,
    IDEA,
    MONITOR,
    ORIGIN,
    TERRITORIES,
)
from pilots.operations.challenges import create_challenge, edit_challenge
from pilots.operations.criteria import create_criteria_set, edit_criteria_set
from pilots.operations.ideas import edit_idea, propose
from pilots.operations.indicators import add_indicator, edit_indicator
from pilots.operations.outcomes import edit_outcome, write_outcome
from pilots.operations.trials import create_trial, derive_trial, edit_trial

from . import words
from .nouns import (
    Noun,
    Rejected,
    Values,
    gathered,
    in_centre,
    person,
    pointing,
    register_noun,
    within_centre,
)
from .wanted import Chunk


def _plan(values: Values, chunk: Chunk) -> Trial:
    if not values.get("kind"):
        raise Rejected("kind", words.MISSING, "")
    source = values.get("origin") or values.get("idea")
    make = partial(derive_trial, source) if source else create_trial
    return make(actor=chunk.actor, centre=chunk.run.centre, **values)


def _criteria_in_use(challenge: Challenge | None, chunk: Chunk) -> Any:
    """Those that its form offers: of its centre."""
    centre = challenge.centre_id if challenge else chunk.run.centre_id
    return CriteriaSet.objects.visible_to(chunk.actor).filter(centre=centre, is_current=True)


def _criteria(rows: Sequence[Sequence[Any]], criteria_set: CriteriaSet | None, chunk: Chunk) -> list[Values]:
    return [dict(zip(("name", "weight", "max_score", "help"), row, strict=True)) for row in rows]


register_noun(
    Kind.CHALLENGE,
    Noun(
        Challenge,
        "reference",
        ("title",),
        within_centre(Challenge, "title"),
        in_centre(create_challenge),
        edit_challenge,
        translate="pilots.translate",
        cells={
            "territories": pointing(TERRITORIES),
            "areas": pointing(AREAS_OF_CHALLENGE),
            "criteria_set": pointing(CRITERIA_OF_CHALLENGE, _criteria_in_use),
        },
    ),
)
register_noun(
    Kind.IDEA,
    Noun(
        Idea,
        "reference",
        ("title",),
        within_centre(Idea, "title"),
        in_centre(propose),
        edit_idea,
        translate="pilots.translate",
        named={"organisation": Organisation},
        cells={"challenge": pointing(CHALLENGE_OF_IDEA)},
    ),
)
register_noun(
    Kind.TRIAL,
    Noun(
        Trial,
        "reference",
        ("title", "kind"),
        within_centre(Trial, "title", "kind"),
        _plan,
        edit_trial,
        translate="pilots.translate",
        named={"promoter": Organisation},
        cells={
            "monitor": person(MONITOR),
            "agreement": pointing(AGREEMENT),
            "idea": pointing(IDEA),
            "origin": pointing(ORIGIN),
            "areas": pointing(AREAS_OF_TRIAL),
        },
    ),
)
register_noun(
    Kind.INDICATOR,
    Noun(
        Indicator,
        "pk",
        ("name", "trial"),
        lambda values, chunk: Indicator.objects.filter(trial=values["trial"], name=values["name"]),
        lambda values, chunk: add_indicator(actor=chunk.actor, **values),
        edit_indicator,
        translate="pilots.translate",
        points={"trial": Trial},
    ),
)
register_noun(
    Kind.OUTCOME,
    Noun(
        Outcome,
        "pk",
        ("trial",),
        lambda values, chunk: Outcome.objects.filter(trial=values["trial"]),
        lambda values, chunk: write_outcome(actor=chunk.actor, **values),
        edit_outcome,
        translate="pilots.translate",
        points={"trial": Trial},
    ),
)
register_noun(
    Kind.CRITERIA,
    Noun(
        CriteriaSet,
        "pk",
        ("name",),
        within_centre(CriteriaSet, "name", is_current=True),
        in_centre(create_criteria_set),
        edit_criteria_set,
        cells={"criteria": gathered(CRITERIA, _criteria)},
    ),
)
