"""What do all these trials come to: by area, district, helix and goal, how far they brought things, and how long it took?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import Coalesce, Lag

from cic.core.models import StageChange
from partners.choices import Helix, TerritoryKind
from partners.models import Area, Territory
from pilots.choices import SDGS, TRL

from .challenges import Challenge
from .ideas import Idea
from .trials import Trial, TrialPartner

TRIAL, IDEA = Trial._meta.label_lower, Idea._meta.label_lower
GAINS = range(-len(TRL) + 1, len(TRL))


def by_area(trials: Any) -> list[tuple[Area, int]]:
    """Areas with how many of `trials` are in them; one in two areas counts in both."""
    links = Trial.areas.through.objects.filter(
        trial_id__in=trials.order_by().values("pk"), area_id=OuterRef("pk")
    )
    counted = links.order_by().values("area_id").annotate(number=Count("pk")).values("number")
    rows = Area.objects.annotate(number=Subquery(counted)).filter(number__gt=0)
    return [(area, area.number) for area in rows.order_by("-number", "key")]


def by_district(trials: Any) -> list[tuple[int, str, int]]:
    """Districts (id and name) with how many of `trials` have a place in them, or in a neighbourhood of them."""
    rows = (
        with_district(trials.order_by())
        .filter(district__isnull=False)
        .values("district", "district_name")
        .annotate(number=Count("pk", distinct=True))
    )
    found = [(row["district"], row["district_name"], row["number"]) for row in rows]
    return sorted(found, key=lambda row: (-row[2], row[1]))


def with_district(trials: Any) -> Any:
    """Each trial once for each place where it is tried, with `district` and `district_name`; None of a place in none.

    A place in a neighbourhood belongs to its district; one that it is compared with is none where it is tried.
    """
    within = Q(tried__territory__kind=TerritoryKind.DISTRICT)
    quarter = Q(tried__territory__kind=TerritoryKind.NEIGHBOURHOOD)
    return trials.annotate(tried=FilteredRelation("sites", condition=Q(sites__comparison=""))).annotate(
        district=Case(
            When(quarter, then=F("tried__territory__parent_id")), When(within, then=F("tried__territory_id"))
        ),
        district_name=Case(
            When(quarter, then=F("tried__territory__parent__name")),
            When(within, then=F("tried__territory__name")),
        ),
    )


def at_once(trials: Any) -> dict[str, int]:
    """How many there are, by helix of promoter or partner, by goal and by levels gained: one query."""
    asked: dict[str, Any] = {"all": Count("pk", distinct=True)}
    for helix in Helix.values:
        joined = TrialPartner.objects.filter(trial=OuterRef("pk"), organisation__helix=helix)
        asked[f"helix_{helix}"] = Count(
            "pk", distinct=True, filter=Q(promoter__helix=helix) | Q(Exists(joined))
        )
    for goal, _label in SDGS:
        asked[f"sdg_{goal}"] = Count("pk", distinct=True, filter=Q(search_text__contains=f"sdg{goal:02d}"))
    for gain in GAINS:
        # The state before plus the gain, not a difference: the columns hold no negative numbers.
        end = Q(trl_out=F("trl_in") + gain) if gain >= 0 else Q(trl_in=F("trl_out") - gain)
        asked[f"gain_{gain}"] = Count("pk", distinct=True, filter=end)
    return trials.order_by().aggregate(**asked)


def steps_of(trials: Any) -> Iterator[tuple[str, datetime | None, datetime]]:
    """State, entered and left, for each step that one of `trials` took: one query, streamed."""
    born = Trial.objects.filter(pk=OuterRef("object_id")).values("created_at")
    rows = (
        StageChange.objects.filter(
            object_type=TRIAL, field="state", object_id__in=trials.order_by().values("pk")
        )
        .annotate(
            before=Window(
                Lag("effective_at"),
                partition_by=[F("object_id")],
                order_by=[F("effective_at").asc(), F("pk").asc()],
            )
        )
        .annotate(entered=Coalesce(F("before"), Subquery(born)))
        .order_by()
        .values_list("from_state", "entered", "effective_at")
    )
    return rows.iterator(chunk_size=2000)


def stops_of(ideas: Any, states: tuple[str, ...]) -> Iterator[tuple[int, str, str, str]]:
    """Id, from where, to where and why, for each of `ideas` that stopped in one of `states`, newest first: one query."""
    rows = StageChange.objects.filter(
        object_type=IDEA, field="state", to_state__in=states, object_id__in=ideas.order_by().values("pk")
    )
    # Only the last stop of an idea that was taken up again in between and is stopped now.
    state_now = Idea.objects.filter(pk=OuterRef("object_id")).values("state")
    rows = rows.annotate(now=Subquery(state_now)).filter(to_state=F("now"))
    return (
        rows.order_by("-effective_at", "-pk")
        .values_list("object_id", "from_state", "to_state", "reason")
        .iterator(chunk_size=2000)
    )


def ideas_under(ideas: Any, *, centre: Any, area: Any, territory: Any, sdg: Any) -> Any:
    """Those of `ideas` in one of the centres, and with a challenge of the areas, districts and goals that are chosen."""
    if centre:
        ideas = ideas.filter(centre__in=centre)
    asked = Challenge.objects.order_by()
    if area:
        asked = asked.filter(
            pk__in=Challenge.areas.through.objects.filter(area__in=area).values("challenge_id")
        )
    if territory:
        ids = [row.pk for row in territory if isinstance(row, Territory)]
        within = Territory.objects.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))
        links = Challenge.territories.through.objects.filter(territory__in=within.values("pk"))
        asked = asked.filter(pk__in=links.values("challenge_id"))
    if sdg:
        goals = {int(goal) for goal in sdg}
        asked = asked.filter(
            pk__in=[pk for pk, held in asked.values_list("pk", "sdgs") if goals.intersection(held)]
        )
    return ideas.filter(challenge__in=asked.values("pk")) if area or territory or sdg else ideas
