"""How is a job run? Claimed by one conditional update, retried with growing pauses, parked in the end."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app, shared_task
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from cic.core.models import Job
from cic.core.models.background import MAX_ATTEMPTS
from cic.core.operations import audit, operation

FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 6 * 3600
SWEEP_SECONDS = 60
SWEEP_BATCH = 50
KEEP_DAYS = 90
LOST = "The worker ended while it ran this."

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The other side said no for good: trying again would only annoy it."""


def pause_seconds(attempts: int) -> float:
    """How long to wait after `attempts` failures: 30 s, 90 s, … up to 6 h, spread by a fifth each way.

    Units: seconds.
    """
    pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 3 ** (attempts - 1))
    return pause * random.uniform(0.8, 1.2)


@shared_task(name="core.run_job")
def run_job(job_id: int) -> bool:
    """Run one job if it is due and nobody else runs it. Says whether it was run."""
    job = _claim(job_id)
    if job is None:
        return False
    task = current_app.tasks.get(job.task)
    names = {"request_id": job.request_id, "job_id": job.pk, "task": job.task}
    with structlog.contextvars.bound_contextvars(**names), _lease_kept(job):
        try:
            if task is None:
                raise Refused(f"There is no task named {job.task!r} any more.")
            task(**job.payload)
        except Refused as error:
            _park(job, str(error), refused=True)
        except Exception as error:  # noqa: BLE001  whatever it was, it is kept and shown
            _fail(job, error)
        else:
            _finish(job, forget=getattr(task, "forgets", False))
    return True


def _claim(job_id: int) -> Job | None:
    """Take the job, or None. Its number of attempts then tells this claim from any later one."""
    due = Job.objects.due().filter(pk=job_id).order_by()
    if not due.update(lease_until=_lease_end(), attempts=F("attempts") + 1):
        return None
    return Job.objects.get(pk=job_id)


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextmanager
def _lease_kept(job: Job) -> Iterator[None]:
    """Renew the lease while the job runs, up to the time limit of tasks."""
    ended = threading.Event()
    last = time.monotonic() + settings.CELERY_TASK_TIME_LIMIT

    def renew() -> None:
        while not ended.wait(settings.JOB_LEASE_SECONDS / 3) and time.monotonic() < last:
            try:
                _mine(job).update(lease_until=_lease_end())
            except DatabaseError as error:
                log.warning("job_lease_not_renewed", error=str(error))
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name=f"job-{job.pk}-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _mine(job: Job) -> Any:
    return Job.objects.open().filter(pk=job.pk, attempts=job.attempts)


def _finish(job: Job, *, forget: bool) -> None:
    values: dict[str, Any] = {"done_at": timezone.now(), "lease_until": None, "error": ""}
    if forget:
        values["payload"] = {}
    _mine(job).update(**values)


def _fail(job: Job, error: Exception) -> None:
    """Try again later, or give the job up."""
    text = f"{type(error).__name__}: {error}"
    if job.attempts >= MAX_ATTEMPTS:
        _park(job, text)
        return
    run_at = timezone.now() + timedelta(seconds=pause_seconds(job.attempts))
    _mine(job).update(lease_until=None, run_at=run_at, error=text[:2000])
    log.warning("job_failed", attempt=job.attempts, again_at=run_at.isoformat(), error=text, exc_info=error)


def _park(job: Job, text: str, *, refused: bool = False) -> None:
    """Give the job up. It stays visible until a person releases it."""
    now = timezone.now()
    _mine(job).update(lease_until=None, parked_at=now, error=text[:2000], refused=refused)
    log.error("job_parked", attempt=job.attempts, refused=refused, error=text)


@shared_task(name="core.sweep")
def sweep() -> int:
    """Run what is due and no message announced, longest due first. Returns how many ran."""
    _park_lost()
    ran, end = 0, time.monotonic() + SWEEP_SECONDS
    while batch := list(Job.objects.due().values_list("pk", flat=True)[:SWEEP_BATCH]):
        for job_id in batch:
            ran += run_job(job_id)
            if time.monotonic() > end:
                return ran
    return ran


def _park_lost() -> None:
    """Give up the jobs whose last attempt took the worker with it."""
    for job in Job.objects.lost()[:SWEEP_BATCH]:
        with structlog.contextvars.bound_contextvars(job_id=job.pk, task=job.task):
            _park(job, f"{LOST} {job.error}".strip())


@shared_task(name="core.start_periodic")
def start_periodic(*, task: str) -> None:
    """Run a periodic task as a job of its own, unless the last one still runs or waits for its next try."""
    now = timezone.now()
    fresh = {"task": task, "run_at": now}
    job, new = Job.objects.get_or_create(key=f"periodic:{task}", defaults=fresh)
    if not new:
        ended = Job.objects.filter(pk=job.pk).exclude(done_at=None, parked_at=None)
        ended.update(done_at=None, parked_at=None, refused=False, lease_until=None, attempts=0, run_at=now)
    run_job(job.pk)


@shared_task(name="core.tidy")
def tidy() -> None:
    """Forget sessions that ended and the details of work done long ago.

    The keys of named effects stay: they are what keeps an effect from happening again.
    """
    call_command("clearsessions")
    # What a sign-in told of browser and address goes with its session.
    living = apps.get_model("sessions.Session").objects.values("session_key")
    apps.get_model("usersessions.UserSession").objects.exclude(session_key__in=living).delete()
    old = Job.objects.filter(done_at__lt=timezone.now() - timedelta(days=KEEP_DAYS))
    old.filter(key__startswith="job:").delete()
    old.exclude(payload={}).update(payload={})


@operation
def release(job: Job, *, actor: Any, note: str = "") -> Job:
    """Give a parked job its attempts back; the next sweep runs it."""
    fields = {"parked_at": None, "refused": False, "attempts": 0, "run_at": timezone.now()}
    if Job.objects.parked().filter(pk=job.pk).order_by().update(**fields):
        audit(job, "release", actor=actor, before={"error": job.error}, note=note)
    job.refresh_from_db()
    return job
