"""How does somebody show a pilot, a case or a chart of ours in a page of their own?"""

from urllib.parse import urlencode

from django.utils.html import escape
from django.utils.translation import get_language

from cms.frame import absolute

# A card with one chart, as it comes out of the box; who embeds it may change both.
WIDTH, HEIGHT = 600, 520


def address(kind: str, name: str, language: str, **query: object) -> str:
    """Where the card of a pilot, a case or a section of the figures is; `query` chooses one of its charts."""
    tail = f"?{urlencode(query)}" if query else ""
    return absolute(f"/embed/{language}/{kind}/{name}/{tail}")


def frame(source: str, title: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The lines that show the card at `source` in any page."""
    return (
        f'<iframe src="{escape(source)}" title="{escape(str(title))}" width="{width}" height="{height}"'
        ' loading="lazy"></iframe>'
    )


def code(kind: str, name: str, title: str, **query: object) -> str:
    """The lines that show a card in the language in use."""
    return frame(address(kind, name, get_language() or "", **query), title)
