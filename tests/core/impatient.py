"""Included by a worker of a test: a task may run for two seconds only, and there is one that never ends."""

import time

from celery import shared_task
from django.conf import settings

settings.CELERY_TASK_TIME_LIMIT = 2


@shared_task(name="tests.hang")
def hang() -> None:
    """Never come back."""
    time.sleep(600)
