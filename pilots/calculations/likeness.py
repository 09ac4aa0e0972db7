"""Do two ideas say the same? By their folded titles, their words, and who proposes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

MIN_LETTERS = 4
# From this share of common words on two ideas are called similar; less is enough within one organisation.
SIMILAR = 0.34
SIMILAR_AT_HOME = 0.15


@dataclass(frozen=True)
class Text:
    """What likeness looks at: the id, the folded title, the folded words of the whole, and the organisation."""

    pk: int
    title: str
    words: str
    organisation_id: int | None

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The long words of the title."""
        return long_words(self.title)

    @cached_property
    def all_words(self) -> frozenset[str]:
        """The long words of the whole."""
        return long_words(self.words)


@dataclass(frozen=True)
class Likeness:
    """A candidate, how alike it is (0 to 1), and why it is thought so: same_title, similar_words, same_organisation."""

    pk: int
    share: float
    reasons: tuple[str, ...]


def telling_words(title: str, most: int = 3) -> list[str]:
    """The longest words of a folded title, by which others of its kind are looked for."""
    words = dict.fromkeys(word for word in title.split() if len(word) >= MIN_LETTERS)
    return sorted(words, key=lambda word: (-len(word), word))[:most]


def long_words(text: str) -> frozenset[str]:
    """The words of a folded text that say something by themselves; a number, as in a reference, does not."""
    return frozenset(word for word in text.split() if len(word) >= MIN_LETTERS and not word.isdigit())


def common_share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words two texts have in common (Jaccard index, 0 to 1)."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def likeness(idea: Text, other: Text) -> Likeness | None:
    """How alike `other` is to `idea`; None when nothing but chance joins them."""
    same_title = idea.title == other.title and bool(idea.title)
    at_home = idea.organisation_id is not None and idea.organisation_id == other.organisation_id
    share = max(
        common_share(idea.title_words, other.title_words), common_share(idea.all_words, other.all_words)
    )
    if not same_title and share < (SIMILAR_AT_HOME if at_home else SIMILAR):
        return None
    reasons = ["same_title"] if same_title else ["similar_words"]
    if at_home:
        reasons.append("same_organisation")
    return Likeness(other.pk, 1.0 if same_title else share, tuple(reasons))


def most_alike(idea: Text, others: Sequence[Text], most: int = 3) -> list[Likeness]:
    """The candidates that are alike, the most alike first; same organisation before others."""
    found = [like for other in others if other.pk != idea.pk and (like := likeness(idea, other))]
    return sorted(found, key=lambda like: (-len(like.reasons), -like.share, like.pk))[:most]
