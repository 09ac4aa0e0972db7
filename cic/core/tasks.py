"""What does the clock do for every room? Publish what is due, forget keys no client may repeat."""

from celery import shared_task
from celery.schedules import crontab

from .idempotency import forget_old_keys
from .publication import publish_due

PUBLISH_SECONDS = 30


@shared_task(name="core.publish_due")
def publish_what_is_due() -> None:
    """Make public what was scheduled for a moment that has come."""
    publish_due()


@shared_task(name="core.forget_old_keys")
def forget_keys() -> None:
    """Remove idempotency keys that have run out."""
    forget_old_keys()


BEAT = {
    "core.publish_due": {"task": "core.publish_due", "schedule": PUBLISH_SECONDS},
    "core.forget_old_keys": {"task": "core.forget_old_keys", "schedule": crontab(hour=3, minute=41)},
}
