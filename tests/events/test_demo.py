"""Do the events of the demonstration speak four languages, so that each reader finds their own?"""

import pytest
from django.core.management import call_command

from events.models import Capsule, Event, Session
from partners.choices import Role
from tests.factories.partners import CentreFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_demonstration_is_said_in_every_language():
    StaffFactory(role=Role.COORDINATOR, centre=CentreFactory())
    StaffFactory(role=Role.EDITOR)

    call_command("events_demo", verbosity=0)

    rows = [*Event.objects.all(), *Session.objects.all(), *Capsule.objects.all()]
    half_said = {
        f"{row} ({said.code})" for row in rows for said in row.completeness() if not said.is_complete
    }
    # Addresses stay as they are, and so does the place that is one.
    assert {name for name in half_said if "Jornada" not in name} == set()
    assert all(row.written_in() == ["ca", "es", "en", "fr"] for row in rows)
    assert len(rows) > 10
