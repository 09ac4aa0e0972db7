"""Where does a committee see what it decides on, and where are decisions recorded, told and published?"""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.formats import day, instant
from cic.core.permissions import can
from cic.core.views import ChildCreatePage, DetailPage, EditPage, ListPage, MovePage, WorkspacePage
from partners.models import User
from pilots.calculations.scores import mean_pct, spread_pct
from pilots.choices import DecisionStage, TrialState
from pilots.filters.decisions import DecisionFilter
from pilots.forms.decisions import DecisionForm, DecisionTextForm
from pilots.models import Decision, Evaluation, Idea, Trial
from pilots.operations import decisions
from pilots.operations.letters import letter_for
from pilots.permissions.roles import DECIDING
from pilots.transitions.decisions import DECISION

from .triage import chosen_ids

# The list of decisions, one click away, has them all.
UNPUBLISHED_SHOWN = 50
BATCHES = {"tell": decisions.tell_decisions, "publish": decisions.publish_decisions}


class DecisionListPage(ListPage):
    """The decisions the reader may see; several can be told or published at once, all or none."""

    model = Decision
    noun = "decision"
    permission = "pilots.view_decision"
    filterset_class = DecisionFilter
    quiet_filters = ("reference", "idea", "trial")
    template_name = "pilots/decisions/list.html"
    row_template = "pilots/decisions/_row.html"
    page_title = _("Decisions")
    table = DECISION
    columns = (
        ("reference", _("Decision"), "reference"),
        ("subject", _("About"), ""),
        ("verdict", _("Verdict"), ""),
        ("stage", _("Known to"), ""),
        ("body", _("Deciding body"), ""),
        ("decided_on", _("Decided"), "decided_on"),
    )
    export_columns = (
        ("reference", "reference"),
        ("idea", "idea__reference"),
        ("trial", "trial__reference"),
        ("verdict", "verdict"),
        ("body", "body"),
        ("authority", "authority"),
        ("decided_on", "decided_on"),
        ("notified_at", "notified_at"),
        ("published_at", "published_at"),
    )

    def rows(self, queryset: Any) -> Any:
        """With what they are about."""
        return queryset.select_related("idea", "trial")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The two things one can do with several."""
        context = super().get_context_data(**kwargs)
        if can(self.request.user, "pilots.publish_decision"):
            context["actions"] = [
                {"name": "tell", "label": _("Notify"), "style": "main"},
                {"name": "publish", "label": _("Publish")},
            ]
        context["may_decide"] = can(self.request.user, "pilots.record_decision")
        return context

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell or publish what was ticked: all, or none with the reason why."""
        self.check()
        chosen = chosen_ids(request.POST.getlist("selected"), most=None)
        act = BATCHES.get(request.POST.get("action", ""))
        if act is not None and chosen:
            try:
                count = len(act(chosen, actor=request.user))
            except DomainError as error:
                messages.error(request, error.detail)
            else:
                messages.success(request, said_of(request.POST["action"], count) % {"count": count})
        return redirect(request.get_full_path())


def said_of(action: str, count: int) -> str:
    """What was done with `count` decisions."""
    if action == "tell":
        return ngettext(
            "%(count)d decision took effect; those concerned are told.",
            "%(count)d decisions took effect; those concerned are told.",
            count,
        )
    return ngettext("%(count)d decision is published.", "%(count)d decisions are published.", count)


