"""What may a text hold? Letters, marks and line breaks; no control or direction-switching characters."""

import re
import unicodedata
from typing import Any

# C0 and C1 controls but tab and newline; bidirectional overrides and isolates; zero-width space, word joiner, BOM.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def without_controls(value: str) -> str:
    """`value` without the signs that nobody sees and that turn the direction of others; else as it is."""
    return _FORBIDDEN.sub("", value)


def clean_text(value: str, *, multiline: bool) -> str:
    """`value` in NFC, without forbidden characters; one line unless `multiline`."""
    value = _LONE_SURROGATE.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    value = without_controls(unicodedata.normalize("NFC", value))
    if multiline:
        return value.strip()
    return re.sub(r"\s+", " ", value).strip()


def evaluated(words: Any) -> str:
    """`words` now, where they were to be translated later; the text of a record keeps its language."""
    return words if isinstance(words, str) else str(words)
