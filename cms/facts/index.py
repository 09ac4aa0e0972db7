"""Which public trials have what? Sets in memory that every number of the catalogue, its map and the figures are made of.

Counting a hundred thousand trials by nine facets took a second of the database for each page. Here each choice is a set
of trials, one bit for each id, so that any combination is counted in a millisecond. The sets are read once and
kept; as every write leaves an audit row, the rows since then say which trials to read again.
"""

import json
import pickle
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.cache import cache, caches
from django.db.models import BigIntegerField, Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Cast

from cic.core.choices import PUBLIC_STATES
from cic.core.models import AuditEntry, AuditHead
from partners.models import Organisation, Territory
from pilots.models import Outcome, Site, Trial, TrialPartner
from pilots.models.places import Micro, SitedTrial

from . import ANYONE
from .participants import public_trials

# Its number is that of the shape of an Index: one that an older program left is not read.
KEY = "public-trials:1"
# Beyond so many changes everything is read anew, which is then the shorter way.
MOST_CHANGES = 2000
CHUNK = 5000
# What the sets are made of, besides the trials themselves; each names its trial, and what it stood for before.
PARTS = {model._meta.label_lower: model for model in (Site, Outcome, TrialPartner)}
TRIAL, ORGANISATION = Trial._meta.label_lower, Organisation._meta.label_lower
# A district that is cut anew may move any trial.
WHOLE = (Territory._meta.label_lower,)
Rows = dict[tuple[str, str], list[int]]


@dataclass
class Index:
    """The public trials as sets, by what is told of them and its value; and the places where they happen.

    `mark` and `position`: the end of the audit chain that it knows. Beside its places it keeps the organisations of
    each trial, as two columns of the same length.
    """

    mark: str = ""
    position: int = 0
    sets: dict[tuple[str, str], int] = field(default_factory=dict)
    everyone: int = 0
    places: tuple[array, array, array] = field(default_factory=lambda: (array("i"), array("i"), array("i")))
    links: tuple[array, array] = field(default_factory=lambda: (array("i"), array("i")))

    def of(self, name: str, value: Any) -> int:
        """The trials of which `name` has this value."""
        return self.sets.get((name, str(value)), 0)

    def values(self, name: str) -> Iterator[tuple[str, int]]:
        """Each value of `name` with its trials."""
        return ((value, trials) for (kind, value), trials in self.sets.items() if kind == name)

    def places_of(self, trials: int) -> Iterator[SitedTrial]:
        """The places of these trials."""
        if trials == self.everyone:
            yield from zip(*self.places, strict=True)
            return
        size = max(trials, self.everyone).bit_length() // 8 + 1
        bits = trials.to_bytes(size, "little")
        for place in zip(*self.places, strict=True):
            trial = place[0]
            if bits[trial >> 3] >> (trial & 7) & 1:
                yield place

    def within(self, south: int, west: int, north: int, east: int) -> int:
        """The trials with a place in this part of the map; its east and north edge are not part of it."""
        trials, latitudes, longitudes = self.places
        return bits_of(
            trial
            for trial, latitude, longitude in zip(trials, latitudes, longitudes, strict=True)
            if south <= latitude < north and west <= longitude < east
        )

    @property
    def organisations(self) -> set[int]:
        """Ids of the organisations that promote a public trial or take part in one."""
        return set(self.links[1])


def bits_of(ids: Iterable[int]) -> int:
    """The set of these ids."""
    bits = bytearray()
    for pk in ids:
        try:
            bits[pk >> 3] |= 1 << (pk & 7)
        except IndexError:
            bits.extend(bytes((pk >> 3) + 1024 - len(bits)))
            bits[pk >> 3] |= 1 << (pk & 7)
    return int.from_bytes(bits, "little")


@lru_cache(1000)
def goals_of(text: str) -> tuple[str, ...]:
    """The Sustainable Development Goals of a list as it is stored."""
    return tuple({str(goal) for goal in json.loads(text) if isinstance(goal, int)})


def current() -> Index:
    """The index as the database stands: one query when nothing changed, four when little did."""
    head = AuditHead.objects.order_by("pk").values_list("hash", "position").first() or ("", 0)
    if not head[0]:  # without any audit row nothing tells of a change, and there is little to count
        return _built(Index())
    known: Index | None = cache.get(KEY) or _handed_on()
    if known is not None and known.mark == head[0]:
        return known
    changed = None if known is None else changes(known, head[1])
    if known is None or changed is None:
        known = _built(Index())
    elif changed:
        known = _built(_without(known, changed), sorted(changed))
    known.mark, known.position = head
    cache.set(KEY, known, None)
    return known


