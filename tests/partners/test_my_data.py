"""Does a person get what we hold on them, they alone, and does nothing of them stay but what is written down?"""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cic.core.background import enqueue, notify, post_mail, run_job
from cic.core.models import ApiToken, AuditEntry, CalendarKey, IdempotencyKey, Job
from cic.core.personal import declared
from cic.core.tokens import issue_calendar_key, issue_token
from partners.models import DataExport, JoinRequest, Membership, User
from partners.operations import memberships
from partners.operations.erasure import erase_account
from partners.tasks import forget_exports
from tests.factories import ideas
from tests.factories import partners as made
from tests.factories.partners import PASSWORD

pytestmark = pytest.mark.django_db
EMAIL, NAME = "zqxcanary.person@example.org", "Zqxcanary Émile Person"
PAGE, ASK, DELETE = "/workspace/my-data/", "/workspace/my-data/ask/", "/workspace/my-data/delete/"
# What keeps a person's name after they left, and why.
RETAINED = {
    "core.AuditEntry": "evidence of who decided what; kept as long as the law asks",
}


@pytest.fixture(autouse=True)
def _own_media_and_no_limits_left_over(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def person():
    return made.UserFactory(email=EMAIL, name=NAME)


def sign_in(email=EMAIL):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return client


def confirmed(email=EMAIL):
    """Signed in, and asked for the password once more."""
    client = sign_in(email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def run_jobs():
    for pk in list(Job.objects.due().values_list("pk", flat=True)):
        run_job(pk)


def address(client):
    return reverse("my_data_download", args=[DataExport.objects.get().pk])


def status_of(client, path):
    """What is answered there, read to its end."""
    response = client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def copy(client):
    """The files of the copy, read."""
    client.post(ASK)
    run_jobs()
    response = client.get(address(client))
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


# --- the copy -------------------------------------------------------------------------------------------------------


def test_g01_copy_holds_every_declared_kind_and_what_is_the_persons(person):
    token, key = issue_token(actor=person, name="Sensors", scopes=["read"])
    secret = issue_calendar_key(actor=person)
    idea = ideas.IdeaFactory(author=person)
    membership = made.MembershipFactory(user=person, title="Head of noise")
    ideas.IdeaFactory()
    stranger = made.MembershipFactory()

    files = copy(confirmed())

    assert sorted(files) == list(declared())
    assert [(row["email"], row["name"]) for row in files["partners.User"]] == [(EMAIL, NAME)]
    assert [row["email"] for row in files["account.EmailAddress"]] == [EMAIL]
    assert [(row["name"], row["hint"]) for row in files["core.ApiToken"]] == [("Sensors", token.hint)]
    assert [(row["title"], row["as"]) for row in files["partners.Membership"]] == [
        ("Head of noise", ["user"])
    ]
    assert [row["reference"] for row in files["pilots.Idea"]] == [idea.reference]
    assert [row["ip"] for row in files["usersessions.UserSession"]] == ["127.0.0.1"]
    for said in files["partners.User"]:
        assert sorted(said) == sorted(["pk", *declared()["partners.User"].fields])
    text = json.dumps(files)
    assert [word for word in (key, secret, person.password, stranger.user.email) if word in text] == []
    assert membership.organisation.name in text


def test_g01_copy_is_asked_for_and_fetched_after_the_password_only(person):
    client = sign_in()

    asked = client.post(ASK)

    assert (asked.status_code, asked["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
    assert DataExport.objects.count() == 0
    client.post(asked["Location"], {"password": PASSWORD})
    run_jobs()
    path = address(client)
    assert status_of(client, path) == 200

    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**row, "at": row["at"] - 3600} for row in records]
    session.save()
    again = client.get(path)
    assert (again.status_code, again["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")


def test_g01_link_works_in_no_other_session_and_for_nobody_else(person):
    made.UserFactory(email="other@example.org")
    client = confirmed()
    client.post(ASK)
    run_jobs()
    path = address(client)
    progress = path.replace("download", "progress")

    for other in (confirmed(), confirmed("other@example.org")):
        assert [other.get(path).status_code, other.get(progress).status_code] == [404, 404]
        assert other.get(PAGE).context["export"] is None
    assert Client().get(path).status_code == 302
    assert [status_of(client, path), status_of(client, progress)] == [200, 200]


def test_g01_link_is_dead_after_a_day_and_its_file_gone(person, django_capture_on_commit_callbacks):
    client = confirmed()
    client.post(ASK)
    run_jobs()
    export = DataExport.objects.get()
    path, stored = address(client), export.file.name
    DataExport.objects.update(asked_at=timezone.now() - timedelta(hours=24))

    assert status_of(client, path) == 404
    assert client.get(PAGE).context["export"] is None

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_exports() == 1
    assert (DataExport.objects.count(), default_storage.exists(stored)) == (0, False)


def test_g01_new_copy_takes_the_place_of_the_old(person, django_capture_on_commit_callbacks):
    client = confirmed()
    client.post(ASK)
    run_jobs()
    old = DataExport.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(ASK)

    assert DataExport.objects.get().pk != old.pk
    assert not default_storage.exists(old.file.name)
    assert client.get(reverse("my_data_download", args=[old.pk])).status_code == 404


def test_page_shows_progress_then_the_link_and_piece_asks_for_the_page_when_done(person):
    client = confirmed()
    client.post(ASK)
    export = DataExport.objects.get()
    progress = reverse("my_data_progress", args=[export.pk])

    waiting = client.get(PAGE)
    assert waiting.context["progress"]["finished"] is False
    assert f'hx-get="{progress}"' in waiting.content.decode()
    assert "HX-Refresh" not in client.get(progress).headers
    assert client.get(address(client)).status_code == 404
    run_jobs()

    export.refresh_from_db()
    assert (export.done, export.total) == (len(declared()), len(declared()))
    assert client.get(progress)["HX-Refresh"] == "true"
    assert "Fetch the copy" in client.get(PAGE).content.decode()


def test_copy_made_twice_is_kept_once(person):
    client = confirmed()
    client.post(ASK)
    job = Job.objects.get(task="partners.gather_export")
    run_jobs()
    first = DataExport.objects.get().file.name
    Job.objects.filter(pk=job.pk).update(done_at=None, attempts=0)

    run_jobs()

    assert DataExport.objects.get().file.name == first


def test_t04_looking_asks_for_nothing_and_deletes_nobody(person):
    client = confirmed()

    statuses = [ask(path).status_code for path in (PAGE, ASK, DELETE) for ask in (client.get, client.head)]

    assert statuses == [200, 200, 405, 405, 200, 200]
    assert (DataExport.objects.count(), User.objects.get(pk=person.pk).is_active) == (0, True)


def test_page_costs_few_queries(person, django_assert_num_queries):
    client = confirmed()
    client.post(ASK)

    with django_assert_num_queries(4):  # session, reader, copy, standing
        assert client.get(PAGE).status_code == 200


# --- leaving --------------------------------------------------------------------------------------------------------


def leave(client, **data):
    return client.post(DELETE, {"password": PASSWORD, "sure": "on", **data})


def columns_that_name_them():
    """Every column of every model of the database in which address or name stands, sessions read."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        fields = [
            field for field in model._meta.local_concrete_fields if not isinstance(field, models.ForeignKey)
        ]
        if not fields:
            continue
        for row in model._base_manager.values_list(*[field.attname for field in fields]):
            for field, value in zip(fields, row, strict=True):
                if "zqxcanary" in str(value).lower():
                    found.add(f"{model._meta.label}.{field.name}")
    for session in Session.objects.all():
        if "zqxcanary" in str(session.get_decoded()).lower():
            found.add("sessions.Session.session_data")
    return found


def test_g02_nothing_names_a_person_who_left_but_what_is_written_down(person, client):
    colleague = made.PartnerFactory(admin=True)
    organisation = colleague.memberships.get().organisation
    memberships.ask_to_join(organisation, actor=person, message=f"It is me, {NAME}.")
    memberships.add_member(
        {"user": person, "organisation": made.OrganisationFactory(), "title": f"{NAME}, head"},
        actor=made.StaffFactory(role="admin"),
    )
    made.AppointmentFactory(user=person, role="monitor")
    made.TeamMemberFactory(user=person, specialism=f"{NAME} knows noise")
    issue_token(actor=person, name=f"Sensors of {NAME}", scopes=["read"])
    issue_calendar_key(actor=person)
    ideas.IdeaFactory(author=person)
    elsewhere = Client()
    elsewhere.force_login(person)
    web = confirmed()
    copy(web)
    Client().post(reverse("account_reset_password"), {"email": EMAIL})
    notify(
        colleague,
        "partners.join_asked",
        key="x",
        organisation="O",
        person=NAME,
        message=f"By {NAME}",
        path="/",
    )
    post_mail(EMAIL, f"To {NAME}", f"Dear {NAME}")
    failed = enqueue("core.send_text", key="failed", address=EMAIL, subject="s", text="t", event="e")
    Job.objects.filter(pk=failed.pk).update(error=f"550 no such <{EMAIL}>", parked_at=timezone.now())
    IdempotencyKey.objects.create(
        user=colleague, key="k", method="POST", path="/", request_hash="h", body=f'"{NAME}"'
    )
    before = columns_that_name_them()

    response = leave(web)

    assert (response.status_code, "Your account is deleted" in response.content.decode()) == (200, True)
    assert {name.rpartition(".")[0] for name in columns_that_name_them()} == set(RETAINED)
    # A control: the search finds them where they stood.
    assert {
        "partners.User.email", "partners.User.name", "account.EmailAddress.email", "partners.JoinRequest.email",
        "partners.JoinRequest.message", "partners.Membership.title", "partners.TeamMember.specialism",
        "core.ApiToken.name", "core.Notification.context", "core.Job.payload", "core.Job.error", "core.IdempotencyKey.body",
        "sessions.Session.session_data",
    } <= before  # fmt: skip


def test_a07_everything_ends_with_the_account_at_once(person):
    centre = made.CentreFactory()
    made.AppointmentFactory(user=person, role="coordinator", centre=centre)
    made.MembershipFactory(user=person)
    _token, key = issue_token(actor=person, name="x", scopes=["read"])
    feed = f"/calendar/{issue_calendar_key(actor=person)}.ics"
    other, client = sign_in(), sign_in()
    program = Client(headers={"authorization": f"Bearer {key}"})
    assert [program.get("/api/v1/trials/").status_code, Client().get(feed).status_code] == [200, 200]

    leave(client)

    assert [program.get("/api/v1/trials/").status_code, Client().get(feed).status_code] == [401, 404]
    assert [one.get("/workspace/").status_code for one in (client, other)] == [302, 302]
    assert sign_in().get("/workspace/").status_code == 302
    left = User.objects.get(pk=person.pk)
    assert (left.name, left.email, left.is_active) == (
        "Former user",
        f"former-{left.pk}@invalid.example",
        False,
    )
    assert left.has_usable_password() is False
    assert [ApiToken.objects.count(), CalendarKey.objects.count()] == [0, 0]
    assert Membership.objects.current().filter(user=left).count() == 0
    assert left.appointments.current().count() == 0


def test_g02_copy_and_lists_they_asked_for_go_with_their_bytes(person, django_capture_on_commit_callbacks):
    client = confirmed()
    copy(client)
    stored = DataExport.objects.get().file.name
    assert default_storage.exists(stored)

    with django_capture_on_commit_callbacks(execute=True):
        assert leave(client).status_code == 200

    assert (DataExport.objects.count(), default_storage.exists(stored)) == (0, False)


def test_what_they_proposed_stays_by_a_former_user(person):
    idea = ideas.IdeaFactory(author=person)

    leave(sign_in())

    idea.refresh_from_db()
    assert (idea.author_id, str(idea.author)) == (person.pk, "Former user")


def test_erasure_is_audited_without_what_was_erased(person):
    leave(sign_in())

    entry = AuditEntry.objects.get(action="user.erase")
    assert (entry.actor_id, entry.object_label, entry.before, entry.after) == (
        person.pk,
        "Former user",
        {},
        {},
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"password": "wrong battery horse"}, "password"),
        ({"password": ""}, "password"),
        ({"sure": ""}, "sure"),
    ],
)
def test_account_stays_without_the_password_and_the_tick(person, data, field):
    client = sign_in()

    response = leave(client, **data)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert User.objects.get(pk=person.pk).email == EMAIL
    assert client.get("/workspace/").status_code == 200


def test_t02_password_is_not_guessed_here(person, monkeypatch):
    monkeypatch.setattr("cic.core.tally.time.time", lambda: 1_000_000.0)
    client = sign_in()
    for _number in range(5):
        leave(client, password="wrong battery horse")

    response = leave(client)

    assert (response.status_code, User.objects.get(pk=person.pk).email) == (422, EMAIL)
    assert "Too many tries" in response.content.decode()


def test_last_administrator_of_the_platform_stays_until_another_is_there(person):
    made.AppointmentFactory(user=person, role="admin", centre=None)
    client = sign_in()

    refused = leave(client)
    kept = User.objects.get(pk=person.pk)

    assert (refused.status_code, kept.email, kept.is_active) == (422, EMAIL, True)
    assert "This is the last platform administrator. Appoint another one first." in refused.content.decode()
    made.StaffFactory(role="admin")
    assert leave(client).status_code == 200


def test_last_administrator_of_an_organisation_stays_until_another_is_there(person):
    membership = made.MembershipFactory(user=person, role="admin", organisation__name="Quiet Wheels")
    made.MembershipFactory(organisation=membership.organisation)
    made.AppointmentFactory(user=person, role="coordinator")  # staff may end any membership, but not leave so
    client = sign_in()

    refused = leave(client)
    membership.refresh_from_db()

    assert (refused.status_code, membership.ends_on, User.objects.get(pk=person.pk).email) == (
        422,
        None,
        EMAIL,
    )
    assert "You are the last administrator of Quiet Wheels." in refused.content.decode()
    made.MembershipFactory(organisation=membership.organisation, role="admin")
    assert leave(client).status_code == 200


def test_nobody_erases_somebody_else(person):
    from cic.core.errors import NotAllowed

    with pytest.raises(NotAllowed):
        erase_account(person, actor=made.StaffFactory(role="admin"))

    assert User.objects.get(pk=person.pk).email == EMAIL


def test_waiting_request_is_withdrawn_and_mail_to_them_is_not_sent(person):
    request = memberships.ask_to_join(made.OrganisationFactory(), actor=person)
    notify(person, "partners.join_asked", key="y", organisation="O", person="P", message="", path="/")

    leave(sign_in())

    request = JoinRequest.objects.get(pk=request.pk)
    assert (request.state, request.email) == ("withdrawn", f"former-{person.pk}@invalid.example")
    assert Job.objects.open().filter(payload__user_id=person.pk).count() == 0


def test_two_who_share_an_organisation_cannot_both_leave_it_alone(at_once):
    organisation = made.OrganisationFactory()
    both = [made.MembershipFactory(organisation=organisation, role="admin").user for _number in range(2)]

    results = at_once([lambda user=user: erase_account(user, actor=user) for user in both])

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "User"]
    assert Membership.objects.current().filter(organisation=organisation, role="admin").count() == 1
