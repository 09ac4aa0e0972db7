"""Which ideas say the same as these? Asked for a whole page of a list at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from cic.core.search import fold
from pilots.calculations.likeness import Text, most_alike, telling_words
from pilots.choices import IdeaState

from .ideas import Idea

# More candidates than this for one idea are not read: what is that common is no duplicate.
SAME_TITLE, SAME_WORDS, SAME_HOME = 10, 30, 60
GONE = (IdeaState.DRAFT, IdeaState.MERGED, IdeaState.SPLIT)
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
    seen = Idea.objects.visible_to(user).exclude(state__in=GONE).order_by()
    candidates = Q(pk__in=seen.filter(organisation_id__in=_homes(ideas)).values("pk")[:SAME_HOME])
    for idea in ideas:
        candidates |= _of_title(seen, fold(idea.title))
    rows = list(Idea.objects.filter(candidates).order_by().values(*COLUMNS))
    texts = [_text(**row) for row in rows]
    return {
        idea.pk: _found(_text(**{name: getattr(idea, name) for name in COLUMNS}), texts, rows, most)
        for idea in ideas
    }


def public_likes(title: str, *more: str, but: int = 0, most: int = 3) -> list[Duplicate]:
    """Public ideas that are like what somebody is writing, whatever else the writer may read: one query.

    What is not public is not looked at, so that writing somebody's title does not tell that it is there.
    """
    words = fold(title)
    if not words:
        return []
    seen = Idea.objects.visible_to(AnonymousUser()).exclude(pk=but).order_by()
    rows = list(Idea.objects.filter(_of_title(seen, words)).order_by().values(*COLUMNS))
    written = Text(but, words, fold(" ".join((title, *more))), None)
    return _found(written, [_text(**row) for row in rows], rows, most)


def _of_title(seen: Any, title: str) -> Q:
    """Candidates by a folded title and by its longest words, among the `seen` ones."""
    found = Q(pk__in=[])
    for words, most_rows in ((title, SAME_TITLE), (" ".join(telling_words(title, most=2)), SAME_WORDS)):
        if words:
            # Each with its own limit, so that one idea of common words does not crowd out the others.
            found |= Q(pk__in=seen.holding(words).values("pk")[:most_rows])
    return found


def _found(idea: Text, texts: Sequence[Text], rows: Sequence[Any], most: int) -> list[Duplicate]:
    by_pk = {row["pk"]: row for row in rows}
    likes = [(like, by_pk[like.pk]) for like in most_alike(idea, texts, most)]
    return [
        Duplicate(like.pk, row["reference"], row["title"], row["state"], like.reasons) for like, row in likes
    ]


def _homes(ideas: Sequence[Idea]) -> set[int]:
    """The organisations that propose them."""
    return {idea.organisation_id for idea in ideas if idea.organisation_id is not None}


def _text(*, pk: int, title: str, search_text: str, organisation_id: int | None, **rest: Any) -> Text:
    # The words an idea is found by are folded already.
    return Text(pk, fold(title), search_text, organisation_id)
