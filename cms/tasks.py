"""What does the clock do to public pages?"""

from functools import partial

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command
from wagtail.models import Page

from cic.core.background import Refused
from cic.core.errors import DomainError
from cic.core.machine_translation import said_by_machine
from cic.core.models.translations import MACHINE
from cic.core.permissions import can
from cms.facts.index import hand_on
from cms.facts.pictures import KINDS, still_public
from cms.facts.saying import lines_of, source_of
from cms.facts.sharing import sweep
from cms.facts.upkeep import written_pages
from cms.models import PAGES_WITH_PICTURES
from cms.operations.previews import forget_expired
from cms.operations.releases import refresh
from cms.operations.translations import say_parts
from cms.operations.upkeep import clear_schedules, look_at
from cms.permissions import translating
from partners.models import User

# What is withdrawn leaves the files within a minute: a third of that for waiting, the rest for writing.
RELEASE_SECONDS = 20
# A process that starts reads what was written since; so often that this is little.
HAND_ON_SECONDS = 300
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


@shared_task(name="cms.hand_on_index")
def hand_on_index() -> None:
    """Keep the sets that the catalogue counts with for the processes that start next."""
    hand_on()


@shared_task(name="cms.sweep_pictures")
def sweep_pictures() -> None:
    """Remove the pictures for sharing of what is public no more."""

    def pages(kind: str, language: str, names: list[str]) -> set[str]:
        found = PAGES_WITH_PICTURES[kind].objects.live().public()
        found = found.filter(slug__in=names, locale__language_code=language)
        return set(found.values_list("slug", flat=True))

    def records(kind: str, _language: str, names: list[str]) -> set[str]:
        return still_public(kind, names)

    sweep(
        {kind: partial(pages, kind) for kind in PAGES_WITH_PICTURES}
        | {kind: partial(records, kind) for kind in KINDS}
    )


@shared_task(name="cms.say_rest")
def say_rest(*, page_id: int, actor_id: int) -> None:
    """Fetch the machine's texts for one page, then write them into a draft: a person's text is never replaced."""
    page = Page.objects.filter(pk=page_id).first()
    actor = User.objects.filter(pk=actor_id).first()
    if page is None:
        return
    if actor is None or not can(actor, translating(page), page.specific):
        raise Refused("Whoever asked for it may no longer translate this.")
    draft = page.get_latest_revision_as_object()
    source = source_of(draft)
    lines = [line for line in lines_of(draft, source) if line.for_machine] if source else []
    texts: dict[str, str] = {}
    for form, is_html in (("text", False), ("html", True)):
        some = [line for line in lines if line.source.is_html == is_html]
        if some:
            said = said_by_machine(
                [line.source.text for line in some],
                source.locale.language_code,
                draft.locale.language_code,
                form,
            )
            texts |= dict(zip([line.path for line in some], said, strict=True))
    try:
        say_parts(page, texts, actor=actor, origin=MACHINE)
    except DomainError as error:
        raise Refused(error.detail) from error


# What is due and not yet done: an hour's delay publishes an hour late, nothing is lost.
BEAT = {
    "cms.publish_scheduled": {"task": "cms.publish_scheduled", "schedule": 60},
    "cms.check_links": {"task": "cms.check_links", "schedule": crontab(hour=3, minute=40)},
    "cms.forget_preview_links": {"task": "cms.forget_preview_links", "schedule": crontab(minute=10)},
    "cms.sweep_pictures": {"task": "cms.sweep_pictures", "schedule": SWEEP_SECONDS},
    "cms.hand_on_index": {"task": "cms.hand_on_index", "schedule": HAND_ON_SECONDS},
    "cms.release_data": {"task": "cms.release_data", "schedule": RELEASE_SECONDS},
}
