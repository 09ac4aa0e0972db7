"""What does every journey start with? A browser profile for each person, and pictures of what they saw."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from .steps import sign_in

PICTURES = Path(__file__).resolve().parents[2] / "test-results" / "screens"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 900}


@pytest.fixture
def visitor(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`visitor()` is a browser profile of its own; `visitor(user)` one in which that person has signed in.

    `script=False` runs no script; whatever else is given goes to the profile.
    """
    contexts, errors = [], []

    def enter(user: Any = None, *, script: bool = True, **profile: Any) -> Any:
        context = browser.new_context(
            base_url=live_server.url, locale="en-GB", viewport=WIDE, java_script_enabled=script, **profile
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if user is not None:
            page.goto("/accounts/login/")
            sign_in(page, user.email)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(params=[True, False], ids=["script", "no_script"])
def script(request: Any) -> bool:
    """Whether the browser runs any: the journey is walked both ways."""
    return request.param


@pytest.fixture
def newcomers(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """As `visitor`; a form that comes back with what is to be mended is no error here."""
    contexts, errors = [], []

    def enter(address: str = "") -> Any:
        context = browser.new_context(
            base_url=live_server.url, locale="en-GB", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if address:
            page.goto("/accounts/login/")
            sign_in(page, address)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def picture(request: Any) -> Callable[..., None]:
    """`picture(page)` keeps what is seen, wide and at 320 px, under the name of the journey."""
    taken: list[Path] = []

    def take(page: Any) -> None:
        name = re.sub(r"^test_|\]", "", request.node.name).replace("[", "-")
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            # The bar stays at the top of what is seen: of a whole page that is only right when it is not scrolled.
            page.locator("html").evaluate("root => root.scrollIntoView()")
            path = PICTURES / f"{name}-{len(taken) // 2 + 1}-{size['width']}.png"
            page.screenshot(path=path, full_page=True)
            taken.append(path)
            over = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
            assert over <= 0, f"{page.url} scrolls {over} px sideways at {size['width']}"
            bar = page.locator("header.bar")
            if size is WIDE and bar.count():
                assert bar.bounding_box()["height"] < 80, f"the head of {page.url} fell to pieces"

    return take


@pytest.fixture(autouse=True)
def _empty_cache(live_server: Any) -> Iterator[None]:
    """What one journey cached is not the next one's."""
    yield
    cache.clear()
