"""What does every resource of the API promise? Checks that hold for any noun, given a client and a row."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cic.core.operations import KEPT

PROBLEM = "application/problem+json"
# Not in an answer's body or headers when two answers are compared.
OWN = ("instance", "request_id")


def address_of(name: str, obj: Any = None, *rest: str) -> str:
    """The address of a noun, or of one row of it."""
    parts = [name, *([str(getattr(obj, "pk", obj))] if obj is not None else []), *rest]
    return "/api/v1/" + "/".join(parts) + "/"


def client_of(user: Any) -> Client:
    """A client signed in as `user`; anonymous for None."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, method: str, address: str, data: Any = None, **headers: str) -> Any:
    """A request with a JSON body and headers (`if_match="…"`)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic(
        method.upper(), address, json.dumps(data or {}), content_type="application/json", headers=named
    )


def problem_of(response: Any, status: int) -> dict[str, Any]:
    """The body of a refusal, once it is the refusal expected."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    assert response["Content-Type"] == PROBLEM
    return response.json()


def queries_of(act: Callable[[], Any]) -> int:
    """How many queries something takes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def check_list_cost(client: Client, name: str, make_more: Callable[[], None], at_most: int) -> None:
    """One row and three rows cost the same, and no more than allowed."""
    address = address_of(name)
    assert client.get(address).status_code == 200  # what is asked once per process is asked now
    one = queries_of(lambda: client.get(address))
    make_more()
    response = client.get(address)
    three = queries_of(lambda: client.get(address))

    assert len(response.json()["results"]) >= 3
    assert three == one
    assert three <= at_most


def check_unknown_parameters(client: Client, name: str) -> None:
    """A parameter nobody declared is a 400 that names it; an order nobody declared is refused."""
    for parameter in ("owner__password__startswith", "search_text", "ordering", "q[s]", "page", "password"):
        body = problem_of(client.get(address_of(name), {parameter: "x"}), 400)
        assert [error["parameter"] for error in body["errors"]] == [parameter]
    for order in ("search_text", "-search_text", "pk__x", "password", "id,pk"):
        body = problem_of(client.get(address_of(name), {"order": order}), 400)
        assert [error["parameter"] for error in body["errors"]] == ["order"]
    assert (
        problem_of(client.get(address_of(name), {"fields": "password"}), 400)["errors"][0]["parameter"]
        == "fields"
    )


def check_orders(client: Client, name: str, orders: list[str]) -> None:
    """Every order that is declared works in both directions, page by page, without losing or repeating a row."""
    everything = {row["id"] for row in client.get(address_of(name), {"limit": 1000}).json()["results"]}
    for order in [sign + order for order in orders for sign in ("", "-")]:
        walked, following = [], f"{address_of(name)}?order={order}&limit=1"
        while following and len(walked) <= len(everything):
            body = client.get(following).json()
            walked += [row["id"] for row in body["results"]]
            following = body["next"]
        assert sorted(walked) == sorted(everything), order


def check_row_and_record_agree(client: Client, name: str, obj: Any) -> None:
    """The list and the record say the same of what both show."""
    rows = client.get(address_of(name), {"limit": 1000}).json()["results"]
    row = next(row for row in rows if row["id"] == obj.pk)
    record = client.get(address_of(name, obj)).json()
    both = row.keys() & record.keys()

    assert {key: row[key] for key in both} == {key: record[key] for key in both}


def check_hidden_is_not_there(client: Client, name: str, hidden: Any, methods: tuple[str, ...]) -> None:
    """A row one may not see answers like one that does not exist: status, headers and body."""
    missing = 10**9 + 7
    for method in methods:
        for rest in ((), ("moves",), ("history",)) if method in ("GET", "HEAD") else ((),):
            real = send(client, method, address_of(name, hidden, *rest), if_match="*")
            none = send(client, method, address_of(name, missing, *rest), if_match="*")
            assert without_own(real) == without_own(none), (method, rest)
            assert real.status_code in (401, 404, 405)
    assert hidden.pk not in [row.get("id") for row in client.get(address_of(name)).json().get("results", [])]


def without_own(response: Any) -> tuple[Any, ...]:
    """All of an answer that two alike must share."""
    headers = {key: value for key, value in response.items() if key not in ("X-Request-ID", "Content-Length")}
    body = response.json() if response.content else {}
    return response.status_code, headers, {key: value for key, value in body.items() if key not in OWN}


def check_preconditions(client: Client, name: str, obj: Any, method: str = "PATCH") -> None:
    """A write without If-Match is 428, with an old or weak one 412; neither changes anything."""
    before = obj.version
    address = address_of(name, obj)
    tag = client.get(address)["ETag"]

    assert not tag.startswith("W/")
    problem_of(send(client, method, address), 428)
    for stale in (f'"{obj._meta.model_name}-{obj.pk}-{before + 1}"', f"W/{tag}", '"x"', "", tag[:-1]):
        problem_of(send(client, method, address, if_match=stale), 412)
    obj.refresh_from_db()
    assert obj.version == before


def check_mass_assignment(client: Client, method: str, address: str, fields: dict[str, Any]) -> None:
    """What the kernel or a table keeps cannot be sent; nor can what is not there."""
    kept = {name for name in KEPT if name in fields} | {"is_staff", "password", "owner__id"}
    body = problem_of(send(client, method, address, dict.fromkeys(kept, 1), if_match="*"), 400)

    named = {error["pointer"].removeprefix("#/") for error in body["errors"]}
    assert kept <= named
