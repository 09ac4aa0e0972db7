"""Do the pages of the workspace do what their buttons say: plan, write a sheet, list, check in, move to another hour?"""

import json

import pytest

from events.models import Event, Registration, Session
from tests.core.resource_contract import client_of
from tests.factories.events import (
    AppearanceFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    SheetTemplateFactory,
    TemplateSectionFactory,
    in_days,
)
from tests.factories.partners import CentreFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
HOURS = {"on": "2027-05-27", "begins": "15:35", "ends": "17:05", "zone": "Europe/Madrid"}
EVENT = {"title": "Quieter vans", "kind": "workshop", "language": "en", "spoken": "English\nCatalà"}


@pytest.fixture
def staff():
    """A coordinator of one centre."""
    return StaffFactory(role="coordinator", centre=CentreFactory())


@pytest.fixture
def centre(staff):
    """Their centre."""
    return staff.appointments.get().centre


def test_event_is_planned_with_its_first_session(staff, centre):
    answer = client_of(staff).post(
        "/workspace/events/new/", {**EVENT, **HOURS, "capacity": "20", "centre": centre.pk}
    )

    session = Session.objects.get()
    assert answer.status_code == 302
    assert (session.event.spoken, session.capacity, session.zone) == (
        ["English", "Català"],
        20,
        "Europe/Madrid",
    )
    assert session.starts_at.isoformat() == "2027-05-27T13:35:00+00:00"
    assert session.event.starts_at == session.starts_at


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"zone": "CET+1"}, "zone"),
        ({"ends": ""}, "ends"),
        ({"on": "2027-03-28", "begins": "02:30", "ends": "04:00"}, "begins"),  # the clocks go forward
    ],
)
def test_hours_that_no_clock_shows_are_refused_with_what_was_typed(staff, centre, changes, field):
    sent = {**EVENT, **HOURS, **changes, "centre": centre.pk}

    answer = client_of(staff).post("/workspace/events/new/", sent)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert b"Quieter vans" in answer.content
    assert Event.objects.count() == 0


def test_session_over_midnight_ends_on_the_next_day(staff, centre):
    event = EventFactory(centre=centre)
    sent = {**HOURS, "begins": "22:00", "ends": "01:30", "title": "Night walk", "language": "en"}

    client_of(staff).post(f"/workspace/events/{event.pk}/sessions/new/", sent)

    session = Session.objects.get()
    assert (session.ends_at - session.starts_at).total_seconds() == 3.5 * 3600


def test_sheet_is_saved_while_written_and_the_second_editor_keeps_both(staff, centre):
    template = TemplateSectionFactory(key="goals", title="Goals", max_words=3, limit_kind="hard").template
    session = SessionFactory(event__centre=centre, template=template)
    client = client_of(staff)
    page = client.get(f"/workspace/sessions/{session.pk}/sheet/")
    assert b'data-limit="3"' in page.content

    answer = client.post(
        f"/workspace/sessions/{session.pk}/sheet/draft/",
        {"goals": "one two three four", "version": session.version},
    )
    saved = json.loads(answer.content)
    stale = client.post(
        f"/workspace/sessions/{session.pk}/sheet/", {"goals": "mine", "version": session.version}
    )

    session.refresh_from_db()
    assert (saved["state"], saved["version"]) == ("saved", session.version)
    assert (stale.status_code, session.texts) == (412, {"goals": "one two three four"})
    assert b"one two three four" in stale.content
    assert b"mine" in stale.content


def test_registrations_are_listed_counted_and_exported_for_who_runs_the_event(staff, centre):
    session = SessionFactory(published=True, event__centre=centre, capacity=2)
    RegistrationFactory(session=session, user=None, name="=SUM(A1)", email="ada@example.org")
    RegistrationFactory(session=session, state="waitlisted")
    address = f"/workspace/sessions/{session.pk}/registrations/"

    page = client_of(staff).get(address)
    table = b"".join(client_of(staff).get(f"{address}?export=csv").streaming_content).decode()

    assert (page.context["seated"], page.context["counts"]["waitlisted"], page.context["count"]) == (1, 1, 2)
    assert "'=SUM(A1),ada@example.org" in table
    legal = StaffFactory(role="legal", centre=centre)
    for reader, status in ((UserFactory(), 403), (legal, 403)):
        assert client_of(reader).get(address).status_code == status


