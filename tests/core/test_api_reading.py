"""Are lists narrow, ordered, paged and cheap, and do they show what the caller may see and nothing else?"""

import base64
import json

import pytest
from django.test import Client

from partners.choices import OrganisationState
from tests.factories.partners import AppointmentFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"


@pytest.fixture
def coordinator(client):
    user = AppointmentFactory(role="coordinator").user
    client.force_login(user)
    return user


def ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def walk(client, address):
    """All pages from `address` on, and back again from the last one."""
    pages, back = [], []
    while address:
        body = client.get(address).json()
        pages.append([row["id"] for row in body["results"]])
        address, last = body["next"], body
    address = last["previous"]
    while address:
        body = client.get(address).json()
        back.append([row["id"] for row in body["results"]])
        address = body["previous"]
    return pages, back


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_cost_does_not_grow(client, item_count, django_assert_num_queries):
    OrganisationFactory.create_batch(item_count)

    with django_assert_num_queries(1):
        response = client.get(LIST)

    assert len(response.json()["results"]) == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_someone_signed_in_takes_four_queries(
    client, coordinator, item_count, django_assert_num_queries
):
    OrganisationFactory.create_batch(item_count)

    with django_assert_num_queries(4):  # session, user, standing, page
        response = client.get(LIST)

    assert len(response.json()["results"]) == item_count


def test_detail_of_someone_signed_in_takes_four_queries(client, coordinator, django_assert_num_queries):
    company = OrganisationFactory()

    with django_assert_num_queries(4):  # session, user, standing, row
        response = client.get(f"{LIST}{company.pk}/")

    assert response.json()["name"] == company.name


def test_list_holds_what_the_caller_may_see_and_counts_no_more(client):
    seen, hidden = OrganisationFactory(), OrganisationFactory(state=OrganisationState.PENDING)

    response = client.get(LIST + "?count=true")

    assert (ids(response), response.json()["count"]) == ([seen.pk], 1)
    member = MembershipFactory(organisation=hidden).user
    client.force_login(member)
    assert client.get(LIST + "?count=true").json()["count"] == 2


def test_list_and_detail_say_the_same(client, coordinator):
    company = OrganisationFactory(contact_email="ada@example.org")

    row = client.get(LIST).json()["results"][0]
    record = client.get(f"{LIST}{company.pk}/").json()

    assert row == record
    assert record["created_at"].endswith("Z")
    assert record["state_label"] == "Verified"


def test_list_shows_only_the_fields_asked_for(client):
    company = OrganisationFactory()

    assert client.get(LIST + "?fields=name,id").json()["results"] == [
        {"id": company.pk, "name": company.name}
    ]
    assert client.get(f"{LIST}{company.pk}/?fields=name").json() == {"name": company.name}
    assert client.get(LIST + "?fields=name,search_text").status_code == 400
    assert client.get(f"{LIST}{company.pk}/?fields=").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "owner=1", "name__startswith=a", "merged_into__name=x", "q[s]=1", "ordering=name", "page=2", "format=html",
        "search_text=a", "contact_email=a", "fields__x=1",
    ],
)  # fmt: skip
def test_l03_unknown_parameter_is_refused_by_name(client, query):
    OrganisationFactory(contact_email="a@example.org")

    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 400
    assert response.json()["code"] == "unknown_parameter"
    assert [error["parameter"] for error in response.json()["errors"]] == [query.split("=")[0]]


@pytest.mark.parametrize(
    "order", ["search_text", "-password", "merged_into__contact_email", "name,id", "", "pk", "?"]
)
def test_l02_order_by_anything_undeclared_is_refused(client, order):
    response = client.get(LIST, {"order": order})

    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "order")


