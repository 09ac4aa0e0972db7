"""Which ideas say the same as these? Asked for a whole page of a list at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cic.core.search import fold
from pilots.calculations.likeness import Text, most_alike, telling_words
from pilots.choices import IdeaState

from .ideas import Idea

# More candidates than this for one idea are not read: what is that common is no duplicate.
SAME_TITLE, SAME_WORDS, SAME_HOME = 10, 30, 60
COLUMNS = ("pk", "reference", "title", "state", "search_text", "organisation_id")


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
    candidates = Q(pk__in=seen.filter(organisation_id__in=_homes(ideas)).values("pk")[:SAME_HOME])
    for idea in ideas:
        title = fold(idea.title)
        for words, most_rows in ((title, SAME_TITLE), (" ".join(telling_words(title, most=2)), SAME_WORDS)):
            if words:
                # Each with its own limit, so that one idea of common words does not crowd out the others.
                candidates |= Q(pk__in=seen.search(words).values("pk")[:most_rows])
    rows = list(Idea.objects.filter(candidates).order_by().values(*COLUMNS))
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


def _homes(ideas: Sequence[Idea]) -> set[int]:
    """The organisations that propose them."""
    return {idea.organisation_id for idea in ideas if idea.organisation_id is not None}


def _text(*, pk: int, title: str, search_text: str, organisation_id: int | None, **rest: Any) -> Text:
    # The words an idea is found by are folded already.
    return Text(pk, fold(title), search_text, organisation_id)
