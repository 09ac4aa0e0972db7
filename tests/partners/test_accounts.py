"""Does sign-in say nothing about who is known, and does it lead nowhere but here?"""

import re
from unittest.mock import Mock

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cic.accounts import AccountAdapter
from cic.core.background import sweep
from cic.core.models import AuditEntry, Job
from partners.models import User
from partners.operations import people
from tests.factories import partners as made
from tests.factories.partners import NO_ADDRESSES, PASSWORD

pytestmark = pytest.mark.django_db

NEW = "wrong battery horse staple"


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


def sign_up(client, email, password=NEW):
    return client.post(reverse("account_signup"), {"email": email, "password1": password})


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def without_noise(response):
    """Status, address and body, without tokens and what was typed."""
    text = re.sub(r'(value|content)="[^"]*"', "", response.content.decode())
    text = re.sub(r"[\w.]+@example\.org", "ADDRESS", text)
    return response.status_code, response.headers.get("Location"), text


def mails():
    return list(Job.objects.filter(task="core.send_text").values_list("payload__address", flat=True))


def test_sign_up_makes_a_person_named_by_the_address_and_is_audited(client):
    sign_up(client, "New.Person@Example.org")

    user = User.objects.get()
    assert (user.email, user.name, user.is_superuser) == ("new.person@example.org", "new.person", False)
    assert AuditEntry.objects.about(user).get().action == "user.sign_up"
    assert mails() == ["new.person@example.org"]


@pytest.mark.parametrize("act", ["sign up", "reset", "sign in"])
def test_t01_known_and_unknown_addresses_get_the_same_answer_and_as_many_mails(client, act):
    made.UserFactory(email="known@example.org")
    do = {
        "sign up": sign_up,
        "reset": lambda client, email: client.post(reverse("account_reset_password"), {"email": email}),
        "sign in": lambda client, email: sign_in(client, email, NEW),
    }[act]

    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        before = len(mails())
        response = do(client, email)
        pages = [without_noise(response)]
        if response.status_code == 302:
            pages.append(without_noise(client.get(response.headers["Location"])))
        answers.append((pages, len(mails()) - before))
        client.logout()

    assert answers[0] == answers[1]
    assert answers[0][1] == (0 if act == "sign in" else 1)


def test_t01_relay_that_is_down_is_not_felt(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    made.UserFactory(email="known@example.org")

    for email in ("known@example.org", "unknown@example.org"):
        assert client.post(reverse("account_reset_password"), {"email": email}).status_code == 302
    sweep()

    assert Job.objects.filter(done_at=None, attempts=1).count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        "ADMIN@example.org",
        " admin@Example.ORG ",
        "ａｄｍｉｎ@example.org",
        "adm\u0131n@example.org",
        "ádmin@example.org",
    ],
)
def test_t06_spellings_and_look_alikes_make_no_second_account(client, typed):
    made.UserFactory(email="admin@example.org")

    sign_up(client, typed)

    assert list(User.objects.values_list("email", flat=True)) == ["admin@example.org"]


@pytest.mark.parametrize("typed", [*NO_ADDRESSES, "lea@[IPv6:::1]", "lea@［127.0.0.1］"])
def test_s01_host_without_a_name_opens_no_account_and_gets_no_mail(client, typed):
    sign_up(client, typed)

    assert (User.objects.count(), mails()) == (0, [])


@pytest.mark.parametrize("typed", ["ADMIN@EXAMPLE.ORG", " Admin@Example.org "])
def test_t06_reset_goes_to_the_stored_address_only(client, typed):
    made.UserFactory(email="admin@example.org")

    client.post(reverse("account_reset_password"), {"email": typed})

    assert mails() == ["admin@example.org"]


def test_t06_spellings_count_towards_one_limit(client):
    made.UserFactory(email="admin@example.org")
    spellings = [
        "admin@example.org",
        "ADMIN@example.org",
        "Admin@Example.org",
        " admin@example.org",
        "aDmin@example.org",
    ]
    for spelling in spellings:
        sign_in(client, spelling, NEW)

    response = sign_in(client, "adMin@example.org", PASSWORD)

    assert response.status_code != 302
    assert "_auth_user_id" not in client.session


