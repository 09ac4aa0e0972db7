"""Which ideas wait to be read, which of them were proposed before, and how are they passed on?"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.permissions import can
from cic.core.views import ListPage, ObjectPage, OperationPage, moves_of
from pilots.choices import IdeaState
from pilots.filters.ideas import IdeaFilter
from pilots.forms.information_requests import AskForm
from pilots.forms.triage import SplitForm
from pilots.models import Idea
from pilots.models.duplicates import likely_duplicates
from pilots.operations import triage
from pilots.permissions.roles import STEERING
from pilots.transitions.ideas import IDEA, IN_TRIAGE

from .idea_pages import texts_of
from .ideas import IdeaListPage

REASONS = {
    "same_title": _("the same title"),
    "similar_words": _("similar words"),
    "same_organisation": _("the same organisation"),
}
MOST_AT_ONCE = 200


def chosen_ids(values: Any, most: int | None = MOST_AT_ONCE) -> list[int]:
    """The ids among what an address or a form says."""
    return list(dict.fromkeys(int(pk) for pk in values if pk.isdecimal() and len(pk) < 19))[:most]


def in_triage_of(user: Any) -> Any:
    """Ideas that wait, of the centres `user` steers."""
    waiting = Idea.objects.visible_to(user).waiting_for_triage().order_by()
    standing = user.standing
    return (
        waiting if standing.everywhere(STEERING) else waiting.filter(centre_id__in=standing.centres(STEERING))
    )


class TriagePage(ListPage):
    """The ideas that wait to be passed on; beside them the one that is looked at, with what is like it and its next moves.

    What is alike is looked for where one looks, for one idea: for a page of them it would compare thousands.
    """

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
    template_name = "pilots/ideas/triage.html"
    row_template = "pilots/ideas/_triage_row.html"
    page_title = _("Ideas to read")
    table = IDEA
    columns = (
        ("title", _("Idea"), "title"),
        ("state", _("State"), "state"),
        ("submitted_at", _("Submitted"), "submitted_at"),
        ("beside", _("Look"), ""),
    )
    ACTIONS = (
        {"name": "screen", "label": _("Start reading"), "style": "main"},
        {"name": "evaluate", "label": _("Send to evaluation")},
        {"name": "ask", "label": _("Ask for more")},
    )
    picked: frozenset[int] = frozenset()
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("state", "state"),
        ("centre", "centre__name"),
        ("organisation", "organisation__name"),
        ("challenge", "challenge__reference"),
        ("submitted_at", "submitted_at"),
    )

    def get_queryset(self) -> Any:
        """Those that wait, of the centres the reader steers."""
        return in_triage_of(self.request.user)

    def rows(self, queryset: Any) -> Any:
        """With who proposes, for which need."""
        return queryset.select_related("organisation", "challenge", "centre")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; or only the idea beside it, where a script asks for that."""
        if request.htmx.target != "beside":
            return super().get(request, *args, **kwargs)
        self.check()
        return render(request, "pilots/ideas/_triage_beside.html", self.beside([]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, which of them were ticked, and the one that is looked at."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.picked = row.pk in self.picked
            row.is_late = row.answer_by is not None and row.answer_by < timezone.localdate()
            row.beside_url = f"{self._address(idea=row.pk)}#beside"
        return {**context, **self.beside(context["rows"]), "actions": self.ACTIONS}

    def beside(self, rows: list[Idea]) -> dict[str, Any]:
        """The idea of the address, else the first of the page: its texts, what is like it, and what can be done."""
        user, asked = self.request.user, chosen_ids(self.request.GET.getlist("idea")[:1])
        idea = next((row for row in rows if row.pk in asked), None)
        if idea is None and asked:
            idea = self.rows(self.get_queryset()).filter(pk=asked[0]).first()
        idea = idea or (rows[0] if rows else None)
        if idea is None:
            return {"looked_at": None}
        idea.badge = self.badge_of(idea)
        asks = idea.state == IdeaState.SCREENING and can(user, "pilots.ask_for_more", idea)
        return {
            "looked_at": idea,
            "texts": texts_of(idea),
            "moves": moves_of(idea, (IDEA,), user, self.noun),
            "ask_url": reverse("request_create", args=[idea.pk]) if asks else "",
            "likes": [
                {"idea": like, "why": [REASONS[reason] for reason in like.reasons]}
                for like in likely_duplicates([idea], user)[idea.pk]
            ],
        }

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Pass on what was ticked: all, or none with the reason why and the same ticks."""
        self.check()
        name, chosen = request.POST.get("action", ""), chosen_ids(request.POST.getlist("selected"))
        if name == "ask" and chosen:
            return redirect(f"{reverse('idea_ask_many')}?{urlencode([('idea', pk) for pk in chosen])}")
        try:
            count = len(triage.pass_on(chosen, name, actor=request.user))
        except DomainError as error:
            messages.error(request, error.detail)
            self.picked = frozenset(chosen)
            response = self.get(request, *args, **kwargs)
            # This address is there, whatever the form asked of it.
            response.status_code = 400 if error.status == 404 else error.status
            return response
        words = ngettext("%(count)d idea passed on.", "%(count)d ideas passed on.", count)
        messages.success(request, words % {"count": count})
        return redirect(request.get_full_path())


class AskManyPage(OperationPage):
    """Ask the authors of several ideas the same, until the same day: all of them, or none."""

    noun = "idea"
    permission = "pilots.triage_ideas"
    template_name = "pilots/ideas/ask_many.html"
    form_class = AskForm
    page_title = _("Ask for more")
    submit_label = _("Ask all of them")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who triage."""
        if request.user.is_authenticated:
            self.check()
            self.chosen = chosen_ids(request.GET.getlist("idea"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ideas it is about."""
        ideas = in_triage_of(self.request.user).filter(pk__in=self.chosen).order_by("pk")
        return super().get_context_data(ideas=ideas, **kwargs)

    def act(self, form: Any) -> Any:
        """Ask."""
        given = form.cleaned_data
        values = {
            "question": given["question"],
            "fields": given["fields_opened"],
            "due_on": given["due_on"],
        }
        asked = triage.ask_many(self.chosen, values, actor=self.request.user)
        words = ngettext("%(count)d author asked.", "%(count)d authors asked.", len(asked))
        messages.success(self.request, words % {"count": len(asked)})
        return asked

    def get_cancel_url(self) -> str:
        """Back to triage."""
        return reverse("idea_triage")

    def get_success_url(self) -> str:
        """Back to triage."""
        return reverse("idea_triage")


class SplitPage(ObjectPage):
    """Let one idea go on as two; the original stays as it was written."""

    model = Idea
    noun = "idea"
    permission = "pilots.triage_ideas"
    template_name = "pilots/ideas/split.html"
    form_class = SplitForm
    page_title = _("Split into two ideas")
    submit_label = _("Split")
    done = _("The idea goes on as two. Its author has been told.")

    def get_queryset(self) -> Any:
        """Ideas in triage."""
        return super().get_queryset().filter(state__in=IN_TRIAGE)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Both parts begin with the whole."""
        return {**super().get_form_kwargs(), "idea": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions of both parts under their headings."""
        context = super().get_context_data(**kwargs)
        return {**context, "sections": context["form"].sections()}

    def act(self, form: Any) -> Any:
        """Split it."""
        triage.split_idea(self.object, form.parts(), actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


ROUTES = [
    path("triage/", TriagePage.as_view(), name="idea_triage"),
    path("triage/ask/", AskManyPage.as_view(), name="idea_ask_many"),
    path("ideas/<int:pk>/split/", SplitPage.as_view(), name="idea_split"),
]
NAV = [NavEntry(_("The chain"), _("Ideas to read"), "idea_triage", "pilots.triage_ideas")]
