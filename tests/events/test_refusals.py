"""What is refused at each door alike: places in what is called off, words after approval, machines, tokens of elsewhere?"""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from events.models import Registration
from events.operations import registrations as operations
from events.operations.appearances import add_appearance
from events.operations.events import move_event
from events.operations.sessions import move_session, reschedule, save_sheet
from partners.operations.erasure import erase_account
from tests.core.resource_contract import client_of, send
from tests.factories.events import (
    AppearanceFactory,
    RegistrationFactory,
    SessionFactory,
    SheetTemplateFactory,
    TemplateSectionFactory,
    in_days,
)
from tests.factories.partners import (
    NO_ADDRESSES,
    CentreFactory,
    MachineFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def coordinator_of(session):
    return StaffFactory(role="coordinator", centre=session.event.centre)


def call_off(session):
    move_session(session, "cancel", actor=coordinator_of(session), note="Storm.")


def take_back(session):
    move_event(session.event, "withdraw_publication", actor=coordinator_of(session), note="A mistake.")


def put_before_now(session):
    hours = {"starts_at": in_days(-0.2), "ends_at": in_days(0.2)}
    reschedule(session, actor=coordinator_of(session), **hours)


@pytest.mark.parametrize("happens", [call_off, take_back, put_before_now])
def test_a09_offer_is_not_taken_in_what_is_called_off_withdrawn_or_begun(happens):
    session = SessionFactory(published=True, capacity=1)
    row = RegistrationFactory(session=session, state="offered", offered_until=timezone.now() + timedelta(1))
    happens(session)

    with pytest.raises(DomainError):
        operations.answer_by_link(Registration.objects.get(), "accept")
    by_api = send(client_of(row.user), "post", f"/api/v1/registrations/{row.pk}/moves/accept/")

    assert (by_api.status_code, Registration.objects.get().state) == (409, "offered")
    assert "registration_confirmed" not in str(Job.objects.values_list("payload", flat=True))


def test_a09_nobody_comes_to_or_is_missed_in_what_was_called_off():
    session = SessionFactory(published=True, starts_at=in_days(0.1), event__gives_certificates=True)
    row, staff = RegistrationFactory(session=session), coordinator_of(session)
    for name in ("miss", "check_in"):
        if name == "check_in":
            call_off(session)
        with pytest.raises(DomainError) as caught:
            operations.move_registration(row, name, actor=staff)
        assert caught.value.code == "incomplete"

    row.refresh_from_db()
    assert row.state == "confirmed"


def test_r09_check_in_by_mistake_gives_who_waits_no_place():
    session = SessionFactory(published=True, capacity=1, starts_at=in_days(0.1))
    RegistrationFactory(session=session)
    row = RegistrationFactory(session=session, state="waitlisted", waiting_since=timezone.now())
    staff = coordinator_of(session)

    for name in ("check_in", "undo_check_in"):
        row = operations.move_registration(row, name, actor=staff)

    assert (row.state, row.checked_in_at, session.seats_taken()) == ("waitlisted", None, 1)


def test_c03_nobody_is_reminded_of_or_offered_a_place_in_what_was_withdrawn():
    session = SessionFactory(published=True, capacity=2, starts_at=in_days(0.5))
    RegistrationFactory(session=session)
    RegistrationFactory(session=session, state="waitlisted", waiting_since=timezone.now())
    take_back(session)

    assert (operations.remind_registered(), operations.promote_waiting(session)) == (0, 0)


@pytest.mark.parametrize("of_staff", [False, True])
@pytest.mark.parametrize("state", ["submitted", "approved", "published"])
def test_a09_what_was_approved_is_not_changed_by_its_writer(state, of_staff):
    template = SheetTemplateFactory()
    TemplateSectionFactory(template=template, key="concept")
    chair = StaffFactory(role="coordinator") if of_staff else UserFactory()
    session = SessionFactory(published=True, state=state, template=template, chair=chair)

    for act in (
        lambda: save_sheet(session, {"concept": "Buy."}, actor=session.chair),
        lambda: add_appearance(actor=session.chair, session=session, name="Somebody else"),
    ):
        with pytest.raises(DomainError) as caught:
            act()
        assert caught.value.code == "wrong_state"

    session.refresh_from_db()
    assert (session.texts, session.appearances.count()) == ({}, 0)
    assert save_sheet(session, {"concept": "A date."}, actor=coordinator_of(session)).texts


def test_r06_sheet_of_an_older_version_is_refused_to_a_program_that_says_so():
    session = SessionFactory(template=SheetTemplateFactory(), chair=UserFactory())
    TemplateSectionFactory(template=session.template, key="concept")
    client, address = client_of(session.chair), f"/api/v1/sessions/{session.pk}/"
    read = client.get(address)["ETag"]
    save_sheet(session, {"concept": "Mine."}, actor=session.chair)

    answer = send(client, "post", f"{address}sheet/", {"texts": {"concept": "Yours."}}, if_match=read)

    session.refresh_from_db()
    assert (answer.status_code, session.texts) == (412, {"concept": "Mine."})


def test_a_stranger_who_typed_an_address_first_does_not_name_who_comes():
    session = SessionFactory(published=True)
    operations.ask_to_register(session, name="A fool", email="ada@example.org", language="fr")

    row = operations.register(session, actor=UserFactory(email="ada@example.org", name="Ada", language="en"))

    row.refresh_from_db()
    assert (row.name, row.language, row.state) == ("Ada", "en", "confirmed")


def test_x09_an_address_is_kept_without_signs_that_nobody_sees():
    session = SessionFactory(published=True)

    operations.ask_to_register(session, name="Ada", email="ada@exa\u202e\u200bmple.org", language="en")

    assert list(session.registrations.values_list("email", flat=True)) == ["ada@example.org"]


def test_t03_link_of_yesterdays_yesterday_gives_no_place_and_asking_anew_does():
    session = SessionFactory(published=True)
    ask = {"name": "Ada", "email": "ada@example.org", "language": "en"}
    row = operations.ask_to_register(session, **ask)
    Registration.objects.update(asked_at=in_days(-2.1))

    with pytest.raises(DomainError):
        operations.confirm_address(Registration.objects.get())
    operations.ask_to_register(session, **ask)

    assert operations.forget_unconfirmed() == 0
    assert operations.confirm_address(Registration.objects.get(pk=row.pk)).state == "confirmed"


def test_r09_machines_sit_nowhere():
    session = SessionFactory(published=True, capacity=1)

    with pytest.raises(NotAllowed):
        operations.register(session, actor=MachineFactory().user)

    assert session.registrations.count() == 0


def test_a08_name_alone_takes_no_place_past_the_centre_of_a_token():
    session, person = SessionFactory(published=True), UserFactory()
    person.limit_to_centre(CentreFactory().pk)

    with pytest.raises(NotAllowed):
        operations.register(session, actor=person)

    assert session.registrations.count() == 0


def test_g02_places_asked_for_by_address_go_with_the_account():
    person = UserFactory(email="lea@example.org")
    RegistrationFactory(user=None, email="lea@example.org", name="Lea Ver")

    erase_account(person, actor=person)

    assert Registration.objects.count() == 0


def test_t10_code_of_a_certificate_stands_in_no_log(caplog):
    caplog.set_level(logging.INFO, "cic.access")

    Client().get("/en/certificates/AAAAA-BBBBB-CCCCC-DDDDD/")

    (said,) = (record.getMessage() for record in caplog.records if record.name == "cic.access")
    assert ("/en/certificates/" in said, "AAAAA" in said) == (True, False)


@pytest.mark.parametrize(("day", "zone"), [("0001-01-01", "Asia/Tokyo"), ("9999-12-31", "America/Bogota")])
def test_i10_day_beyond_all_calendars_is_refused_with_what_was_typed(day, zone):
    centre = CentreFactory()
    client = client_of(StaffFactory(role="coordinator", centre=centre))
    event = {"title": "T", "kind": "workshop", "centre": centre.pk, "language": "en", "zone": zone}

    answer = client.post("/workspace/events/new/", {**event, "on": day, "begins": "00:00", "ends": "00:00"})
    lists = client.get("/workspace/sessions/?starts_at_after=0001-01-01T00:00:00%2B14:00")

    assert (answer.status_code, day in answer.content.decode(), lists.status_code) == (422, True, 200)


def test_registering_again_after_giving_back_says_anew_who_comes():
    session = SessionFactory(published=True)
    row = RegistrationFactory(
        session=session, user=None, email="bea@example.org", name="B", state="cancelled"
    )

    operations.ask_to_register(session, name="Bea", email="bea@example.org", language="ca")

    row.refresh_from_db()
    assert (row.name, row.language, row.state, row.search_text[:3]) == ("Bea", "ca", "pending", "bea")


def test_l01_organisations_the_reader_may_not_see_are_named_to_staff_only():
    known, waiting = OrganisationFactory(), OrganisationFactory(state="pending")
    session = SessionFactory(published=True)
    session.event.organisers.set([known, waiting])
    person = AppearanceFactory(session=session)
    person.organisations.set([known, waiting])
    shown = {}

    for who, client in (("anybody", Client()), ("staff", client_of(coordinator_of(session)))):
        event = client.get(f"/api/v1/events/{session.event_id}/").json()
        speaker = client.get(f"/api/v1/appearances/{person.pk}/").json()
        shown[who] = (sorted(event["organisers"]), sorted(speaker["organisations"]))

    both = [known.pk, waiting.pk]
    assert shown == {"anybody": ([known.pk], [known.pk]), "staff": (both, both)}


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_s01_host_without_a_name_gets_no_mail(address):
    session, person = SessionFactory(published=True), {"name": "Lea", "email": address}

    answer = Client().post(f"/en/register/{session.reference}/", person)

    assert (answer.status_code, Registration.objects.count(), Job.objects.count()) == (422, 0, 0)
