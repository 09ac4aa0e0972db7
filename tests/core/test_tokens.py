"""Are tokens shown once, stored hashed, scoped, limited, expired and revoked?"""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cic.core.models import ApiToken, AuditEntry, IdempotencyKey
from cic.core.tokens import issue_token, revoke_token
from tests.factories.partners import AppointmentFactory, CentreFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
TOKENS = "/api/v1/tokens/"
LIST = "/api/v1/specimens/"


@pytest.fixture
def owner():
    return AppointmentFactory(role="coordinator").user


@pytest.fixture
def signed_in(owner):
    client = Client()
    client.force_login(owner)
    return client


def bearer(key, word="Bearer"):
    return Client(headers={"authorization": f"{word} {key}"})


def post(client, address, data, **headers):
    return client.post(address, json.dumps(data), content_type="application/json", headers=headers)


def test_t10_key_is_shown_once_and_stored_nowhere(signed_in, owner):
    response = post(
        signed_in,
        TOKENS,
        {"name": "Sensors", "scopes": ["write", "read", "read"]},
        **{"idempotency-key": "k"},
    )

    body = response.json()
    token = ApiToken.objects.get()
    assert (response.status_code, body["name"], body["scopes"]) == (201, "Sensors", ["read", "write"])
    assert body["key"].startswith(body["hint"])
    assert response["Location"] == f"http://127.0.0.1:8000{TOKENS}{token.pk}/"
    assert "key" not in signed_in.get(f"{TOKENS}{token.pk}/").json()
    assert "key" not in signed_in.get(TOKENS).json()["results"][0]
    secret = body["key"].removeprefix(body["hint"])
    kept = [
        *ApiToken.objects.values_list(),
        *AuditEntry.objects.values_list(),
        *IdempotencyKey.objects.values_list(),
    ]
    assert secret not in str(kept)
    assert token.digest not in str(list(AuditEntry.objects.values_list()))
    again = post(
        signed_in,
        TOKENS,
        {"name": "Sensors", "scopes": ["write", "read", "read"]},
        **{"idempotency-key": "k"},
    )
    assert (again.status_code, again.json()["code"], ApiToken.objects.count()) == (409, "already_done", 1)


@pytest.mark.parametrize("word", ["Bearer", "Token", "bearer"])
def test_token_acts_for_its_owner(owner, word):
    _token, key = issue_token(actor=owner, name="x", scopes=["read", "write"])

    response = post(bearer(key, word), LIST, {"name": "Made by a program"})

    assert response.status_code == 201
    assert AuditEntry.objects.get(action="organisation.create").actor == owner


def test_scopes_limit_verbs_and_nouns(owner):
    OrganisationFactory()
    _token, reader = issue_token(actor=owner, name="r", scopes=["read"])
    _token, writer = issue_token(actor=owner, name="w", scopes=["relics:read", "specimens:write"])

    refused = post(bearer(reader), LIST, {"name": "x"})

    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "This token lacks the scope specimens:write.",
    )
    assert bearer(reader).get(LIST).status_code == 200
    assert bearer(writer).get(LIST).status_code == 403
    assert bearer(writer).get("/api/v1/relics/").status_code == 200
    assert post(bearer(writer), LIST, {"name": "x"}).status_code == 201
    assert bearer(writer).get(TOKENS).status_code == 403


def test_a07_every_way_of_ending_a_token_ends_it_at_once(owner):
    refused = []
    for end in ("revoked", "expired", "inactive", "unknown", "cut", "two words"):
        owner.is_active = True
        owner.save()
        token, key = issue_token(actor=owner, name=end, scopes=["read"])
        assert bearer(key).get(LIST).status_code == 200
        if end == "revoked":
            revoke_token(token, actor=owner)
        elif end == "expired":
            ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        elif end == "inactive":
            owner.is_active = False
            owner.save()
        key = {"unknown": "cic_" + "0" * 64, "cut": key[:-1], "two words": key + " x"}.get(end, key)
        response = bearer(key).get(LIST)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
        refused.append({k: v for k, v in response.json().items() if k != "request_id"})

    assert refused == [refused[0]] * 6


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer  ", "Bearer é", "Bearer " + "a" * 10_000, "Bearer \x00"]
)
def test_odd_header_is_401(header):
    assert Client(headers={"authorization": header}).get(LIST).status_code == 401


