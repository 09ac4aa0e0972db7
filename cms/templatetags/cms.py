"""What do public templates say besides what every template can?"""

import re
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cms.facts.following import record_links, search_links

register = template.Library()
BREAK = mark_safe("<br>")
_MARK = re.compile(r"^\s*(?:[-•*·]|\d+[.)])\s+")


@register.inclusion_tag("cms/_follow.html")
def follow(record: Any) -> dict[str, Any]:
    """How to hear of what becomes of a public record: by mail, by feed."""
    return record_links(record)


@register.inclusion_tag("cms/_follow.html")
def follow_search(request: Any) -> dict[str, Any]:
    """How to hear of new pilots that fit the filters of this address."""
    return search_links(request.GET)


@register.inclusion_tag("cms/_alternates.html")
def alternates(record: Any) -> dict[str, Any]:
    """The feeds of a record, for the head of its page."""
    return record_links(record)


@register.filter
def prose(text: Any) -> SafeString:
    """A plain text as paragraphs and lists: an empty line parts, a dash or bullet at the start of a line lists."""
    return format_html_join(
        "\n", "{}", ((_part(part),) for part in re.split(r"\n\s*\n", str(text or "").strip()) if part.strip())
    )


def _part(part: str) -> SafeString:
    lines = [line.strip() for line in part.strip().split("\n")]
    if len(lines) > 1 and not _MARK.match(lines[0]) and all(_MARK.match(line) for line in lines[1:]):
        return format_html("<p>{}</p>{}", lines[0], _listed(lines[1:]))
    if all(_MARK.match(line) for line in lines):
        return _listed(lines)
    return format_html("<p>{}</p>", format_html_join(BREAK, "{}", ((line,) for line in lines)))


def _listed(lines: list[str]) -> SafeString:
    return format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_MARK.sub("", line),) for line in lines))
    )
