"""Does a machine act under its own name, sign in nowhere, and stop the moment nobody may answer for it?"""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cic.core.background import notify, sweep
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import ApiToken, AuditEntry, Job, Notification
from partners.models import Machine, User, standing_of
from partners.operations import machines as operations
from partners.operations.organisations import move_organisation
from pilots.models import Idea
from tests.core.resource_contract import client_of
from tests.factories import partners as made
from tests.factories.partners import today
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db
LIST = "/workspace/machines/"


@pytest.fixture
def admin():
    """Who administers an organisation."""
    return made.PartnerFactory(admin=True)


@pytest.fixture
def organisation(admin):
    return admin.memberships.get().organisation


@pytest.fixture
def machine(admin, organisation):
    return operations.make_machine({"name": "Noise sensors", "organisation": organisation}, actor=admin)


def key_of(machine, *scopes):
    """A key of a machine that works till tomorrow, as its program sends it."""
    _token, key = operations.issue_machine_token(
        machine,
        actor=User.objects.get(pk=machine.owner_id),
        name="x",
        scopes=list(scopes or ["read", "write"]),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return Client(headers={"authorization": f"Bearer {key}"})


def status(client):
    return client.get("/api/v1/users/me/").status_code


def test_administrator_makes_one_gives_it_a_key_and_it_acts_under_its_own_name(admin, organisation):
    client = client_of(admin)
    client.post(f"{LIST}new/", {"name": " Noise\r\nsensors ", "organisation": organisation.pk})
    machine = Machine.objects.get()
    response = client.post(
        f"{LIST}{machine.pk}/key/",
        {"name": "Gateway", "scopes": ["write", "read"], "expires_on": today(90)},
        follow=True,
    )
    key = response.content.decode().partition('id="secret"')[2].partition(">")[2].partition("<")[0]
    program = Client(headers={"authorization": f"Bearer {key}"})

    me = program.get("/api/v1/users/me/").json()
    centre = made.CentreFactory(publication="public").pk
    body = json.dumps({"title": "Quieter nights", "organisation": organisation.pk, "centre": centre})
    made_it = program.post("/api/v1/ideas/", body, content_type="application/json")

    assert (me["name"], me["kind"], [row["id"] for row in me["organisations"]]) == (
        "Noise sensors", "machine", [organisation.pk],
    )  # fmt: skip
    assert made_it.status_code == 201, made_it.content
    entry = AuditEntry.objects.get(action="idea.create")
    assert (entry.actor, str(entry.actor)) == (machine.user, "Noise sensors")
    assert AuditEntry.objects.get(action="machine.create").actor == admin
    assert AuditEntry.objects.get(action="apitoken.create").actor == admin


def test_it_signs_in_nowhere(machine):
    user = machine.user
    client = Client()
    client.force_login(user)

    assert client.get("/workspace/").status_code == 302
    assert authenticate(email=user.email, password="") is None
    assert (user.has_usable_password(), user.emailaddress_set.count()) == (False, 0)
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert not any("/password/reset/key/" in str(job.payload) for job in Job.objects.all())


def test_t09_it_changes_neither_its_account_nor_makes_itself_a_key(machine):
    program = key_of(machine)
    etag = program.get("/api/v1/users/me/")["ETag"]

    renamed = program.patch(
        "/api/v1/users/me/",
        '{"name": "Ajuntament"}',
        content_type="application/json",
        headers={"if-match": etag},
    )
    keyed = program.post(
        "/api/v1/tokens/", '{"name": "y", "scopes": ["write"]}', content_type="application/json"
    )

    assert (renamed.status_code, keyed.status_code, ApiToken.objects.count()) == (403, 403, 1)
    assert User.objects.get(pk=machine.user_id).name == "Noise sensors"


def end_membership(machine):
    machine.owner.memberships.update(ends_on=today(-1))


def make_member(machine):
    machine.owner.memberships.update(role="member")


def shut_out(machine):
    User.objects.filter(pk=machine.owner_id).update(is_active=False)


def suspend(machine):
    move_organisation(machine.organisation, "suspend", actor=made.StaffFactory(), note="Unpaid")


def stop(machine):
    operations.set_working(machine, actor=machine.owner, works=False)


@pytest.mark.parametrize("end", [end_membership, make_member, shut_out, suspend, stop])
def test_a07_it_stops_at_once_when_nobody_may_answer_for_it(machine, end):
    program = key_of(machine)
    assert status(program) == 200

    end(machine)

    assert status(program) == 401


def test_another_administrator_takes_it_over_and_it_works_again(machine, organisation):
    program = key_of(machine)
    shut_out(machine)
    successor = made.PartnerFactory(organisation=organisation, admin=True)
    client = client_of(successor)
    assert b"nobody answers for it" in client.get(f"{LIST}{machine.pk}/").content

    client.post(f"{LIST}{machine.pk}/take-over/", {"note": "Ours now"})

    assert status(program) == 200
    entry = AuditEntry.objects.get(action="machine.take_over")
    assert (entry.actor, entry.note) == (successor, "Ours now")


def test_a08_a_machine_of_one_centre_reads_nothing_of_another():
    platform = made.StaffFactory(role="admin")
    mine, other = PilotFactory(), PilotFactory()
    values = {"name": "Dashboard", "role": "auditor", "centre": mine.centre}
    program = key_of(operations.make_machine(values, actor=platform), "read")

    found = [row["id"] for row in program.get("/api/v1/trials/").json()["results"]]

    assert (found, program.get(f"/api/v1/trials/{other.pk}/").status_code) == ([mine.pk], 404)
    platform.appointments.update(ends_on=today(-1))
    assert status(program) == 401


@pytest.mark.parametrize("role", ["coordinator", "secretary", "legal", "editor", "admin", "evaluator", ""])
def test_no_machine_decides_publishes_or_signs(role):
    with pytest.raises(DomainError):
        operations.make_machine({"name": "x", "role": role}, actor=made.StaffFactory(role="admin"))

    assert Machine.objects.count() == User.objects.filter(kind="machine").count() == 0


def test_who_may_not_give_a_thing_makes_no_machine_of_it(admin, organisation):
    theirs = made.OrganisationFactory()
    member = made.PartnerFactory(organisation=organisation)
    refusals = [
        (admin, {"organisation": theirs}),
        (member, {"organisation": organisation}),
        (admin, {"role": "monitor"}),
        (made.StaffFactory(role="monitor"), {"role": "monitor"}),
    ]

    for actor, values in refusals:
        with pytest.raises(NotAllowed):
            operations.make_machine({"name": "x", **values}, actor=actor)

    assert Machine.objects.count() == 0


def test_a01_a_rival_neither_sees_it_nor_its_keys(machine):
    key_of(machine)
    token = ApiToken.objects.get()
    client = client_of(made.PartnerFactory(admin=True))

    answers = [
        client.get(f"{LIST}{machine.pk}/{page}") for page in ("", "key/", "stop/", "start/", "take-over/")
    ]
    answers.append(client.post(f"/workspace/machine-keys/{token.pk}/revoke/"))

    assert {answer.status_code for answer in answers} == {404}
    assert b"Noise sensors" not in client.get(LIST).content
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_member_sees_it_but_not_its_keys_and_changes_nothing(machine, organisation):
    key_of(machine)
    client = client_of(made.PartnerFactory(organisation=organisation))

    page = client.get(f"{LIST}{machine.pk}/").content.decode()

    assert ("Noise sensors" in page, ApiToken.objects.get().hint in page) == (True, False)
    for deed in ("key/", "stop/", "take-over/"):
        assert client.post(f"{LIST}{machine.pk}/{deed}").status_code == 403
    assert client.post(f"/workspace/machine-keys/{ApiToken.objects.get().pk}/revoke/").status_code == 403
    assert User.objects.get(pk=machine.user_id).is_active


def test_t10_a_revoked_key_is_refused_and_the_others_work(machine, admin):
    first, second = key_of(machine), key_of(machine)
    client = client_of(admin)

    client.post(f"/workspace/machine-keys/{ApiToken.objects.order_by('pk').first().pk}/revoke/")

    assert (status(first), status(second)) == (401, 200)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": str(timezone.localdate() + timedelta(days=400))}, "expires_on"),
        ({"scopes": []}, "scopes"),
    ],
)
def test_a_key_without_an_end_in_sight_is_not_made(machine, admin, data, field):
    values = {"name": "x", "scopes": ["read"], "expires_on": today(9), **data}
    response = client_of(admin).post(f"{LIST}{machine.pk}/key/", values)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert ApiToken.objects.count() == 0


