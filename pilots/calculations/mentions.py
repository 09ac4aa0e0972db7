"""Whom does a text name by an “@”? Only people who are offered: nobody else can be named."""

from collections.abc import Mapping


def mentioned(text: str, names: Mapping[int, str]) -> set[int]:
    """The ids of those whose name stands in `text` after an “@”; the longest name at a place counts.

    Two people of the same name are both meant: a text cannot tell them apart.
    """
    folded = text.casefold()
    by_name: dict[str, set[int]] = {}
    for pk, name in names.items():
        if name.strip():
            by_name.setdefault(name.strip().casefold(), set()).add(pk)
    longest_first = sorted(by_name, key=len, reverse=True)
    found: set[int] = set()
    place = folded.find("@")
    while place != -1:
        rest = folded[place + 1 :]
        for name in longest_first:
            if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
                found |= by_name[name]
                break
        place = folded.find("@", place + 1)
    return found
