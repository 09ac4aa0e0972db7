"""What does an editor come for, and what waits for them?"""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import TaskState, WorkflowState

from cic.core.permissions import can
from cms.frame import Frame
from cms.models import SecondPersonTask
from cms.operations.questions import address_of_work

SHOWN = 20


def show(user: Any) -> dict[str, Any]:
    """Steps open to `user`, pages that wait for their approval, and what they have asked for."""
    return {"steps": steps(user), "waiting": waiting(user), "mine": mine(user)}


def steps(user: Any) -> list[dict[str, str]]:
    """What one comes for, each where it begins."""
    frame = Frame.load(get_language() or "")
    found = []
    if can(user, "cms.view_case"):
        found.append(
            {
                "label": _("Publish a case"),
                "text": _("of a trial that is evaluated"),
                "url": reverse("cms_case_list"),
            }
        )
    if not can(user, "cms.edit_pages"):
        return found
    for kind, model, label, text in (
        ("newspage", "storypage", _("Tell a story"), _("with a date, a picture and the pilots it tells of")),
        ("challengespage", "callpage", _("Open a call"), _("from a day to a day, with how to take part")),
        ("homepage", "textpage", _("Write a page"), _("of text, pictures and figures")),
    ):
        above = frame.of_kind(kind)
        if above:
            address = reverse("wagtailadmin_pages:add", args=["cms", model, above.pk])
            found.append({"label": label, "text": text, "url": address})
    look = {
        "label": _("Look after what is there"),
        "text": _("links and old pages"),
        "url": reverse("cms_upkeep"),
    }
    return [*found, look]


def waiting(user: Any) -> list[dict[str, Any]]:
    """Pages whose approval `user` may give: neither written nor asked for by them."""
    rows = []
    for task in SecondPersonTask.objects.filter(active=True):
        states = task.get_task_states_user_can_moderate(user).select_related("workflow_state__requested_by")
        for state in states.order_by("started_at")[:SHOWN]:
            page = state.workflow_state.content_object.specific
            if task.stands_apart(page, user):
                rows.append(
                    {
                        "title": page.draft_title or page.title, "url": address_of_work(page),
                        "who": state.workflow_state.requested_by or "", "at": state.started_at,
                    }
                )  # fmt: skip
    return rows


def mine(user: Any) -> list[dict[str, Any]]:
    """What `user` has asked for and nobody has approved yet."""
    states = WorkflowState.objects.filter(
        requested_by=user, status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    ).select_related("current_task_state")
    found = []
    for state in states.order_by("-created_at")[:SHOWN]:
        page = state.content_object
        if page is not None:
            returned = bool(
                state.current_task_state and state.current_task_state.status == TaskState.STATUS_REJECTED
            )
            page = page.specific
            found.append({"title": page.draft_title, "url": address_of_work(page), "returned": returned})
    return found
