"""What do those who follow a pilot or a centre hear of its case?"""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cic.core.models import AuditEntry
from cms.context import address_of
from cms.frame import Frame
from cms.models import CasePage
from community.models.news import Fact, register_reader
from community.models.subjects import named


def read_cases(entries: list[AuditEntry]) -> Iterator[Fact]:
    """Cases that were approved: once for each trial, in the reader's language where there is one."""
    told = {int(entry.object_id): entry for entry in entries if entry.action == "casepage.approve"}
    outcomes = CasePage.objects.filter(pk__in=told).values("outcome")
    pages = (
        CasePage.objects.live()
        .public()
        .filter(outcome__in=outcomes)
        .select_related("outcome__trial", "locale")
    )
    language = get_language() or settings.LANGUAGE_CODE
    best: dict[int, CasePage] = {}
    latest: dict[int, AuditEntry] = {}
    for page in pages:
        trial = page.outcome.trial
        if trial.pk not in best or page.locale.language_code == language:
            best[trial.pk] = page
        entry = told.get(page.pk)
        if entry and (trial.pk not in latest or latest[trial.pk].position < entry.position):
            latest[trial.pk] = entry
    if not latest:
        return
    frame = Frame.load(language)
    for pk, entry in latest.items():
        page, trial = best[pk], best[pk].outcome.trial
        path = address_of(page.url_path, page.locale.language_code, frame)
        if path and trial.is_public:
            text = _("Its case can be read: %(title)s") % {"title": page.title}
            keys = frozenset({("trial", pk), ("centre", trial.centre_id)})
            yield Fact(
                entry.position,
                entry.at,
                ("trial", pk),
                named(trial),
                text,
                path,
                keys,
            )


register_reader("cms.casepage", read_cases)
