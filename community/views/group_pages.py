"""Which groups does the public know of, and what is debated in those that everybody reads?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.views.public import PublicPage
from community.models import Debate, Group
from community.models.subjects import readable_record
from community.transitions import DEBATE

from .comments import FRESH, page_number

ROWS = 20


class GroupsPage(PublicPage, TemplateView):
    """Groups that everybody knows of, by name."""

    route = "groups"
    page_title = _("Groups")
    indexed = True
    template_name = "community/public_groups.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = FRESH
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The groups of this page, the reader's own among them."""
        number, here = page_number(self.request), self.request.path
        start = (number - 1) * ROWS
        rows = list(
            Group.objects.visible_to(self.request.user).order_by("sort_key", "pk")[start : start + ROWS + 1]
        )
        return super().get_context_data(
            groups=rows[:ROWS],
            previous_url=f"{here}?page={number - 1}" if number > 1 else "",
            next_url=f"{here}?page={number + 1}" if len(rows) > ROWS else "",
            **kwargs,
        )


class PublicGroupPage(PublicPage, TemplateView):
    """One group as whoever asks may see it: what it is about, and the debates of those that everybody reads."""

    route = "group_page"
    template_name = "community/public_group.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page.

        Raises: Http404.
        """
        found = Group.objects.visible_to(request.user).filter(reference=kwargs["reference"]).first()
        if found is None:
            raise Http404
        self.group, self.page_title = found, found.said.name
        self.record = found if found.is_open else None
        self.indexed, self.description = found.is_open, found.said.description
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = FRESH
        return response

    def crumbs(self) -> Any:
        """The groups, and this one."""
        return [
            {"label": _("Groups"), "url": reverse("groups")},
            {"label": self.group.said.name, "url": ""},
        ]

    def data(self) -> dict[str, Any]:
        """A collection of what is debated; nobody is named."""
        group = self.group
        return {
            "@type": "CollectionPage",
            "name": group.name,
            "description": group.description,
            "inLanguage": group.language,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its debates, where the reader reads them."""
        group, user = self.group, self.request.user
        reads = readable_record(group.reference, [Group], user) is not None
        number, here = page_number(self.request), self.request.path
        start = (number - 1) * ROWS
        debates: list[Debate] = []
        if reads:
            rows = Debate.objects.visible_to(user).filter(group=group).with_talk().order_by("-pk")
            debates = list(rows[start : start + ROWS + 1])
        for row in debates:
            row.badge = DEBATE.badge(row)
        return super().get_context_data(
            group=group,
            reads=reads,
            debates=debates[:ROWS],
            workspace_url=reverse("group_detail", args=[group.pk]),
            follow_url=reverse("follow", args=[group.reference]) if reads else "",
            feed_url=reverse("feed-record-atom", args=[group.reference]) if group.is_open else "",
            previous_url=f"{here}?page={number - 1}" if number > 1 else "",
            next_url=f"{here}?page={number + 1}" if len(debates) > ROWS else "",
            **kwargs,
        )


ROUTES = [
    path("groups/", GroupsPage.as_view(), name="groups"),
    path("groups/<str:reference>/", PublicGroupPage.as_view(), name="group_page"),
]
