"""Is work done once, retried when it fails, and never lost or silently given up?"""

from datetime import timedelta

import pytest
from celery import shared_task
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from cic.core.background import Refused, enqueue, once, release, run_job, start_periodic, sweep, tidy
from cic.core.background.jobs import pause_seconds
from cic.core.models import AuditEntry, Job, Receipt
from cic.core.models.background import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db

done: list[object] = []


@pytest.fixture(autouse=True)
def _nothing_done():
    done.clear()


@shared_task(name="tests.note")
def note(*, text):
    done.append(text)


@shared_task(name="tests.fail")
def fail():
    raise RuntimeError("the disk is on fire")


@shared_task(name="tests.refuse")
def refuse():
    raise Refused("550 no such mailbox")


@shared_task(name="tests.forget", forgets=True)
def forget(*, secret):
    done.append(secret)


def make_due():
    Job.objects.update(run_at=timezone.now() - timedelta(seconds=1))


# --- asking ---


def test_a_job_is_written_with_its_cause_and_vanishes_with_it():
    with pytest.raises(IntegrityError), transaction.atomic():
        enqueue("tests.note", text="one")
        Receipt.objects.create(key="x")
        Receipt.objects.create(key="x")

    assert list(Job.objects.all()) == []


def test_one_effect_asked_for_twice_is_one_job():
    first = enqueue("tests.note", key="greeting:7", text="one")
    second = enqueue("tests.note", key="greeting:7", text="two")

    assert first == second
    assert Job.objects.get().payload == {"text": "one"}


def test_two_effects_without_a_key_are_two_jobs():
    enqueue("tests.note", text="one")
    enqueue("tests.note", text="one")

    assert Job.objects.count() == 2


def test_an_unknown_task_is_refused_at_once():
    with pytest.raises(LookupError, match=r"tests\.nothing"):
        enqueue("tests.nothing")

    assert not Job.objects.exists()


@pytest.mark.parametrize("value", [timezone.now(), {1: "x"}, [object()], (1, 2), b"x"])
def test_a_payload_that_json_would_change_is_refused(value):
    with pytest.raises(TypeError):
        enqueue("tests.note", text=value)

    assert not Job.objects.exists()


def test_a_payload_loses_what_no_database_keeps():
    job = enqueue("tests.note", text=["a\x00b\ud800c", {"d": "e\x00"}])

    job.refresh_from_db()
    assert job.payload == {"text": ["abc", {"d": "e"}]}


def test_a_worker_is_woken_only_after_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr("cic.core.background.outbox.wake", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("tests.note", text="one")
        enqueue("tests.note", run_at=timezone.now() + timedelta(hours=1), text="later")
        assert woken == []

    assert woken == [job.pk]


# --- running ---


def test_k06_a_job_delivered_three_times_has_one_effect():
    job = enqueue("tests.note", text="one")

    assert [run_job(job.pk) for _ in range(3)] == [True, False, False]
    job.refresh_from_db()
    assert (done, job.status, job.attempts) == (["one"], "done", 1)


def test_a_job_that_is_not_due_is_left_alone():
    job = enqueue("tests.note", run_at=timezone.now() + timedelta(hours=1), text="later")

    assert run_job(job.pk) is False
    assert done == []


def test_a_job_another_worker_holds_is_left_alone_until_its_lease_ends():
    job = enqueue("tests.note", text="one")
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=30), attempts=1)
    assert run_job(job.pk) is False

    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_job(job.pk) is True
    assert done == ["one"]


def test_a_failed_job_is_tried_again_later_and_says_why():
    job = enqueue("tests.fail")

    run_job(job.pk)

    job.refresh_from_db()
    assert job.status == "retrying"
    assert job.error == "RuntimeError: the disk is on fire"
    assert timedelta(seconds=20) < job.run_at - timezone.now() < timedelta(seconds=40)
    assert run_job(job.pk) is False


def test_pauses_grow_to_six_hours():
    middles = [(pause_seconds(n) / 3 ** (n - 1)) for n in range(1, 7)]

    assert all(24 <= middle <= 36 for middle in middles)
    assert pause_seconds(20) <= 6 * 3600 * 1.2


def test_a_job_that_keeps_failing_is_parked_and_can_be_released(django_user_model):
    job = enqueue("tests.fail")
    for _ in range(MAX_ATTEMPTS + 3):
        make_due()
        run_job(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts) == ("parked", MAX_ATTEMPTS)
    assert list(Job.objects.parked()) == [job]

    person = django_user_model.objects.create(email="a@example.org", name="A")
    job = release(job, actor=person, note="The disk was put out.")

    assert (job.status, job.attempts) == ("waiting", 0)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.note) == ("job.release", person, "The disk was put out.")


