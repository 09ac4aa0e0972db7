"""What does a piece of foreign HTML say, without anything in it that acts?"""

import re
from html.parser import HTMLParser

import nh3

TAGS = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "a", "h2", "h3", "h4", "blockquote"})
_BLOCKS = frozenset({"p", "ul", "ol", "h2", "h3", "h4", "blockquote"})


def clean_html(html: str) -> str:
    """`html` reduced to paragraphs, lists, emphasis and http(s) or mail links."""
    return nh3.clean(
        html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self.address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self.address:
            shown = "".join(self.parts[-1:])
            if self.address not in shown:
                self.parts.append(f" ({self.address})")
            self.address = ""

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text(html: str) -> str:
    """`html` as text: paragraphs apart, list items with a dash, a link's address behind its words."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    text = "".join(parser.parts).replace("\u00a0", " ").replace("\r", "")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", text)).strip()