def hand_on() -> None:
    """Leave the index for processes that start, unless what lies there is near enough: they would all read it anew."""
    known, there = current(), _handed_on()
    if known.mark and (there is None or abs(known.position - there.position) > MOST_CHANGES // 4):
        caches["shared"].set(KEY, zlib.compress(pickle.dumps(known), 1), None)


def _handed_on() -> Index | None:
    kept = caches["shared"].get(KEY)
    return pickle.loads(zlib.decompress(kept)) if isinstance(kept, bytes) else None


def changes(known: Index, position: int) -> set[int] | None:
    """Ids of the trials to be read again, up to this end of the audit chain; None: all of them."""
    if position < known.position or position == known.position:
        return None  # another chain than the one it was read from
    rows = (
        AuditEntry.objects.filter(
            Q(position__gt=known.position, object_type__in=(TRIAL, ORGANISATION, *PARTS, *WHOLE))
            | Q(position=known.position + 1)
        )
        .order_by("position")
        .values_list("position", "previous_hash", "object_type", "object_id", "action", "before", "after")
    )[: MOST_CHANGES + 1]
    found = list(rows)
    if not found or found[0][:2] != (known.position + 1, known.mark) or len(found) > MOST_CHANGES:
        return None
    trials: set[int] = set()
    lookups: dict[str, set[int]] = defaultdict(set)
    for _position, _hash, kind, pk, action, before, after in found:
        if kind in WHOLE or (kind == ORGANISATION and action.endswith(".merge")):
            return None
        if kind == TRIAL:
            trials.add(int(pk))
        elif kind in PARTS or (kind == ORGANISATION and "helix" in {*before, *after}):
            lookups[kind].add(int(pk))
            trials |= {int(row["trial"]) for row in (before, after) if row.get("trial")}
    trials |= _trials_behind(lookups)
    return trials if len(trials) <= MOST_CHANGES else None


def _trials_behind(parts: dict[str, set[int]]) -> set[int]:
    """The trials that these parts belong to, or that these organisations stand in: one query."""
    found = [
        model.objects.filter(pk__in=parts[kind]).order_by().values_list("trial_id", flat=True)
        for kind, model in PARTS.items()
        if parts.get(kind)
    ]
    if firms := parts.get(ORGANISATION):
        found.append(Trial.objects.filter(promoter__in=firms).order_by().values_list("pk", flat=True))
        joined = TrialPartner.objects.filter(organisation__in=firms).order_by()
        found.append(joined.values_list("trial_id", flat=True))
    return set(found[0].union(*found[1:], all=True)) if found else set()


def _without(known: Index, trials: set[int]) -> Index:
    """The index with these trials taken out of every set."""
    rest = ~bits_of(trials)
    kept = [place for place in zip(*known.places, strict=True) if place[0] not in trials]
    links = [link for link in zip(*known.links, strict=True) if link[0] not in trials]
    return Index(
        sets={key: left for key, bits in known.sets.items() if (left := bits & rest)},
        everyone=known.everyone & rest,
        places=_columns(kept, 3),
        links=_columns(links, 2),
    )


def _columns(rows: list[tuple[Any, ...]], width: int) -> Any:
    return tuple(array("i", (row[at] for row in rows)) for at in range(width))


def _built(index: Index, only: list[int] | None = None) -> Index:
    """The index with what is public of all trials, or of those `only`, added to its sets: two queries."""
    rows: Rows = defaultdict(list)
    _read_trials(rows, index, only)
    _read_parts(rows, index, only)
    for key, ids in rows.items():
        index.sets[key] = index.sets.get(key, 0) | bits_of(ids)
    return index


def _narrow(queryset: Any, path: str, only: list[int] | None) -> Any:
    return queryset.order_by() if only is None else queryset.order_by().filter(**{f"{path}__in": only})


def _read_trials(rows: Rows, index: Index, only: list[int] | None) -> None:
    verdict = Case(
        When(outcome__publication__in=PUBLIC_STATES, then=F("outcome__verdict")), output_field=CharField()
    )
    found = (
        _narrow(Trial.objects.visible_to(ANYONE), "pk", only)
        .annotate(verdict_told=verdict)
        .values_list(
            "pk", "state", "kind", "centre_id", "promoter_id", "promoter__helix", "verdict_told", "trl_in", "trl_out",
            Cast("started_on", TextField()), Cast("sdgs", TextField()),
        )
    )  # fmt: skip
    everyone = []
    trials, organisations = index.links
    for pk, state, kind, centre, firm, helix, told, before, after, started, goals in found.iterator(CHUNK):
        everyone.append(pk)
        rows["state", state].append(pk)
        rows["kind", kind].append(pk)
        rows["centre", str(centre)].append(pk)
        if firm:
            rows["helix", helix].append(pk)
            rows["joined", helix].append(pk)
            trials.append(pk)
            organisations.append(firm)
        if told:
            rows["verdict", told].append(pk)
        if started:
            rows["year", started[:4]].append(pk)
        if before and after:
            rows["gain", str(after - before)].append(pk)
        for goal in goals_of(goals):
            rows["sdg", goal].append(pk)
    index.everyone |= bits_of(everyone)


def _read_parts(rows: Rows, index: Index, only: list[int] | None) -> None:
    """Areas, places and partners of the trials, in one query."""
    number, none = BigIntegerField(), Cast(Value(None), BigIntegerField())
    areas = _narrow(Trial.areas.through.objects.filter(trial__in=public_trials()), "trial", only)
    sites = _narrow(Site.objects.visible_to(ANYONE), "trial", only)
    partners = _narrow(TrialPartner.objects.filter(trial__in=public_trials()), "trial", only)
    words = CharField()
    found = areas.values_list(
        Value("area", words), "trial_id", Cast("area_id", number), none, none, Value("", words)
    ).union(
        sites.values_list(
            Value("territory", words), "trial_id", Cast("territory_id", number),
            Micro("latitude"), Micro("longitude"), "comparison",
        ),
        partners.values_list(
            Value("joined", words), "trial_id", Cast("organisation_id", number), none, none,
            "organisation__helix",
        ),
        all=True,
    )  # fmt: skip
    trials, latitudes, longitudes = index.places
    linked, organisations = index.links
    for part, trial, value, latitude, longitude, text in found.iterator(CHUNK):
        if part == "joined":
            rows["joined", text].append(trial)
            linked.append(trial)
            organisations.append(value)
            continue
        # A place it is compared with is none where it is tried.
        if value and not text:
            rows[part, str(value)].append(trial)
        if part == "territory" and not text and latitude is not None and longitude is not None:
            trials.append(trial)
            latitudes.append(latitude)
            longitudes.append(longitude)
