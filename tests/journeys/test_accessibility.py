"""Can everybody read and use every page, in each language, on a desk and on a small telephone?"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from wagtail.models import Page

from cic.core.tokens import issue_token
from cic.urls import ROOMS
from partners.models import User
from pilots.management.commands.seed_demo import seed
from pilots.management.demo.cast import address
from pilots.models import Outcome
from tests.factories.cms import case_of, publish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 900}
# A page is measured as it comes to rest, not on its way there.
CALM = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
FACTS = """() => ({
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
})"""
LINK = re.compile(r'(?:href|action|hx-get)="([^"]+)"')
# The first sees most of it; the second what the first may not do.
READERS = ("coordinator", "admin")
MOST_OF_A_KIND = 2
ACCOUNTS = ("account_login", "account_signup", "account_reset_password")
# These answer with a file, a part of a page, or only to a form that is sent.
NOT_PAGES = {
    "board_move",
    "import_report",
    "import_progress",
    "idea_draft",
    "idea_draft_new",
    "idea_likes",
    "committee_pack_file",
    "my_data_ask",
    "my_data_progress",
    "my_data_download",
}


def links(text: str) -> Iterator[str]:
    """The addresses of this site that a page leads to, without what follows a question mark."""
    for found in LINK.findall(text):
        parts = urlsplit(unescape(found))
        if not parts.netloc and parts.path.startswith("/"):
            yield parts.path


def name_of(path: str) -> str:
    """The name of the route that answers an address; empty when none does."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def workspace_routes() -> dict[str, str]:
    """Name → address of each route of the workspace; the address is empty when it needs an argument."""
    routes = {}
    for room in ROOMS:
        for route in room.WORKSPACE:
            text = str(route.pattern)
            routes[route.name] = "" if "<" in text else f"/workspace/{text}"
    return routes


def workspace_pages() -> dict[str, dict[str, str]]:
    """Reader → route name → an address, such that each route is there once, with the first who may see it."""
    routes, found, chosen = workspace_routes(), set(), {}
    for key in READERS:
        client = Client()
        client.force_login(User.objects.get(email=address(key)))
        mine, looked = chosen.setdefault(key, {}), {}
        waiting = [path for path in routes.values() if path]
        seen = set(waiting)
        while waiting:
            path = waiting.pop(0)
            name = name_of(path)
            looked[name] = looked.get(name, 0) + 1
            if name not in routes or looked[name] > MOST_OF_A_KIND:
                continue
            response = client.get(path)
            if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
                continue
            if name not in found and name not in NOT_PAGES:
                found.add(name)
                mine[name] = path
            for linked in links(response.content.decode()):
                if linked not in seen:
                    seen.add(linked)
                    waiting.append(linked)
    return chosen


def public_pages(language: str) -> list[str]:
    """Every live page of a language, and one record of each kind beneath the pages that show records."""
    client, paths = Client(), []
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
    return list(dict.fromkeys(paths))


class Inspector:
    """Looks at pages in one browser and keeps what is wrong with them."""

    def __init__(self, browser: Any, live_server: Any) -> None:
        self.browser, self.live_server = browser, live_server
        self.failures: list[str] = []

    def look(self, paths: list[str], *, language: str, cookies: Any = None, widths: Any = None) -> None:
        """Look at each address: axe in turn at one of `widths`, the rest at 320 pixels."""
        context = self.browser.new_context(
            base_url=self.live_server.url, viewport=WIDE, reduced_motion="reduce"
        )
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, **(cookies or {})}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.live_server.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        here = {"path": ""}
        page.on("console", lambda entry: self.says(here["path"], entry.text, entry.type == "error"))
        page.on("pageerror", lambda error: self.says(here["path"], str(error)))
        for path in paths:
            here["path"] = f"{language} {path}"
            response = page.goto(path, wait_until="load")
            self.says(here["path"], f"answers {response.status}", response.status != 200)
            for width in (WIDE, NARROW):
                page.set_viewport_size(width)
                page.evaluate(CALM)
                if width in (widths or [WIDE]):
                    self.axe(page, f"{here['path']} at {width['width']}")
            facts = page.evaluate(FACTS)
            self.says(here["path"], f"scrolls {facts['over']} px sideways at 320", facts["over"] > 0)
            self.says(here["path"], f"has {facts['headings']} h1", facts["headings"] != 1)
            self.says(here["path"], f"says lang={facts['lang']!r}", facts["lang"] != language)
            page.set_viewport_size(WIDE)
        context.close()

    def axe(self, page: Any, where: str) -> None:
        """Run axe-core and keep what it finds."""
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            nodes = [f"{node['target'][0]} {node['html'][:160]}" for node in violation["nodes"][:3]]
            self.says(where, f"{violation['id']} ×{len(violation['nodes'])}: {' | '.join(nodes)}")

    def says(self, where: str, what: str, wrong: bool = True) -> None:
        """Keep a failure."""
        if wrong:
            self.failures.append(f"{where}: {what}")


def test_each_page_is_accessible_and_fits_a_small_telephone(browser, live_server):
    seed()
    call_command("cms_setup", verbosity=0)
    for outcome, finish in zip(Outcome.objects.filter(publication="public"), (publish, None), strict=False):
        case = case_of(outcome)
        if finish:
            finish(case)
    inspector = Inspector(browser, live_server)

    accounts = [reverse(name) for name in ACCOUNTS]
    for number, (language, _name) in enumerate(settings.LANGUAGES):
        paths = public_pages(language)
        # Two languages are measured wide and two narrow; the longest words scroll sideways first.
        inspector.look([*paths, *accounts], language=language, widths=[(WIDE, NARROW)[number % 2]])

    # Whoever holds no key is not asked whether to revoke it.
    issue_token(actor=User.objects.get(email=address(READERS[0])), name="Sensors", scopes=["read"])
    chosen = workspace_pages()
    for key, pages in chosen.items():
        client, person = Client(), User.objects.get(email=address(key))
        client.force_login(person)
        session = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        inspector.look(list(pages.values()), language=person.language, cookies=session)

    missing = {name for name, path in workspace_routes().items() if path} - set().union(*chosen.values())
    missing -= NOT_PAGES
    assert missing == set()
    assert inspector.failures == []
