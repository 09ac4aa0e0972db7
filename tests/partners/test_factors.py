"""Does a second factor hold: asked for at every door, hard to guess, and led to where the city wants it?"""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache, caches
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cic.core import tally
from cic.core.models import AuditEntry
from cic.core.tokens import issue_token
from cic.factors import count_code
from tests.factories import partners as made
from tests.factories.partners import PASSWORD

pytestmark = pytest.mark.django_db
FACTORS = "/accounts/2fa/"
SET_UP, CODES = f"{FACTORS}totp/activate/", f"{FACTORS}recovery-codes/"
ASKED = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()
    caches["shared"].clear()


def code_for(secret, step=0):
    """What the telephone shows now (0), or will show next (1), which is taken as well."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[1 + step]))


def wrong_for(secret):
    return f"{(int(code_for(secret)) + 500_000) % 1_000_000:06}"


def sign_in(user, password=PASSWORD):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def ready(user):
    """A browser whose person has just shown once more who they are."""
    client = sign_in(user)
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": SET_UP})
    assert (response.status_code, response["Location"]) == (302, SET_UP)
    return client


def is_in(client):
    return client.get("/workspace/").status_code == 200


def set_up(client):
    """Set the factor up. Returns its secret and the recovery codes that were shown."""
    page = client.get(SET_UP)
    secret = page.context["form"].secret
    response = client.post(SET_UP, {"code": code_for(secret)})
    assert (response.status_code, response["Location"]) == (302, CODES)
    return secret, client.get(CODES).context["unused_codes"]


@pytest.fixture
def person():
    return made.UserFactory(email="a@example.org")


@pytest.fixture
def staff(settings):
    settings.STAFF_SECOND_FACTOR = True
    return made.StaffFactory(role="coordinator", centre=made.CentreFactory())


def test_secret_is_shown_as_a_picture_in_the_page_and_in_words_and_sealed_in_the_database(person):
    client = ready(person)

    page = client.get(SET_UP)
    text, secret = page.content.decode(), page.context["form"].secret
    assert (text.count("<svg"), "<?xml" in text, "data:image" in text) == (2, False, False)
    assert text.count(secret) == 1

    client.post(SET_UP, {"code": code_for(secret)})
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_wrong_first_code_sets_nothing_up(person):
    client = ready(person)
    secret = client.get(SET_UP).context["form"].secret

    response = client.post(SET_UP, {"code": wrong_for(secret)})

    assert response.status_code == 200
    assert response.context["form"].errors == {"code": ["Incorrect code."]}
    assert Authenticator.objects.count() == 0


def test_password_alone_opens_no_door_any_more(person):
    secret, _codes = set_up(ready(person))

    client = sign_in(person)

    assert client.get("/workspace/")["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/")["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/login/")["Location"].startswith(reverse("account_login"))
    assert client.get("/api/v1/users/me/").status_code == 401
    assert client.get(SET_UP)["Location"].startswith(reverse("account_login"))

    assert client.post(ASKED, {"code": code_for(secret, 1)}).status_code == 302
    assert is_in(client)


def test_headless_endpoints_are_not_there(client):
    addresses = ["/_allauth/", "/_allauth/browser/v1/auth/login", "/_allauth/app/v1/auth/2fa/authenticate"]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_same_code_of_the_telephone_works_once(person):
    secret, _codes = set_up(ready(person))
    code = code_for(secret, 1)
    first, second = sign_in(person), sign_in(person)

    first.post(ASKED, {"code": code})
    second.post(ASKED, {"code": code})

    assert [is_in(first), is_in(second)] == [True, False]


def test_recovery_code_lets_in_once_and_is_written_down(person):
    _secret, codes = set_up(ready(person))
    first, second = sign_in(person), sign_in(person)

    first.post(ASKED, {"code": codes[0]})
    second.post(ASKED, {"code": codes[0]})

    assert [is_in(first), is_in(second)] == [True, False]
    assert AuditEntry.objects.filter(action="user.use_recovery_code").count() == 1


def test_recovery_codes_are_shown_once_and_downloaded_once(person):
    client = ready(person)
    _secret, codes = set_up(client)
    assert (len(codes), len(set(codes))) == (10, 10)

    again = client.get(CODES)
    assert [code for code in codes if code in again.content.decode()] == []

    text = client.get(f"{CODES}download/")
    assert text["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert re.findall(r"^\d{8}$", text.content.decode(), re.MULTILINE) == codes
    assert client.get(f"{CODES}download/").status_code == 404


def test_recovery_codes_are_not_downloaded_elsewhere_or_by_nobody(person, client):
    _secret, codes = set_up(ready(person))
    other = sign_in(person)
    other.post(ASKED, {"code": codes[0]})

    assert other.get(f"{CODES}download/").status_code == 404
    assert client.get(f"{CODES}download/").status_code == 302


def test_t02_codes_are_counted_for_the_person_from_everywhere(person):
    secret, _codes = set_up(ready(person))
    cache.clear()
    while tally.count(f"factor:{person.pk}")[0] < 5:
        pass
    elsewhere = sign_in(person)

    response = elsewhere.post(ASKED, {"code": code_for(secret)}, REMOTE_ADDR="198.51.100.9")

    assert response.context["form"].errors == {
        "code": ["Too many codes were tried. Wait a minute and try again."]
    }
    assert not is_in(elsewhere)


def test_t02_fifty_tries_at_once_are_not_more_than_five(at_once):
    person = made.UserFactory()
    secret, _codes = set_up(ready(person))
    left = 5 - tally.count(f"factor:{person.pk}")[0]

    results = at_once(lambda: count_code(person), 50)

    assert sum(result is None for result in results) == left
    assert {type(result) for result in results} == {type(None), ValidationError}


def test_t05_new_and_removed_factor_end_other_sign_ins_and_pending_links(
    person, django_capture_on_commit_callbacks
):
    here, other = ready(person), sign_in(person)
    token = default_token_generator.make_token(person)
    assert default_token_generator.check_token(person, token)

    with django_capture_on_commit_callbacks(execute=True):
        _secret, codes = set_up(here)
    assert [is_in(here), is_in(other)] == [True, False]
    assert not default_token_generator.check_token(person, token)

    other = sign_in(person)
    other.post(ASKED, {"code": codes[0]})
    assert is_in(other)
    assert here.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert [is_in(here), is_in(other)] == [True, False]
    assert Authenticator.objects.count() == 0
    assert list(
        AuditEntry.objects.about(person).filter(action__contains="factor").values_list("action", "after")
    ) == [
        ("user.add_factor", {"factor": "totp"}),
        ("user.add_factor", {"factor": "recovery_codes"}),
        ("user.remove_factor", {"factor": "totp"}),
        ("user.remove_factor", {"factor": "recovery_codes"}),
    ]


def test_t06_other_spelling_of_the_address_is_asked_for_the_code_too(person):
    set_up(ready(person))
    client = Client()

    response = client.post(reverse("account_login"), {"login": "A@EXAMPLE.org", "password": PASSWORD})

    assert response["Location"] == ASKED
    assert not is_in(client)


@pytest.mark.parametrize(
    "path", ["/workspace/", "/workspace/trials/", "/admin/", "/files/none/x", "/documents/1/x"]
)
def test_staff_without_a_factor_are_led_to_set_one_up(staff, path):
    response = sign_in(staff).get(path)

    assert (response.status_code, response["Location"]) == (302, FACTORS)


def test_staff_without_a_factor_get_nothing_from_the_api_but_their_tokens_do(staff):
    client = sign_in(staff)
    _token, key = issue_token(actor=staff, name="Sensors", scopes=["read"])

    for headers in ({}, {"authorization": "Basic YTpi"}, {"authorization": "bearer"}):
        assert client.get("/api/v1/users/me/", headers=headers).status_code in (401, 403)
    refused = client.get("/api/v1/users/me/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    token = {"authorization": f"Bearer {key}"}
    assert client.get("/api/v1/users/me/", headers=token).status_code == 200
    assert client.get("/api/v1/users/me/", headers={"authorization": "Bearer cic_no"}).status_code == 401


def test_staff_post_nothing_before_their_factor(staff):
    client = sign_in(staff)
    before = AuditEntry.objects.count()

    response = client.post("/workspace/tokens/new/", {"name": "Way in", "scopes": ["read"]})

    assert (response.status_code, response["Location"]) == (302, FACTORS)
    assert AuditEntry.objects.count() == before


def test_staff_with_a_factor_work_as_before_and_partners_are_never_asked(staff):
    client = ready(staff)
    set_up(client)

    assert is_in(client)
    assert is_in(sign_in(made.PartnerFactory()))


def test_without_the_setting_nobody_is_led_anywhere(staff, settings):
    settings.STAFF_SECOND_FACTOR = False

    assert is_in(sign_in(staff))


def test_lost_telephone_is_helped_by_the_installation_only(person, capsys):
    client = ready(person)
    set_up(client)

    call_command("partners_take_factors", "A@example.org", "--note", "Came to the desk")

    assert capsys.readouterr().out == "2 removed\n"
    assert Authenticator.objects.count() == 0
    assert not is_in(client)
    entry = AuditEntry.objects.get(action="user.take_factors")
    assert (entry.actor, entry.note, entry.before) == (
        None,
        "Came to the desk",
        {"factors": ["recovery_codes", "totp"]},
    )
    with pytest.raises(CommandError, match="Nobody has this address"):
        call_command("partners_take_factors", "b@example.org")


def test_factor_pages_cost_a_constant_number_of_queries(person, django_assert_num_queries):
    client = ready(person)
    with django_assert_num_queries(4):
        client.get("/accounts/2fa/")
    set_up(client)
    with django_assert_num_queries(4):
        client.get("/accounts/2fa/")
