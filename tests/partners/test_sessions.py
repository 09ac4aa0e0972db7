"""Does a person see where they are signed in, and end what is not theirs?"""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cic.core.background.jobs import tidy
from cic.sessions import browser_of
from tests.factories import partners as made
from tests.factories.partners import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def person():
    return made.UserFactory(email="a@example.org")


def sign_in(user, agent=FIREFOX, address="192.0.2.7"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302
    return client


def listed(client):
    return [(row.browser, row.ip, row.here) for row in client.get(PAGE).context["sessions"]]


def is_in(client):
    return client.get("/workspace/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_browser_is_named_as_people_call_it(agent, words):
    assert browser_of(agent) == words


def test_page_lists_each_sign_in_with_this_one_first(person):
    other = sign_in(person, EDGE, "198.51.100.3")
    here = sign_in(person)
    sign_in(made.UserFactory())

    assert listed(here) == [("Firefox, Linux", "192.0.2.7", True), ("Edge, Windows", "198.51.100.3", False)]
    assert listed(other)[0] == ("Edge, Windows", "198.51.100.3", True)


def test_all_others_end_at_once_and_this_one_stays(person):
    others = [sign_in(person, EDGE), sign_in(person, EDGE)]
    stranger = sign_in(made.UserFactory())
    here = sign_in(person)

    response = here.post(PAGE)

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert [is_in(client) for client in [*others, here, stranger]] == [False, False, True, True]
    assert listed(here) == [("Firefox, Linux", "192.0.2.7", True)]


def test_one_of_the_others_ends_alone(person):
    first, second = sign_in(person, EDGE), sign_in(person, EDGE)
    here = sign_in(person)
    row = UserSession.objects.get(session_key=first.session.session_key)

    here.post(PAGE, {"end": row.pk})

    assert [is_in(client) for client in (first, second, here)] == [False, True, True]


@pytest.mark.parametrize("end", ["theirs", "mine", "none", "x"])
def test_nothing_else_can_be_ended(person, end):
    theirs, mine, here = sign_in(made.UserFactory()), sign_in(person), sign_in(person)
    ids = {
        "theirs": UserSession.objects.get(session_key=theirs.session.session_key).pk,
        "mine": UserSession.objects.get(session_key=here.session.session_key).pk,
        "none": 0,
    }

    response = here.post(PAGE, {"end": ids.get(end, end)})

    assert response.status_code == 302
    assert [is_in(client) for client in (theirs, mine, here)] == [True] * 3


def test_t04_looking_ends_nothing(person):
    other, here = sign_in(person), sign_in(person)
    before = UserSession.objects.count()

    assert [here.get(PAGE).status_code, here.head(PAGE).status_code, is_in(other)] == [200, 200, True]
    assert UserSession.objects.count() == before


def test_sign_in_from_before_is_listed_as_this_one(person):
    client = Client(headers={"user-agent": FIREFOX})
    client.force_login(person)

    assert listed(client) == [("Firefox, Linux", "127.0.0.1", True)]


def test_sign_in_that_a_new_password_ended_is_not_listed(person):
    sign_in(person, EDGE)
    person.set_password("wrong battery horse staple")
    person.save()
    client = Client(headers={"user-agent": FIREFOX})
    client.force_login(person)

    assert listed(client) == [("Firefox, Linux", "127.0.0.1", True)]


def test_traces_of_a_sign_in_go_with_its_session(person):
    gone, here = sign_in(person), sign_in(person)
    Session.objects.filter(session_key=gone.session.session_key).delete()

    tidy()

    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


def test_page_is_for_who_is_signed_in(client):
    response = client.get(PAGE)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={PAGE}")


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(person, count, django_assert_num_queries):
    for _number in range(count):
        sign_in(person, EDGE)
    here = sign_in(person)

    with django_assert_num_queries(4):  # session, reader, sign-ins, their sessions
        assert len(listed(here)) == count + 1


def test_x01_user_agent_is_text_and_nothing_else(person):
    client = sign_in(person, "<script>alert(1)</script>")

    assert "<script>alert" not in client.get(PAGE).content.decode()
