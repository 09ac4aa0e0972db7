"""Does a key hold: asked for, alone or after the password, named, removed, and kept where the city wants it?"""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from cic.core.models import AuditEntry
from tests.factories import partners as made

from .test_factors import CODES, FACTORS, is_in, ready, set_up, sign_in

pytestmark = pytest.mark.django_db
ADD, LOGIN = f"{FACTORS}webauthn/add/", f"{FACTORS}webauthn/login/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()
    caches["shared"].clear()


@pytest.fixture
def person():
    return made.UserFactory(email="a@example.org")


def key_of(user, name="Key 1"):
    """A key as it is stored; nobody can sign with it."""
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name, "credential": {"clientExtensionResults": {}}}
    )


def enter(page, user):
    """Sign in by password."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(made.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def device_of(page):
    """A device of this browser that makes keys and finds that its owner touches it. Returns the protocol and its id."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    device = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return protocol, device["authenticatorId"]


@pytest.mark.journey
def test_key_is_added_asked_for_after_the_password_and_opens_alone(page, settings, transactional_db):
    settings.STAFF_SECOND_FACTOR = True
    staff = made.StaffFactory(role="coordinator", centre=made.CentreFactory())
    device_of(page)
    enter(page, staff)
    page.wait_for_url(f"**{FACTORS}")

    page.get_by_role("link", name="Add a key").click()
    page.locator("input[name=password]").fill(made.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.locator("input[name=name]").fill("Telephone")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(f"**{CODES}")
    assert page.locator(".codes li").count() == 10
    key = Authenticator.objects.get(type="webauthn")
    assert (key.user, key.wrap().name, key.wrap().is_passwordless) == (staff, "Telephone", True)
    page.goto("/workspace/")
    assert page.get_by_role("heading", name="My work").is_visible()

    page.context.clear_cookies()
    enter(page, staff)
    page.wait_for_url(f"**{FACTORS}authenticate/")
    page.get_by_role("button", name="Use a key").click()
    page.wait_for_url("**/workspace/")

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/workspace/profile/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/workspace/profile/")


@pytest.mark.journey
def test_key_of_nobody_opens_nothing_and_says_so(page, transactional_db):
    person = made.UserFactory()
    protocol, device = device_of(page)
    enter(page, person)
    page.wait_for_url("**/workspace/")
    page.goto(ADD)
    page.locator("input[name=password]").fill(made.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(f"**{CODES}")
    Authenticator.objects.all().delete()
    page.context.clear_cookies()

    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This key opens nothing here.").wait_for()
    protocol.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The key was not used").wait_for()

    assert page.url.endswith("/accounts/login/")


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "[]",
        "1",
        "null",
        "{}",
        '{"response": 1}',
        '{"id": "AA", "response": {"userHandle": "%s"}}' % ("A" * 400),
    ],
)
def test_what_is_no_key_is_refused_in_words_at_every_door(person, sent):
    client = ready(person)
    set_up(client)

    added = client.post(ADD, {"name": "x", "credential": sent})
    again = client.post(f"{FACTORS}webauthn/reauthenticate/", {"credential": sent})
    asked = sign_in(person).post(f"{FACTORS}authenticate/", {"credential": sent})
    alone = Client().post(LOGIN, {"credential": sent}, follow=True)

    assert [answer.status_code for answer in (added, asked, alone)] == [200, 200, 200]
    assert again.status_code in (200, 302)
    assert bool(added.context["form"].errors)
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_key_is_renamed_and_that_is_written_down(person):
    client, key = ready(person), key_of(person)

    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": " Key\r\nring "})

    assert [row["data"]["name"] for row in Authenticator.objects.values("data")] == ["Key ring"]
    assert AuditEntry.objects.get(action="user.rename_factor").after == {"factor": "webauthn"}


def test_t05_removed_key_ends_other_sign_ins(person):
    here, other, key = ready(person), sign_in(person), key_of(person)

    response = here.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert (response.status_code, response["Location"]) == (302, FACTORS)
    assert (Authenticator.objects.count(), is_in(here), is_in(other)) == (0, True, False)


def test_a08_key_of_somebody_else_is_not_there(person):
    client, theirs = ready(person), key_of(made.UserFactory())

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(name, args=[theirs.pk]), {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get().wrap().name == "Key 1"


def test_last_factor_of_who_needs_one_stays_and_the_page_says_why(settings):
    settings.STAFF_SECOND_FACTOR = True
    staff = made.StaffFactory(role="coordinator", centre=made.CentreFactory())
    client = ready(staff)
    set_up(client)
    remove_code = f"{FACTORS}totp/deactivate/"

    assert "this is your last one" in client.get(remove_code).content.decode()
    assert client.post(remove_code).status_code == 200
    key = key_of(staff)
    assert client.post(remove_code).status_code == 302
    address = reverse("mfa_remove_webauthn", args=[key.pk])
    assert "this is your last one" in client.get(address).content.decode()
    assert client.post(address).status_code == 409

    assert list(Authenticator.objects.exclude(type="recovery_codes").values_list("type", flat=True)) == [
        "webauthn"
    ]
    assert is_in(client)


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_factors_costs_the_same_for_one_and_three(person, count, django_assert_num_queries):
    client = ready(person)
    for number in range(count):
        key_of(person, f"Key {number}")

    with django_assert_num_queries(4):
        page = client.get(FACTORS).content.decode()
    assert page.count("Security key") == count


def test_options_for_a_passkey_name_nobody(client, person):
    key_of(person)

    answer = client.get(LOGIN, headers={"accept": "application/json"}).json()

    options = answer["request_options"]["publicKey"]
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
