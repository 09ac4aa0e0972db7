"""Whom does a step of a page's approval concern, and what becomes of a case whose trial or outcome is withdrawn?

Those concerned get one mail each, from the outbox. The receivers of approval take the names of Wagtail's own, which
would send within the request and stay silent about a relay that is down: a name is connected only once, so
Wagtail's own are never connected.
"""

from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    copy_for_translation_done,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from cic.core.background import notify, notify_all
from cms.facts.saying import noted
from cms.models import CasePage
from cms.operations.cases import withdraw_cases_of
from cms.permissions import APPROVING_ROLES, approves_page
from partners.choices import Role
from partners.models import Appointment, User
from pilots.signals import publication_withdrawn

JUST_NOW = timedelta(minutes=1)


def approvers_of(page: Any) -> Any:
    """People whose roles of today let them approve `page`."""
    holders = Appointment.objects.current().filter(role__in=[*APPROVING_ROLES, Role.ADMIN]).values("user_id")
    return [user for user in User.objects.filter(pk__in=holders, is_active=True) if approves_page(user, page)]


def address_of_work(page: Any) -> str:
    """Where the page is worked on: cases in the workspace, others in the editor."""
    if hasattr(page, "outcome"):
        return reverse("cms_case_detail", args=[page.pk])
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def told_of_another_language(page: Any, asked_by: Any) -> bool:
    """Whether the same person asked for the same case in another language just now: one question, one mail."""
    if not hasattr(page, "outcome"):
        return False
    others = CasePage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        started_at__gte=timezone.now() - JUST_NOW,
        workflow_state__requested_by=asked_by,
        workflow_state__object_id__in=[str(pk) for pk in others.values_list("pk", flat=True)],
    ).exists()


@receiver(task_submitted, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
def tell_approvers(sender: Any, instance: TaskState, user: Any, **kwargs: Any) -> None:
    """Somebody waits for a second person."""
    page = instance.workflow_state.content_object.specific
    asked_by = instance.workflow_state.requested_by
    task = instance.task.specific
    if told_of_another_language(page, asked_by):
        return
    notify_all(
        [reader for reader in approvers_of(page) if task.stands_apart(page, reader)],
        "cms.page_asked",
        key=f"task:{instance.pk}",
        title=page.draft_title or page.title,
        asked_by=str(asked_by or ""),
        path=address_of_work(page),
    )


@receiver(
    workflow_submitted, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification"
)
def nothing_more(sender: Any, **kwargs: Any) -> None:
    """The approvers have been told of the step; the start of the whole is no second event."""


@receiver(workflow_rejected, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
def tell_of_return(sender: Any, instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Whoever asked reads why it came back."""
    _tell_author(instance, "cms.page_returned", user)


@receiver(workflow_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")
def tell_of_approval(sender: Any, instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Whoever asked reads that it was approved."""
    _tell_author(instance, "cms.page_approved", user)


def _tell_author(state: WorkflowState, kind: str, user: Any) -> None:
    page = state.content_object.specific
    if state.requested_by is None:
        return
    step = state.current_task_state
    notify(
        state.requested_by,
        kind,
        key=f"task:{step.pk if step else state.pk}",
        title=page.draft_title or page.title,
        by=str(user or ""),
        comment=step.comment if step else "",
        path=address_of_work(page),
    )


@receiver(publication_withdrawn, dispatch_uid="cms.withdraw_with_record")
def withdraw_with_record(sender: Any, record: Any, note: str, actor: Any, **kwargs: Any) -> None:
    """A case goes with its trial or outcome: in every language, in the same transaction."""
    withdraw_cases_of(record, actor=actor, note=note)


@receiver(copy_for_translation_done)
def follow_the_original(sender: Any, source_obj: Any, target_obj: Any, **kwargs: Any) -> None:
    """A page made from one of another language knows from which: at first it says nothing in its own."""
    page: Any = getattr(target_obj, "specific", None)
    if not hasattr(page, "said") or hasattr(page, "outcome") or page.alias_of_id:
        return
    page.said = {"from": source_obj.locale.language_code, "parts": {}}
    page.said = noted(page, source_obj.specific)
    page.save(update_fields=["said"])
    revision = page.get_latest_revision()
    if revision is not None:
        revision.content["said"] = page.said
        revision.save(update_fields=["content"])
