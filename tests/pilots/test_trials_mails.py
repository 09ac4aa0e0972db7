"""Does everybody concerned hear once of what is late, due, suspended or asked for, in their language?"""

import pytest
from django.core import mail

from cic.core.background import sweep
from cic.core.background.mails import render_mail
from cic.core.models import Job
from partners.operations.agreements import move_agreement
from pilots.operations.reminders import TOLD_OF_AGREEMENTS
from pilots.operations.trials import TOLD_MOVES
from pilots.tasks.trials import (
    remind_of_measurements,
    remind_of_milestones,
    remind_of_permits,
    tell_of_agreement_moved,
)
from tests.factories.partners import AgreementFactory, PartnerFactory, StaffFactory, today
from tests.factories.trials import MeasurementFactory, MilestoneFactory, PermitFactory, PilotFactory

pytestmark = pytest.mark.django_db


def mails():
    """Kind and reader of each mail that was written."""
    rows = Job.objects.filter(task="core.send_mail").order_by("pk")
    return [(job.payload["kind"], job.payload["user_id"]) for job in rows]


def test_late_milestone_is_told_to_the_monitor_once():
    pilot = PilotFactory(running=True)
    late = MilestoneFactory(trial=pilot, due_on=today(-1))
    for fields in ({"due_on": today()}, {"due_on": today(-9), "done_on": today(-9)}):
        MilestoneFactory(trial=pilot, **fields)
    MilestoneFactory(trial=PilotFactory(running=True, state="closed"), due_on=today(-1))

    for _time in range(3):
        remind_of_milestones()

    assert mails() == [("pilots.milestone_late", pilot.monitor_id)]
    late.due_on = today(-2)
    late.save()
    remind_of_milestones()
    assert len(mails()) == 2


def test_late_milestone_without_a_monitor_is_told_to_the_coordinator():
    pilot = PilotFactory(running=True, monitor=None)
    coordinator = StaffFactory(role="coordinator", centre=pilot.centre)
    StaffFactory(role="auditor", centre=pilot.centre)
    MilestoneFactory(trial=pilot, due_on=today(-1))

    remind_of_milestones()

    assert mails() == [("pilots.milestone_late", coordinator.pk)]


def test_due_measurement_is_told_to_promoter_and_monitor_once_a_period():
    pilot = PilotFactory(running=True)
    member = PartnerFactory(organisation=pilot.promoter, admin=True)
    indicator = pilot.indicators.get()

    remind_of_measurements()
    remind_of_measurements()

    expected = {("pilots.measurement_due", member.pk), ("pilots.measurement_due", pilot.monitor_id)}
    assert (set(mails()), len(mails())) == (expected, 2)
    MeasurementFactory(indicator=indicator, period_start=today(-40), period_end=today(-31))
    remind_of_measurements()
    assert len(mails()) == 4


def test_sent_in_or_refused_to_be_measured_is_no_longer_due():
    pilot = PilotFactory(running=True)
    MeasurementFactory(
        indicator=pilot.indicators.get(), state="submitted", value=None, not_measured_reason="Rain",
        period_start=today(-7), period_end=today(-1),
    )  # fmt: skip

    remind_of_measurements()

    assert mails() == []


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"valid_to": today(20)}, 1),
        ({"valid_to": today(-1)}, 1),
        ({"valid_to": today(40)}, 0),
        ({"valid_to": None}, 0),
        ({"valid_to": today(20), "state": "requested"}, 0),
    ],
)
def test_permit_that_ends_before_its_trial_is_told_once(fields, count):
    pilot = PilotFactory(running=True)
    PermitFactory(trial=pilot, **fields)

    remind_of_permits()
    remind_of_permits()

    assert mails() == [("pilots.permit_ends", pilot.monitor_id)] * count


@pytest.mark.parametrize("name", TOLD_OF_AGREEMENTS)
def test_moved_agreement_is_told_to_the_monitors_of_what_runs_under_it(name):
    agreement = AgreementFactory(in_force=True, ends_on=today(-1 if name == "expire" else 90))
    if name == "resume":
        move_agreement(agreement, "suspend", actor=None, note="The works of the metro.")
        Job.objects.all().delete()
    running = PilotFactory(running=True, agreement=agreement)
    PilotFactory(running=True, agreement=agreement, state="closed")
    PilotFactory(running=True)
    changes = {"terminated_on": today()} if name == "terminate" else None

    move_agreement(agreement, name, actor=None, note="The works of the metro.", changes=changes)
    for _time in range(2):
        tell_of_agreement_moved(**Job.objects.get(task="pilots.tell_of_agreement").payload)

    assert mails() == [(f"pilots.trial_agreement_{name}", running.monitor_id)]


def test_an_english_title_is_marked_in_the_mail_of_a_catalan_reader():
    pilot = PilotFactory(running=True, title="Quiet vans", language="en")
    pilot.monitor.language = "ca"
    pilot.monitor.save()
    MilestoneFactory(trial=pilot, title="Second street", due_on=today(-1))

    remind_of_milestones()
    sweep()

    html = mail.outbox[0].alternatives[0][0]
    assert '<html lang="ca">' in html
    assert '<span lang="en">Quiet vans</span>' in html
    assert '<span lang="en">Second street</span>' in html
    assert "lang=" not in mail.outbox[0].subject


KINDS = [
    *(f"pilots.trial_{name}" for name in TOLD_MOVES), "pilots.trial_incident", "pilots.extension_asked",
    "pilots.extension_granted", "pilots.extension_refused", "pilots.milestone_late", "pilots.measurement_due",
    "pilots.permit_ends", *(f"pilots.trial_agreement_{name}" for name in TOLD_OF_AGREEMENTS),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_i05_every_mail_says_what_next_and_where_and_keeps_typed_text_inert(kind):
    bad = "[Pulse](https://evil.example) {{ settings.SECRET_KEY }}\r\nBcc: x@example.org"
    facts = {
        "reference": "P-2026-014",
        "title": bad,
        "path": "/workspace/trials/1/",
        "reason": bad,
        "text": bad,
    }
    dates = {
        "resumes_on": "2026-05-27",
        "new_ends_on": "2026-05-27",
        "due_on": "2026-05-27",
        "valid_to": "2026-05-27",
    }

    subject, text = render_mail(
        kind, {**facts, **dates, "milestone": bad, "indicator": bad, "permit": bad, "agreement": bad}, "en"
    )

    assert "P-2026-014" in subject
    assert "\n" not in subject
    assert "Next:" in text
    assert "/workspace/trials/1/" in text
    assert "https://evil.example" not in text
    assert "for-tests-only" not in text
