"""Who may do what, at every address, by every method? The answers equal the table in matrix.csv.

"yes" means that neither the address nor the caller was the reason of a refusal: the body, empty here, may
still be one, and an operation may refuse what the body names. A new route fails until it is in the table.
`WRITE_MATRIX=new pytest tests/meta/test_matrix.py` adds it, `=all` asks everything anew; read the difference
line by line before it is committed: it is the list of who gained or lost what.
"""

import csv
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from cms.models import CasePage
from tests.core.resource_contract import client_of

from .routes import _walk, address_of, routes, simple
from .world import ROLES, World

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("matrix.csv")
WRITE = os.environ.get("WRITE_MATRIX", "")  # "all", or "new" for the routes that have no answers yet
LOGIN = ("/accounts/login/", "/accounts/reauthenticate/")
JSON = "application/json"


def word_for(response: Any) -> str:
    """An answer in a word: yes, login, no (403), hidden (404), none (405)."""
    code = response.status_code
    assert code < 500, (code, response.content[:300])
    if code == 401 or (code == 302 and response["Location"].startswith(LOGIN)):
        return "login"
    return {403: "no", 404: "hidden", 405: "none"}.get(code, "yes")


def ask(client: Client, method: str, address: str) -> Any:
    """Ask, and undo whatever came of it."""
    with transaction.atomic():
        mark = transaction.savepoint()
        body = {"content_type": JSON, "data": "{}"} if address.startswith("/api/") and method != "GET" else {}
        response = client.generic(method, address, **body, headers={"if-match": "*"})
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.savepoint_rollback(mark)
    return response


def answers_of(
    role: str, world: World, known: Collection[tuple[str, str]] = ()
) -> dict[tuple[str, str], str]:
    """What each route that is not `known` answers to `role`. HEAD answers as GET does."""
    client = client_of(world.users[role])
    session = client.session.session_key if world.users[role] else None
    found = {}
    for route in routes():
        if (route.method, route.shown) in known:
            continue
        if session is not None:
            client.cookies["session"] = session
        address = address_of(route, world)
        try:
            found[route.method, route.shown] = word_for(ask(client, route.method, address))
        except Exception as error:
            raise AssertionError(f"{role}: {route.method} {address}: {error!r}") from error
    return found


def table() -> dict[tuple[str, str], dict[str, str]]:
    """The checked-in table."""
    with TABLE.open(newline="") as file:
        return {(row["method"], row["route"]): row for row in csv.DictReader(file)}


def write_column(role: str, world: World) -> None:
    """Put the answers to one role into the table; addresses that are gone leave it."""
    rows = table() if TABLE.exists() else {}
    kept = {key: row for key, row in rows.items() if WRITE == "new" and row.get(role)}
    found = {key: row[role] for key, row in kept.items()} | answers_of(role, world, kept)
    there = sorted({(route.method, route.shown) for route in routes()}, key=lambda key: (key[1], key[0]))
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["method", "route", *ROLES], lineterminator="\n", restval="")
        writer.writeheader()
        for method, route in there:
            old = rows.get((method, route), {})
            writer.writerow({**old, "method": method, "route": route, role: found[method, route]})


def test_a06_every_route_is_in_the_table():
    assert {(route.method, route.shown) for route in routes()} == set(table())


def test_a06_every_operation_of_the_api_document_is_a_route(client):
    document = client.get("/api/v1/schema/?format=json").json()
    described = {
        (method.upper(), simple(path.replace("{id}", "<pk>").replace("{", "<").replace("}", ">")))
        for path, methods in document["paths"].items()
        for method in methods
    }
    known = {(route.method, route.template) for route in routes() if route.template.startswith("/api/v1/")}
    about = ("/api/v1/", "/api/v1/schema/", "/api/v1/docs/")

    assert described == {(method, template) for method, template in known if template not in about}


