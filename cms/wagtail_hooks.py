"""What does Wagtail's editor show and let out, beyond what the roles decide?"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.choosers import CHOOSERS
from cms.models import CasePage
from cms.views.serving import may_open_document

# Doors to what belongs to other rooms or to nobody: people, sites, languages, workflows.
HIDDEN = {"users", "groups", "sites", "locales", "workflows", "workflow-tasks"}


@hooks.register("before_serve_document", order=-10)
def only_documents_of_public_pages(document: Any, request: HttpRequest) -> None:
    """A document is public as long as a public page links it."""
    may_open_document(document, request)


@hooks.register("construct_settings_menu")
def without_foreign_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    """The editor edits pages; people and rights are the workspace's."""
    items[:] = [item for item in items if item.name not in HIDDEN]


@hooks.register("construct_main_menu")
def without_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's help leads to other hosts."""
    items[:] = [item for item in items if item.name not in ("help", "reports")]


@hooks.register("register_admin_menu_item")
def back_to_the_workspace() -> MenuItem:
    """The way back."""
    return MenuItem(_("Workspace"), "/workspace/", name="workspace", icon_name="arrow-left", order=10_000)


@hooks.register("construct_explorer_page_queryset")
def only_cases_one_may_read(parent: Any, pages: Any, request: HttpRequest) -> Any:
    """Drafts of other centres' cases are not even titles."""
    readable = CasePage.objects.visible_to(request.user).values("pk")
    cases = CasePage.objects.values("pk")
    return pages.exclude(pk__in=cases) | pages.filter(pk__in=readable)


@hooks.register("construct_page_chooser_queryset")
def only_cases_one_may_link(pages: Any, request: HttpRequest) -> Any:
    """The same where pages are chosen."""
    readable = CasePage.objects.visible_to(request.user).values("pk")
    cases = CasePage.objects.values("pk")
    return pages.exclude(pk__in=cases) | pages.filter(pk__in=readable)


@hooks.register("register_admin_viewset")
def choosers_of_records() -> Any:
    """Public records can be chosen for a page."""
    return CHOOSERS


@hooks.register("construct_homepage_summary_items")
@hooks.register("construct_homepage_panels")
def plain_start(request: HttpRequest, items: list[Any]) -> None:
    """No panel that lists what others work on: it would name drafts of other centres."""
    items[:] = []