def test_token_cannot_make_another(owner):
    _token, key = issue_token(actor=owner, name="x", scopes=["read", "write"])

    response = post(bearer(key), TOKENS, {"name": "y", "scopes": ["write"]})

    assert (response.status_code, ApiToken.objects.count()) == (403, 1)


def test_tokens_of_others_are_not_there(signed_in):
    token, _key = issue_token(actor=UserFactory(), name="theirs", scopes=["read"])

    assert signed_in.get(TOKENS).json()["results"] == []
    assert signed_in.get(f"{TOKENS}{token.pk}/").status_code == 404
    assert signed_in.delete(f"{TOKENS}{token.pk}/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
    assert Client().get(TOKENS).status_code == 401


def test_revoking_keeps_the_row_and_one_audit_entry(signed_in, owner):
    token, key = issue_token(actor=owner, name="x", scopes=["read"])

    assert signed_in.delete(f"{TOKENS}{token.pk}/").status_code == 204
    assert signed_in.delete(f"{TOKENS}{token.pk}/").status_code == 204

    assert signed_in.get(f"{TOKENS}{token.pk}/").json()["revoked_at"].endswith("Z")
    assert bearer(key).get(LIST).status_code == 401
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["apitoken.create", "apitoken.revoke"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["admin"]}, "scopes"),
        ({"name": "x", "scopes": ["read write"]}, "scopes"),
        ({"name": "x", "scopes": "read"}, "scopes"),
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "scopes": ["read"], "user": 1}, "user"),
        ({"name": "x", "scopes": ["read"], "digest": "x"}, "digest"),
        ({"name": "x", "scopes": ["read"], "key": "x"}, "key"),
        ({"name": "x", "scopes": ["read"], "centre_id": -1}, "centre_id"),
    ],
)
def test_token_with_a_wrong_field_is_not_made(signed_in, data, field):
    response = post(signed_in, TOKENS, data)

    assert (response.status_code, ApiToken.objects.count()) == (400, 0)
    assert [error["pointer"] for error in response.json()["errors"]] == [f"#/{field}"]


def test_a08_token_of_one_centre_holds_no_role_in_another():
    one, two = CentreFactory(), CentreFactory()
    owner = AppointmentFactory(role="coordinator", centre=None).user
    _token, key = issue_token(actor=owner, name="x", scopes=["read"], centre_id=one.pk)

    from rest_framework.test import APIRequestFactory

    from cic.core.tokens import ScopedTokenAuthentication

    request = APIRequestFactory().get("/", headers={"authorization": f"Bearer {key}"})
    user, token = ScopedTokenAuthentication().authenticate(request)

    assert token.centre_id == one.pk
    assert user.standing.has({"coordinator"}, one.pk)
    assert not user.standing.has({"coordinator"}, two.pk)


def test_use_is_remembered_once_an_hour(owner, django_assert_num_queries):
    token, key = issue_token(actor=owner, name="x", scopes=["read"])
    bearer(key).get(LIST)
    token.refresh_from_db()
    first = token.last_used_at

    with django_assert_num_queries(3):  # token and user, standing, page
        bearer(key).get(LIST)

    token.refresh_from_db()
    assert first is not None
    assert token.last_used_at == first


def test_t02_guessing_tokens_ends_in_429(monkeypatch):
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)

    statuses = [bearer(f"cic_{number:064d}").get(LIST).status_code for number in range(62)]

    assert statuses == [401] * 60 + [429] * 2
