"""What stands in one cell of a table of what belongs to a record of this room?"""

from typing import Any

from cic.core.cells import Gathered, in_cells, pointing
from partners.choices import READING_ROLES
from partners.models import standing_of

from .challenges import Challenge
from .evaluations import Criterion
from .ideas import Idea
from .trials import Trial


def _with_monitor(trials: Any, reader: Any) -> Any:
    """Who looks after a trial is known to the city's staff, and to those inside."""
    if standing_of(reader).has_somewhere(READING_ROLES):
        return trials
    return trials.filter(pk__in=Trial.objects.inside(reader).order_by().values("pk"))


# A line for each, in their order: name | weight | highest score | help.
CRITERIA = Gathered(
    lambda sets, reader: in_cells(
        Criterion.objects.visible_to(reader)
        .filter(criteria_set__in=sets)
        .order_by("position", "pk")
        .values_list("criteria_set_id", "name", "weight", "max_score", "help")
    )
)
# References, keys of areas, official codes of territories, and names.
CHALLENGE_OF_IDEA = pointing(Idea, "challenge")
AREAS_OF_CHALLENGE = pointing(Challenge, "areas", "key")
TERRITORIES = pointing(Challenge, "territories", "code")
CRITERIA_OF_CHALLENGE = pointing(Challenge, "criteria_set", "name")
IDEA = pointing(Trial, "idea")
ORIGIN = pointing(Trial, "origin")
AGREEMENT = pointing(Trial, "agreement")
AREAS_OF_TRIAL = pointing(Trial, "areas", "key")
MONITOR = pointing(Trial, "monitor", "name", shown=_with_monitor)