def test_people_and_machines_stand_apart(machine):
    client = client_of(made.StaffFactory(role="coordinator"))

    assert b"Noise sensors" not in client.get("/workspace/people/all/").content
    assert b"Noise sensors" in client.get(LIST).content
    rows = client.get("/api/v1/users/?kind=machine").json()["results"]
    assert [(row["id"], row["name"], row["kind"]) for row in rows] == [
        (machine.user_id, "Noise sensors", "machine")
    ]


def test_what_a_machine_would_be_told_its_owner_is_told(machine, admin):
    notify(machine.user, "pilots.idea_received", key="1", reference="I-1", title="x", path="/workspace/")
    sweep()

    assert Notification.objects.get().reader == admin
    assert [message.to for message in mail.outbox] == [[admin.email]]


def test_a_machine_is_no_choice_where_a_person_is_meant(machine):
    staff = made.StaffFactory(role="coordinator")
    pilot = PilotFactory(state="preparing")
    client = client_of(staff)
    etag = client.get(f"/api/v1/trials/{pilot.pk}/")["ETag"]

    response = client.patch(
        f"/api/v1/trials/{pilot.pk}/",
        json.dumps({"monitor": machine.user_id}),
        content_type="application/json",
        headers={"if-match": etag},
    )

    assert response.status_code == 400
    pilot.refresh_from_db()
    assert pilot.monitor_id != machine.user_id


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(count, django_assert_num_queries):
    for _number in range(count):
        made.MachineFactory()
    client = client_of(made.StaffFactory(role="coordinator"))

    with django_assert_num_queries(9):
        page = client.get(LIST)
    assert [str(row.badge[0]) for row in page.context["rows"]] == ["Works"] * count


