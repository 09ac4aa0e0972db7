"""Which stories does a reader find: those in their language, and those that nobody has put into it yet?"""

from typing import Any

from django.apps import apps
from django.utils.translation import get_language

from cms.context import address_of
from cms.frame import Frame, absolute, unclosed

from . import ROWS_PER_PAGE, page_number
from .described import publisher
from .lists import each_once

KIND = "newspage"


def in_reach(frame: Frame) -> Any:
    """Stories on pages of news that anybody may read, newest first; a story is a page, of the room above."""
    open_roots = [node.path for node in frame.nodes if node.kind == KIND and not node.closed]
    live = unclosed(apps.get_model("cms", "StoryPage").objects.live())
    here = live.none()
    for path in open_roots:
        here |= live.filter(path__startswith=path)
    return each_once(here, frame.language).order_by("-told_on", "-pk")


def cards(pages: Any, frame: Frame) -> list[dict[str, Any]]:
    """What a card of each story shows; its picture is read with it."""
    rows = pages.select_related("locale", "picture").defer_streamfields()
    return [
        {
            "title": page.told("title", page.locale.language_code),
            "text": page.told("lead", page.locale.language_code),
            "url": address_of(page.url_path, page.locale.language_code, frame),
            "language": page.locale.language_code,
            "told_on": page.told_on,
            "at": page.first_published_at,
            "picture": page.picture,
        }
        for page in rows
    ]


def listed(frame: Frame, page: str) -> dict[str, Any]:
    """All stories, one page of them."""
    number = page_number(page)
    start = (number - 1) * ROWS_PER_PAGE
    rows = cards(in_reach(frame)[start : start + ROWS_PER_PAGE + 1], frame)
    here = frame.address(KIND)
    return {
        "stories": rows[:ROWS_PER_PAGE],
        "previous_url": f"{here}?page={number - 1}" if number > 1 else "",
        "next_url": f"{here}?page={number + 1}" if len(rows) > ROWS_PER_PAGE else "",
    }


def shared(story: Any) -> dict[str, Any]:
    """Its own picture as the one that goes with it when it is shared; nothing for a story without one."""
    if story.picture is None:
        return {}
    picture = story.picture.get_rendition("fill-1200x630|format-jpeg|jpegquality-75")
    return {
        "share_url": absolute(picture.url),
        "share_size": (picture.width, picture.height),
        "share_alt": story.picture_description,
    }


def described(story: Any, url: str) -> dict[str, Any]:
    """The story for machines that read schema.org."""
    return {
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.lead,
        "url": url,
        "datePublished": story.told_on.isoformat(),
        "dateModified": story.last_published_at.isoformat() if story.last_published_at else "",
        "publisher": publisher(),
        "inLanguage": get_language(),
        "isAccessibleForFree": True,
    }