@pytest.mark.parametrize("role", ROLES)
def test_a06_answers_equal_the_table(role, world):
    if WRITE:
        write_column(role, world)
        return
    found = answers_of(role, world)
    expected = {key: row[role] for key, row in table().items()}

    assert {key: word for key, word in found.items() if expected.get(key) != word} == {}


def test_a11_a_page_makes_no_move_that_the_api_refuses():
    rows = table()
    apart = [
        (route, role)
        for (method, route), row in rows.items()
        if method == "POST" and route.startswith("/workspace/") and "/moves/" in route
        if (twin := rows.get((method, route.replace("/workspace/", "/api/v1/", 1))))
        for role in ROLES
        if row[role] == "yes" and twin[role] != "yes"
    ]

    assert apart == []


# Whoever changes nothing else may still act for themselves, as any person who signed in.
OWN_AFFAIRS = re.compile(
    r"/(accounts|i18n|restricted|unsubscribe|en|theme.css|sitemap.xml)"
    r"|/api/v1/(users/me|tokens|organisations|join-requests|ideas|idea-annexes|idea-partners)/$"
    r"|/workspace/(profile|organisations/new|organisations/<pk>/join|ideas/new|ideas/new/draft|ideas/likes|invitations/<pk>|requests/<pk>)/$"
    r"|/workspace/(tokens/new|tokens/revoke-all|calendar|calendar/revoke|my-data/ask|my-data/delete|exports/new|webhooks/new)/$"
    r"|/workspace/notifications/(settings/)?$"
    r"|/$"
)
# These name in their body what they are about; their operation refuses an auditor (checked in the room).
IN_THE_BODY = re.compile(
    r"/(sign|bulk|assign|derive|publish|tell|by-external-id/.*|gifts|log-entries|measurements|decisions|extension-requests)/$"
)


def test_auditor_changes_nothing():
    written = [
        (method, route)
        for (method, route), row in table().items()
        if method != "GET"
        and row["auditor"] == "yes"
        and not IN_THE_BODY.search(route)
        and not OWN_AFFAIRS.match(route)
    ]

    assert written == []


@pytest.mark.parametrize("role", ["anonymous", "member", "coordinator"])
def test_a06_head_and_options_tell_no_more_than_get(role, world):
    client = client_of(world.users[role])
    for route in routes():
        if route.method != "GET":
            continue
        address = address_of(route, world)
        get, head = ask(client, "GET", address), ask(client, "HEAD", address)
        # allauth takes no HEAD at some of its addresses, whoever asks: that tells nothing.
        silent = {"none"} if address.startswith("/accounts/") else set()
        assert word_for(head) in {word_for(get)} | silent, address
        assert head.content == b"" if not head.streaming else True
        options = ask(client, "OPTIONS", address)
        if address.startswith("/api/v1/"):
            assert options.content == b"" or options.status_code >= 400, address
            assert (options.status_code == 404) == (get.status_code == 404), address


@pytest.mark.parametrize("role", ["anonymous", "citizen", "member"])
def test_a10_editor_is_closed_to_everybody_else(role, world):
    client = client_of(world.users[role])
    case = world.sample(CasePage)
    opened = []
    for route, _pattern in _walk(get_resolver().url_patterns):
        if not route.startswith("/admin/"):
            continue
        address = simple(route)
        for argument in ("pk", "page_id", "page_to_copy_id", "parent_page_id", "revision_id", "id"):
            address = address.replace(f"<{argument}>", str(case.pk))
        address = address.replace("<", "x").replace(">", "x")
        for method in ("GET", "POST"):
            response = ask(client, method, address)
            shut = response.status_code in (302, 403, 404, 405)
            if not shut or case.title.encode() in response.content:
                opened.append((method, address, response.status_code))

    assert [row for row in opened if row[1] not in OPEN_TO_ALL] == []


# Of the editor's addresses, what anybody may have: words for its scripts, and the page that signs out.
OPEN_TO_ALL = ("/admin/jsi18n/", "/admin/sprite/")
