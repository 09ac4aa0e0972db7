"""How is an effect asked for? As a row in the transaction of its cause; a message only wakes a worker."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone

from cic.core.models import Job, Receipt

from .waking import wake

# PostgreSQL keeps neither in JSON.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def enqueue(task: str, key: str | None = None, run_at: datetime | None = None, **payload: Any) -> Job:
    """Ask for `task(**payload)` once this transaction commits, at `run_at` or at once.

    `key` names the effect: asked for twice, it is one job. `payload` is what JSON can hold.
    Raises: LookupError when there is no such task; TypeError for other values.
    """
    values = _asked(task, payload, run_at)
    if key is None:
        job, new = Job.objects.create(**values), True
    else:
        job, new = Job.objects.get_or_create(key=key, defaults=values)
    if new and job.run_at <= timezone.now():
        transaction.on_commit(lambda: wake(job.pk), robust=True)
    return job


def enqueue_all(task: str, payloads: Mapping[str, dict[str, Any]]) -> list[Job]:
    """Ask for `task` once for each payload, by the keys of the effects: two queries, however many.

    Raises: LookupError, TypeError, as `enqueue` does.
    """
    if not payloads:
        return []
    asked = [Job(key=key, **_asked(task, payload)) for key, payload in payloads.items()]
    Job.objects.bulk_create(asked, ignore_conflicts=True)
    jobs = list(Job.objects.filter(key__in=payloads).order_by("pk"))
    # Who was asked before is woken again: a worker finds that there is nothing to do.
    for job in jobs:
        transaction.on_commit(partial(wake, job.pk), robust=True)
    return jobs


def _asked(task: str, payload: dict[str, Any], run_at: datetime | None = None) -> dict[str, Any]:
    """The columns of a new job."""
    if task not in current_app.tasks:
        current_app.autodiscover_tasks(force=True)
        if task not in current_app.tasks:
            raise LookupError(f"There is no task named {task!r}.")
    return {
        "task": task,
        "payload": storable(payload),
        "run_at": run_at or timezone.now(),
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
    }


def storable(value: Any) -> Any:
    """`value` as every database gives it back.

    Raises: TypeError for what JSON does not hold.
    """
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("The names in a job's payload are texts.")
        return {name: storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [storable(inner) for inner in value]
    if value is None or isinstance(value, int | float | bool):
        return value
    raise TypeError(f"A job's payload holds JSON values only, not {type(value).__name__}.")


@contextmanager
def once(key: str) -> Iterator[bool]:
    """Open a transaction and say whether the effect `key` is still to be brought about.

    The receipt commits with what is written inside, or not at all. Two that ask at the same time
    wait for each other, and the second is told no.
    """
    with transaction.atomic():
        _receipt, first = Receipt.objects.get_or_create(key=key)
        yield first
