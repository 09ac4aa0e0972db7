"""How does the site come to know which of its links lead nowhere?"""

from typing import Any

from django.utils import timezone
from wagtail.models import Page

from cic.core.operations import operation
from cms.facts.upkeep import fault_of, links_of, markup_of
from cms.models import LinkCheck


def look_at(page: Any, answers: dict[str, str]) -> LinkCheck:
    """Ask every link of a page, and keep what was found. `answers` is shared by all pages of one round."""
    markup = markup_of(page)
    faults = [(link, fault_of(link, page, markup, answers)) for link in links_of(markup)]
    found = [
        {"address": link.address, "words": link.words, "kind": str(fault)} for link, fault in faults if fault
    ]
    return note_links(page, found, actor=None)


@operation
def note_links(page: Any, found: list[dict[str, str]], *, actor: Any) -> LinkCheck:
    """Keep the links that lead nowhere; one that was known keeps the day since when."""
    known = LinkCheck.objects.filter(page_id=page.pk).first()
    since = {(row["address"], row["words"]): row["since"] for row in (known.broken if known else [])}
    today = timezone.localdate().isoformat()
    rows = [{**row, "since": since.get((row["address"], row["words"]), today)} for row in found]
    values = {"checked_at": timezone.now(), "broken": rows}
    return LinkCheck.objects.update_or_create(page_id=page.pk, defaults=values)[0]


@operation
def clear_schedules(*, actor: Any) -> int:
    """Forget the hours that have passed: what an hour was set for has happened, and it means nothing twice.

    Returns how many pages had one. Source: wagtail#13896.
    """
    now = timezone.now()
    came = Page.objects.filter(live=True, go_live_at__lte=now).update(go_live_at=None)
    went = Page.objects.filter(expired=True).exclude(go_live_at=None, expire_at=None)
    return came + went.update(go_live_at=None, expire_at=None)
