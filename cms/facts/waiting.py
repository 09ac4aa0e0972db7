"""Which pages wait for this person's yes, as the second one to read them?"""

from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast
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
    """Pages whose approval was asked for by others, and that `user` may give: one query, none for whom approves nothing.

    A case that waits in several languages is one thing to do: they are approved together.
    """
    if not can(user, "cms.approve_case"):
        return []
    number = Cast("object_id", IntegerField())
    asked = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
    ).exclude(requested_by=user)
    asked = asked.annotate(page_number=number).order_by("-pk")
    of_page = asked.filter(page_number=OuterRef("pk"))
    pages = (
        Page.objects.filter(pk__in=asked.order_by().values("page_number"))
        .annotate(
            asked_in=Subquery(of_page.values("pk")[:1]), asked_at=Subquery(of_page.values("created_at")[:1])
        )
        .select_related("latest_revision", "casepage__outcome__trial")
        .order_by("pk")[:AT_MOST]
    )
    found: dict[Any, Task] = {}
    for page in pages:
        about = getattr(page, "casepage", page)
        if page.latest_revision.user_id != user.pk and approves_page(user, about):
            key = page.translation_key if about is not page else page.pk
            found.setdefault(key, _task(about, page.asked_in, page.asked_at))
    return list(found.values())


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