class CommitteePage(WorkspacePage, TemplateView):
    """The ideas that wait for a decision, side by side: what evaluators think of them, and how far they differ."""

    template_name = "pilots/decisions/committee.html"
    permission = "pilots.record_decision"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, for those who record decisions."""
        self.check()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each idea with its results, best first; then what was decided and not yet told, and told and not yet published."""
        user = self.request.user
        standing = user.standing
        seen = Idea.objects.visible_to(user).select_related("organisation", "centre")
        if not standing.everywhere(DECIDING):
            seen = seen.filter(centre_id__in=standing.centres(DECIDING))
        rows = [self._row(idea, given) for idea, given in evaluations_by_idea(seen.decidable(), user)]
        rows.sort(key=lambda row: (row["mean"] is None, -(row["mean"] or 0), row["idea"].pk))
        made = Decision.objects.visible_to(user).standing().select_related("idea", "trial")
        if not standing.everywhere(DECIDING):
            centres = standing.centres(DECIDING)
            made = made.filter(Q(idea__centre_id__in=centres) | Q(trial__centre_id__in=centres))
        made = made.order_by("decided_on", "pk")
        waiting = [
            (_("Decided, not yet notified"), made.untold(), DecisionStage.RECORDED, _("Notify several at once")),
            (_("Notified, not yet published"), made.to_publish()[:UNPUBLISHED_SHOWN], DecisionStage.TOLD, _("Publish several at once")),
        ]  # fmt: skip
        return super().get_context_data(
            page_title=_("For the committee"), rows=rows, waiting=[part for part in waiting if part[1]], **kwargs
        )  # fmt: skip

    def _row(self, idea: Idea, given: list[Evaluation]) -> dict[str, Any]:
        handed_in = [row for row in given if row.is_handed_in]
        results = [row.score_pct for row in handed_in if row.score_pct is not None]
        return {
            "idea": idea,
            "mean": mean_pct(results),
            "spread": spread_pct(results) if len(results) > 1 else None,
            "handed_in": len(handed_in),
            "assigned": len(given),
            "advice": [row.get_recommendation_display() for row in handed_in],
            "decide_url": reverse("idea_decide", args=[idea.pk]),
        }


def evaluations_by_idea(ideas: Any, user: Any) -> list[tuple[Idea, list[Evaluation]]]:
    """Each idea with its evaluations as far as `user` may read them; recused ones do not count."""
    found = list(ideas)
    rows = (
        Evaluation.objects.visible_to(user)
        .filter(idea__in=[idea.pk for idea in found])
        .taking_part()
        .select_related("evaluator", "criteria_set")
        .prefetch_related("scores", "criteria_set__criteria")
        .order_by("pk")
    )
    given: dict[int, list[Evaluation]] = {idea.pk: [] for idea in found}
    for row in rows:
        given[row.idea_id].append(row)
    return [(idea, given[idea.pk]) for idea in found]


class DecidePage(ChildCreatePage):
    """Record what a body decided on an idea; the evaluations stand beside the form."""

    parent_model = Idea
    noun = "idea"
    permission = "pilots.record_decision"
    form_class = DecisionForm
    template_name = "pilots/decisions/form.html"
    page_title = _("Record a decision")
    submit_label = _("Record the decision")
    done = _("The decision is recorded. The author does not know yet: notify when it is time.")
    subject = "idea"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The verdicts are those of the subject."""
        return {**super().get_form_kwargs(), "about_trial": self.subject == "trial"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the evaluators said."""
        given = evaluations_by_idea([self.parent], self.request.user)[0][1] if self.subject == "idea" else []
        return super().get_context_data(evaluations=[row for row in given if row.is_handed_in], **kwargs)

    def act(self, form: Any) -> Any:
        """Record it."""
        values = {**form.cleaned_data, self.subject: self.parent}
        return decisions.record_decision(values, actor=self.request.user)

    def get_success_url(self) -> str:
        """The decision itself: notifying is the next step."""
        return reverse("decision_detail", args=[self.result.pk])


