"""What does anybody see of events, how do they register, and what goes into their calendar?"""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.cache import cache
from icalendar import Calendar

from cic.core.background import sweep
from events.calculations.calendars import Meeting, calendar_of
from events.forms import RescheduleForm
from events.forms.fields import hours_of
from events.models import Registration
from tests.core.resource_contract import client_of
from tests.factories.cms import make_site
from tests.factories.events import (
    AppearanceFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    in_days,
)
from tests.factories.partners import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db):
    """The public pages."""
    make_site()
    yield
    cache.clear()


def meeting(**values):
    """A meeting in Barcelona, in the week in which the clocks go back."""
    given = {
        "key": "S-2027-001", "title": "Vans", "text": "", "starts_at": datetime(2027, 10, 29, 14, tzinfo=UTC),
        "ends_at": datetime(2027, 10, 29, 15, tzinfo=UTC), "zone": "Europe/Madrid", "place": "Here",
        "url": "https://example.org/", "version": 3, "changed_at": datetime(2027, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return Meeting(**{**given, **values})


def read(*meetings):
    """What a calendar program makes of them."""
    body = calendar_of(meetings, name="Vans", language="en", host="example.org")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    return Calendar.from_ical(body), body


def test_d02_hours_stand_in_an_iana_zone_with_its_rules_across_the_change_of_hour():
    summer = meeting()
    winter = meeting(
        key="S-2027-002",
        starts_at=datetime(2027, 11, 5, 15, tzinfo=UTC),
        ends_at=datetime(2027, 11, 5, 16, tzinfo=UTC),
    )

    calendar, body = read(summer, winter)

    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Madrid"]
    assert {part.name for zone in calendar.walk("VTIMEZONE") for part in zone.subcomponents} == {
        "STANDARD",
        "DAYLIGHT",
    }
    # The same hour on the wall before and after.
    assert b"DTSTART;TZID=Europe/Madrid:20271029T160000" in body
    assert b"DTSTART;TZID=Europe/Madrid:20271105T160000" in body
    starts = [event["DTSTART"].dt.astimezone(UTC).hour for event in calendar.walk("VEVENT")]
    assert starts == [14, 15]


def test_d02_hour_that_comes_twice_is_read_as_the_one_that_was_meant():
    first, second = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    rows = [
        meeting(key="S-1", starts_at=first, ends_at=second),
        meeting(key="S-2", starts_at=second, ends_at=datetime(2027, 10, 31, 3, tzinfo=UTC)),
    ]

    calendar, _body = read(*rows)

    hours = [(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in calendar.events]
    assert hours == [(row.starts_at, row.ends_at) for row in rows]


def test_d02_form_left_as_it_was_keeps_the_second_of_two_hours():
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    session = SessionFactory.build(
        starts_at=second, zone="Europe/Madrid", event=EventFactory.build(centre=None)
    )
    typed = {"on": "2027-10-31", "begins": "02:30", "ends": "04:00", "zone": "Europe/Madrid"}

    kept, anew = RescheduleForm(typed, initial=hours_of(session)), RescheduleForm(typed)

    assert (kept.is_valid(), anew.is_valid()) == (True, True)
    assert kept.cleaned_data["starts_at"] == second
    assert anew.cleaned_data["starts_at"] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_l09_organiser_that_nobody_knows_of_yet_is_named_to_nobody(client, site):
    event = SessionFactory(published=True).event
    known, pending = (
        OrganisationFactory(name="Known to all"),
        OrganisationFactory(name="zqpending", state="pending"),
    )
    event.organisers.set([known, pending])

    shown = client.get(f"/en/events/{event.reference}/").content.decode()
    reader = client_of(UserFactory()).get(f"/workspace/events/{event.pk}/").content.decode()

    assert ("Known to all" in shown, f'"/en/organisations/{known.pk}/"' in shown) == (True, True)
    assert client.get(f"/en/organisations/{known.pk}/").status_code == 200
    assert ("Known to all" in reader, "zqpending" in shown + reader) == (True, False)


def test_i06_words_of_a_session_stay_in_their_property():
    title = "Vans; quiet, really\r\nATTENDEE:mailto:x@example.org " + "🚐" * 30

    calendar, body = read(meeting(title=title, is_cancelled=True))

    event = calendar.walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == title.replace("\r\n", "\n")
    assert (str(event["STATUS"]), int(event["SEQUENCE"]), "ATTENDEE" in event) == ("CANCELLED", 3, False)


def test_events_are_listed_coming_first_and_past_with_recordings(client, site):
    for title, days, fields in (
        ("Far", 20, {}),
        ("Near", 3, {}),
        ("Was", -9, {"state": "held", "recording_url": "https://v.example.org/1"}),
    ):
        event = EventFactory(public=True, title=title, starts_at=in_days(days), ends_at=in_days(days + 0.1))
        SessionFactory(published=True, event=event, starts_at=in_days(days), **fields)
    EventFactory(title="Internal plan")

    page = client.get("/en/events/")

    assert [event.title for event in page.context["coming"]] == ["Near", "Far"]
    assert [(event.title, event.meta[-1]) for event in page.context["past"]] == [("Was", "with a recording")]
    assert b"Internal plan" not in page.content


@pytest.mark.parametrize("count", [1, 3])
def test_public_pages_cost_the_same_for_one_and_three(client, site, count, django_assert_num_queries):
    event = EventFactory(public=True, starts_at=in_days(7), ends_at=in_days(8))
    for _number in range(count):
        session = SessionFactory(published=True, event=event, capacity=5)
        AppearanceFactory(session=session)
        RegistrationFactory(session=session)
        EventFactory(public=True, starts_at=in_days(-7), ends_at=in_days(-6))
    client.get("/en/")

    with django_assert_num_queries(6):
        assert client.get("/en/events/").status_code == 200
    with django_assert_num_queries(7):
        assert client.get(f"/en/events/{event.reference}/").status_code == 200


def test_l01_drafts_links_and_names_of_those_who_come_are_nowhere_in_public(client, site):
    session = SessionFactory(published=True, title="Shown", platform_url="https://meet.example.org/canary")
    event = session.event
    SessionFactory(event=event, title="Canary draft")
    RegistrationFactory(session=session, user=None, name="Canary Person", email="canary@example.org")
    hidden = SessionFactory(title="Canary hidden")
    addresses = [
        "/en/events/", f"/en/events/{event.reference}/", f"/en/calendar/{event.reference}.ics",
        f"/en/calendar/{session.reference}.ics", f"/en/register/{session.reference}/", "/en/search/?q=canary",
        "/api/v1/events/", "/api/v1/sessions/", f"/api/v1/sessions/{session.pk}/", "/api/v1/registrations/",
        "/sitemap-events.xml", "/api/v1/search/?q=canary",
    ]  # fmt: skip

    said = {address: client.get(address).content.decode().casefold() for address in addresses}

    assert [
        address
        for address, text in said.items()
        if "canary" in text.replace("q=canary", "").replace('value="canary"', "") and "search" not in address
    ] == []
    for address in (
        f"/en/calendar/{hidden.reference}.ics",
        f"/en/register/{hidden.reference}/",
        f"/en/events/{hidden.reference}/",
    ):
        assert client.get(address).status_code == 404


def test_event_is_described_for_search_engines_with_offset_and_places(client, site):
    session = SessionFactory(published=True, capacity=10, title="</script><script>alert(1)")
    RegistrationFactory(session=session)
    event = session.event
    event.starts_at, event.ends_at = session.starts_at, session.ends_at
    event.save()

    html = client.get(f"/en/events/{event.reference}/").content.decode()

    blocks = [
        json.loads(text)
        for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    ]
    data = next(block for block in blocks if block.get("@type") == "Event")
    part = data["subEvent"][0]
    assert datetime.fromisoformat(data["startDate"]).utcoffset() is not None
    assert part["offers"]["inventoryLevel"]["value"] == 9
    assert part["name"] == "</script><script>alert(1)"


def test_somebody_without_account_registers_confirms_and_gives_the_place_back(client, site):
    session = SessionFactory(published=True, capacity=1)
    address = f"/en/register/{session.reference}/"

    asked = client.post(address, {"name": "Ada", "email": "Ada@Example.org"})
    assert asked["Location"] == f"{address}asked/"
    assert client.get(asked["Location"]).status_code == 200
    sweep()
    link = re.search(r"https?://\S+(/en/registrations/\S+/)", mail.outbox[-1].body)[1]
    assert Registration.objects.get().state == "pending"
    client.post(link, {"answer": "confirm"})
    assert Registration.objects.get().state == "confirmed"
    client.post(link, {"answer": "cancel"})
    assert Registration.objects.get().state == "cancelled"


def test_programs_that_fill_in_everything_register_nobody_and_floods_are_refused(client, site, monkeypatch):
    session = SessionFactory(published=True)
    address = f"/en/register/{session.reference}/"

    trapped = client.post(
        address, {"name": "Bot", "email": "bot@example.org", "website": "https://x.example"}
    )
    assert (trapped.status_code, Registration.objects.count()) == (302, 0)
    monkeypatch.setattr("cic.core.views.public.ASKS_PER_HOUR", 1)
    flood = client.post(address, {"name": "Ada", "email": "ada@example.org"})

    assert (flood.status_code, Registration.objects.count()) == (429, 0)
    assert b"Ada" in flood.content


def test_session_reference_leads_to_its_place_on_the_page_of_the_event(client, site):
    session = SessionFactory(published=True)

    answer = client.get(f"/en/record/{session.reference}/", follow=True)

    assert answer.redirect_chain[-1][0].startswith(f"/en/events/{session.event.reference}/")
