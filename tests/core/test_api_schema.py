"""Does the OpenAPI document describe what the resources do, to each reader what they may read?"""

import io

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.factories.partners import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
SCHEMA = "/api/v1/schema/"


@pytest.fixture
def document(client):
    return client.get(SCHEMA + "?format=json").json()


def test_document_is_valid_and_made_without_a_warning():
    out = io.StringIO()

    call_command(
        "spectacular", "--fail-on-warn", "--validate", "--urlconf", "tests.core.specimen", stdout=out
    )

    made = yaml.safe_load(out.getvalue())
    OpenAPIV31SpecValidator(made).validate()
    assert made["openapi"] == "3.1.0"


def test_document_holds_our_nouns_only(document):
    nouns = {path.split("/")[3] for path in document["paths"]}

    assert nouns == {"specimens", "relics", "tokens", "search"}
    assert set(document["paths"]["/api/v1/specimens/{id}/"]) == {"get", "patch", "delete"}
    assert set(document["paths"]["/api/v1/relics/{id}/"]) == {"get"}


def test_every_operation_names_its_problems_and_its_security(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            codes = set(operation["responses"])
            assert {"400", "401", "403", "429"} <= codes
            assert ("404" in codes) == ("{" in path)
            assert (
                "422" in codes
                if method in ("post", "put", "patch")
                else "422" not in codes or method == "delete"
            )
            assert operation["summary"]
            assert operation["security"]
            for code, answer in operation["responses"].items():
                if code >= "400":
                    assert list(answer["content"]) == ["application/problem+json"]
    assert set(document["components"]["securitySchemes"]) == {"token", "cookieAuth"}


def test_list_describes_every_parameter(document):
    operation = document["paths"]["/api/v1/specimens/"]["get"]
    parameters = {row["name"]: row["schema"] for row in operation["parameters"]}

    assert set(parameters) == {
        "count", "created_at_after", "created_at_before", "cursor", "fields", "helix", "lang", "limit", "merged",
        "merged_into", "order", "search", "state", "version_max", "version_min",
    }  # fmt: skip
    assert parameters["state"]["type"] == "array"
    assert parameters["merged"] == {"type": "boolean"}
    assert parameters["merged_into"] == {"type": "array", "items": {"type": "integer"}}
    assert parameters["created_at_after"]["format"] == "date-time"
    assert "-name" in parameters["order"]["enum"]


def test_writes_describe_their_headers(document):
    paths = document["paths"]

    def headers(path, method):
        rows = paths[path][method]["parameters"]
        return {row["name"]: row.get("required", False) for row in rows if row["in"] == "header"}

    assert headers("/api/v1/specimens/{id}/", "patch") == {"Idempotency-Key": False, "If-Match": True}
    assert headers("/api/v1/specimens/{id}/", "delete") == {"If-Match": True}
    assert headers("/api/v1/specimens/{id}/", "get") == {"If-None-Match": False}
    assert headers("/api/v1/specimens/", "post") == {"Idempotency-Key": False}
    assert headers("/api/v1/tokens/{id}/", "delete") == {}


def test_moves_and_history_have_their_own_bodies(document):
    move = document["paths"]["/api/v1/specimens/{id}/moves/{name}/"]["post"]
    components = document["components"]["schemas"]

    assert move["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/MoveRequest"
    }
    assert set(components["MoveRequest"]["properties"]) == {"note", "authority", "effective_at", "changes"}
    assert {"stages", "changes"} == set(components["History"]["properties"])


def test_l06_confidential_field_is_described_to_who_may_read_it():
    anonymous, coordinator = Client(), Client()
    coordinator.force_login(AppointmentFactory(role="coordinator").user)

    public = anonymous.get(SCHEMA + "?format=json").content.decode()
    internal = coordinator.get(SCHEMA + "?format=json").content.decode()

    assert "contact_email" not in public
    assert internal.count("contact_email") >= 4
    assert "contact_email" not in anonymous.get(SCHEMA + "?format=json").content.decode()


def test_document_comes_as_json_and_yaml(client):
    as_json, as_yaml = client.get(SCHEMA + "?format=json"), client.get(SCHEMA + "?format=yaml")

    assert (as_json["Content-Type"], as_yaml["Content-Type"]) == (
        "application/vnd.oai.openapi+json",
        "application/vnd.oai.openapi",
    )
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert client.get(SCHEMA, headers={"accept": "application/json"})["Content-Type"] == "application/json"
    assert client.get(SCHEMA + "?format=html").status_code == 400
    assert client.get(SCHEMA + "?lang=fr").status_code == 400


def test_body_described_as_required_is_what_create_asks_for(document):
    body = document["components"]["schemas"]["SpecimenRequest"]

    assert body["required"] == ["name"]
    assert body["additionalProperties"] is False
    assert not {"id", "state", "version", "created_at", "contact_email"} & set(body["properties"])
