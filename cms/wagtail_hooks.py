"""What does Wagtail's editor show and let out, beyond what the roles decide?"""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.widgets.button import Button

from cic.core.permissions import can
from cms.choosers import CHOOSERS
from cms.models import readable_pages
from cms.permissions import may_share
from cms.views import start
from cms.views.serving import may_open_document
from cms.views.upkeep import upkeep

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
    return readable_pages(request.user, pages)


@hooks.register("construct_page_chooser_queryset")
def only_cases_one_may_link(pages: Any, request: HttpRequest) -> Any:
    """The same where pages are chosen."""
    return readable_pages(request.user, pages)


@hooks.register("register_admin_viewset")
def choosers_of_records() -> Any:
    """Public records can be chosen for a page."""
    return CHOOSERS


@hooks.register("register_admin_urls")
def own_pages() -> list[Any]:
    """The report on links and freshness."""
    return [path("upkeep/", upkeep, name="cms_upkeep")]


@hooks.register("register_admin_menu_item")
def to_the_report() -> MenuItem:
    """What wants looking after."""
    return MenuItem(_("Links and freshness"), "/admin/upkeep/", name="upkeep", icon_name="link", order=900)


@hooks.register("insert_global_admin_css")
def own_colours() -> str:
    """The editor in the colours of the site."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/editor.css"))


@hooks.register("register_page_header_buttons")
def to_the_links_of_a_draft(page: Any, user: Any, view_name: str = "", **kwargs: Any) -> list[Any]:
    """Somebody without an account may be shown the draft."""
    if not page.pk or not may_share(user, page.specific):
        return []
    address = reverse("cms_preview_links", args=[page.pk])
    return [Button(_("Show the draft to somebody"), address, icon_name="view", priority=90)]


@hooks.register("register_page_header_buttons")
def to_its_languages(page: Any, user: Any, view_name: str = "", **kwargs: Any) -> list[Any]:
    """How far the page is said in its language, and in the others."""
    if not page.pk or page.depth < 2 or not can(user, "cms.translate_page", page):
        return []
    address = reverse("cms_page_translation", args=[page.pk])
    return [Button(_("Languages of this page"), address, icon_name="site", priority=80)]


class StartPanel(Component):
    """What one comes to the editor for, and what waits: pages of other centres are not among it."""

    template_name = "cms/editor/start.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Steps, what waits for the reader, and what they have asked for."""
        return start.show(parent_context["request"].user)


class Checker(ContentCheckerItem):
    """The accessibility checker beside the editor: the rules that every page of the site is tested by."""

    axe_run_only = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@hooks.register("construct_wagtail_userbar")
def check_by_our_rules(request: HttpRequest, items: list[Any], page: Any) -> None:
    """What stops a reader is shown while it is written."""
    items[:] = [Checker(item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items]


@hooks.register("construct_homepage_summary_items")
@hooks.register("construct_homepage_panels")
def plain_start(request: HttpRequest, items: list[Any]) -> None:
    """No panel of Wagtail's own that lists what others work on: it would name drafts of other centres."""
    items[:] = []


@hooks.register("construct_homepage_panels", order=10)
def own_start(request: HttpRequest, items: list[Any]) -> None:
    """What one comes for."""
    items.append(StartPanel())
