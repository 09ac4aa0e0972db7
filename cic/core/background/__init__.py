"""What happens after the answer has gone out? Jobs: rows written with their cause, run by a worker.

`enqueue` asks for an effect, `once` keeps it to one, `notify` and `notify_all` tell people about one event.
"""

from .jobs import Refused, release, run_job, start_periodic, sweep, tidy
from .mails import notify, notify_all, post_mail, refused_since, send_mail, send_text
from .outbox import enqueue, enqueue_all, once

__all__ = [
    "Refused",
    "enqueue",
    "enqueue_all",
    "notify",
    "notify_all",
    "once",
    "post_mail",
    "refused_since",
    "release",
    "run_job",
    "send_mail",
    "send_text",
    "start_periodic",
    "sweep",
    "tidy",
]
