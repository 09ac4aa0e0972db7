"""Does every write go through its operation, on the version that was read, with nothing set that may not be?"""

import json

import pytest
from django.test import Client

from cic.core.models import AuditEntry
from partners.choices import OrganisationState
from partners.models import Organisation
from tests.factories.partners import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"


@pytest.fixture
def staff():
    client = Client()
    client.user = AppointmentFactory(role="coordinator").user
    client.force_login(client.user)
    return client


def send(client, method, address, data, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return getattr(client, method)(
        address, json.dumps(data), content_type="application/json", headers=headers
    )


def test_create_records_and_says_where(staff):
    response = send(staff, "post", LIST, {"name": "Mar Blau", "country": "ES"})

    company = Organisation.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"http://127.0.0.1:8000{LIST}{company.pk}/"
    assert response["ETag"].startswith(f'"organisation-{company.pk}-1-')
    assert response.json()["name"] == company.name == "Mar Blau"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("organisation.create", staff.user)


def test_create_by_nobody_is_401(client):
    response = send(client, "post", LIST, {"name": "Mar Blau"})

    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert response["Content-Type"] == "application/problem+json"
    assert Organisation.objects.count() == 0


def test_visible_but_not_allowed_is_403(client):
    company = OrganisationFactory()
    client.force_login(UserFactory())

    response = send(client, "patch", f"{LIST}{company.pk}/", {"name": "Mine"}, if_match="*")

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    company.refresh_from_db()
    assert (company.version, AuditEntry.objects.count()) == (1, 0)


def test_r06_edit_without_if_match_is_428_and_with_an_old_one_412(staff):
    company = OrganisationFactory()
    address = f"{LIST}{company.pk}/"
    tag = staff.get(address)["ETag"]

    assert send(staff, "patch", address, {"name": "One"}).status_code == 428
    done = send(staff, "patch", address, {"name": "One"}, if_match=tag)
    late = send(staff, "patch", address, {"name": "Two"}, if_match=tag)
    weak = send(staff, "patch", address, {"name": "Two"}, if_match=f"W/{done['ETag']}")

    assert (done.status_code, done.json()["name"], done.json()["version"]) == (200, "One", 2)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert weak.status_code == 412
    company.refresh_from_db()
    assert (company.name, company.version) == ("One", 2)


def test_r06_tag_of_another_representation_of_the_version_will_do(staff):
    company = OrganisationFactory()
    tag = staff.get(f"{LIST}{company.pk}/?fields=name", headers={"accept-language": "ca"})["ETag"]

    assert send(staff, "patch", f"{LIST}{company.pk}/", {"name": "One"}, if_match=tag).status_code == 200


def test_edit_that_changes_nothing_writes_nothing(staff):
    company = OrganisationFactory(name="Same")

    response = send(staff, "patch", f"{LIST}{company.pk}/", {"name": "Same"}, if_match="*")

    assert (response.status_code, response.json()["version"], AuditEntry.objects.count()) == (200, 1, 0)


@pytest.mark.parametrize(
    "field",
    [
        "id",
        "state",
        "version",
        "created_at",
        "merged_into",
        "search_text",
        "is_staff",
        "owner",
        "name__startswith",
        "a/b",
    ],
)
def test_t09_fields_that_cannot_be_set_are_refused_by_name(staff, field):
    company = OrganisationFactory(state=OrganisationState.PENDING)

    for method, address in (("post", LIST), ("patch", f"{LIST}{company.pk}/")):
        response = send(staff, method, address, {"name": "New", field: 1, "other": 2}, if_match="*")

        pointers = [error["pointer"] for error in response.json()["errors"]]
        assert response.status_code == 400
        assert pointers == ["#/" + field.replace("/", "~1"), "#/other"]
    company.refresh_from_db()
    assert (Organisation.objects.count(), company.version, company.state) == (1, 1, "pending")


def test_i08_every_mistake_is_named_at_once(staff):
    response = send(
        staff, "post", LIST, {"helix": "banana", "website": "javascript:alert(1)", "_connector": "OR"}
    )

    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} == {
        "#/name", "#/helix", "#/website", "#/_connector",
    }  # fmt: skip


