"""Does everybody get a place, or the next one on the waiting list, and does each hear of it once?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from events.models import Registration
from events.operations import registrations as operations
from events.operations.mailing import place_token
from events.operations.sessions import edit_session, move_session, reschedule
from tests.factories.events import RegistrationFactory, SessionFactory, in_days
from tests.factories.partners import CentreFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def states(session):
    """The states of a session's registrations, in the order they came."""
    return list(session.registrations.order_by("pk").values_list("state", flat=True))


def mails():
    """The kinds of the mails that were asked for, in order."""
    return list(
        Job.objects.filter(task="core.send_mail").order_by("pk").values_list("payload__kind", flat=True)
    )


def ask(session, email="ada@example.org"):
    return operations.ask_to_register(session, name="Ada", email=email, language="en")


@pytest.mark.parametrize(
    ("capacity", "expected"), [(None, ["confirmed"] * 3), (2, ["confirmed", "confirmed", "waitlisted"])]
)
def test_empty_capacity_is_unlimited_and_a_full_session_has_a_waiting_list(capacity, expected):
    session = SessionFactory(published=True, capacity=capacity)

    for _number in range(3):
        operations.register(session, actor=UserFactory())

    assert states(session) == expected


def test_capacity_of_zero_is_closed():
    session = SessionFactory(published=True, capacity=0)

    for act in (lambda: operations.register(session, actor=UserFactory()), lambda: ask(session)):
        with pytest.raises(DomainError) as caught:
            act()
        assert caught.value.code == "wrong_state"

    assert (states(session), mails()) == ([], [])


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "cancelled"}, {"starts_at": in_days(-2)}])
def test_nobody_registers_for_what_is_not_announced_or_is_over(fields):
    session = SessionFactory(published=True, **fields)

    with pytest.raises(DomainError):
        operations.register(session, actor=UserFactory())

    assert states(session) == []


def test_address_takes_a_place_only_when_it_confirms():
    session = SessionFactory(published=True, capacity=1)
    row = ask(session)
    assert (states(session), mails()) == (["pending"], ["events.registration_confirm"])

    operations.register(session, actor=UserFactory())  # is faster
    row = operations.confirm_address(row)
    again = operations.confirm_address(row)

    assert (row.state, again.version) == ("waitlisted", row.version)
    assert mails() == [
        "events.registration_confirm",
        "events.registration_confirmed",
        "events.registration_waiting",
    ]


def test_r03_one_registration_for_each_session_and_address():
    session = SessionFactory(published=True)
    user = UserFactory(email="ada@example.org")

    first = operations.register(session, actor=user)
    second = operations.register(session, actor=user)
    third = ask(session, "ADA@example.org ")

    assert first.pk == second.pk == third.pk
    assert (states(session), mails()) == (
        ["confirmed"],
        ["events.registration_confirmed", "events.registration_known"],
    )


def test_neither_name_nor_address_stays_in_the_log():
    session = SessionFactory(published=True)
    row = operations.ask_to_register(session, name="Hypatia", email="hypatia@example.org", language="en")
    row = operations.confirm_address(row)
    operations.move_registration(row, "cancel", actor=None)
    operations.ask_to_register(session, name="Hypatia", email="hypatia@example.org", language="en")

    told = " ".join(
        f"{e.object_label} {e.before} {e.after} {e.note} {e.words}" for e in AuditEntry.objects.all()
    ).casefold()

    assert "hypatia" not in told
    assert [row.state for row in Registration.objects.all()] == ["pending"]


def test_freed_place_is_offered_to_who_waited_longest_and_nobody_passes_them():
    session = SessionFactory(published=True, capacity=1)
    seated = operations.register(session, actor=UserFactory())
    first, second = (operations.register(session, actor=UserFactory()) for _n in range(2))

    operations.move_registration(seated, "cancel", actor=seated.user)
    late = operations.register(session, actor=UserFactory())  # before the task has run
    operations.promote_waiting(session)

    first.refresh_from_db()
    assert (first.state, second.state, late.state) == ("offered", "waitlisted", "waitlisted")
    assert Job.objects.filter(task="events.promote_waiting").count() == 1
    accepted = operations.move_registration(first, "accept", actor=first.user)
    assert (accepted.state, accepted.offered_until) == ("confirmed", None)


def test_offer_lapses_and_goes_on_to_the_next():
    session = SessionFactory(published=True, capacity=1)
    seated = operations.register(session, actor=UserFactory())
    first, second = (operations.register(session, actor=UserFactory()) for _n in range(2))
    operations.move_registration(seated, "cancel", actor=seated.user)
    operations.promote_waiting(session)
    Registration.objects.filter(pk=first.pk).update(offered_until=timezone.now() - timedelta(minutes=1))

    first.refresh_from_db()
    with pytest.raises(DomainError):
        operations.move_registration(first, "accept", actor=first.user)
    assert operations.lapse_offers(session) == 1
    assert operations.lapse_offers(session) == 0

    assert states(session) == ["cancelled", "cancelled", "offered"]
    assert mails()[-3:] == [
        "events.registration_offered",
        "events.registration_lapsed",
        "events.registration_offered",
    ]


