"""Which ideas say the same as these? Asked for a whole page of a list at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cic.core.search import fold
from pilots.calculations.likeness import Text, most_alike, telling_words
from pilots.choices import IdeaState

from .ideas import Idea

# More candidates than this are not read: what is that common is no duplicate.
MOST_CANDIDATES = 400
COLUMNS = ("pk", "reference", "title", "state", "problem", "proposal", "organisation_id")


@dataclass(frozen=True)
class Duplicate:
    """A likely duplicate, and why it is thought so: same_title, similar_words, same_organisation."""

    pk: int
    reference: str
    title: str
    state: str
    reasons: tuple[str, ...]


def likely_duplicates(ideas: Sequence[Idea], user: Any, most: int = 3) -> dict[int, list[Duplicate]]:
    """For each idea those that `user` may read and that are alike, the most alike first: one query for all."""
    seen = Idea.objects.visible_to(user).exclude(state__in=[IdeaState.DRAFT, IdeaState.MERGED]).order_by()
    parts = [seen.filter(_at_home(ideas))]
    for idea in ideas:
        words = telling_words(fold(idea.title), most=2)
        if words:
            parts.append(seen.search(" ".join(words)))
    found = parts[0].values_list(*COLUMNS).union(*[part.values_list(*COLUMNS) for part in parts[1:]])
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found[:MOST_CANDIDATES]]
    by_pk = {row["pk"]: row for row in rows}
    texts = [_text(**row) for row in rows]
    return {
        idea.pk: [
            Duplicate(
                like.pk,
                by_pk[like.pk]["reference"],
                by_pk[like.pk]["title"],
                by_pk[like.pk]["state"],
                like.reasons,
            )
            for like in most_alike(_text(**{name: getattr(idea, name) for name in COLUMNS}), texts, most)
        ]
        for idea in ideas
    }


def _at_home(ideas: Sequence[Idea]) -> Q:
    """Ideas of the same organisations."""
    return Q(organisation_id__in={idea.organisation_id for idea in ideas if idea.organisation_id is not None})


def _text(
    *, pk: int, title: str, problem: str, proposal: str, organisation_id: int | None, **rest: Any
) -> Text:
    return Text(pk, fold(title), fold(f"{title} {problem} {proposal}"), organisation_id)
