"""What came from what, in both directions: from a public case back to the need, and from an agreement to all it brought."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from partners.models import Agreement
from pilots.choices import LineageKind

from .chains import with_chain
from .challenges import Challenge
from .ideas import Idea
from .lineage import Lineage
from .outcomes import Outcome
from .trials import Trial

MODELS = {model._meta.label_lower: model for model in (Challenge, Idea, Trial, Outcome)}
PAGES = {Challenge: "challenges", Idea: "ideas", Trial: "trials", Outcome: "outcomes"}
# From need to case there are five steps; a replication of a replication adds as many again.
MAX_STEPS = 10
Key = tuple[str, int]


@dataclass(frozen=True)
class Ancestor:
    """A record something came from or led to: what it is, how many steps off, and by which link."""

    type: str
    id: int
    reference: str
    title: str
    url: str
    step: int
    kind: str


def key_of(obj: Any) -> Key:
    """What names a record in a lineage."""
    return obj._meta.label_lower, obj.pk


def lineage_of(obj: Any, user: Any) -> dict[str, list[Ancestor]]:
    """`came_from` and `led_to`: every record `user` may read before and after this one, nearest first.

    Records they may not read are passed over without a trace; what lies behind them is found all the same.
    """
    return {
        "came_from": _named(_walk(key_of(obj), _before), user),
        "led_to": _named(_walk(key_of(obj), _after), user),
    }


def _walk(start: Key, neighbours: Any) -> dict[Key, tuple[int, str]]:
    """Every record reached from `start`, with its distance and the link that led there."""
    found: dict[Key, tuple[int, str]] = {}
    edge = {start}
    for step in range(1, MAX_STEPS + 1):
        reached = [(key, kind) for key, kind in neighbours(edge) if key != start and key not in found]
        found |= {key: (step, kind) for key, kind in reached}
        edge = {key for key, _kind in reached}
        if not edge:
            break
    return found


def _by_type(keys: Iterable[Key]) -> dict[str, list[int]]:
    sorted_ids: dict[str, list[int]] = defaultdict(list)
    for label, pk in keys:
        sorted_ids[label].append(pk)
    return sorted_ids


def _links(keys: Iterable[Key], side: str, other: str) -> list[tuple[Key, str]]:
    wanted = Q(pk=None)
    for label, ids in _by_type(keys).items():
        wanted |= Q(**{f"{side}_type": label, f"{side}_id__in": ids})
    rows = Lineage.objects.filter(wanted).order_by("pk").values_list(f"{other}_type", f"{other}_id", "kind")
    return [((label, pk), kind) for label, pk, kind in rows]


def _before(keys: Iterable[Key]) -> list[tuple[Key, str]]:
    """What the records of `keys` came from."""
    ids = _by_type(keys)
    found = _links(keys, "to", "from")
    for pk in Outcome.objects.filter(pk__in=ids["pilots.outcome"]).values_list("trial_id", flat=True):
        found.append((("pilots.trial", pk), LineageKind.DERIVED))
    for idea, origin in Trial.objects.filter(pk__in=ids["pilots.trial"]).values_list("idea_id", "origin_id"):
        found += [
            ((label, pk), LineageKind.DERIVED)
            for label, pk in (("pilots.trial", origin), ("pilots.idea", idea))
            if pk
        ]
    for pk in (
        Idea.objects.filter(pk__in=ids["pilots.idea"])
        .exclude(challenge=None)
        .values_list("challenge_id", flat=True)
    ):
        found.append((("pilots.challenge", pk), LineageKind.DERIVED))
    return found


def _after(keys: Iterable[Key]) -> list[tuple[Key, str]]:
    """What the records of `keys` led to."""
    ids = _by_type(keys)
    found = _links(keys, "from", "to")
    trials = Q(idea_id__in=ids["pilots.idea"]) | Q(origin_id__in=ids["pilots.trial"])
    for label, rows in (
        ("pilots.idea", Idea.objects.filter(challenge_id__in=ids["pilots.challenge"])),
        ("pilots.trial", Trial.objects.filter(trials)),
        ("pilots.outcome", Outcome.objects.filter(trial_id__in=ids["pilots.trial"])),
    ):
        found += [
            ((label, pk), LineageKind.DERIVED) for pk in rows.order_by("pk").values_list("pk", flat=True)
        ]
    return found


def _named(found: dict[Key, tuple[int, str]], user: Any) -> list[Ancestor]:
    """Those of the found records that `user` may read: one query for each kind of record."""
    named = []
    for label, ids in _by_type(found).items():
        model = MODELS[label]
        rows = model.objects.visible_to(user).filter(pk__in=ids)
        for row in rows.select_related("trial") if model is Outcome else rows:
            step, kind = found[(label, row.pk)]
            whole = row.trial if model is Outcome else row
            title = row.get_verdict_display() if model is Outcome else row.title
            url = f"/workspace/{PAGES[model]}/{row.pk}/"
            named.append(Ancestor(label, row.pk, whole.reference, title, url, step, kind))
    return sorted(named, key=lambda row: (row.step, row.type, row.id))


@dataclass(frozen=True)
class Yield:
    """All that came of one agreement, as far as the reader may see it."""

    ideas: list[Idea] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def came_of(agreement: Agreement, user: Any) -> Yield:
    """Trials under an agreement, or under the specific ones of a framework, with their ideas and outcomes: three queries."""
    under = Q(agreement_id=agreement.pk) | Q(agreement__framework_id=agreement.pk)
    trials = Trial.objects.visible_to(user).filter(under)
    ideas = Idea.objects.visible_to(user).filter(pk__in=Trial.objects.filter(under).values("idea_id"))
    outcomes = Outcome.objects.visible_to(user).filter(trial__in=Trial.objects.filter(under).values("pk"))
    return Yield(
        ideas=list(ideas.order_by("-pk")),
        trials=list(with_chain(trials, user).order_by("-pk")),
        outcomes=list(outcomes.select_related("trial").order_by("-pk")),
    )
