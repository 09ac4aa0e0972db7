"""Whom does a step of a page's approval concern, and what becomes of a case whose trial or outcome is withdrawn?

Those concerned get one mail each, from the outbox. The receivers of approval take the names of Wagtail's own, which
would send within the request and stay silent about a relay that is down: a name is connected only once, so
Wagtail's own are never connected.
"""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    copy_for_translation_done,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from cic.core.operations import tell_search
from cms.facts.saying import noted
from cms.models.written import WordedPage
from cms.operations.cases import withdraw_cases_of
from cms.operations.questions import approved, asked, tell_author
from pilots.signals import publication_withdrawn


@receiver(task_submitted, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
def tell_approvers(sender: Any, instance: TaskState, user: Any, **kwargs: Any) -> None:
    """Somebody waits for a second person."""
    asked(instance)


@receiver(
    workflow_submitted, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification"
)
def nothing_more(sender: Any, **kwargs: Any) -> None:
    """The approvers have been told of the step; the start of the whole is no second event."""


@receiver(workflow_rejected, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
def tell_of_return(sender: Any, instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Whoever asked reads why it came back."""
    tell_author("cms.page_returned", [(instance, user)])


@receiver(workflow_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")
def tell_of_approval(sender: Any, instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Whoever asked reads that it was approved."""
    approved(instance, user)


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


def forget_words(sender: Any, instance: Any, **kwargs: Any) -> None:
    """What is gone is forgotten by the search engine too: by whatever way it went, and each page beneath it and beside it.

    Wagtail deletes whole trees, with their translations, and has no signal of its own for each page of them.
    """
    tell_search([(sender._meta.label_lower, instance.pk)])


for _model in apps.get_models():
    if issubclass(_model, WordedPage):
        post_delete.connect(forget_words, sender=_model, dispatch_uid=f"cms.forget_words:{_model.__name__}")
