"""Does the city's own sign-in let in whom its provider vouches for, and nobody else?"""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cic.core.models import AuditEntry
from partners.models import User
from tests.factories import partners as made
from tests.factories.partners import PASSWORD

pytestmark = pytest.mark.django_db
START, BACK = "/accounts/oidc/city/login/", "/accounts/oidc/city/login/callback/"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(BaseHTTPRequestHandler):
    """Discovery, keys, and one token, as the test wants it."""

    def log_message(self, *args):
        pass

    def _send(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        here = self.server.url
        if self.path == "/keys":
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return self._send({"keys": [{**jwk, "kid": "one", "alg": "RS256"}]})
        ways = {"authorization_endpoint": f"{here}/ask", "token_endpoint": f"{here}/token"}
        return self._send({"issuer": self.server.issuer, "jwks_uri": f"{here}/keys", **ways})

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.asked.append(parse_qs(self.rfile.read(length).decode()))
        answer = {"access_token": "x", "token_type": "bearer"}
        return self._send(answer | ({"id_token": self.server.token} if self.server.token else {}))


@pytest.fixture
def provider(settings):
    """A provider on loopback, known to the site by its settings."""
    cache.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.url = server.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    server.asked, server.token = [], ""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "city", "name": "City account", "client_id": "cic", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [{**app, "settings": {"server_url": server.url}}],
        }
    }
    yield server
    server.shutdown()
    server.server_close()


def claims(provider, **changes):
    now = int(time.time())
    own = {"email": "a@example.org", "email_verified": True, "name": "Núria Puig"}
    return {
        "iss": provider.url, "aud": "cic", "sub": "77", "iat": now, "exp": now + 300, **own, **changes
    }  # fmt: skip


def signed(data, key=KEY, kid="one"):
    return jwt.encode(data, key, algorithm="RS256", headers={"kid": kid})


def unsigned(data):
    parts = [{"alg": "none", "typ": "JWT", "kid": "one"}, data]
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        + "."
    )


def state_of(client, address=START):
    response = client.post(address)
    assert response.status_code == 302
    return parse_qs(urlsplit(response["Location"]).query)["state"][0]


def come_back(client, provider, token, state=None):
    provider.token = token
    return client.get(BACK, {"code": "c", "state": state or state_of(client)})


def is_in(client):
    return client.get("/workspace/").status_code == 200


def test_without_the_setting_no_button_is_shown_and_no_address_answers(client):
    assert "/accounts/oidc/" not in client.get(reverse("account_login")).content.decode()
    assert [client.get(START).status_code, client.post(START).status_code, client.get(BACK).status_code] == [
        404
    ] * 3


def test_new_person_comes_in_audited_and_is_known_by_their_subject(client, provider):
    assert START in client.get(reverse("account_login")).content.decode()

    assert come_back(client, provider, signed(claims(provider))).status_code == 302

    user = User.objects.get()
    assert is_in(client)
    assert (user.email, user.name, user.has_usable_password()) == ("a@example.org", "Núria Puig", False)
    assert AuditEntry.objects.about(user).get().action == "user.sign_up"
    assert provider.asked[0]["code_verifier"] != [""]

    again = Client()
    come_back(again, provider, signed(claims(provider, email="new@example.org", name="Other")))
    assert is_in(again)
    assert (User.objects.count(), SocialAccount.objects.get().uid) == (1, "77")


@pytest.mark.parametrize(
    "forge",
    [
        lambda p: signed(claims(p, aud="another")),
        lambda p: signed(claims(p, iss="https://elsewhere.example")),
        lambda p: signed(claims(p, exp=int(time.time()) - 60)),
        lambda p: signed(claims(p), key=OTHER),
        lambda p: signed(claims(p), kid="two"),
        lambda p: unsigned(claims(p)),
        lambda p: jwt.encode(claims(p), "x" * 40, algorithm="HS256", headers={"kid": "one"}),
        lambda p: signed({k: v for k, v in claims(p).items() if k != "sub"}),
        lambda p: "",
        lambda p: "not.a.token",
    ],
    ids=[
        "audience",
        "issuer",
        "expired",
        "key",
        "unknown key",
        "unsigned",
        "secret",
        "no subject",
        "none",
        "noise",
    ],
)
def test_token_that_does_not_hold_lets_nobody_in(client, provider, forge):
    response = come_back(client, provider, forge(provider))

    assert response.templates[0].name == "socialaccount/authentication_error.html"
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (0, 0)


def test_provider_that_calls_itself_otherwise_is_refused(client, provider):
    provider.issuer = "https://elsewhere.example"

    come_back(client, provider, signed(claims(provider, iss=provider.issuer)))

    assert (User.objects.count(), is_in(client)) == (0, False)


def test_foreign_and_used_states_are_refused(client, provider):
    token, other = signed(claims(provider)), Client()
    foreign = state_of(other)
    come_back(client, provider, token, state=foreign)
    come_back(client, provider, token, state="made-up")
    assert (User.objects.count(), is_in(client)) == (0, False)

    own = state_of(client)
    come_back(client, provider, token, state=own)
    client.logout()
    User.objects.update(is_active=True)
    come_back(client, provider, token, state=own)
    assert not is_in(client)


def test_known_address_opens_nothing_by_itself(client, provider):
    owner = made.UserFactory(email="a@example.org")

    response = come_back(client, provider, signed(claims(provider)))

    assert (response.status_code, response["Location"]) == (302, reverse("account_login"))
    assert (User.objects.get(), SocialAccount.objects.count(), is_in(client)) == (owner, 0, False)


@pytest.mark.parametrize("said", [False, "false", None])
def test_address_the_provider_has_not_verified_opens_no_account(client, provider, said):
    come_back(client, provider, signed(claims(provider, email_verified=said)))

    assert (User.objects.count(), is_in(client)) == (0, False)


@pytest.mark.parametrize("address", made.NO_ADDRESSES)
def test_s01_address_without_a_named_host_opens_no_account(client, provider, address):
    come_back(client, provider, signed(claims(provider, email=address)))

    assert (User.objects.count(), is_in(client)) == (0, False)


def signed_in(email="a@example.org"):
    user, client = made.UserFactory(email=email), Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return user, client


def test_owner_connects_after_their_password(provider):
    user, client = signed_in()
    address = f"{START}?process=connect"
    asked = client.post(address)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    come_back(client, provider, signed(claims(provider)), state=state_of(client, address))

    assert SocialAccount.objects.get().user == user
    fresh = Client()
    come_back(fresh, provider, signed(claims(provider)))
    assert is_in(fresh)


@pytest.mark.parametrize("changes", [{"email": "b@example.org"}, {"email_verified": False}])
def test_other_or_unverified_address_is_not_connected(provider, changes):
    _user, client = signed_in()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    state = state_of(client, f"{START}?process=connect")

    come_back(client, provider, signed(claims(provider, **changes)), state=state)

    assert (SocialAccount.objects.count(), EmailAddress.objects.count()) == (0, 1)
