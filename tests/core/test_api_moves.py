"""Does the API list the moves that are open, make them, refuse the others, and tell the way a record went?"""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cic.core.models import AuditEntry, StageChange
from partners.choices import OrganisationState
from tests.factories.partners import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.specimen")]
LIST = "/api/v1/specimens/"


@pytest.fixture
def staff():
    client = Client()
    client.user = AppointmentFactory(role="coordinator").user
    client.force_login(client.user)
    return client


@pytest.fixture
def pending():
    return OrganisationFactory(state=OrganisationState.PENDING, country="")


def post(client, address, data=None, **headers):
    return client.post(address, json.dumps(data or {}), content_type="application/json", headers=headers)


def test_moves_lists_what_is_open_to_the_caller(staff, client, pending):
    verified = OrganisationFactory()

    assert staff.get(f"{LIST}{pending.pk}/moves/").json() == {
        "results": [
            {
                "name": "verify",
                "label": "Verify",
                "allowed": True,
                "blockers": [],
                "needs": ["country"],
                "asks": ["website"],
                "note_required": False,
            }
        ]
    }
    assert client.get(f"{LIST}{verified.pk}/moves/").json() == {"results": []}


def test_move_is_made_with_what_it_needs(staff, pending):
    address = f"{LIST}{pending.pk}/moves/verify/"
    data = {
        "note": "Seen the register",
        "authority": "Register 12",
        "effective_at": "2026-03-01T10:00:00+01:00",
        "changes": {"country": "ES", "website": "https://example.org"},
    }

    response = post(staff, address, data)

    assert (response.status_code, response.json()["state"], response.json()["version"]) == (
        200,
        "verified",
        2,
    )
    assert response["ETag"].startswith(f'"organisation-{pending.pk}-2-')
    stage = StageChange.objects.get()
    assert (stage.reason, stage.authority, stage.actor) == ("Seen the register", "Register 12", staff.user)
    assert stage.effective_at.isoformat() == "2026-03-01T09:00:00+00:00"


def test_move_that_lacks_something_says_what(staff, pending):
    response = post(staff, f"{LIST}{pending.pk}/moves/verify/")

    body = response.json()
    assert (response.status_code, body["code"]) == (409, "incomplete")
    assert body["blockers"] == ["Missing: country."]
    assert [error["pointer"] for error in body["errors"]] == ["#/changes/country"]
    assert StageChange.objects.count() == 0


VERIFIED = {"changes": {"country": "ES"}}


@pytest.mark.parametrize(
    ("data", "pointers"),
    [
        ({"changes": {"country": "ESP"}}, ["#/changes/country"]),
        (
            {"changes": {"country": "ES", "state": "verified", "name": "x"}},
            ["#/changes/state", "#/changes/name"],
        ),
        ({"changes": {"country": ["ES"]}}, ["#/changes/country"]),
        ({"reason": "x"}, ["#/reason"]),
        ({"effective_at": "yesterday"}, ["#/effective_at"]),
        ({"effective_at": "0001-01-01T00:20:00Z", **VERIFIED}, ["#/effective_at"]),
        ({"effective_at": "9999-12-31T20:00:00Z", **VERIFIED}, ["#/effective_at"]),
        ({"effective_at": "2300-01-01T00:00:00Z", **VERIFIED}, ["#/effective_at"]),
        ({"changes": "x"}, ["#/changes"]),
    ],
)
def test_move_with_a_wrong_body_is_400(staff, pending, data, pointers):
    response = post(staff, f"{LIST}{pending.pk}/moves/verify/", data)

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == pointers
    pending.refresh_from_db()
    assert (pending.state, pending.version) == ("pending", 1)


def test_k07_move_that_is_to_come_is_refused_and_changes_nothing(staff, pending):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    response = post(staff, f"{LIST}{pending.pk}/moves/verify/", {"effective_at": tomorrow, **VERIFIED})

    assert [error["pointer"] for error in response.json()["errors"]] == ["#/effective_at"]
    pending.refresh_from_db()
    assert (response.status_code, pending.state, StageChange.objects.count()) == (400, "pending", 0)


def test_a09_move_by_somebody_else_or_out_of_order_changes_nothing(client, staff):
    verified = OrganisationFactory()
    address = f"{LIST}{verified.pk}/moves/"

    assert post(client, f"{address}suspend/", {"note": "x"}).status_code == 401
    client.force_login(UserFactory())
    assert post(client, f"{address}suspend/", {"note": "x"}).status_code == 403
    assert post(staff, f"{address}verify/").json()["code"] == "wrong_state"
    assert post(staff, f"{address}delete/").status_code == 404
    assert post(staff, f"{address}suspend/").json()["errors"][0]["pointer"] == "#/note"
    verified.refresh_from_db()
    assert (verified.state, verified.version, AuditEntry.objects.count()) == ("verified", 1, 0)


def test_move_with_an_old_if_match_is_412(staff, pending):
    headers = {"if-match": f'"organisation-{pending.pk}-7"'}

    response = post(staff, f"{LIST}{pending.pk}/moves/verify/", {"changes": {"country": "ES"}}, **headers)

    assert response.status_code == 412


def test_get_on_a_move_is_405_and_changes_nothing(staff, pending):
    assert staff.get(f"{LIST}{pending.pk}/moves/verify/").status_code == 405


def test_history_shows_stages_to_readers_and_the_log_to_who_may_read_it(staff, client, pending):
    post(
        staff, f"{LIST}{pending.pk}/moves/verify/", {"note": "internal canary", "changes": {"country": "ES"}}
    )
    admin = Client()
    admin.force_login(AppointmentFactory(role="admin").user)

    public = client.get(f"{LIST}{pending.pk}/history/").json()
    full = admin.get(f"{LIST}{pending.pk}/history/").json()

    assert [(stage["from_state"], stage["to_state"]) for stage in public["stages"]] == [
        ("pending", "verified")
    ]
    assert "canary" not in json.dumps(public)
    assert "changes" not in public
    assert full["stages"][0]["reason"] == "internal canary"
    assert [change["action"] for change in full["changes"]] == ["organisation.verify"]
    assert full["changes"][0]["after"]["state"] == "verified"


def test_history_cost_does_not_grow(staff, pending, django_assert_max_num_queries):
    post(staff, f"{LIST}{pending.pk}/moves/verify/", {"changes": {"country": "ES"}})

    with django_assert_max_num_queries(6):
        staff.get(f"{LIST}{pending.pk}/history/")