def test_confidential_field_does_not_exist_for_who_may_not_read_it(client):
    company = OrganisationFactory(contact_email="canary@example.org")

    assert "contact_email" not in client.get(LIST).json()["results"][0]
    assert "contact_email" not in client.get(f"{LIST}{company.pk}/").json()
    assert client.get(LIST + "?order=contact_email").status_code == 400
    assert client.get(LIST + "?fields=contact_email").status_code == 400
    assert client.get(LIST + "?contact_email=canary@example.org").status_code == 400
    assert client.get(LIST + "?search=canary").json()["results"] == []


def test_confidential_field_is_there_for_who_may_read_it(client, coordinator):
    company = OrganisationFactory(contact_email="canary@example.org")
    OrganisationFactory(contact_email="other@example.org")

    assert ids(client.get(LIST + "?contact_email=canary@example.org&order=contact_email")) == [company.pk]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("state=banana", "state"),
        ("merged=perhaps", "merged"),
        ("version_min=1e999999", "version"),
        ("version_max=" + "9" * 5000, "version"),
        ("version_min=NaN", "version"),
        ("created_at_after=9999-12-31T23:59:59-11:00", "created_at"),
        ("created_at_after=0001-01-01T00:00:00%2B14:00", "created_at"),
        ("created_at_before=tomorrow", "created_at"),
        ("merged_into=99999999999999999999999", None),
        ("merged_into=x", "merged_into"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("count=yes", "count"),
        ("search=" + "a" * 50_000, "search"),
        ("search=a%00b", "search"),
    ],
)
def test_i10_parameter_out_of_range_is_refused(client, query, wrong):
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 400
    if wrong:
        assert [error["parameter"] for error in response.json()["errors"]] == [wrong]


def test_filters_narrow(client, coordinator):
    first = OrganisationFactory(state=OrganisationState.PENDING, helix="academia")
    second = OrganisationFactory(helix="academia")
    OrganisationFactory()

    assert ids(client.get(LIST + "?helix=academia&order=id")) == [first.pk, second.pk]
    assert ids(client.get(LIST + "?state=pending&state=verified&helix=academia&order=-id")) == [
        second.pk,
        first.pk,
    ]
    assert ids(client.get(LIST + "?version_min=1&version_max=1&helix=academia&state=pending")) == [first.pk]


def test_filter_by_relation_offers_only_what_the_caller_sees(client):
    hidden = OrganisationFactory(state=OrganisationState.PENDING)
    shown = OrganisationFactory()
    merged = OrganisationFactory(merged_into=shown)

    assert ids(client.get(f"{LIST}?merged_into={shown.pk}")) == [merged.pk]
    refused = client.get(f"{LIST}?merged_into={hidden.pk}")
    unknown = client.get(f"{LIST}?merged_into=999")
    assert refused.status_code == unknown.status_code == 400
    assert refused.json()["detail"].replace(str(hidden.pk), "999") == unknown.json()["detail"]


@pytest.mark.parametrize(
    "order", ["id", "-id", "name", "-name", "created_at", "merged_into", "-merged_into", "version"]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
def test_cursor_walks_every_row_once_and_back(client, order, limit):
    target = [OrganisationFactory(name=name) for name in ("Alfa", "Zeta")]
    for number in range(6):
        OrganisationFactory(name=f"Name {number % 2}", merged_into=target[number % 2] if number < 3 else None)

    pages, back = walk(client, f"{LIST}?order={order}&limit={limit}")

    found = [pk for page in pages for pk in page]
    assert sorted(found) == sorted({*found})
    assert len(found) == 8
    assert list(reversed(back)) == pages[:-1]


def test_order_puts_empty_values_last_in_both_directions(client):
    target = OrganisationFactory()
    merged = OrganisationFactory(merged_into=target)

    assert ids(client.get(LIST + "?order=merged_into")) == [merged.pk, target.pk]
    assert ids(client.get(LIST + "?order=-merged_into")) == [merged.pk, target.pk]


def test_w06_rows_that_come_and_go_are_neither_repeated_nor_missed(client):
    rows = OrganisationFactory.create_batch(6)
    first = client.get(LIST + "?order=id&limit=2").json()

    rows[0].delete()
    rows[1].delete()
    rows[3].delete()
    OrganisationFactory()
    rest = [row["id"] for page in walk_bodies(client, first["next"]) for row in page["results"]]

    assert rest == [rows[2].pk, rows[4].pk, rows[5].pk, rows[5].pk + 1]


def walk_bodies(client, address):
    while address:
        body = client.get(address).json()
        yield body
        address = body["next"]


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%00", "é", "AAAA", "W10", encoded(["name", False, "a"]), encoded(["id", False, None, 1]),
        encoded(["-name", False, "a", 1]), encoded(["name", "x", "a", 1]), encoded(["name", False, {"a": 1}, 1]),
        encoded(["name", False, "a", 10**30]), encoded(["name", False, "a", "1; drop"]),
        encoded(["name", False, "a\x00", 1]), "a" * 5000,
    ],
)  # fmt: skip
def test_damaged_cursor_is_refused(client, cursor):
    response = client.get(LIST, {"order": "name", "cursor": cursor})

    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "cursor")


