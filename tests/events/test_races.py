"""Fifty people and ten places at the same moment: does everybody get an answer, and nobody a place that is not there?"""

from collections import Counter

import pytest

from cic.core.models import AuditEntry, Job
from events.models import Registration
from events.operations import registrations as operations
from tests.factories.events import SessionFactory
from tests.factories.partners import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_r01_fifty_people_ten_seats_ten_confirmed_forty_waiting_no_error(at_once):
    session = SessionFactory(published=True, capacity=10)
    people = [UserFactory() for _number in range(50)]

    results = at_once([lambda user=user: operations.register(session, actor=user) for user in people])

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Counter(result.state for result in results) == {"confirmed": 10, "waitlisted": 40}
    assert Counter(Registration.objects.values_list("state", flat=True)) == {
        "confirmed": 10,
        "waitlisted": 40,
    }
    assert Job.objects.filter(payload__kind="events.registration_confirmed").count() == 10
    assert Job.objects.filter(task="core.send_mail").count() == 50


def test_r02_without_the_lock_the_same_fifty_take_too_many_seats(at_once, monkeypatch):
    from django.db import connection

    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one after the other whatever the operation locks.")
    session = SessionFactory(published=True, capacity=10)
    people = [UserFactory() for _number in range(20)]
    fresh = type(session).objects.select_related("event")
    monkeypatch.setattr(operations, "lock", lambda obj, version=None: fresh.get(pk=obj.pk))
    seat = operations.has_seat

    def slowly(capacity, taken):
        import time

        time.sleep(0.3)
        return seat(capacity, taken)

    monkeypatch.setattr(operations, "has_seat", slowly)
    at_once([lambda user=user: operations.register(session, actor=user) for user in people])

    assert Registration.objects.filter(state="confirmed").count() > 10


def test_r03_twenty_clicks_of_one_person_are_one_row_and_one_mail(at_once):
    session = SessionFactory(published=True, capacity=10)
    user = UserFactory()

    results = at_once(lambda: operations.register(session, actor=user), 20)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Registration.objects.count() == 1
    assert Job.objects.filter(task="core.send_mail").count() == 1
    assert AuditEntry.objects.filter(action="registration.ask").count() == 1


def test_r04_two_cancel_at_once_two_are_promoted_first_come_first(at_once):
    session = SessionFactory(published=True, capacity=2)
    rows = [operations.register(session, actor=UserFactory()) for _number in range(7)]

    at_once([lambda row=row: operations.move_registration(row, "cancel", actor=row.user) for row in rows[:2]])
    at_once(lambda: operations.promote_waiting(session), 4)

    offered = Registration.objects.filter(state="offered").order_by("pk")
    assert [row.pk for row in offered] == [row.pk for row in rows[2:4]]
    assert Job.objects.filter(payload__kind="events.registration_offered").count() == 2
