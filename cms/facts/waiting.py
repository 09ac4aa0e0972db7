"""Which pages wait for this person's yes, as the second one to read them?"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, WorkflowState

from cic.core.permissions import can
from cms.permissions import approves_page
from pilots.models.duties import register_duties
from pilots.models.work import AT_MOST, Task

KINDS = {
    "approve_case": (_("A case waits for your approval, asked %(when)s"), "cms_case_detail"),
    "approve_page": (_("A page waits for your approval, asked %(when)s"), "wagtailadmin_pages:edit"),
}


def waiting_on(user: Any) -> list[Task]:
    """Pages whose approval was asked for by others, and that `user` may give: two queries, none for whom approves nothing."""
    if not can(user, "cms.approve_case"):
        return []
    asked = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).exclude(requested_by=user)
    since = {
        int(key): (pk, at) for key, pk, at in asked.values_list("object_id", "pk", "created_at")[:AT_MOST]
    }
    pages = Page.objects.filter(pk__in=since).select_related("latest_revision", "casepage__outcome__trial")
    return [
        _task(getattr(page, "casepage", page), *since[page.pk])
        for page in pages
        if page.latest_revision.user_id != user.pk and approves_page(user, getattr(page, "casepage", page))
    ]


def _task(page: Page, source: int, asked_at: Any) -> Task:
    is_case = hasattr(page, "outcome")
    return Task(
        "approve_case" if is_case else "approve_page",
        page.pk,
        page.outcome.trial.reference if is_case else "",
        page.draft_title or page.title,
        timezone.localdate(asked_at),
        source,
        1,
        asked_at,
    )


register_duties(waiting_on, KINDS)
