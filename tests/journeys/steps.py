"""What does a person do with a page: press, follow, move, fill in?"""

import re
from typing import Any

from tests.factories.partners import PASSWORD


def send(page: Any, button: str) -> None:
    """Press a button of the main form, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()


def follow(page: Any, link: str) -> None:
    """Follow a link of the page itself, named with or without a reference before, and wait for where it leads."""
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=re.compile(rf"(^|\s){re.escape(link)}$")).first.click()


def move(page: Any, name: str, **filled: str) -> None:
    """Take a move that the page offers: open it, fill in what it asks, confirm."""
    with page.expect_navigation():
        page.locator(f"main a[data-move={name}]").click()
    fill(page, **filled)
    with page.expect_navigation():
        page.locator("main form.form .form-end button[type=submit]").click()


def fill(page: Any, **filled: str) -> None:
    """Fill in fields by their names; a choice by its value."""
    for name, value in filled.items():
        field = page.locator(f"main form.form [name={name}]")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"main form.form [name={name}][value='{value}']").check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def offered(page: Any) -> list[str]:
    """The moves that the page offers as buttons."""
    return page.locator("main a[data-move]").evaluate_all("links => links.map(link => link.dataset.move)")


def sign_in(page: Any, address: str) -> None:
    """Sign in on the page that asks for it."""
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    send(page, "Sign in")
