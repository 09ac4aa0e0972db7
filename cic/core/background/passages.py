"""How does a mail know which of its passages are in another language than the rest?

A passage stands between marks while the template is filled in: a mail is text until it is made into HTML, and a filter
may cut a passage short. Marks that lost their other half are taken out.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cic.core.models.translations import Said

# Where the languages of the texts of a context stand in it, by name.
LANGUAGES = "languages_of"
BEGIN, SAYS, END = "\ue001", "\ue002", "\ue003"
PASSAGE = re.compile(f"{BEGIN}([A-Za-z-]+){SAYS}([^{BEGIN}{SAYS}{END}]*){END}")
MARKS = re.compile(f"{BEGIN}[A-Za-z-]*{SAYS}?|[{SAYS}{END}]")


def with_languages(context: dict[str, Any]) -> dict[str, Any]:
    """`context` with the languages of its texts beside it, as far as they know them: what is stored forgets."""
    known = {
        name: value.language for name, value in context.items() if isinstance(value, Said) and value.language
    }
    return {**context, LANGUAGES: known} if known else context


def knowing(context: Mapping[str, Any]) -> dict[str, Any]:
    """A stored context whose texts know their languages again."""
    languages = context.get(LANGUAGES, {})
    return {
        name: Said.of(value, languages[name]) if name in languages and isinstance(value, str) else value
        for name, value in context.items()
        if name != LANGUAGES
    }


def marked(text: str, language: str, between: str) -> str:
    """`text` between marks, line by line (`between` ends a line), where its language is not the one in use."""
    if not language or language == get_language():
        return text
    lines = text.split(between)
    return between.join(f"{BEGIN}{language}{SAYS}{line}{END}" if line.strip() else line for line in lines)


def without_marks(text: str) -> str:
    """The words alone."""
    return MARKS.sub("", text)


def in_elements(line: str) -> SafeString:
    """A line for a page, each passage in an element of its language."""
    pieces, at = [], 0
    for found in PASSAGE.finditer(line):
        pieces.append(escape(without_marks(line[at : found.start()])))
        pieces.append(format_html('<span lang="{}">{}</span>', found[1], found[2]))
        at = found.end()
    pieces.append(escape(without_marks(line[at:])))
    return mark_safe("".join(pieces))  # noqa: S308 (each piece is escaped above)
