"""How do challenges, criteria, ideas, trials, indicators and outcomes come back from their lists?"""

from collections.abc import Sequence
from typing import Any

from partners.models import Organisation
from pilots.calculations.readers import Kind
from pilots.models import Challenge, CriteriaSet, Idea, Indicator, Outcome, Trial
from pilots.models.tables import CRITERIA
from pilots.operations.challenges import create_challenge, edit_challenge
from pilots.operations.criteria import create_criteria_set, edit_criteria_set
from pilots.operations.ideas import edit_idea, propose
from pilots.operations.indicators import add_indicator, edit_indicator
from pilots.operations.outcomes import edit_outcome, write_outcome
from pilots.operations.trials import create_trial, edit_trial

from . import words
from .nouns import Noun, Rejected, Values, gathered, in_centre, register_noun, within_centre
from .wanted import Chunk


def _plan(values: Values, chunk: Chunk) -> Trial:
    if not values.get("kind"):
        raise Rejected("kind", words.MISSING, "")
    return create_trial(actor=chunk.actor, centre=chunk.run.centre, **values)


def _criteria(rows: Sequence[Sequence[Any]], criteria_set: CriteriaSet | None, actor: Any) -> list[Values]:
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
        points={"challenge": Challenge},
        named={"organisation": Organisation},
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
