"""Which links has an editor written, where do they lead, and which pages has nobody touched for a year?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.utils import timezone, translation
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from cic.core.webhooks.sending import manager
from cms.choices import LinkFault
from cms.frame import absolute

STALE = timedelta(days=365)
# What other sites answer to programs although a reader would be served.
HUMANS_ONLY = (401, 403, 405, 406, 429, 451, 999)
AGENT = "CIC-links/1"


@dataclass(frozen=True)
class Link:
    """A link as it stands in a page; no address where its target was deleted."""

    address: str
    words: str


def markup_of(page: Any) -> str:
    """What an editor wrote in a page, as HTML; blocks that read the tracker write their own links."""
    from cms.blocks import LiveBlock

    parts = []
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            parts.append(expand_db_html(getattr(page, field.name) or ""))
        elif isinstance(field, StreamField):
            stream = getattr(page, field.name)
            parts += [str(child.render()) for child in stream if not isinstance(child.block, LiveBlock)]
    return "\n".join(parts)


def links_of(markup: str) -> Iterator[Link]:
    """Every link once, in the order of the text."""
    seen = set()
    for tag in BeautifulSoup(markup, "html.parser").find_all("a"):
        link = Link(str(tag.get("href") or ""), tag.get_text(" ", strip=True)[:200])
        if link not in seen:
            seen.add(link)
            yield link


def fault_of(link: Link, page: Any, markup: str, answers: dict[str, str]) -> str:
    """Why a link leads nowhere; empty when it leads somewhere. `answers` keeps what addresses said before."""
    if not link.address:
        return LinkFault.GONE
    if link.address.startswith("#"):
        places = {tag["id"] for tag in BeautifulSoup(markup, "html.parser").find_all(id=True)}
        return "" if link.address[1:] in places | {"main"} else LinkFault.ANCHOR
    whole = urljoin(absolute(page.get_url() or "/"), link.address)
    parts = urlsplit(whole)
    if parts.scheme not in ("http", "https"):
        return ""
    whole = parts._replace(fragment="").geturl()
    if whole not in answers:
        ours = urlsplit(settings.BASE_URL)
        here = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
        answers[whole] = own_fault(parts.path, parts.query) if here else foreign_fault(whole)
    return answers[whole]


def own_fault(path: str, query: str) -> str:
    """Why a stranger would not be served at this address of ours: the site is asked as a browser would ask it."""
    base = urlsplit(settings.BASE_URL)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": base.hostname,
            "SERVER_PORT": str(base.port or (443 if base.scheme == "https" else 80)), "HTTP_HOST": base.netloc,
            "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": base.scheme,
            "wsgi.input": BytesIO(),
        }
    )  # fmt: skip
    handler = BaseHandler()
    handler.load_middleware()
    with translation.override(translation.get_language()):
        response = handler.get_response(request)
    for close in response._resource_closers:
        close()
    if response.status_code in (301, 302) and response["Location"].startswith("/accounts/login/"):
        return LinkFault.CLOSED
    return LinkFault.MISSING if response.status_code >= 400 else ""


def foreign_fault(address: str) -> str:
    """Why another site would not serve it; asked only where the installation allows it."""
    if not settings.LINKS_CHECK_EXTERNAL:
        return ""
    try:
        with manager(AGENT).get_session() as session:
            answer = session.get(address, stream=True)
            answer.close()
    except (requests.RequestException, OSError, UnicodeError, ValueError):
        return LinkFault.REFUSED
    return LinkFault.REFUSED if answer.status_code >= 400 and answer.status_code not in HUMANS_ONLY else ""


def written_pages() -> Any:
    """Public pages that say something of their own."""
    return Page.objects.live().filter(depth__gte=2).exclude(content_type__model="searchpage")


def stale_pages() -> Any:
    """Public pages that nobody has published anew for a year, the oldest first."""
    return (
        written_pages()
        .filter(last_published_at__lt=timezone.now() - STALE)
        .order_by("last_published_at", "pk")
    )
