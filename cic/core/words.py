"""How many words has a text? One definition, the same in the browser (cic/static/js) and here."""

import re
import unicodedata
from collections.abc import Mapping

# Named one by one, because languages differ in what they call a space; the same ones stand in cic/static/js/words.js.
# Controls that no text keeps (cic.core.texts) part nothing, so a word counts the same before and after cleaning.
SPACES = re.compile("[\t\n\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def count_words(text: str) -> int:
    """The tokens between white space that hold a letter or a digit: “state-of-the-art” is one, “–” is none."""
    return sum(any(unicodedata.category(sign)[0] in "LN" for sign in token) for token in SPACES.split(text))


def too_long(texts: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Field name to (words, limit), for each text that has more words than its limit."""
    counted = {name: count_words(texts.get(name) or "") for name in limits}
    return {name: (words, limits[name]) for name, words in counted.items() if words > limits[name]}
