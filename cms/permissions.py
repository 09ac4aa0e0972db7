"""Who may prepare, edit, approve and withdraw public pages? The roles of the city's staff decide, in Wagtail too."""

from typing import Any

from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from cic.core.permissions import can, register
from cms.facts.checking import obstacles
from partners.choices import READING_ROLES, Role
from partners.models import standing_of
from partners.permissions import is_staff_of

EDITING_ROLES = (Role.EDITOR, Role.COORDINATOR)
APPROVING_ROLES = (Role.EDITOR, Role.COORDINATOR, Role.SECRETARY)
# Wagtail's groups, and the roles whose holders are in them.
EDITORS, APPROVERS, ADMINISTRATORS = "Editors", "Approvers", "Administrators"
GROUPS = {
    EDITORS: (*EDITING_ROLES, Role.ADMIN),
    APPROVERS: (*APPROVING_ROLES, Role.ADMIN),
    ADMINISTRATORS: (Role.ADMIN,),
}


def groups_of(user: Any) -> set[str]:
    """Names of the Wagtail groups that the roles of `user` put them in today."""
    standing = standing_of(user)
    return {name for name, roles in GROUPS.items() if standing.has_somewhere(roles)}


def reads_case(user: Any, obj: Any = None) -> bool:
    """Whoever reads all the work of the case's centre."""
    standing = standing_of(user)
    return (
        standing.has_somewhere(READING_ROLES) if obj is None else standing.has(READING_ROLES, obj.centre_id)
    )


def translates_page(user: Any, obj: Any = None) -> bool:
    """Whoever edits pages. A case is translated by its own steps, within its centre."""
    return can(user, "cms.edit_pages") and not hasattr(getattr(obj, "specific", None), "outcome")


def translating(page: Any) -> str:
    """The permission under which `page` is put into another language: a case is edited within its centre."""
    return "cms.edit_case" if hasattr(page.specific, "outcome") else "cms.translate_page"


def translates_something(user: Any, obj: Any = None) -> bool:
    """Whoever says records of some kind in other languages."""
    return can(user, "pilots.translate") or can(user, "partners.edit_agreement")


register(
    {
        "cms.view_case": reads_case,
        "cms.prepare_case": is_staff_of(*EDITING_ROLES),
        "cms.edit_case": is_staff_of(*EDITING_ROLES),
        "cms.approve_case": is_staff_of(*APPROVING_ROLES),
        "cms.withdraw_case": is_staff_of(*APPROVING_ROLES),
        "cms.edit_pages": is_staff_of(*EDITING_ROLES),
        "cms.approve_pages": is_staff_of(*APPROVING_ROLES),
        "cms.translate_page": translates_page,
        "cms.view_untranslated": translates_something,
    }
)


def approves_page(user: Any, page: Page) -> bool:
    """Whether `user` may approve or return `page`: a case within its centre, other pages anywhere."""
    if hasattr(page, "outcome"):
        return can(user, "cms.approve_case", page)
    return can(user, "cms.approve_pages")


def may_share(user: Any, page: Page) -> bool:
    """Whether `user` may let somebody without an account see a version of `page`: whoever edits or approves it."""
    if hasattr(page, "outcome"):
        return can(user, "cms.edit_case", page) or can(user, "cms.approve_case", page)
    return can(user, "cms.edit_pages") or can(user, "cms.approve_pages")


class CasePermissionTester(PagePermissionTester):
    """Wagtail's question, answered by the roles. Publication is left to the approval by a second person."""

    def can_edit(self) -> bool:
        """Those who edit cases of its centre; while it waits, those who approve may look."""
        if can(self.user, "cms.edit_case", self.page):
            return True
        return self.page.workflow_in_progress and can(self.user, "cms.approve_case", self.page)

    def can_publish(self) -> bool:
        """Nobody alone."""
        return False

    def can_unpublish(self) -> bool:
        """Those who approve."""
        return self.page.live and can(self.user, "cms.withdraw_case", self.page)

    def can_submit_for_moderation(self) -> bool:
        """Those who edit, once nothing confidential is left."""
        return (
            can(self.user, "cms.edit_case", self.page)
            and super().can_submit_for_moderation()
            and not obstacles(self.page.get_latest_revision_as_object())
        )

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """A draft by those who edit; what was once public stays, withdrawn at most."""
        return self.page.first_published_at is None and can(self.user, "cms.edit_case", self.page)

    def can_copy(self) -> bool:
        """Nobody: one outcome has one case, and its translations."""
        return False

    def can_set_view_restrictions(self) -> bool:
        """Nobody: a case is public or it is not."""
        return False

    def can_unschedule(self) -> bool:
        """Those who may withdraw it."""
        return can(self.user, "cms.withdraw_case", self.page)
