"""What is said about a record, as every public page shows it beneath: `{% discussion trial %}`."""

from typing import Any

import nh3
from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaks
from django.urls import reverse
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from community.choices import OFF
from community.models.threads import threads_about

register = template.Library()
THREADS_ON_A_PAGE = 5


@register.filter
def said(text: Any) -> SafeString:
    """What a stranger typed: paragraphs, line breaks and links to the web that no search engine follows."""
    html = linebreaks(urlize(str(text), autoescape=True), autoescape=False)
    clean = nh3.clean(
        html,
        tags={"p", "br", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="ugc nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308  nh3 made it


@register.inclusion_tag("community/_discussion.html")
def discussion(obj: Any) -> dict[str, Any]:
    """The latest threads about `obj`, as anybody may read them, and the way to the rest and to say something."""
    found = threads_about(obj, THREADS_ON_A_PAGE)
    return {
        "threads": found.threads,
        "comment_count": found.comment_count,
        "takes_comments": settings.COMMENTS != OFF,
        "write_url": reverse("comment_write", args=[obj.reference]),
        "all_url": reverse("discussion", args=[obj.reference])
        if found.thread_count > THREADS_ON_A_PAGE
        else "",
    }
