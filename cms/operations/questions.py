"""Who is told of a question for approval, and of its answer? A case in several languages is one question, and one mail.

Wagtail speaks of each page by itself; `together` gathers what it says while a case is taken a step in all its languages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from cic.core.background import notify, notify_all
from cic.core.models import Said
from cms.permissions import APPROVING_ROLES, approves_page
from partners.choices import Role
from partners.models import Appointment, User

_gathered: ContextVar[dict[str, list[Any]] | None] = ContextVar("gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Tell of all that is asked for and approved inside as of one thing, at its end."""
    token = _gathered.set({"asked": [], "approved": []})
    try:
        yield
        found: Any = _gathered.get()
    finally:
        _gathered.reset(token)
    if found["asked"]:
        tell_approvers(found["asked"])
    if found["approved"]:
        tell_author("cms.page_approved", found["approved"])


def asked(step: TaskState) -> None:
    """Somebody waits for a second person."""
    gathered = _gathered.get()
    if gathered is None:
        tell_approvers([step])
    else:
        gathered["asked"].append(step)


def approved(state: WorkflowState, by: Any) -> None:
    """A second person has approved it."""
    gathered = _gathered.get()
    if gathered is None:
        tell_author("cms.page_approved", [(state, by)])
    else:
        gathered["approved"].append((state, by))


def approvers_of(page: Any) -> list[User]:
    """People whose roles of today let them approve `page`."""
    holders = Appointment.objects.current().filter(role__in=[*APPROVING_ROLES, Role.ADMIN]).values("user_id")
    return [user for user in User.objects.filter(pk__in=holders, is_active=True) if approves_page(user, page)]


def address_of_work(page: Any) -> str:
    """Where the page is worked on: cases in the workspace, others in the editor."""
    if hasattr(page, "outcome"):
        return reverse("cms_case_detail", args=[page.pk])
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def tell_approvers(steps: list[TaskState]) -> None:
    """One mail to each who may approve any of these pages, and neither wrote nor asked for it; it lists their languages."""
    pages = {step.pk: step.workflow_state.content_object.specific for step in steps}
    concerned: dict[User, list[TaskState]] = {}
    for step in steps:
        page, task = pages[step.pk], step.task.specific
        for reader in approvers_of(page):
            if task.stands_apart(page, reader):
                concerned.setdefault(reader, []).append(step)
    alike: dict[tuple[int, ...], list[User]] = {}
    for reader, own in concerned.items():
        alike.setdefault(tuple(step.pk for step in own), []).append(reader)
    for numbers, readers in alike.items():
        notify_all(
            readers,
            "cms.page_asked",
            key=f"task:{numbers[0]}",
            asked_by=str(steps[0].workflow_state.requested_by or ""),
            **facts_of([pages[number] for number in numbers]),
        )


def tell_author(kind: str, states: list[tuple[WorkflowState, Any]]) -> None:
    """Whoever asked reads what a second person did: once for each who asked."""
    authors: dict[User, list[tuple[WorkflowState, Any]]] = {}
    for state, by in states:
        if state.requested_by is not None:
            authors.setdefault(state.requested_by, []).append((state, by))
    for author, own in authors.items():
        state, by = own[0]
        step = state.current_task_state
        notify(
            author,
            kind,
            key=f"task:{step.pk if step else state.pk}",
            by=str(by or ""),
            comment=step.comment if step else "",
            **facts_of([state.content_object.specific for state, _by in own]),
        )


def facts_of(pages: list[Any]) -> dict[str, Any]:
    """What a mail says of pages that are one in several languages: title, address, and the languages of more than one."""
    first = pages[0]
    names = [page.locale.get_display_name() for page in pages]
    return {
        "title": Said.of(first.draft_title or first.title, first.locale.language_code),
        "path": address_of_work(first),
        "tongues": ", ".join(names) if len(names) > 1 else "",
    }