def test_confidential_field_cannot_be_written_by_who_may_not_read_it(client):
    client.force_login(UserFactory())

    response = send(client, "post", LIST, {"name": "New", "contact_email": "a@example.org"})

    assert [error["pointer"] for error in response.json()["errors"]] == ["#/contact_email"]


def test_remove_takes_if_match(staff):
    company = OrganisationFactory()
    address = f"{LIST}{company.pk}/"

    assert staff.delete(address).status_code == 428
    assert staff.delete(address, headers={"if-match": '"organisation-1-9"'}).status_code == 412
    assert staff.delete(address, headers={"if-match": staff.get(address)["ETag"]}).status_code == 204
    assert Organisation.objects.count() == 0


def test_upsert_makes_then_edits_then_writes_nothing(staff):
    address = f"{LIST}by-external-id/erp/A-1/"

    made = send(staff, "put", address, {"name": "One"})
    again = send(staff, "put", address, {"name": "One"})
    edited = send(staff, "put", address, {"name": "Two"})

    assert [made.status_code, again.status_code, edited.status_code] == [201, 200, 200]
    assert (made.json()["source"], made.json()["external_id"]) == ("erp", "A-1")
    assert [made.json()["version"], again.json()["version"], edited.json()["version"]] == [1, 1, 2]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "organisation.create",
        "organisation.edit",
    ]


def test_upsert_of_what_one_may_not_see_is_refused(client):
    hidden = OrganisationFactory(state=OrganisationState.PENDING, source="erp", external_id="A-1")
    client.force_login(UserFactory())

    response = send(client, "put", f"{LIST}by-external-id/erp/A-1/", {"name": "Mine"})

    assert (response.status_code, response.json()["code"]) == (409, "duplicate")
    hidden.refresh_from_db()
    assert (hidden.version, Organisation.objects.count()) == (1, 1)


def test_upsert_of_a_name_with_control_characters_is_404(staff):
    assert send(staff, "put", f"{LIST}by-external-id/erp/a%00b/", {"name": "x"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_r03_same_upsert_eight_times_at_once_makes_one(at_once):
    user = AppointmentFactory(role="coordinator").user

    def put():
        client = Client()
        client.force_login(user)
        return send(client, "put", f"{LIST}by-external-id/erp/A-1/", {"name": "One"}).status_code

    statuses = at_once(put, 8)

    assert sorted(statuses) == [200] * 7 + [201]
    assert Organisation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_r06_eight_edits_of_one_version_have_one_winner(at_once):
    user = AppointmentFactory(role="coordinator").user
    company = OrganisationFactory()
    address = f"{LIST}{company.pk}/"
    client = Client()
    client.force_login(user)
    tag = client.get(address)["ETag"]

    def patch(number):
        own = Client()
        own.force_login(user)
        return send(own, "patch", address, {"name": f"Name {number}"}, if_match=tag).status_code

    statuses = at_once([lambda number=number: patch(number) for number in range(8)])

    assert sorted(statuses) == [200] + [412] * 7
    assert AuditEntry.objects.filter(action="organisation.edit").count() == 1


def test_action_that_is_not_offered_is_405(staff):
    company = OrganisationFactory()

    for method, address in (
        ("post", "/api/v1/relics/"),
        ("patch", f"/api/v1/relics/{company.pk}/"),
        ("put", LIST),
    ):
        response = send(staff, method, address, {"name": "x"}, if_match="*")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
        assert "GET" in response["Allow"]
    assert staff.get(f"/api/v1/relics/{company.pk}/moves/").status_code == 404


def test_l06_options_names_methods_and_no_field(client, staff):
    anonymous, known = client.options(LIST), staff.options(LIST)

    assert (anonymous.status_code, anonymous.content) == (204, b"")
    assert anonymous["Allow"] == "GET, HEAD, OPTIONS"
    assert known["Allow"] == "GET, POST, HEAD, OPTIONS"
