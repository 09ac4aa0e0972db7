"""How is a worker told that there is work? By a message sent from a thread of its own, or not at all.

Nobody waits for a broker: whoever commits a job leaves its number here and goes on. A broker
that fails is left in peace for a while; the sweep finds the jobs that no message announced.
"""

import queue
import threading
import time

import structlog
from celery import current_app

PAUSE_SECONDS = 30
EXPIRES_SECONDS = 600
BACKLOG = 1000

log = structlog.get_logger(__name__)


class Waker:
    """Publishes the numbers of jobs, in order, while the broker answers."""

    def __init__(self) -> None:
        self.paused_until = 0.0
        self._numbers: queue.Queue[int] = queue.Queue(BACKLOG)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def wake(self, job_id: int) -> bool:
        """Have a worker told about `job_id`. False when this is left to the sweep. Never waits."""
        if time.monotonic() < self.paused_until:
            return False
        try:
            self._numbers.put_nowait(job_id)
        except queue.Full:
            return False
        with self._lock:
            # A fork leaves the thread behind, so ask whether it lives and not whether there is one; and ask
            # now that there is something to do, so that none ends between the question and the number.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._publish, name="waker", daemon=True)
                self._thread.start()
        return True

    def _publish(self) -> None:
        while True:
            job_id = self._numbers.get()
            if time.monotonic() < self.paused_until:
                continue
            try:
                current_app.tasks["core.run_job"].apply_async((job_id,), retry=False, expires=EXPIRES_SECONDS)
            except Exception as error:  # noqa: BLE001  whatever a broker's client raises
                self.paused_until = time.monotonic() + PAUSE_SECONDS
                log.warning("broker_unreachable", error=str(error), pause_seconds=PAUSE_SECONDS)


_waker = Waker()


def wake(job_id: int) -> None:
    """Have a worker told about `job_id`, if the broker answers."""
    _waker.wake(job_id)
