"""Do a person's deadlines reach their calendar, and nobody else's?"""

import json
import logging
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cic.core.models import AuditEntry, CalendarKey
from cic.core.tokens import issue_calendar_key, revoke_calendar_key
from partners.operations import people as people_operations
from pilots.calculations.calendars import Day, calendar_of
from pilots.models.deadlines import DEADLINES, deadlines_of
from pilots.models.duties import KINDS
from pilots.models.work import work_of
from pilots.operations import trial_parts
from tests.factories import ideas
from tests.factories import partners as people
from tests.factories import trials as made
from tests.factories.partners import StaffFactory, today

pytestmark = pytest.mark.django_db
ODD = [
    "a\r\nATTACH:http://x;y",
    "one, two; three\\n \\ four",
    "é" * 40,
    "x" * 64 + "🚲🚲🚲",
    '"quoted": ; , \n end',
]


def address(user):
    return f"/calendar/{issue_calendar_key(actor=user)}.ics"


def fetch(path):
    response = Client().get(path)
    assert response.status_code == 200
    return Calendar.from_ical(response.content)


def uids(calendar):
    return sorted(str(event["uid"]).partition("@")[0] for event in calendar.walk("VEVENT"))


@pytest.fixture
def pilot():
    """Running, with something of everything that has a date."""
    pilot = made.PilotFactory(running=True, starts_on=today(-30), ends_on=today(40))
    for indicator in pilot.indicators.all():
        made.MeasurementFactory(indicator=indicator, period_start=today(-7), period_end=today(-1))
    return pilot


def test_feed_holds_what_the_person_has_to_keep_in_their_language_with_links_back(pilot):
    monitor = pilot.monitor
    monitor.language = "ca"
    monitor.save()
    late = made.MilestoneFactory(trial=pilot, due_on=today(-3), title="Late")
    soon = made.MilestoneFactory(trial=pilot, due_on=today(10), title="Soon")
    made.MilestoneFactory(trial=pilot, due_on=today(10), done_on=today(-1))
    permit = made.PermitFactory(trial=pilot, valid_to=today(5))
    evaluation = ideas.EvaluationFactory(evaluator=monitor, due_on=today(2))
    people.AppointmentFactory(user=monitor, role="evaluator", centre=evaluation.idea.centre)

    response = Client().get(address(monitor))
    calendar = Calendar.from_ical(response.content)

    expected = [
        f"evaluation-{evaluation.pk}", f"milestone-{late.pk}", f"milestone-{soon.pk}", f"permit-{permit.pk}",
        f"trial-end-{pilot.pk}",
    ]  # fmt: skip
    assert uids(calendar) == sorted(expected)
    event = next(
        row for row in calendar.walk("VEVENT") if str(row["uid"]).startswith(f"milestone-{soon.pk}@")
    )
    assert (event["dtstart"].dt, event["dtend"].dt) == (today(10), today(11))
    assert event["summary"] == f"{pilot.reference} · Soon"
    assert event["url"] == f"http://127.0.0.1:8000{reverse('trial_plan', args=[pilot.pk])}"
    assert str(event["summary"].params["language"]) == "ca"
    assert (response["Content-Type"], response["Content-Language"]) == ("text/calendar; charset=utf-8", "ca")
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert "Set-Cookie" not in response.headers


def test_feed_agrees_with_my_work(pilot):
    made.MilestoneFactory(trial=pilot, due_on=today(-3))
    made.PermitFactory(trial=pilot, valid_to=today(-1))
    coordinator = StaffFactory(role="coordinator", centre=pilot.centre)
    work = work_of(coordinator)
    listed = {task.kind for task in (*work.overdue, *work.mine, *work.expiring) if task.kind in DEADLINES}

    assert {task.kind for task in deadlines_of(coordinator)} == listed
    assert listed == {"milestone_late", "permit_expired", "trial_ends"}


