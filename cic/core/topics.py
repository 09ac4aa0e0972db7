"""Of which topic is an event, and may a person do without its mails?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Topic:
    """Kinds of event that somebody wants to hear of in the same way.

    `kinds`: what the kinds begin with. `compulsory`: mails that nobody can do without, such as the notice of a decision.
    `is_digest`: one mail about many things, which comes or does not.
    """

    label: Any
    kinds: tuple[str, ...]
    compulsory: bool = False
    is_digest: bool = False


TOPICS: dict[str, Topic] = {}


def register_topics(topics: Mapping[str, Topic]) -> None:
    """Add a room's topics."""
    TOPICS.update(topics)


def topic_of(kind: str) -> str:
    """The topic of a kind of event; the longest beginning wins. Empty where no room has one: nobody can do without it."""
    matches = [
        (len(begin), key) for key, topic in TOPICS.items() for begin in topic.kinds if kind.startswith(begin)
    ]
    return max(matches)[1] if matches else ""


def is_compulsory(topic: str) -> bool:
    """Whether nobody can do without the mails of a topic."""
    return topic not in TOPICS or TOPICS[topic].compulsory
