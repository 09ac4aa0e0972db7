"""Which goals and parts does the text of a capsule hold, and which of them is somebody done with?"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_HEADING = re.compile(r"^##[ \t]+(\S.*)$")


@dataclass(frozen=True)
class Part:
    """One part of a capsule: its number from 1, its title, its text."""

    number: int
    title: str
    text: str


def goals_of(text: str) -> list[str]:
    """The goals, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def parts_of(text: str) -> list[Part]:
    """The parts of a text: each begins with a line such as `## Why at night`. What stands before the first has no title."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            found.append((heading[1].strip(), []))
        else:
            found[-1][1].append(line)
    told = [(title, "\n".join(lines).strip()) for title, lines in found]
    kept = [(title, body) for title, body in told if title or body]
    return [Part(number, title, body) for number, (title, body) in enumerate(kept, 1)]


def still_open(count: int, done: Collection[int]) -> list[int]:
    """The numbers from 1 to `count` that are not among `done`."""
    return [number for number in range(1, count + 1) if number not in done]


def with_number(done: Iterable[int], number: int) -> list[int]:
    """`done` with `number`, in order, each once."""
    return sorted({*done, number})


def share_done_pct(count: int, done: Collection[int]) -> int:
    """How much of `count` parts is done, rounded down: 100 only when nothing is missing. Units: percent."""
    return 100 * (count - len(still_open(count, done))) // count if count else 0
