"""Who may let a page go public? Somebody else than the person who wrote it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from cms.facts.checking import obstacles
from cms.facts.freezing import freeze
from cms.permissions import approves_page


class SecondPersonTask(AbstractGroupApprovalTask):
    """A step at which somebody other than the author and whoever asked approves or returns a page."""

    class Meta:
        verbose_name = _("approval by a second person")
        verbose_name_plural = _("approvals by a second person")

    def stands_apart(self, page: Any, user: Any) -> bool:
        """Whether `user` neither wrote the latest version of `page` nor asked for its approval."""
        workflow = page.current_workflow_state
        latest = page.get_latest_revision()
        return user.pk not in (workflow and workflow.requested_by_id, latest and latest.user_id)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return is open to all who approve, approval only to the second person."""
        if not approves_page(user, obj):
            return []
        back = [("reject", _("Return with a comment"), True)]
        return [*back, ("approve", _("Approve and publish"), False)] if self.stands_apart(obj, user) else back

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Approve or return. What is approved is frozen in the same transaction.

        Raises: PermissionDenied when `user` is not the second person, or findings are open.
        """
        page = task_state.workflow_state.content_object.specific
        if action_name not in {name for name, _label, _modal in self.get_actions(page, user)}:
            raise PermissionDenied
        if action_name == "approve" and hasattr(page, "outcome"):
            if obstacles(page):
                raise PermissionDenied
            freeze(task_state.revision)
        return super().on_action(task_state, user, action_name, **kwargs)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Those who approve may look at it in the editor."""
        return approves_page(user, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Nobody edits what waits for approval: what was asked for is what goes public."""
        return True

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        """There is no lock besides that of the workflow."""
        return False

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """Pages that wait for `user`; the pages of others' centres are not among them."""
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        mine = [
            state.pk
            for state in waiting.select_related("workflow_state")
            if approves_page(user, state.workflow_state.content_object.specific)
        ]
        return waiting.filter(pk__in=mine)

    @classmethod
    def get_description(cls) -> str:
        """One line for the editor."""
        return str(_("Somebody other than the author approves"))
