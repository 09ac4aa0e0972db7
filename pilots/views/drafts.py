"""How is an idea saved while it is written, and what public idea is like it?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.generic import View

from cic.core.views import WorkspacePage
from cic.core.views.autosave import Autosave
from pilots.models import Idea
from pilots.models.duplicates import public_likes

from .ideas import IdeaCreatePage, IdeaEditPage

MOST_LETTERS = 5000


class IdeaDraft(Autosave):
    """A draft of an idea, saved while it is written."""

    def addresses(self, saved: Any) -> dict[str, Any]:
        """Where the draft is."""
        idea = Idea.objects.visible_to(self.request.user).get(pk=saved.pk)  # type: ignore[attr-defined]
        return {
            "version": idea.version,
            "edit_url": reverse("idea_edit", args=[idea.pk]),
            "save_url": reverse("idea_draft", args=[idea.pk]),
        }


class NewDraft(IdeaDraft, IdeaCreatePage):
    """The first save makes the draft."""


class SavedDraft(IdeaDraft, IdeaEditPage):
    """The next ones change it."""


class LikesPart(WorkspacePage, View):
    """Public ideas like the one being written. Sent as a form, so that what is written stands in no log of addresses."""

    permission = "pilots.propose_idea"

    def post(self, request: Any) -> HttpResponse:
        """The list, as a part of the page."""
        self.check()
        written = [request.POST.get(name, "")[:MOST_LETTERS] for name in ("title", "problem", "proposal")]
        own = request.POST.get("own", "")
        but = int(own[:18]) if own.isdecimal() else 0
        return render(request, "pilots/ideas/_likes.html", {"likes": public_likes(*written, but=but)})


ROUTES = [
    path("ideas/new/draft/", NewDraft.as_view(), name="idea_draft_new"),
    path("ideas/<int:pk>/draft/", SavedDraft.as_view(), name="idea_draft"),
    path("ideas/likes/", LikesPart.as_view(), name="idea_likes"),
]
