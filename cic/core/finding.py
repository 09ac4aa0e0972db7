"""What, of every noun, holds these words and may be opened by this reader?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, F, Q, Subquery, Value
from django.db.models.functions import Left

from . import opensearch
from .indexing import searchable_models
from .models import Referenced
from .search import MAX_QUERY_LENGTH, asked_for, query_words

# As people write it: “P-2026-014”, “p 2026 14”, “P2026-014”.
_REFERENCE = re.compile(r"\s*([A-Za-z]{1,4})[\s\-–/.]?([0-9]{4})[\s\-–/.]([0-9]{1,9})\s*")


# What has no title is called by its first words.
TITLE_LENGTH = 160


@dataclass(frozen=True)
class Found:
    """One record that holds the words."""

    pk: int
    reference: str
    title: str


@dataclass
class Group:
    """The records of one noun that hold the words, newest first: the first few, and how many there are."""

    model: Any
    total: int = 0
    rows: list[Found] = field(default_factory=list)


def find(text: str, user: Any, *, each: int, nouns: Iterable[Any] | None = None) -> list[Group]:
    """At most `each` records of every noun, and the number of all: one query, however many nouns there are.

    Only what `user` may open is found or counted. Takes any input.
    """
    offered = searchable_models() if nouns is None else nouns
    chosen = [model for model in offered if model.FOUND_EVERYWHERE]
    if not chosen or not query_words(text):
        return []
    words, prefix = asked_for(text)
    told = opensearch.hits(words, chosen, prefix=prefix)
    parts = [
        _part(number, model, _matching(model, text, user, told), each) for number, model in enumerate(chosen)
    ]
    groups: dict[int, Group] = {}
    for number, total, pk, reference, title in parts[0].union(*parts[1:], all=True):
        group = groups.setdefault(number, Group(chosen[number], total))
        group.rows.append(Found(pk, reference, _shortened(title, group.model)))
    for group in groups.values():
        group.rows.sort(key=lambda row: -row.pk)
    return [groups[number] for number in sorted(groups)]


def _matching(model: Any, text: str, user: Any, told: Mapping[Any, list[int]] | None) -> Any:
    rows = model.objects.sought_by(user)
    return rows.holding(text[:MAX_QUERY_LENGTH]) if told is None else rows.among(told[model])


def _part(number: int, model: Any, matching: Any, each: int) -> Any:
    matching = matching.order_by()
    # No database counts beside a limit, so the number is a question of its own within the same query.
    count = matching.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    # Nor does SQLite take a limit inside of a union: it stands one level deeper.
    first = matching.order_by("-pk").values("pk")[:each]
    columns = {
        "found_noun": Value(number, models.IntegerField()),
        "found_total": Subquery(count, models.IntegerField()),
        "found_pk": F("pk"),
        "found_reference": _reference(model),
        "found_title": Left(model.SORTED_BY, TITLE_LENGTH + 1) if _is_text(model) else F(model.SORTED_BY),
    }
    return model._base_manager.filter(pk__in=first).order_by().annotate(**columns).values_list(*columns)


def _reference(model: Any) -> Any:
    path = "reference" if issubclass(model, Referenced) else model.SHOWN_BY
    if not path:
        return Value("", models.CharField())
    return F(path) if isinstance(path, str) else path


def _is_text(model: Any) -> bool:
    return isinstance(model._meta.get_field(model.SORTED_BY), models.TextField)


def _shortened(title: str, model: Any) -> str:
    """The first words of what has no title, in one line."""
    if not _is_text(model):
        return title
    line = " ".join(title[:TITLE_LENGTH].split())
    return line if len(title) <= TITLE_LENGTH else f"{line.rsplit(' ', 1)[0]} …"


def reference_in(text: str) -> str:
    """The reference that `text` is, as it is stored; empty when it is something else."""
    match = _REFERENCE.fullmatch(text[:MAX_QUERY_LENGTH])
    if match is None:
        return ""
    return f"{match[1].upper()}-{match[2]}-{int(match[3]):03d}"


def referred_to(text: str, user: Any) -> Any:
    """The record that goes by the reference `text`, if `user` may read it; else None."""
    reference = reference_in(text)
    prefix = reference.split("-")[0]
    for model in _referenced():
        if reference and prefix == model.REFERENCE_PREFIX:
            return model.objects.visible_to(user).filter(Q(reference=reference)).first()
    return None


def _referenced() -> Sequence[Any]:
    return [model for model in apps.get_models() if issubclass(model, Referenced)]