def test_use_of_a_key_costs_three_queries_more_than_a_persons(machine, django_assert_num_queries):
    program = key_of(machine)
    status(program)

    with django_assert_num_queries(3):
        assert standing_of(User.objects.get(pk=machine.user_id)).member_of == {machine.organisation_id}
    assert Idea.objects.count() == 0


def test_machine_one_too_many_is_neither_made_nor_started_at_any_door(
    machine, admin, organisation, monkeypatch
):
    monkeypatch.setattr(operations, "MACHINES_AT_MOST", 1)
    stop(machine)
    other = operations.make_machine({"name": "Traffic", "organisation": organisation}, actor=admin)
    platform = made.StaffFactory(role="admin")

    page = client_of(admin).post(f"{LIST}{machine.pk}/start/", {"note": ""})
    door = f"/api/v1/users/{machine.user_id}/reactivate/"
    answer = client_of(platform).post(door, {}, content_type="application/json")

    assert "too many machine accounts" in page.content.decode()
    assert (page.status_code, answer.status_code, answer.json()["code"]) == (422, 403, "not_allowed")
    with pytest.raises(DomainError):
        operations.make_machine({"name": "Third", "organisation": organisation}, actor=admin)
    assert [row.user.is_active for row in Machine.objects.order_by("pk")] == [False, True]
    assert AuditEntry.objects.filter(action="user.start").count() == 0
    # What works may be told so once more, and the place of one that stops is free.
    operations.set_working(other, actor=admin, works=True)
    stop(other)
    operations.set_working(machine, actor=admin, works=True)
    assert [row.user.is_active for row in Machine.objects.order_by("pk")] == [True, False]
