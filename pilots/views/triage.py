"""Which ideas wait to be read, and which of them were proposed before?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.permissions import can
from cic.core.views import ListPage, moves_of
from pilots.choices import IdeaState
from pilots.filters.ideas import IdeaFilter
from pilots.models import Idea
from pilots.models.duplicates import likely_duplicates
from pilots.permissions.roles import STEERING
from pilots.transitions.ideas import IDEA

from .ideas import IdeaListPage

REASONS = {
    "same_title": _("the same title"),
    "similar_words": _("similar words"),
    "same_organisation": _("the same organisation"),
}


class TriagePage(ListPage):
    """The ideas that wait to be passed on, with what looks like them beside, and the next moves at hand."""

    model = Idea
    noun = "idea"
    permission = "pilots.triage_ideas"
    filterset_class = IdeaFilter
    quiet_filters = (
        *IdeaListPage.quiet_filters,
        "publication",
        "mine",
        "evaluated_by_me",
        "decided",
        "language",
    )
    row_template = "pilots/ideas/_triage_row.html"
    page_title = _("Ideas to read")
    table = IDEA
    columns = (
        ("title", _("Idea"), "title"),
        ("state", _("State"), "state"),
        ("submitted_at", _("Submitted"), "submitted_at"),
        ("duplicates", _("Likely duplicates"), ""),
        ("moves", _("Next"), ""),
    )

    def get_queryset(self) -> Any:
        """Those that wait, of the centres the reader steers."""
        waiting = super().get_queryset().waiting_for_triage().order_by()
        standing = self.request.user.standing
        return (
            waiting
            if standing.everywhere(STEERING)
            else waiting.filter(centre_id__in=standing.centres(STEERING))
        )

    def rows(self, queryset: Any) -> Any:
        """With who proposes, for which need."""
        return queryset.select_related("organisation", "challenge", "centre")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows with their duplicates and moves; one query for the duplicates of all rows."""
        context = super().get_context_data(**kwargs)
        user = self.request.user
        alike = likely_duplicates(context["rows"], user)
        for row in context["rows"]:
            row.moves = [move for move in moves_of(row, (IDEA,), user, self.noun) if move["name"] != "merge"]
            asks = row.state == IdeaState.SCREENING and can(user, "pilots.ask_for_more", row)
            row.ask_url = reverse("request_create", args=[row.pk]) if asks else ""
            row.duplicates = [
                {"idea": like, "why": [REASONS[reason] for reason in like.reasons]} for like in alike[row.pk]
            ]
        return context


ROUTES = [path("triage/", TriagePage.as_view(), name="idea_triage")]
NAV = [NavEntry(_("The chain"), _("Ideas to read"), "idea_triage", "pilots.triage_ideas")]
