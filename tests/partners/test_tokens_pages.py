"""Does a person let programs in and out by themselves, and is a key shown once?"""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cic.core.models import ApiToken, AuditEntry
from cic.core.secret_pages import KEPT
from cic.core.tokens import issue_token
from tests.factories import partners as made
from tests.factories.partners import PASSWORD, today

pytestmark = pytest.mark.django_db
SECRET = "/workspace/secret/"
NEW = "wrong battery horse staple"


@pytest.fixture
def owner(client):
    user = made.StaffFactory(role="coordinator", email="a@example.org")
    client.force_login(user)
    return user


def token(owner, name="Sensors", **fields):
    return issue_token(actor=owner, name=name, scopes=["read"], **fields)


def make(client, **data):
    return client.post(reverse("token_create"), data)


def use(key):
    return Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/trials/").status_code


def test_t10_key_is_shown_once_works_and_is_stored_nowhere(client, owner):
    made_it = make(client, name=" Sensors\r\nof Sants ", scopes=["trials:read", "read"])
    assert (made_it.status_code, made_it["Location"]) == (302, SECRET)
    kept = str([*Session.objects.values_list("session_data", flat=True)])
    client.head(SECRET)
    response = client.get(SECRET)

    row = ApiToken.objects.get()
    page = response.content.decode()
    key = page.partition('id="secret"')[2].partition(">")[2].partition("<")[0]
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert (row.user, row.name, row.scopes, row.centre_id, row.expires_at) == (
        owner, "Sensors of Sants", ["read"], None, None,
    )  # fmt: skip
    assert (key.startswith(row.hint), len(key) > 60, use(key)) == (True, True, 200)
    rest = key.removeprefix(row.hint)
    again = client.get(SECRET)
    assert (again.status_code, rest in again.content.decode(), ApiToken.objects.count()) == (200, False, 1)
    assert rest not in client.get(reverse("tokens")).content.decode()
    assert rest not in f"{kept}{[*ApiToken.objects.values_list(), *AuditEntry.objects.values_list()]}"
    assert rest not in str([session.get_decoded() for session in Session.objects.all()])


def test_key_nobody_fetched_is_shown_no_more_after_five_minutes(client, owner):
    make(client, name="x", scopes=["read"])
    session = client.session
    session[KEPT] |= {"until": timezone.now().timestamp() - 1}
    session.save()

    assert 'id="secret"' not in client.get(SECRET).content.decode()


def test_secret_page_of_who_made_none_is_not_there(client, owner):
    assert client.get(SECRET).status_code == 404


def test_key_is_limited_to_a_centre_and_to_its_last_day(client, owner):
    centre = made.CentreFactory()

    make(client, name="x", scopes=["trials:read", "trials:write"], centre=centre.pk, expires_on=today())

    row = ApiToken.objects.get()
    assert (row.scopes, row.centre_id) == (["trials:read", "trials:write"], centre.pk)
    assert timezone.localtime(row.expires_at).date() == today(1)
    assert timezone.localtime(row.expires_at).time().isoformat() == "00:00:00"
    assert centre.name in client.get(reverse("tokens")).content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": "x" * 81, "scopes": ["read"]}, "name"),
        ({"name": "x"}, "scopes"),
        ({"name": "x", "scopes": ["admin"]}, "scopes"),
        ({"name": "x", "scopes": ["unheard-of:read"]}, "scopes"),
        ({"name": "x", "scopes": ["read"], "centre": "999999"}, "centre"),
        ({"name": "x", "scopes": ["read"], "expires_on": "2020-01-01"}, "expires_on"),
        ({"name": "x", "scopes": ["read"], "expires_on": "soon"}, "expires_on"),
    ],
)
def test_key_with_a_wrong_field_is_not_made_and_keeps_what_was_typed(client, owner, data, field):
    response = make(client, **data)

    form = response.context["form"]
    assert (response.status_code, list(form.errors), ApiToken.objects.count()) == (422, [field], 0)
    assert form["name"].value() == data["name"]


def test_centre_one_may_not_see_is_no_choice(client):
    client.force_login(made.UserFactory())
    hidden = made.CentreFactory(publication="internal")

    response = make(client, name="x", scopes=["read"], centre=hidden.pk)

    assert (list(response.context["form"].errors), ApiToken.objects.count()) == (["centre"], 0)