def test_check_in_finds_taps_and_undoes_without_script(staff, centre):
    session = SessionFactory(published=True, event__centre=centre, starts_at=in_days(0.01))
    zoe = RegistrationFactory(session=session, user=None, name="Zoë Àlvarez", email="zoe@example.org")
    RegistrationFactory(session=session)
    client, address = client_of(staff), f"/workspace/sessions/{session.pk}/check-in/"

    found = client.get(f"{address}?who=alvarez")
    assert [row["row"].pk for row in found.context["rows"]] == [zoe.pk]
    tapped = client.post(address, {"registration": zoe.pk, "action": "check_in", "who": "alvarez"})
    assert tapped["Location"] == f"{address}?who=alvarez"
    assert Registration.objects.get(pk=zoe.pk).state == "attended"
    client.post(address, {"registration": zoe.pk, "action": "undo_check_in"})
    assert Registration.objects.get(pk=zoe.pk).state == "confirmed"


def test_nobody_is_checked_in_before_the_day(staff, centre):
    session = SessionFactory(published=True, event__centre=centre, starts_at=in_days(7))
    early = RegistrationFactory(session=session)
    client, address = client_of(staff), f"/workspace/sessions/{session.pk}/check-in/"

    page = client.get(address).content.decode()
    client.post(address, {"registration": early.pk, "action": "check_in"})

    assert "Check-in opens" in page
    assert 'value="check_in"' not in page
    assert Registration.objects.get(pk=early.pk).state == "confirmed"


def test_a03_check_in_of_another_sessions_registration_is_not_there(staff, centre):
    session = SessionFactory(published=True, event__centre=centre)
    foreign = RegistrationFactory()

    answer = client_of(staff).post(
        f"/workspace/sessions/{session.pk}/check-in/", {"registration": foreign.pk, "action": "check_in"}
    )

    foreign.refresh_from_db()
    assert (answer.status_code, foreign.state) == (404, "confirmed")


def test_who_does_not_run_an_event_is_led_to_where_one_registers(staff, centre):
    event = EventFactory(centre=centre, public=True)
    led = f'href="/en/record/{event.reference}/">Programme and registration'

    seen = [
        led in client_of(reader).get(f"/workspace/events/{event.pk}/").content.decode()
        for reader in (UserFactory(), staff)
    ]

    assert seen == [True, False]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", ["events/", "events/{event}/", "sessions/", "sessions/{session}/",
                                  "sessions/{session}/registrations/", "sessions/{session}/check-in/"])  # fmt: skip
def test_pages_cost_the_same_for_one_row_and_three(staff, centre, count, page, django_assert_max_num_queries):
    event = EventFactory(centre=centre, public=True)
    template = SheetTemplateFactory()
    sessions = [
        SessionFactory(event=event, template=template, state="published", published_at=in_days(0))
        for _n in range(count)
    ]
    for session in sessions:
        AppearanceFactory(session=session)
        TemplateSectionFactory(template=template)
        for _number in range(count):
            RegistrationFactory(session=session)
    address = f"/workspace/{page.format(event=event.pk, session=sessions[0].pk)}"
    client = client_of(staff)
    client.get(address)

    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_who_registered_is_looked_for_within_the_session_and_not_everywhere(staff, centre):
    session = SessionFactory(published=True, event__centre=centre, title="Vans and Zeppelins")
    RegistrationFactory(session=session, user=None, name="Zeppelina Camps", email="z@example.org")
    client = client_of(staff)

    everywhere = client.get("/workspace/search/?q=zeppelin")
    cited = client.get(f"/workspace/search/?q={session.reference}")
    by_program = client.get("/api/v1/search/?q=zeppelin")

    assert [group["noun"] for group in everywhere.context["groups"]] == ["session"]
    assert cited["Location"] == f"/workspace/sessions/{session.pk}/"
    assert b"Zeppelina" not in by_program.content
