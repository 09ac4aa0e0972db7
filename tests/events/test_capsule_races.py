"""Two completions, two fetches, two readings at the same moment: one certificate, nothing forgotten?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Certificate, Taking
from events.operations import capsules, certificates
from tests.factories.events import (
    CapsuleFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    TakingFactory,
)
from tests.factories.partners import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_completions_at_once_give_one_certificate(at_once):
    taking = TakingFactory(read=True)

    results = at_once(
        lambda: capsules.complete_capsule(taking, goals=[1, 2], name="Ada Puig", actor=taking.user), 8
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert len({result.code for result in results}) == 1
    assert Certificate.objects.count() == 1


def test_eight_fetches_at_once_give_one_certificate(at_once):
    event = EventFactory(public=True, gives_certificates=True)
    held = SessionFactory(event=event, state="held", starts_at=timezone.now() - timedelta(hours=3))
    place = RegistrationFactory(session=held, state="attended", checked_in_at=timezone.now())

    results = at_once(lambda: certificates.issue_for_attendance(place, name="Ada Puig", actor=place.user), 8)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Certificate.objects.count() == 1


def test_eight_begin_at_once_once_and_no_reading_is_lost(at_once):
    capsule = CapsuleFactory(published=True, text="\n".join(f"## {number}\nx" for number in range(1, 7)))
    person = UserFactory()

    begun = at_once(lambda: capsules.begin_capsule(capsule, actor=person), 8)
    taking = Taking.objects.get()
    read = at_once(
        [lambda number=number: capsules.read_part(taking, number, actor=person) for number in range(1, 7)]
    )

    assert [result for result in [*begun, *read] if isinstance(result, Exception)] == []
    assert Taking.objects.get().parts_read == [1, 2, 3, 4, 5, 6]
