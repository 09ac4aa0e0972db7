"""Can every page of the workspace be used without any script?"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve

from tests.core.resource_contract import client_of

from .plain import faults
from .routes import address_of, routes
from .world import World

pytestmark = pytest.mark.django_db
STARTS = ("/workspace/", "/accounts/")


def missing_fields(context: Any, html: str) -> list[str]:
    """The fields of the page's form that have to be filled in, and that it does not show."""
    form = (context or {}).get("form")
    fields = list(form) if hasattr(form, "fields") else []
    shown = {
        bound.html_name
        for bound in fields
        if f'name="{bound.html_name}"' in html or f'name="{bound.html_name}_' in html
    }
    return [
        f"no field for {bound.html_name}"
        for bound in fields
        # A page that shows none says why there is nothing to send, as of an address that has had its day.
        if shown and bound.field.required and bound.html_name not in shown and _has_choice(bound.field)
    ]


def _has_choice(field: Any) -> bool:
    """Whether there is anything to choose; of no rows nothing is shown."""
    return not hasattr(field, "queryset") or field.queryset.exists()


@pytest.mark.parametrize("role", ["admin", "member_admin"])
def test_every_page_of_the_workspace_works_without_a_script(role: str, world: World) -> None:
    client = client_of(world.users[role])
    seen, found = 0, {}
    for route in routes():
        if route.method != "GET" or not route.template.startswith(STARTS):
            continue
        address = address_of(route, world)
        if resolve(address).url_name == "account_logout":
            continue
        with transaction.atomic():
            mark = transaction.savepoint()
            response = client.get(address)
            transaction.savepoint_rollback(mark)
        if response.status_code != 200 or response.streaming or "html" not in response["Content-Type"]:
            continue
        seen += 1
        html = response.content.decode()
        wrong = faults(html, address) + missing_fields(response.context, html)
        if wrong:
            found[route.shown] = wrong

    assert seen > 60
    assert found == {}


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<button type="button">x</button>', "a button that does nothing"),
        ("<button>x</button>", "a button that does nothing"),
        ('<form><input name="q"></form>', "a form without a button"),
        (
            '<form method="post" action="/workspace/webhooks/new/"><button>x</button></form>',
            "a form without its token",
        ),
        ('<form action="/none/"><button>x</button></form>', "a form that nothing answers"),
        ('<a data-x="1">x</a>', "a link to nowhere"),
        ('<a href="#gone">x</a>', "a link to no place"),
        ('<p hidden><a href="/workspace/">x</a></p>', "something that only a script shows"),
        ('<dialog id="d"><a href="/workspace/">x</a></dialog>', "something that only a script shows"),
        ('<p hx-get="/workspace/">x</p>', "something fetched by a script"),
        ('<form action="/workspace/"><button>x</button></form>', ""),
        ('<form id="f" action="/workspace/"></form><button form="f">x</button>', ""),
        ('<p data-near hidden><button type="button">x</button></p>', ""),
    ],
)
def test_what_needs_a_script_is_noticed(html: str, fault: str) -> None:
    found = faults(html, "/workspace/search/")

    assert len(found) == bool(fault)
    assert "".join(found).startswith(fault)
