"""What do public templates say besides what every template can?"""

import re
from html import unescape
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe

from cms.facts.following import record_links, search_links

register = template.Library()
BREAK = mark_safe("<br>")
_END = re.compile(r"</(?:p|li|h[1-6])>|<(?:br|hr)\s*/?>")
_MARK = re.compile(r"^\s*(?:[-•*·]|\d+[.)])\s+")


@register.inclusion_tag("cms/_follow.html")
def follow(record: Any) -> dict[str, Any]:
    """How to hear of what becomes of a public record: by mail, by feed."""
    return record_links(record)


@register.inclusion_tag("cms/_follow.html")
def follow_search(request: Any, near: Any = None) -> dict[str, Any]:
    """How to hear of new pilots that fit the filters of this address, `near` the place that it names."""
    return search_links(request.GET, near)


@register.inclusion_tag("cms/_alternates.html")
def alternates(record: Any) -> dict[str, Any]:
    """The feeds of a record, for the head of its page."""
    return record_links(record)


@register.simple_tag(takes_context=True)
def body(context: Any, page: Any) -> SafeString:
    """The blocks of a page; those that nobody has said in its language yet are marked with their own."""
    around, foreign = context.flatten(), page.foreign
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<div lang="{}">{}</div>', foreign[f"body.{block.id}"], block.render(around))
                if f"body.{block.id}" in foreign
                else block.render(around),
            )
            for block in page.body
        ),
    )


@register.filter
def told(markup: str) -> str:
    """A formatted text in plain words, its paragraphs, headings and entries of lists apart."""
    return unescape(strip_tags(_END.sub("\n\n", markup))).strip()


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
