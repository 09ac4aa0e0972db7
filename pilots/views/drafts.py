"""How is an idea saved while it is written, and what public idea is like it?"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from cic.core.views import WorkspacePage
from pilots.models import Idea
from pilots.models.duplicates import public_likes

from .ideas import IdeaCreatePage, IdeaEditPage

MOST_LETTERS = 5000


class Autosave:
    """A form of an idea that answers the script beside it instead of showing a page."""

    http_method_names = ("post",)
    done = ""

    def form_valid(self, form: Any) -> HttpResponse:
        """Save as the button does; say when, and where the draft now is."""
        answer = super().form_valid(form)  # type: ignore[misc]
        if answer.status_code != 302:
            return answer
        idea = Idea.objects.get(pk=self.result.pk)  # type: ignore[attr-defined]
        return JsonResponse(
            {
                "state": "saved",
                "words": _("Saved at %(time)s") % {"time": f"{timezone.localtime():%H:%M}"},
                "version": idea.version,
                "edit_url": reverse("idea_edit", args=[idea.pk]),
                "save_url": reverse("idea_draft", args=[idea.pk]),
            }
        )

    def render_to_response(self, context: dict[str, Any], status: int = 200, **kwargs: Any) -> HttpResponse:
        """Say why nothing was saved."""
        if status == 412:
            words = _(
                "Not saved: another window saved this draft meanwhile. Your text is still here; “Save the draft” shows both."
            )
            return JsonResponse({"state": "stale", "words": words}, status=status)
        form = context["form"]
        sentences = [
            f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
            for name, errors in form.errors.items()
            for error in errors
        ]
        words = _("Not saved yet. %(reasons)s") % {"reasons": " ".join(sentences)}
        return JsonResponse({"state": "refused", "words": words}, status=status)


class NewDraft(Autosave, IdeaCreatePage):
    """The first save makes the draft."""


class SavedDraft(Autosave, IdeaEditPage):
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
