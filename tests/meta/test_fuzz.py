"""W05: does every operation answer anything at all as its own description says, and never with a fault of ours?"""

import warnings
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.core.resource_contract import client_of

from .routes import API

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def answer_to(case: Any, client: Client) -> Response:
    """What the site answers to a generated request; nothing of it stays."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: value for name, value in prepared.headers.items() if name.lower() != "content-length"}
    kind = headers.pop("Content-Type", "application/json")
    with transaction.atomic():
        mark = transaction.savepoint()
        given_headers = {
            name: value if isinstance(value, str) else value.decode("latin-1")
            for name, value in headers.items()
        }
        response = client.generic(
            prepared.method, prepared.path_url, prepared.body or b"", content_type=kind, headers=given_headers
        )
        transaction.savepoint_rollback(mark)
    found = {name.lower(): [value] for name, value in response.items()}
    return Response(response.status_code, found, response.content, prepared, 0.1, verify=False)


@pytest.mark.parametrize("role", ["anonymous", "member", "admin"])
def test_w05_every_operation_answers_as_described(role, world):
    for viewset in API.values():
        world.sample(viewset.model)
    client = client_of(world.users[role])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    document = client.get("/api/v1/schema/?format=json").json()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(document)
        problems: list[str] = []
        for found in schema.get_all_operations():
            operation = found.ok()

            @SETTINGS
            @given(case=operation.as_strategy())
            def ask(case: Any) -> None:
                client.cookies.load(cookies)
                response = answer_to(case, client)
                try:
                    case.validate_response(response, checks=CHECKS)
                except* Exception as group:  # noqa: BLE001  every kind of disagreement is listed at the end
                    asked = f"{case.method} {response.request.path_url} {response.request.body!r:.200}"
                    problems.extend(
                        f"{asked}: {' '.join(str(error).split())[:300]}" for error in group.exceptions
                    )

            ask()

    assert not problems, "\n".join(problems)
