"""Which parts of a session sheet are missing, too long, or left over?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cic.core.words import count_words
from events.choices import LimitKind


@dataclass(frozen=True)
class Section:
    """One part of a template as its sheet is checked: `max_words` None is without limit."""

    key: str
    title: str
    required: bool = False
    max_words: int | None = None
    limit_kind: str = LimitKind.SOFT


@dataclass(frozen=True)
class Lack:
    """What stands between a sheet and its submission: "missing" or "too_long"."""

    code: str
    title: str
    words: int = 0
    max_words: int = 0


def lacks_of(sections: Iterable[Section], texts: Mapping[str, str]) -> list[Lack]:
    """What holds a sheet back: required parts without a word, and parts over a hard limit."""
    found = []
    for section in sections:
        words = count_words(texts.get(section.key) or "")
        if section.required and words == 0:
            found.append(Lack("missing", section.title))
        elif (
            section.limit_kind == LimitKind.HARD
            and section.max_words is not None
            and words > section.max_words
        ):
            found.append(Lack("too_long", section.title, words, section.max_words))
    return found


def is_over(section: Section, text: str) -> bool:
    """Whether a text has more words than its section should, hard or soft."""
    return section.max_words is not None and count_words(text) > section.max_words
