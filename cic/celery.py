"""Who works in the background, and what is started by the clock?

The work itself is rows (`cic.core.background`). Beat only says that it is time to look: every
schedule here starts a task that claims what is due, so a beat that was down has missed nothing.
"""

import importlib
import importlib.util
import os
import threading
import time
import warnings
from typing import Any

import structlog
from celery import Celery, signals
from celery.platforms import SecurityWarning
from celery.schedules import crontab
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cic.settings")
TRANSPORT_ALIASES["lite"] = "cic.broker:Transport"

# A container's root: what Celery warns of is pickled messages, and here they are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)

SWEEP_SECONDS = 5

log = structlog.get_logger(__name__)

app = Celery("cic")
app.set_default()  # for every thread: a web server's threads have no app of their own
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("cic.core.background",)
app.conf.timezone = "UTC"
app.conf.beat_schedule = {
    # An expired message is dropped: a worker that was away finds one sweep waiting, not thousands.
    "core.sweep": {
        "task": "core.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 2 * SWEEP_SECONDS},
    },
    "core.tidy": {
        "task": "core.start_periodic",
        "schedule": crontab(hour=3, minute=17),
        "kwargs": {"task": "core.tidy"},
    },
}
app.autodiscover_tasks()


@signals.import_modules.connect(sender=app)
def schedule_rooms(**kwargs: Any) -> None:
    """Put the BEAT table of every room's `tasks` module on the schedule.

    A row is `{"task": name, "schedule": seconds or crontab}`, hours in UTC. Each runs as a job:
    retried, parked when it keeps failing, never twice at once, and no trouble to the others.
    """
    from django.apps import apps

    for config in apps.get_app_configs():
        name = f"{config.name}.tasks"
        if importlib.util.find_spec(name) is None:
            continue
        for entry, row in getattr(importlib.import_module(name), "BEAT", {}).items():
            app.conf.beat_schedule[entry] = {
                "task": "core.start_periodic",
                "schedule": row["schedule"],
                "kwargs": {"task": row["task"]},
            }


_running: dict[str, tuple[str, float]] = {}
_watching = threading.Event()


@signals.task_prerun.connect
def note_start(task_id: str, task: Any, **kwargs: Any) -> None:
    """Remember since when a task runs."""
    _running[task_id] = (task.name, time.monotonic())


@signals.task_postrun.connect
def note_end(task_id: str, **kwargs: Any) -> None:
    """Forget a task that ended."""
    _running.pop(task_id, None)


@signals.worker_ready.connect
def watch_time(sender: Any, **kwargs: Any) -> None:
    """Give a pool of threads the time limit that only processes have.

    A thread cannot be stopped, so the whole worker ends and its supervisor starts it again. What
    it held comes back when the leases run out, and a job that does this every time is parked.
    """
    if _watching.is_set() or type(sender.pool).__module__ != "celery.concurrency.thread":
        return
    _watching.set()

    def watch() -> None:
        while True:
            time.sleep(1)
            now = time.monotonic()
            for name, since in list(_running.values()):
                if now - since > settings.CELERY_TASK_TIME_LIMIT:
                    log.critical("worker_over_time_limit", task=name, seconds=round(now - since))
                    os._exit(70)

    threading.Thread(target=watch, name="time-limit", daemon=True).start()
