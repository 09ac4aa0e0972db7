"""Do two people publish, and does the clock publish what was scheduled?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cic.celery import app
from cic.core.background import start_periodic
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from pilots.models import Trial
from pilots.operations.trials import move_trial
from tests.factories.partners import StaffFactory
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tasks_are_known():
    app.loader.import_default_modules()


@pytest.fixture
def trial():
    return PilotFactory(running=True, summary="What is tried, in a paragraph.")


@pytest.fixture
def editor(trial):
    return StaffFactory(role="editor", centre=trial.centre)


@pytest.fixture
def asked(trial):
    coordinator = StaffFactory(role="coordinator", centre=trial.centre)
    return move_trial(trial, "ask_publication", actor=coordinator), coordinator


def test_publish_by_a_second_person_makes_it_public(asked, editor, client):
    trial, _coordinator = asked

    trial = move_trial(trial, "publish", actor=editor)

    assert trial.publication == "public"
    assert client.get(f"/api/v1/trials/{trial.pk}/").status_code == 200


def test_publish_by_whoever_asked_is_not_allowed(asked):
    trial, coordinator = asked

    with pytest.raises(NotAllowed):
        move_trial(trial, "publish", actor=coordinator)

    assert Trial.objects.get().publication == "in_review"


def test_d05_scheduled_is_hidden_before_and_public_after(asked, editor, client):
    trial, _coordinator = asked
    soon = timezone.now() + timedelta(minutes=1)
    trial = move_trial(trial, "schedule_publication", actor=editor, changes={"public_from": soon})
    address = f"/api/v1/trials/{trial.pk}/"
    start_periodic(task="core.publish_due")
    before = client.get(address).status_code
    Trial.objects.update(public_from=timezone.now() - timedelta(seconds=1))

    start_periodic(task="core.publish_due")

    assert (before, client.get(address).status_code) == (404, 200)
    assert Trial.objects.get().publication == "public"
    assert Job.objects.get(key="periodic:core.publish_due").error == ""


def test_scheduling_needs_its_moment(asked, editor):
    trial, _coordinator = asked

    with pytest.raises(DomainError) as refusal:
        move_trial(trial, "schedule_publication", actor=editor)

    assert (refusal.value.code, list(refusal.value.fields)) == ("incomplete", ["public_from"])


def test_the_clock_knows_both_tasks():
    assert app.conf.beat_schedule["core.publish_due"]["kwargs"] == {"task": "core.publish_due"}
    assert "core.forget_old_keys" in app.tasks