class TrialDecidePage(DecidePage):
    """Record what a body decided on a finished proof of concept."""

    parent_model = Trial
    noun = "trial"
    subject = "trial"
    done = _("The decision is recorded. The partners do not know yet: notify when it is time.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only a proof of concept that waits for it."""
        if request.user.is_authenticated:
            get_object_or_404(
                Trial.objects.visible_to(request.user), pk=kwargs["pk"], state=TrialState.FINISHED
            )
        return super().dispatch(request, *args, **kwargs)


class DecisionPage(DetailPage):
    """One decision."""

    model = Decision
    noun = "decision"
    permission = "pilots.view_decision"
    edit_permission = "pilots.record_decision"
    template_name = "pilots/decisions/detail.html"
    tables = (DECISION,)

    def get_queryset(self) -> Any:
        """Decisions with what they are about and replace."""
        return super().get_queryset().select_related("idea", "trial", "replaces", "decided_by")

    def history(self) -> Any:
        """A decision has dates instead of stages."""
        return []

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, when, on whose authority."""
        row = self.object
        staff = can(self.request.user, "core.read_audit", row)
        return [
            (_("Deciding body"), row.body),
            (_("On the authority of"), row.authority),
            (_("Decided"), day(row.decided_on)),
            (_("To be reviewed on"), day(row.review_on)),
            (_("Notified"), instant(row.notified_at)),
            (_("Published"), instant(row.published_at)),
            (_("Recorded by"), (row.decided_by or "") if staff else ""),
            (_("Replaces"), row.replaces or ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The subject, and its page when the reader may open it."""
        user, row = self.request.user, self.object
        subject = row.idea or row.trial
        seen = type(subject).objects.visible_to(user).filter(pk=subject.pk).exists()
        noun = "idea" if row.idea_id else "trial"
        context = super().get_context_data(
            title=row.get_verdict_display(),
            subject=subject,
            subject_url=reverse(f"{noun}_detail", args=[subject.pk]) if seen else "",
            letters=self._letters(subject),
            **kwargs,
        )
        if row.notified_at is not None:
            context["edit_url"] = ""
        context["crumbs"] = [{"label": _("Decisions"), "url": context["list_url"]}, {"label": row.reference}]
        return context

    def _letters(self, subject: Any) -> list[dict[str, Any]]:
        """What each reader will be told, in their language; for those who tell it, until it is told."""
        row = self.object
        if row.notified_at is not None or not can(self.request.user, "pilots.publish_decision", row):
            return []
        return [
            {"reader": reader, "letter": letter_for(row, reader)}
            for reader in User.objects.filter(pk__in=decisions.readers_of(row)).order_by("pk")
        ]


class DecisionEditPage(EditPage):
    """Mend the words of a decision nobody was told of."""

    model = Decision
    noun = "decision"
    permission = "pilots.record_decision"
    form_class = DecisionTextForm
    page_title = _("Mend the words of the decision")
    done = _("The decision is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form shows what is there."""
        return {**super().get_form_kwargs(), "about_trial": self.object.trial_id is not None}

    def act(self, form: Any) -> Any:
        """Save it."""
        return decisions.edit_decision(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class DecisionMovePage(MovePage):
    """Tell, or publish."""

    model = Decision
    noun = "decision"
    permission = "pilots.view_decision"
    tables = (DECISION,)
    CONSEQUENCES = {
        "tell": _(
            "The decision takes effect now, and the author gets a mail with its reasons and conditions."
        ),
        "publish": _("Everybody can read it where the idea is public."),
    }

    def get_form(self, form_class: Any = None) -> Any:
        """Nothing is asked: the decision says it all."""
        form = super().get_form(form_class)
        for name in ("note", "authority"):
            del form.fields[name]
        return form

    def act(self, form: Any) -> Any:
        """Make the move."""
        assert self.move is not None
        return decisions.move_decision(self.object, self.move.name, actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows, in a sentence."""
        assert self.move is not None
        consequence = self.CONSEQUENCES.get(self.move.name, "")
        return super().get_context_data(consequence=consequence, state=DECISION.badge(self.object), **kwargs)


ROUTES = [
    path("decisions/", DecisionListPage.as_view(), name="decision_list"),
    path("committee/", CommitteePage.as_view(), name="committee"),
    path("decisions/<int:pk>/", DecisionPage.as_view(), name="decision_detail"),
    path("decisions/<int:pk>/edit/", DecisionEditPage.as_view(), name="decision_edit"),
    path("decisions/<int:pk>/moves/<slug:name>/", DecisionMovePage.as_view(), name="decision_move"),
    path("ideas/<int:pk>/decide/", DecidePage.as_view(), name="idea_decide"),
    path("trials/<int:pk>/decide/", TrialDecidePage.as_view(), name="trial_decide"),
]
NAV = [
    NavEntry(_("The chain"), _("For the committee"), "committee", "pilots.record_decision"),
    NavEntry(_("The chain"), _("Decisions"), "decision_list"),
]