def test_links_name_the_configured_host(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    OrganisationFactory.create_batch(2)

    response = client.get(LIST + "?limit=1&helix=industry", headers={"host": "evil.example"})

    following = response.json()["next"]
    assert following.startswith("http://127.0.0.1:8000/api/v1/specimens/?limit=1&helix=industry&cursor=")
    assert response["Link"] == f'<{following}>; rel="next"'


def test_a01_what_one_may_not_see_looks_like_what_is_not_there(client):
    hidden = OrganisationFactory(state=OrganisationState.PENDING, name="Canary")
    client.force_login(UserFactory())
    addresses = ["", "moves/", "history/"]

    for method in ("get", "head", "options", "patch", "delete"):
        for rest in addresses if method in ("get", "head") else [""]:
            answers = [
                getattr(client, method)(f"{LIST}{pk}/{rest}", content_type="application/json")
                for pk in (hidden.pk, hidden.pk + 5)
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert shape(answers[0]) == shape(answers[1])


def shape(response):
    """Everything about an answer that may not differ."""
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    body = response.json() if response.content else {}
    return headers, {key: value for key, value in body.items() if key not in ("instance", "request_id")}


def test_etag_follows_the_version_and_what_is_shown(client, coordinator):
    company = OrganisationFactory()
    first = client.get(f"{LIST}{company.pk}/")

    again = client.get(f"{LIST}{company.pk}/", headers={"if-none-match": first["ETag"]})
    less = client.get(f"{LIST}{company.pk}/?fields=name", headers={"if-none-match": first["ETag"]})

    assert first["ETag"].startswith(f'"organisation-{company.pk}-1-')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert less.status_code == 200


def test_not_modified_is_never_said_to_who_may_not_see(client):
    hidden = OrganisationFactory(state=OrganisationState.PENDING)
    staff = Client()
    staff.force_login(AppointmentFactory(role="coordinator").user)
    tag = staff.get(f"{LIST}{hidden.pk}/")["ETag"]

    assert client.get(f"{LIST}{hidden.pk}/", headers={"if-none-match": tag}).status_code == 404
    assert client.get(f"{LIST}{hidden.pk}/", headers={"if-none-match": "*"}).status_code == 404


def test_c01_answers_say_what_they_depend_on(client, coordinator):
    OrganisationFactory()

    mine = client.get(LIST)
    public = Client().get(LIST)

    assert mine["Cache-Control"] == "private, no-store"
    assert public["Cache-Control"] == "public, max-age=30"
    assert {"Accept-Language", "Authorization", "Cookie"} <= set(public["Vary"].split(", "))


def test_root_lists_the_nouns(client):
    body = client.get("/api/v1/").json()

    assert body["resources"]["specimens"] == "http://127.0.0.1:8000/api/v1/specimens/"
    assert set(body["resources"]) == {"specimens", "relics", "tokens"}