def test_r08_lower_capacity_sends_nobody_away_and_a_higher_one_promotes():
    session = SessionFactory(published=True, capacity=2)
    staff = StaffFactory(role="coordinator", centre=session.event.centre)
    for _number in range(3):
        operations.register(session, actor=UserFactory())

    session = edit_session(session, {"capacity": 1}, actor=staff)
    assert (session.seats_left, operations.promote_waiting(session)) == (0, 0)
    assert states(session) == ["confirmed", "confirmed", "waitlisted"]
    session = edit_session(session, {"capacity": None}, actor=staff)
    operations.promote_waiting(session)

    assert states(session) == ["confirmed", "confirmed", "offered"]


def test_reminder_is_due_and_not_yet_sent_and_a_new_hour_is_reminded_anew():
    session = SessionFactory(published=True, starts_at=in_days(0.5))
    RegistrationFactory(session=session)
    RegistrationFactory(session=session, state="waitlisted")
    RegistrationFactory(session=SessionFactory(published=True, starts_at=in_days(3)))

    assert [operations.remind_registered() for _n in range(2)] == [1, 0]
    staff = StaffFactory(role="coordinator", centre=session.event.centre)
    reschedule(session, starts_at=in_days(0.8), ends_at=in_days(0.9), actor=staff, note="The hall is late.")

    assert operations.remind_registered() == 1
    assert mails().count("events.reminder") == 2


def test_check_in_is_undone_and_who_did_not_come_is_noted():
    session = SessionFactory(published=True, starts_at=in_days(-0.01))
    came, missed, undone = (RegistrationFactory(session=session) for _n in range(3))
    staff = StaffFactory(role="monitor", centre=session.event.centre)

    came = operations.move_registration(came, "check_in", actor=staff)
    undone = operations.move_registration(undone, "check_in", actor=staff)
    undone = operations.move_registration(undone, "undo_check_in", actor=staff)
    with pytest.raises(NotAllowed):
        operations.move_registration(missed, "check_in", actor=missed.user)

    assert operations.close_check_in(session, actor=staff) == 2
    assert states(session) == ["attended", "no_show", "no_show"]
    assert (came.checked_in_at is not None, undone.checked_in_at) == (True, None)


def test_cancelled_and_moved_sessions_are_told_to_everybody_concerned():
    session = SessionFactory(published=True)
    staff = StaffFactory(role="coordinator", centre=session.event.centre)
    for state in ("confirmed", "waitlisted", "cancelled"):
        RegistrationFactory(session=session, state=state)
    was = session.starts_at

    moved = reschedule(session, starts_at=in_days(9), ends_at=in_days(9.1), actor=staff)
    assert moved.previous_starts_at == was
    move_session(moved, "cancel", actor=staff, note="The speaker is ill.")

    moved.event.refresh_from_db()
    assert moved.event.status == "cancelled"
    assert mails() == ["events.session_moved"] * 2 + ["events.session_cancelled"] * 2


def test_hours_of_an_announced_session_change_only_with_word_to_those_registered():
    session = SessionFactory(published=True)

    with pytest.raises(DomainError) as caught:
        edit_session(session, {"starts_at": in_days(8)}, actor=StaffFactory(role="admin"))

    assert caught.value.code == "wrong_state"


def test_registrations_are_seen_by_their_owner_and_by_who_runs_the_event():
    row = RegistrationFactory()
    centre = row.session.event.centre
    seen = {
        "owner": row.user,
        "monitor": StaffFactory(role="monitor", centre=centre),
        "auditor": StaffFactory(role="auditor"),
        "legal": StaffFactory(role="legal", centre=centre),
        "elsewhere": StaffFactory(role="coordinator", centre=CentreFactory()),
        "citizen": UserFactory(),
    }

    found = {name for name, user in seen.items() if Registration.objects.visible_to(user).exists()}

    assert found == {"owner", "monitor", "auditor"}


def test_t04_link_of_a_mail_changes_nothing_until_it_is_answered(client):
    session = SessionFactory(published=True, platform_url="https://meet.example.org/secret-room")
    row = ask(session)
    address = f"/en/registrations/{place_token(row)}/"

    page = client.get(address)
    assert (page.status_code, states(session), b"secret-room" in page.content) == (200, ["pending"], False)
    client.post(address, {"answer": "confirm"})
    assert states(session) == ["confirmed"]
    assert b"secret-room" in client.get(address).content
    client.post(address, {"answer": "cancel"})

    assert states(session) == ["cancelled"]
    assert client.get("/en/registrations/forged/").status_code == 404


def test_unconfirmed_addresses_are_forgotten():
    row = ask(SessionFactory(published=True))
    Registration.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(hours=49))

    assert operations.forget_unconfirmed() == 1
    assert Registration.objects.count() == 0
