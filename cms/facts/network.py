"""Who works with whom? The organisations that take part most, by helix, joined by what they share."""

from collections import Counter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef
from django.utils.translation import ngettext

from cic.core.formats import figure
from cms.calculations.network import lay_out
from cms.frame import Frame
from partners.choices import Helix
from partners.models import Organisation, Party
from pilots.models import Trial, TrialPartner

from . import ANYONE
from .agreements import public_fields, signed
from .kept import kept
from .participants import public_trials
from .shares import MOST, Everyone

# Some of those who take part most share nothing with one another.
AT_MOST = MOST // 2
NAMED = 4
Pair = tuple[int, int]


def picture(frame: Frame, everyone: Everyone) -> dict[str, Any] | None:
    """The circle with its list in words; None while nobody works with anybody. At most 30 kB, whatever there is."""
    members, weights = kept("network", lambda: drawn_of(everyone.most))
    if not weights:
        return None
    known = Organisation.objects.visible_to(ANYONE).in_bulk(members)
    order = list(Helix.values)
    drawn = sorted(
        (known[pk] for pk in members if pk in known),
        key=lambda row: (order.index(row.helix), row.name, row.pk),
    )
    numbers = {row.pk: number for number, row in enumerate(drawn, start=1)}
    shared = {
        (min(numbers[a], numbers[b]), max(numbers[a], numbers[b])): weight
        for (a, b), weight in weights.items()
        if a in numbers and b in numbers
    }
    sizes = Counter(row.helix for row in drawn)
    rows = {row.pk: _row(row, numbers, weights, known, frame) for row in drawn}
    groups = [
        {
            "helix": helix,
            "name": str(Helix(helix).label),
            "rows": [rows[row.pk] for row in drawn if row.helix == helix],
        }
        for helix in order
        if sizes[helix]
    ]
    return {
        "plot": lay_out([(helix, sizes[helix]) for helix in order], shared),
        "groups": groups,
        "more": max(everyone.sharing - len(drawn), 0),
        "sentence": _sentence(weights, known),
    }


def _row(
    row: Organisation, numbers: dict[int, int], weights: dict[Pair, int], known: Any, frame: Frame
) -> dict[str, Any]:
    """One organisation of the list, with those it shares most with."""
    others = Counter(
        {b if a == row.pk else a: weight for (a, b), weight in weights.items() if row.pk in (a, b)}
    )
    ranked = [
        pk for pk, _weight in sorted(others.items(), key=lambda item: (-item[1], item[0])) if pk in known
    ]
    return {
        "number": numbers[row.pk],
        "name": row.name,
        "url": frame.address("organisationspage", f"{row.pk}/"),
        "others": [{"name": known[pk].name, "number": figure(others[pk])} for pk in ranked[:NAMED]],
        "more": max(len(ranked) - NAMED, 0),
    }


def _sentence(weights: dict[Pair, int], known: Any) -> str:
    """Which two share most."""
    (one, two), weight = max(weights.items(), key=lambda item: (item[1], -item[0][0], -item[0][1]))
    if one not in known or two not in known:
        return ""
    words = {"one": known[one].name, "two": known[two].name, "number": figure(weight)}
    return (
        ngettext(
            "Most often together: %(one)s and %(two)s, in %(number)s pilot or agreement.",
            "Most often together: %(one)s and %(two)s, in %(number)s pilots and agreements.",
            weight,
        )
        % words
    )


def drawn_of(members: list[int]) -> tuple[list[int], dict[Pair, int]]:
    """Those of `members` that share something with another, at most AT_MOST, and what each two share: one query."""
    shared: Counter[Pair] = Counter()
    for one, two, number in _shared(members):
        shared[min(one, two), max(one, two)] += number
    # Whoever works with nobody here has no place in a picture of who works with whom.
    tied = {pk for pair in shared for pk in pair}
    drawn = [pk for pk in members if pk in tied][:AT_MOST]
    within = {pair: number for pair, number in shared.items() if set(pair) <= set(drawn)}
    return drawn, within


def _shared(members: list[int]) -> Any:
    """Each two of `members` with how many trials, and again with how many agreements, they share. One query."""
    trials = Trial.objects.visible_to(ANYONE).order_by()
    joint = TrialPartner.objects.filter(organisation__in=members, trial__in=public_trials()).order_by()
    beside = {"trial__partners__organisation__in": members}
    found = (
        joint.filter(**beside, trial__partners__organisation__gt=F("organisation"))
        .values_list("organisation_id", "trial__partners__organisation_id")
        .annotate(number=Count("trial_id", distinct=True))
    )
    # A promoter that is not also written down as a partner.
    listed = TrialPartner.objects.filter(trial=OuterRef("pk"), organisation=OuterRef("promoter"))
    promoted = trials.filter(~Exists(listed), promoter__in=members, partners__organisation__in=members)
    others = [
        promoted.values_list("promoter_id", "partners__organisation_id").annotate(
            number=Count("pk", distinct=True)
        )
    ]
    if "parties" in public_fields():
        within = signed().order_by().values("pk")
        parties = Party.objects.filter(agreement__in=within, organisation__in=members).order_by()
        beside = {"agreement__parties__organisation__in": members}
        others.append(
            parties.filter(**beside, agreement__parties__organisation__gt=F("organisation"))
            .values_list("organisation_id", "agreement__parties__organisation_id")
            .annotate(number=Count("agreement_id", distinct=True))
        )
    return found.union(*others, all=True)
