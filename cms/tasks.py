"""What does the clock do to public pages?"""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="cms.publish_scheduled")
def publish_scheduled() -> None:
    """Publish approved pages whose moment has come, and take down those whose time is over."""
    call_command("publish_scheduled", verbosity=0)


# What is due and not yet done: an hour's delay publishes an hour late, nothing is lost.
BEAT = {"cms.publish_scheduled": {"task": "cms.publish_scheduled", "schedule": 60}}