def test_every_kind_of_work_is_a_deadline_or_is_none_for_a_reason():
    waits_on_others = {
        "idea_in_hand", "extension_asked", "measurement_sent", "answer_awaited", "permit_awaited",
        "signature_awaited", "evaluation_awaited",
    }  # fmt: skip
    dated_by_its_past = {
        "approve_measurement", "mend_measurement", "tell_decision", "write_outcome", "decide_poc",
        "confirm_gift", "approve_case", "approve_page", "answer_join", "decide_idea", "assign_idea", "publish_decision",
        "moderate_pending", "moderate_reported",
    }  # fmt: skip
    undated = {
        "answer_invitation", "publish_trial", "publish_outcome", "review_agreement", "sign_agreement",
        "approve_sheet", "mend_sheet", "bring_into_force", "sign_amendment", "amend_into_force",
    }  # fmt: skip

    assert set(DEADLINES) | waits_on_others | dated_by_its_past | undated == set(KINDS)


def test_entry_keeps_its_uid_when_it_becomes_late_and_counts_its_changes(pilot):
    step = made.MilestoneFactory(trial=pilot, due_on=today(10))
    path = address(pilot.monitor)
    for row in (step, pilot):
        type(row).objects.filter(pk=row.pk).update(updated_at=timezone.now() - timedelta(hours=1))

    def entry():
        rows = fetch(path).walk("VEVENT")
        return next(row for row in rows if str(row["uid"]).startswith(f"milestone-{step.pk}@"))

    before = entry()
    assert entry().to_ical() == before.to_ical()
    trial_parts.edit_part(step, {"due_on": today(-1)}, actor=pilot.monitor)
    after = entry()

    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert (before["dtstart"].dt, after["dtstart"].dt) == (today(10), today(-1))


def test_done_milestone_leaves_the_feed(pilot):
    step = made.MilestoneFactory(trial=pilot, due_on=today(10))
    path = address(pilot.monitor)
    assert f"milestone-{step.pk}" in uids(fetch(path))

    trial_parts.edit_part(step, {"done_on": today()}, actor=pilot.monitor)

    assert uids(fetch(path)) == [f"trial-end-{pilot.pk}"]


def test_feed_of_another_person_has_nothing_of_it(pilot):
    made.MilestoneFactory(trial=pilot, due_on=today(1))

    assert uids(fetch(address(people.UserFactory()))) == []
    assert uids(fetch(address(StaffFactory(role="coordinator", centre=people.CentreFactory())))) == []


def day(number, title):
    when = datetime(2026, 11, 1, 8, tzinfo=timezone.get_default_timezone())
    return Day(f"k-{number}", today(number), title, title, "https://x.example/a;b,c?d=é", number, when)


def test_i06_odd_titles_come_back_equal_and_add_nothing():
    body = calendar_of(
        [day(number, title) for number, title in enumerate(ODD)], name=ODD[0], language="ca", host="x.example"
    )
    events = Calendar.from_ical(body).walk("VEVENT")

    lines = body.replace(b"\r\n ", b"").split(b"\r\n")
    assert [str(event["summary"]) for event in events] == [title.replace("\r\n", "\n") for title in ODD]
    assert [str(event["description"]) for event in events] == [title.replace("\r\n", "\n") for title in ODD]
    assert {tuple(sorted(event)) for event in events} == {
        (
            "DESCRIPTION",
            "DTEND",
            "DTSTAMP",
            "DTSTART",
            "LAST-MODIFIED",
            "SEQUENCE",
            "SUMMARY",
            "TRANSP",
            "UID",
            "URL",
        )
    }
    assert [line for line in lines if line.startswith(b"ATTACH")] == []
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        line.decode()  # no letter is cut in two at a fold


@pytest.mark.parametrize("shift", range(4))
def test_i06_emoji_at_byte_75_stays_whole(shift):
    title = "x" * (75 - len("SUMMARY;LANGUAGE=ca:") - shift) + "🚲 end"

    body = calendar_of([day(1, title)], name="n", language="ca", host="x.example")

    assert [str(event["summary"]) for event in Calendar.from_ical(body).walk("VEVENT")] == [title]
    for line in body.split(b"\r\n"):
        line.decode()


def test_i06_controls_leave_the_feed():
    body = calendar_of([day(1, "a\x00b\x0bc\x1fd")], name="n", language="en", host="x.example")

    assert [str(event["summary"]) for event in Calendar.from_ical(body).walk("VEVENT")] == ["abcd"]