def test_scopes_offered_are_those_the_api_asks_for(client, owner):
    choices = dict(client.get(reverse("token_create")).context["form"].fields["scopes"].choices)
    nouns = list(Client().get("/api/v1/").json()["resources"])

    assert sorted(choices) == sorted(
        [
            "read",
            "write",
            *(f"{noun}:{verb}" for noun in nouns for verb in ("read", "write") if noun != "tokens"),
        ]
    )


def test_revoking_refuses_the_next_call_after_a_question(client, owner):
    row, key = token(owner)
    address = reverse("token_revoke", args=[row.pk])
    asked = client.get(address)
    assert (asked.status_code, use(key)) == (200, 200)

    response = client.post(address)

    assert (response.status_code, response["Location"], use(key)) == (302, reverse("tokens"), 401)
    assert "Revoked" in client.get(reverse("tokens")).content.decode()


def test_key_of_somebody_else_is_neither_listed_nor_revoked(client, owner):
    row, key = token(made.StaffFactory(role="coordinator"), name="theirs")

    assert "theirs" not in client.get(reverse("tokens")).content.decode()
    assert client.get(reverse("token_revoke", args=[row.pk])).status_code == 404
    assert client.post(reverse("token_revoke", args=[row.pk])).status_code == 404
    assert use(key) == 200


def test_t04_looking_at_the_pages_makes_and_ends_nothing(client, owner):
    row, key = token(owner)
    for name, args in {
        "tokens": [],
        "token_create": [],
        "tokens_revoke_all": [],
        "token_revoke": [row.pk],
    }.items():
        assert client.get(reverse(name, args=args)).status_code == 200
        assert client.head(reverse(name, args=args)).status_code == 200

    assert (ApiToken.objects.usable().count(), use(key)) == (1, 200)


def test_all_are_revoked_at_once_and_nobody_elses(client, owner):
    keys = [token(owner)[1], token(owner)[1]]
    over, _key = token(owner, expires_at=timezone.now() - timedelta(days=1))
    theirs = token(made.StaffFactory(role="coordinator"))[1]

    response = client.post(reverse("tokens_revoke_all"), follow=True)

    assert "2 keys are revoked." in response.content.decode()
    assert [use(key) for key in [*keys, theirs]] == [401, 401, 200]
    over.refresh_from_db()
    assert over.revoked_at is None
    assert AuditEntry.objects.filter(action="apitoken.revoke", actor=owner).count() == 2


def change_password(client):
    client.post(reverse("account_login"), {"login": "a@example.org", "password": PASSWORD})
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), data, follow=True)


def test_new_password_revokes_nothing_and_the_next_page_offers_to(owner):
    key = token(owner)[1]
    client = Client()

    response = change_password(client)
    address = response.redirect_chain[-1][0]
    page = client.post(address, {"login": "a@example.org", "password": NEW}, follow=True)

    assert use(key) == 200
    assert page.request["PATH_INFO"] == reverse("tokens_revoke_all")
    assert "1 program holds a key of yours." in page.content.decode()


def test_new_password_without_keys_leads_on_to_the_day(owner):
    client = Client()

    address = change_password(client).redirect_chain[-1][0]
    page = client.post(address, {"login": "a@example.org", "password": NEW}, follow=True)

    assert page.request["PATH_INFO"] == "/workspace/"


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(client, owner, count, django_assert_num_queries):
    for _number in range(count):
        token(owner, centre_id=made.CentreFactory().pk)

    with django_assert_num_queries(5):  # session, reader, standing, tokens, centres
        assert client.get(reverse("tokens")).status_code == 200


def test_x01_name_is_text_and_nothing_else(client, owner):
    token(owner, name="<script>alert(1)</script>")

    assert "<script>alert" not in client.get(reverse("tokens")).content.decode()


def test_key_until_the_end_of_time_is_refused(client, owner):
    response = make(client, name="Sensors", scopes=["read"], expires_on="9999-12-31")

    assert (response.status_code, ApiToken.objects.count()) == (422, 0)
