"""Which public pages are there? Every live page of a language, and one record of each kind beneath those that show records."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from django.test import Client
from wagtail.models import Page

LINK = re.compile(r'(?:href|action|hx-get)="([^"]+)"')


def links(text: str) -> Iterator[str]:
    """The addresses of this site that a page leads to, without what follows a question mark."""
    for found in LINK.findall(text):
        parts = urlsplit(unescape(found))
        if not parts.netloc and parts.path.startswith("/"):
            yield parts.path


def public_pages(language: str) -> list[str]:
    """Every live page of a language, one record of each kind beneath the pages that show records, and the open data."""
    client = Client()
    paths = [f"/{language}/data/", f"/{language}/data/pilots/"]
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code=language):
        path = urlsplit(page.get_url()).path
        paths.append(path)
        beneath = sorted(
            {
                linked
                for linked in links(client.get(path).content.decode())
                if linked.startswith(path) and linked != path and page.depth > 2
            }
        )
        kinds = {linked.removeprefix(path).split("-")[0]: linked for linked in beneath}
        paths += kinds.values()
        if "P" in kinds:
            paths.append(f"/embed/{language}/pilots/{kinds['P'].removeprefix(path)}")
    return list(dict.fromkeys(paths))