def test_releasing_a_job_that_is_not_parked_changes_nothing():
    job = enqueue("tests.note", text="one")

    release(job, actor=None)

    assert not AuditEntry.objects.exists()


def test_a_refused_job_is_parked_at_once():
    job = enqueue("tests.refuse")

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == ("bounced", 1, "550 no such mailbox")


def test_a_job_whose_task_was_removed_is_parked():
    job = enqueue("tests.note", text="one")
    Job.objects.update(task="tests.gone")

    run_job(job.pk)

    job.refresh_from_db()
    assert job.status == "bounced"
    assert "tests.gone" in job.error


def test_a_payload_that_is_to_be_forgotten_is_gone_when_done():
    job = enqueue("tests.forget", secret="token")

    run_job(job.pk)

    job.refresh_from_db()
    assert (done, job.payload) == (["token"], {})


def test_k01_a_job_that_takes_the_worker_with_it_every_time_is_parked():
    job = enqueue("tests.note", text="one")
    Job.objects.update(attempts=MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(seconds=1))

    sweep()

    job.refresh_from_db()
    assert (job.status, done) == ("parked", [])
    assert "The worker ended" in job.error


def test_the_request_that_asked_is_known_to_the_task():
    import structlog

    with structlog.contextvars.bound_contextvars(request_id="request-7"):
        job = enqueue("tests.note", text="one")
    assert job.request_id == "request-7"


# --- sweeping ---


def test_sweep_runs_what_nobody_woke_in_the_order_it_became_due():
    now = timezone.now()
    for text, hours in (("second", 1), ("first", 2), ("later", -1)):
        enqueue("tests.note", run_at=now - timedelta(hours=hours), text=text)

    assert sweep() == 2
    assert done == ["first", "second"]


def test_k15_a_failing_job_does_not_stop_the_others():
    enqueue("tests.fail", run_at=timezone.now() - timedelta(hours=1))
    enqueue("tests.refuse", run_at=timezone.now() - timedelta(hours=1))
    enqueue("tests.note", text="one")

    assert sweep() == 3
    assert done == ["one"]


def test_k15_a_failing_periodic_task_does_not_stop_the_others_and_is_not_started_twice():
    start_periodic(task="tests.fail")
    start_periodic(task="tests.forget.missing")
    start_periodic(task="tests.fail")

    failing = Job.objects.get(key="periodic:tests.fail")
    assert (failing.status, failing.attempts) == ("retrying", 1)
    assert Job.objects.get(key="periodic:tests.forget.missing").status == "bounced"


def test_a_periodic_task_runs_again_the_next_time():
    @shared_task(name="tests.tick")
    def tick():
        done.append("tick")

    start_periodic(task="tests.tick")
    start_periodic(task="tests.tick")

    assert done == ["tick", "tick"]
    assert Job.objects.get().status == "done"


def test_a_parked_periodic_task_gets_another_round_and_keeps_its_error_until_it_succeeds():
    start_periodic(task="tests.fail")
    Job.objects.update(parked_at=timezone.now())

    start_periodic(task="tests.fail")

    job = Job.objects.get()
    assert (job.status, job.attempts) == ("retrying", 1)
    assert "on fire" in job.error


def test_tidy_forgets_details_but_not_that_it_happened():
    long_ago = timezone.now() - timedelta(days=100)
    named = enqueue("tests.note", key="greeting:7", text="one")
    enqueue("tests.note", text="two")
    open_job = enqueue("tests.note", key="greeting:8", text="three")
    Job.objects.exclude(pk=open_job.pk).update(done_at=long_ago)

    tidy()

    assert {job.key: job.payload for job in Job.objects.all()} == {
        "greeting:7": {},
        "greeting:8": {"text": "three"},
    }
    assert enqueue("tests.note", key="greeting:7", text="again") == named


# --- once ---


def test_once_says_yes_the_first_time_only():
    answers = []
    for _ in range(3):
        with once("mail:7") as first:
            answers.append(first)

    assert answers == [True, False, False]


def test_once_takes_back_its_receipt_with_what_was_written():
    with pytest.raises(DatabaseError), once("mail:7"):
        Receipt.objects.create(key="other")
        raise DatabaseError("no")

    assert not Receipt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_k06_eight_at_once_bring_about_one_effect(at_once):
    def effect():
        with once("greeting:7") as first:
            if first:
                Receipt.objects.create(key="the effect")
            return first

    assert sorted(at_once(effect, 8)) == [False] * 7 + [True]
    assert Receipt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_k06_eight_workers_claim_one_job_once(at_once):
    job = enqueue("tests.note", text="one")

    assert sorted(at_once(lambda: run_job(job.pk), 8)) == [False] * 7 + [True]
    assert done == ["one"]