def test_i06_odd_title_of_a_milestone_adds_no_property(pilot):
    made.MilestoneFactory(trial=pilot, due_on=today(1), title="a\r\nBEGIN:VEVENT\r\nSUMMARY:b")

    summaries = [str(event["summary"]) for event in fetch(address(pilot.monitor)).walk("VEVENT")]

    assert f"{pilot.reference} · a\nBEGIN:VEVENT\nSUMMARY:b" in summaries
    assert len(summaries) == 2


@pytest.mark.parametrize("end", ["deactivated", "revoked", "renewed", "unknown"])
def test_a07_feed_is_refused_at_once_however_it_ends(pilot, end):
    owner = pilot.monitor
    path = address(owner)
    assert Client().get(path).status_code == 200
    if end == "deactivated":
        people_operations.deactivate_user(owner, actor=StaffFactory(role="admin"))
    elif end == "revoked":
        revoke_calendar_key(actor=owner)
    elif end == "renewed":
        issue_calendar_key(actor=owner)
    else:
        path = f"/calendar/{'0' * 64}.ics"

    response = Client().get(path)

    assert response.status_code == 404
    assert "VCALENDAR" not in response.content.decode()


def test_t04_fetching_and_looking_change_nothing(pilot):
    path = address(pilot.monitor)
    kept = [list(CalendarKey.objects.values()), AuditEntry.objects.count()]
    client = Client()
    client.force_login(pilot.monitor)

    for ask in (client.get, client.head):
        assert [
            ask(one).status_code for one in (path, "/workspace/calendar/", "/workspace/calendar/revoke/")
        ] == [200] * 3
    assert client.post(path).status_code == 405

    assert [list(CalendarKey.objects.values()), AuditEntry.objects.count()] == kept


def test_t10_address_is_shown_once_and_its_secret_is_stored_nowhere(client):
    user = people.UserFactory()
    client.force_login(user)

    response = client.post(reverse("calendar"), follow=True)

    page = response.content.decode()
    shown = page.partition('id="secret"')[2].partition(">")[2].partition("<")[0]
    secret = shown.rpartition("/")[2].removesuffix(".ics")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert uids(fetch(shown.removeprefix("http://127.0.0.1:8000"))) == []
    assert secret not in client.get(reverse("calendar")).content.decode()
    assert secret not in json.dumps(
        [*CalendarKey.objects.values_list(), *AuditEntry.objects.values_list()], default=str
    )


def test_t10_secret_of_a_calendar_address_is_not_logged(pilot, caplog):
    path = address(pilot.monitor)
    caplog.set_level(logging.INFO, "cic.access")

    Client().get(path)
    Client().get(f"/calendar/{'1' * 64}.ics")

    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert ["/calendar/….ics" in line or "/calendar/\\u2026.ics" in line for line in said] == [True, True]
    assert [line for line in said if path.split("/")[2][:-4] in line or "1" * 64 in line] == []


def test_second_address_takes_the_place_of_the_first_and_revoking_ends_it(client):
    user = people.UserFactory()
    client.force_login(user)
    client.post(reverse("calendar"))
    client.post(reverse("calendar"))
    assert CalendarKey.objects.filter(user=user).count() == 1

    response = client.post(reverse("calendar_revoke"))

    assert (response.status_code, CalendarKey.objects.count()) == (302, 0)
    actions = list(AuditEntry.objects.filter(actor=user).values_list("action", flat=True))
    assert actions == [
        "calendarkey.create", "calendarkey.revoke", "calendarkey.create", "calendarkey.revoke"
    ]  # fmt: skip


def test_two_addresses_made_at_once_leave_one(at_once):
    user = people.UserFactory()

    results = at_once(lambda: issue_calendar_key(actor=user), 4)

    assert [type(result) for result in results] == [str] * 4
    assert CalendarKey.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_feed_costs_the_same_for_one_and_three(pilot, count, django_assert_num_queries):
    made.MilestoneFactory.create_batch(count, trial=pilot, due_on=today(4))
    path = address(pilot.monitor)

    # key with its owner, standing, nine of the work
    with django_assert_num_queries(11):
        assert len(fetch(path).walk("VEVENT")) == count + 1


def test_horizon_of_what_comes_up_is_that_of_my_work(pilot):
    made.MilestoneFactory(trial=pilot, due_on=today() + timedelta(days=91))

    assert uids(fetch(address(pilot.monitor))) == [f"trial-end-{pilot.pk}"]