def test_sign_in_takes_any_spelling_of_the_address(client):
    user = made.UserFactory(email="admin@example.org")

    sign_in(client, " Admin@Example.ORG ")

    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "%2f%2fevil.example",
        "\x08//evil.example", "javascript:alert(1)", "http://127.0.0.1@evil.example", "///evil.example", "\t//evil.example",
        "http://localhost:9/x",
    ],
)  # fmt: skip
def test_s05_sign_in_leads_to_a_page_of_this_site_only(client, elsewhere):
    made.UserFactory(email="a@example.org")

    response = sign_in(client, "a@example.org", next=elsewhere)

    assert (response.status_code, response.headers["Location"]) == (302, "/workspace/")


def test_s05_sign_in_goes_on_to_the_page_that_was_asked_for(client):
    made.UserFactory(email="a@example.org")

    assert (
        sign_in(client, "a@example.org", next="/workspace/people/?x=1").headers["Location"]
        == "/workspace/people/?x=1"
    )


def test_s06_links_in_mails_lead_to_the_configured_address(client, settings):
    settings.ALLOWED_HOSTS = ["evil.example", "127.0.0.1"]
    made.UserFactory(email="a@example.org")

    client.post(
        reverse("account_reset_password"), {"email": "a@example.org"}, headers={"host": "evil.example"}
    )

    text = Job.objects.get(task="core.send_text").payload["text"]
    assert settings.BASE_URL in text
    assert "evil.example" not in text


def test_a07_session_of_a_deactivated_person_ends_and_they_cannot_come_back(client):
    user = made.UserFactory(email="a@example.org")
    sign_in(client, "a@example.org")
    assert client.get("/workspace/people/").status_code == 200

    people.deactivate_user(user, actor=made.StaffFactory(role="admin"))

    assert client.get("/workspace/people/").status_code == 302
    sign_in(client, "a@example.org")
    assert client.get("/workspace/people/").status_code == 302


def test_t05_new_password_ends_other_sessions_and_pending_links(client):
    user = made.UserFactory(email="a@example.org")
    other = Client()
    sign_in(other, "a@example.org")
    client.post(reverse("account_reset_password"), {"email": "a@example.org"})
    link = re.search(
        r"http\S+/password/reset/key/\S+", Job.objects.get(task="core.send_text").payload["text"]
    )[0]
    user.set_password(NEW)
    user.save()

    assert other.get("/workspace/people/").status_code == 302
    path = link.split("/", 3)[3]
    assert "password1" not in client.get(f"/{path}", follow=True).content.decode()


def test_t07_session_gets_a_new_id_at_sign_in(client):
    made.UserFactory(email="a@example.org")
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.cookies["session"] = before

    sign_in(client, "a@example.org")

    assert client.session.session_key != before


@pytest.mark.parametrize(
    "address", ["näme@example.org", "adm\u0131n@example.org", "a@", "a@" + "x" * 70 + ".org"]
)
def test_address_with_look_alike_letters_or_no_host_is_refused(address):
    with pytest.raises(ValidationError):
        AccountAdapter(Mock()).clean_email(address)


def test_host_with_accents_is_stored_in_its_one_form():
    assert AccountAdapter(Mock()).clean_email("A@Vilà.cat") == "a@xn--vil-cla.cat"


@pytest.mark.django_db(transaction=True)
def test_one_address_opened_twice_at_once_makes_one_account(at_once):
    results = at_once(lambda: sign_up(Client(), "new@example.org").status_code, 4)

    assert results == [302] * 4
    assert User.objects.count() == 1


def test_t04_looking_at_the_link_of_a_confirmation_confirms_nothing(client):
    sign_up(client, "new.person@example.org")
    text = Job.objects.get(task="core.send_text").payload["text"]
    path = re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", text)[1]
    address = EmailAddress.objects.get(email="new.person@example.org")

    for look in (client.get, client.head):
        assert look(path).status_code == 200
        address.refresh_from_db()
        assert address.verified is False

    client.post(path)
    address.refresh_from_db()
    assert address.verified is True


@pytest.mark.parametrize("path", ["/workspace/", "/workspace/ideas/", "/accounts/email/", "/api/v1/ideas/"])
def test_t08_no_page_of_somebody_is_kept_for_the_back_button(client, path):
    client.force_login(made.PartnerFactory())

    response = client.get(path)

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
