"""What does the clock do for every room? Publish what is due, forget keys no client may repeat."""

from celery import shared_task
from celery.schedules import crontab

from . import digests, machine_translation, opensearch  # noqa: F401  their tasks
from .bins import empty_bin
from .exports import forget_exports
from .idempotency import forget_old_keys
from .models import Attachment
from .notifications import forget_notifications
from .publication import publish_due
from .scanning import finding_in, judge
from .webhooks import following

PUBLISH_SECONDS = 30
DIGEST_SECONDS = 900
FOLLOW_SECONDS = 15


@shared_task(name="core.publish_due")
def publish_what_is_due() -> None:
    """Make public what was scheduled for a moment that has come."""
    publish_due()


@shared_task(name="core.forget_old_keys")
def forget_keys() -> None:
    """Remove idempotency keys that have run out."""
    forget_old_keys()


@shared_task(name="core.follow_audit")
def follow_audit() -> None:
    """Have every webhook told of what changed since it last looked."""
    following.follow_audit()


@shared_task(name="core.deliver_webhook")
def deliver_webhook(*, delivery_id: str, attempt: int) -> None:
    """Make one attempt at one message; the next is a job of its own."""
    following.send(delivery_id, attempt)


@shared_task(name="core.forget_old_deliveries")
def forget_deliveries() -> None:
    """Remove the log of messages that is too old to help anybody."""
    following.forget_old_deliveries()


@shared_task(name="core.forget_exports")
def forget_old_exports() -> None:
    """Remove the files of lists whose day is over."""
    forget_exports()


@shared_task(name="core.forget_notifications")
def forget_old_notifications() -> None:
    """Remove what people were told half a year ago."""
    forget_notifications()


@shared_task(name="core.scan_file")
def scan_file(*, attachment_id: str) -> None:
    """Have the scanner look at a file that waits for it; while it is away, the job comes back."""
    attachment = Attachment.objects.waiting().filter(pk=attachment_id).first()
    if attachment is not None:
        with attachment.file.open("rb") as content:
            judge(attachment, finding_in(content))


@shared_task(name="core.empty_bin")
def empty_the_bin() -> None:
    """Remove the bytes of files that were removed thirty days ago."""
    empty_bin()


BEAT = {
    "core.empty_bin": {"task": "core.empty_bin", "schedule": crontab(minute=53)},
    "core.publish_due": {"task": "core.publish_due", "schedule": PUBLISH_SECONDS},
    "core.follow_audit": {"task": "core.follow_audit", "schedule": FOLLOW_SECONDS},
    "core.forget_old_deliveries": {
        "task": "core.forget_old_deliveries",
        "schedule": crontab(hour=3, minute=47),
    },
    "core.forget_old_keys": {"task": "core.forget_old_keys", "schedule": crontab(hour=3, minute=41)},
    "core.ask_for_digests": {"task": "core.ask_for_digests", "schedule": DIGEST_SECONDS},
    "core.forget_notifications": {
        "task": "core.forget_notifications",
        "schedule": crontab(hour=3, minute=53),
    },
    "core.forget_exports": {"task": "core.forget_exports", "schedule": crontab(minute=23)},
}
