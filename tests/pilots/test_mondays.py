"""Does the week begin with one mail of what waits, in the reader's words, once, and never with an empty one?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cic.core.background import notify, sweep
from cic.core.digests import last_morning
from cic.core.models import Job, Notification
from cic.core.notifications import unsubscribe_path
from partners.models import User
from pilots.models import Trial
from pilots.tasks.mondays import ask_for_monday_mails, send_monday_mail
from tests.core.resource_contract import client_of
from tests.factories.partners import PartnerFactory, StaffFactory, UserFactory
from tests.factories.trials import MilestoneFactory, PilotFactory

pytestmark = pytest.mark.django_db


def here_before(*users):
    """They joined long ago."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(
        joined_at=timezone.now() - timedelta(days=30)
    )


@pytest.fixture
def monitor():
    """Somebody whose pilot has a step that is late."""
    person = StaffFactory(role="monitor", language="ca", time_zone="Europe/Madrid", name="Núria")
    here_before(person)
    pilot = PilotFactory(state="running", title="Quiet nights", monitor=person, ends_on=None)
    late = timezone.localdate() - timedelta(days=2)
    MilestoneFactory(trial=pilot, title="Measure noise", due_on=late, done_on=None)
    return person


def test_what_is_late_comes_once_with_its_reason_and_where_it_is_done(monitor):
    for _n in range(2):
        ask_for_monday_mails()
        sweep()

    [message] = mail.outbox
    pilot = Trial.objects.get()
    assert message.to == [monitor.email]
    assert message.subject.endswith(" · Fora de termini: 1")
    lines = message.body.splitlines()
    at = lines.index(f"– {pilot.reference} · Measure noise")
    assert lines[at + 1].strip().startswith("Fita, ")
    assert lines[at + 2].strip() == f"http://127.0.0.1:8000/workspace/trials/{pilot.pk}/plan/"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_told_and_not_read_is_in_the_same_mail(monitor):
    pilot = Trial.objects.get()
    facts = {"reference": pilot.reference, "title": pilot.title, "path": f"/workspace/trials/{pilot.pk}/"}
    notify(monitor, "pilots.trial_start", key="1", reason="", **facts)
    before = last_morning(timezone.now(), "Europe/Madrid", weekly=True) - timedelta(hours=1)
    Notification.objects.update(created_at=before)

    ask_for_monday_mails()
    sweep()

    [message] = [one for one in mail.outbox if "Fora de termini" in one.subject]
    assert (message.body.count("Measure noise"), message.body.count(f"{pilot.reference} · Quiet nights")) == (
        1,
        1,
    )


def test_nothing_to_say_is_not_said():
    member = PartnerFactory()
    here_before(member)

    ask_for_monday_mails()
    sweep()

    assert (mail.outbox, Job.objects.filter(task="pilots.send_monday_mail").count()) == ([], 1)


def test_who_just_came_takes_no_part_or_was_shut_out_is_not_asked_about(monitor):
    PartnerFactory()
    stranger = UserFactory()
    here_before(stranger)
    User.objects.filter(pk=monitor.pk).update(is_active=False)

    ask_for_monday_mails()

    assert Job.objects.count() == 0


def test_one_click_ends_it_also_when_it_was_on_its_way(monitor):
    ask_for_monday_mails()
    client_of(None).post(unsubscribe_path(monitor.pk, "weekly"))

    sweep()
    ask_for_monday_mails()

    assert (mail.outbox, Job.objects.filter(task="pilots.send_monday_mail").count()) == ([], 1)


def test_each_monday_is_one_of_its_own_in_the_zone_of_the_reader(monitor):
    User.objects.update(time_zone="America/Bogota")
    ask_for_monday_mails()
    day = last_morning(timezone.now(), "America/Bogota", weekly=True).date()

    assert [job.key for job in Job.objects.all()] == [f"monday:{monitor.pk}:{day.isoformat()}"]
    Job.objects.update(key=f"monday:{monitor.pk}:{(day - timedelta(days=7)).isoformat()}")
    ask_for_monday_mails()
    assert Job.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_asking_costs_the_same_for_one_and_three(count, django_assert_num_queries):
    here_before(*[PartnerFactory() for _n in range(count)])

    with django_assert_num_queries(4):  # zones, readers, jobs written, jobs read
        ask_for_monday_mails()

    assert Job.objects.count() == count


def test_t06_a_mail_for_nobody_is_no_error():
    send_monday_mail(user_id=999_999, day="2026-11-16")

    assert mail.outbox == []
