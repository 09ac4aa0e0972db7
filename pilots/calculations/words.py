"""How many words has a text? One definition, the same in the browser (cic/static/js) and here."""

import unicodedata
from collections.abc import Mapping


def count_words(text: str) -> int:
    """The tokens between white space that hold a letter or a digit: “state-of-the-art” is one, “–” is none."""
    return sum(any(unicodedata.category(sign)[0] in "LN" for sign in token) for token in text.split())


def too_long(texts: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Field name to (words, limit), for each text that has more words than its limit."""
    counted = {name: count_words(texts.get(name) or "") for name in limits}
    return {name: (words, limits[name]) for name, words in counted.items() if words > limits[name]}
