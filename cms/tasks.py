"""What does the clock do to public pages?"""

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command

from cms.facts import ANYONE
from cms.facts.sharing import sweep
from cms.facts.upkeep import written_pages
from cms.models import CasePage
from cms.operations.previews import forget_expired
from cms.operations.releases import refresh
from cms.operations.upkeep import clear_schedules, look_at
from pilots.models import Trial

# What is withdrawn leaves the files within a minute: a third of that for waiting, the rest for writing.
RELEASE_SECONDS = 20
# A picture is not given out once its page is gone; its file may stay for this long.
SWEEP_SECONDS = 3600


@shared_task(name="cms.publish_scheduled")
def publish_scheduled() -> None:
    """Publish approved pages whose moment has come, and take down those whose time is over."""
    call_command("publish_scheduled", verbosity=0)
    clear_schedules(actor=None)


@shared_task(name="cms.release_data")
def release_data() -> None:
    """Write the files of open data that no longer hold what is public."""
    refresh()


@shared_task(name="cms.forget_preview_links")
def forget_preview_links() -> None:
    """Remove links to drafts whose time is over."""
    forget_expired(actor=None)


@shared_task(name="cms.check_links")
def check_links() -> None:
    """Look at the links of every public page; each address is asked once."""
    answers: dict[str, str] = {}
    for page in written_pages().specific().order_by("path").iterator(chunk_size=50):
        look_at(page, answers)


@shared_task(name="cms.sweep_pictures")
def sweep_pictures() -> None:
    """Remove the pictures for sharing of pilots and cases that are public no more."""

    def trials(language: str, names: list[str]) -> set[str]:
        found = Trial.objects.visible_to(ANYONE).filter(reference__in=names)
        return set(found.values_list("reference", flat=True))

    def cases(language: str, names: list[str]) -> set[str]:
        found = CasePage.objects.live().public().filter(slug__in=names, locale__language_code=language)
        return set(found.values_list("slug", flat=True))

    sweep({"pilots": trials, "cases": cases})


# What is due and not yet done: an hour's delay publishes an hour late, nothing is lost.
BEAT = {
    "cms.publish_scheduled": {"task": "cms.publish_scheduled", "schedule": 60},
    "cms.check_links": {"task": "cms.check_links", "schedule": crontab(hour=3, minute=40)},
    "cms.forget_preview_links": {"task": "cms.forget_preview_links", "schedule": crontab(minute=10)},
    "cms.sweep_pictures": {"task": "cms.sweep_pictures", "schedule": SWEEP_SECONDS},
    "cms.release_data": {"task": "cms.release_data", "schedule": RELEASE_SECONDS},
}
