"""Where are evaluations given out, done and read?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.formats import day, figure
from cic.core.permissions import can
from cic.core.views import DetailPage, ListPage, MovePage, ObjectPage, OperationPage, add_refusal
from partners.models import Centre
from pilots.choices import EvaluationState as S
from pilots.filters.evaluations import EvaluationFilter
from pilots.forms.evaluations import AssignForm, ScoreForm, set_of_calls
from pilots.forms.ideas import LABELS, trl_choices
from pilots.models import Evaluation, Idea
from pilots.operations import evaluations
from pilots.permissions.roles import STEERING
from pilots.transitions.evaluations import EVALUATION

from .chained import talk_of
from .triage import chosen_ids

# The reader's own evaluations that are not handed in, the most urgent first.
MINE_TO_DO = f"mine=true&state={S.ASSIGNED}&state={S.ACCEPTED}&order=due_on"


def reading_of(evaluation: Evaluation, user: Any) -> list[tuple[Any, str]]:
    """What of the idea the reader may read through this evaluation, under the author's questions."""
    shown = evaluation.reading(full=can(user, "pilots.read_for_evaluation", evaluation))
    if shown.get("trl"):
        shown["trl"] = str(dict(trl_choices()).get(shown["trl"], ""))
    labels = {**LABELS, "organisation": _("Organisation"), "author": _("Author")}
    return [
        (labels[name], text) for name, text in shown.items() if name in labels and name != "title" and text
    ]


class EvaluationListPage(ListPage):
    """The evaluations the reader may see."""

    model = Evaluation
    noun = "evaluation"
    permission = "pilots.view_evaluation"
    filterset_class = EvaluationFilter
    quiet_filters = ("idea", "evaluator", "criteria_set")
    template_name = "pilots/evaluations/list.html"
    row_template = "pilots/evaluations/_row.html"
    page_title = _("Evaluations")
    table = EVALUATION
    columns = (
        ("idea", _("Idea"), ""),
        ("evaluator", _("Evaluator"), ""),
        ("state", _("State"), "state"),
        ("score_count", _("Result"), ""),
        ("recommendation", _("Recommendation"), ""),
        ("due_on", _("Due"), "due_on"),
    )
    export_columns = (
        ("idea", "idea__reference"),
        ("title", "idea__title"),
        ("evaluator", "evaluator__name"),
        ("state", "state"),
        ("recommendation", "recommendation"),
        ("due_on", "due_on"),
    )

    def rows(self, queryset: Any) -> Any:
        """With idea, evaluator and scores."""
        return queryset.select_related("idea", "evaluator", "criteria_set").prefetch_related(
            "scores", "criteria_set__criteria"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The centres the reader may assign in."""
        context = super().get_context_data(**kwargs)
        standing = self.request.user.standing
        centres = (
            Centre.objects.all()
            if standing.everywhere(STEERING)
            else Centre.objects.filter(pk__in=standing.centres(STEERING))
        )
        context["assign_in"] = centres.order_by("sort_key") if standing.has_somewhere(STEERING) else []
        context["mine_url"] = f"{self.request.path}?{MINE_TO_DO}"
        return context


class EvaluationPage(DetailPage):
    """One evaluation: first the declaration, then the idea and the scores."""

    model = Evaluation
    noun = "evaluation"
    permission = "pilots.view_evaluation"
    template_name = "pilots/evaluations/detail.html"
    tables = (EVALUATION,)

    def get_queryset(self) -> Any:
        """Evaluations with what their page shows."""
        return with_reading(super().get_queryset())

    def history(self) -> Any:
        """Its stages, for those who steer the centre."""
        return super().history() if can(self.request.user, "pilots.assign_evaluations", self.object) else []

    def facts(self) -> list[tuple[Any, Any]]:
        """For whom, by what, until when."""
        row = self.object
        pct = row.score_pct
        return [
            (_("Evaluator"), row.evaluator),
            (_("Criteria"), row.criteria_set),
            (_("Who proposes"), _("not shown to evaluators") if row.criteria_set.blind else ""),
            (_("Due"), day(row.due_on)),
            (_("Result"), f"{figure(pct)} %" if pct is not None else ""),
            (_("Recommendation"), row.get_recommendation_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The reading, the scores given, and the way to the score card."""
        user, row = self.request.user, self.object
        mine = row.evaluator_id == user.pk
        scores = {score.criterion_id: score for score in row.scores.all()}
        context = super().get_context_data(
            title=row.idea.said.title,
            idea=row.idea,
            mine=mine,
            must_declare=mine and row.state == S.ASSIGNED,
            reading=reading_of(row, user),
            talk=talk_of(row.idea, user),
            scores=[(criterion, scores.get(criterion.pk)) for criterion in row.criteria_set.criteria.all()],
            score_url=reverse("evaluation_score", args=[row.pk]) if mine and row.state == S.ACCEPTED else "",
            **kwargs,
        )
        if mine:
            # Scoring and handing in are one page; here only what leads to it or away from it.
            context["moves"] = [move for move in context["moves"] if move["name"] != "submit"]
        context["crumbs"] = [
            {"label": _("Evaluations"), "url": context["list_url"]},
            {"label": row.idea.reference},
        ]
        return context


def with_reading(queryset: Any) -> Any:
    """`queryset` of evaluations with the idea as it is read, and the scores."""
    return queryset.select_related(
        "idea__organisation", "idea__author", "idea__annex", "criteria_set", "evaluator"
    ).prefetch_related("scores", "criteria_set__criteria")


class EvaluationMovePage(MovePage):
    """Declare no conflict, recuse, give back."""

    model = Evaluation
    noun = "evaluation"
    permission = "pilots.view_evaluation"
    tables = (EVALUATION,)
    CONSEQUENCES = {
        "accept": _("You can read the idea after this."),
        "recuse": _("You will not read the idea. The centre gives it to somebody else."),
        "give_back": _("The evaluator can change the scores again."),
    }

    def get_form(self, form_class: Any = None) -> Any:
        """An evaluator gives no authority."""
        form = super().get_form(form_class)
        del form.fields["authority"]
        if self.move is not None and self.move.name in ("accept", "recuse"):
            del form.fields["note"]
        return form

    def act(self, form: Any) -> Any:
        """Make the move."""
        given = dict(form.cleaned_data)
        note = given.pop("note", "")
        assert self.move is not None
        return evaluations.move_evaluation(
            self.object, self.move.name, actor=self.request.user, note=note, changes=given
        )

    def get_success_url(self) -> str:
        """Straight to the score card for who may read now."""
        if self.result.state == S.ACCEPTED and self.result.evaluator_id == self.request.user.pk:
            return reverse("evaluation_score", args=[self.result.pk])
        return super().get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows, in a sentence."""
        assert self.move is not None
        consequence = self.CONSEQUENCES.get(self.move.name, "")
        return super().get_context_data(
            consequence=consequence, state=EVALUATION.badge(self.object), **kwargs
        )


class ScorePage(ObjectPage):
    """The score card beside the idea. Saving keeps what is there; handing in checks that all of it is."""

    model = Evaluation
    noun = "evaluation"
    permission = "pilots.evaluate"
    template_name = "pilots/evaluations/score.html"
    form_class = ScoreForm
    page_title = _("Evaluate")
    submit_label = _("Save")

    def get_queryset(self) -> Any:
        """Evaluations that are being written."""
        return with_reading(super().get_queryset()).filter(state=S.ACCEPTED)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form holds the criteria of this evaluation."""
        return {**super().get_form_kwargs(), "evaluation": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The idea beside the card."""
        context = super().get_context_data(
            idea=self.object.idea, reading=reading_of(self.object, self.request.user), **kwargs
        )
        return {**context, "sections": context["form"].sections()}

    def form_valid(self, form: Any) -> Any:
        """Save, then hand in if that was asked; what is refused leaves what was saved."""
        user = self.request.user
        try:
            self.result = evaluations.edit_evaluation(self.object, form.changes(), actor=user)
            if "hand_in" in self.request.POST:
                evaluations.move_evaluation(self.result, "submit", actor=user)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        handed_in = "hand_in" in self.request.POST
        messages.success(
            self.request, gettext("Your evaluation is handed in.") if handed_in else gettext("Saved.")
        )
        return redirect(reverse("evaluation_detail", args=[self.object.pk]))


class AssignPage(OperationPage):
    """Give ideas of one centre to evaluators, many at once: all, or none."""

    noun = "evaluation"
    form_class = AssignForm
    page_title = _("Assign evaluators")
    submit_label = _("Assign")
    done = _("The evaluators have been told.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The centre, for those who steer it."""
        if request.user.is_authenticated:
            self.centre = get_object_or_404(Centre.objects.visible_to(request.user), pk=kwargs["pk"])
            if not request.user.standing.has(STEERING, self.centre.pk):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The ideas that can be assigned, with those of the address ticked."""
        ideas = Idea.objects.visible_to(self.request.user).decidable().filter(centre=self.centre)
        kwargs = {**super().get_form_kwargs(), "centre": self.centre, "ideas": ideas.order_by("reference")}
        chosen = chosen_ids(self.request.GET.getlist("idea"), most=None)
        known = {"ideas": chosen, "criteria_set": set_of_calls(ideas, chosen)}
        return {**kwargs, "initial": {**kwargs["initial"], **known}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose ideas these are."""
        return super().get_context_data(lead=str(self.centre), **kwargs)

    def act(self, form: Any) -> Any:
        """Assign."""
        given = form.cleaned_data
        return evaluations.assign_many(
            [idea.pk for idea in given["ideas"]],
            [person.pk for person in given["evaluators"]],
            criteria_set=given["criteria_set"],
            due_on=given["due_on"],
            actor=self.request.user,
        )

    def get_success_url(self) -> str:
        """The list of what was given out."""
        return f"{reverse('evaluation_list')}?centre={self.centre.pk}&state={S.ASSIGNED}"


ROUTES = [
    path("evaluations/", EvaluationListPage.as_view(), name="evaluation_list"),
    path("evaluations/assign/<int:pk>/", AssignPage.as_view(), name="evaluation_assign"),
    path("evaluations/<int:pk>/", EvaluationPage.as_view(), name="evaluation_detail"),
    path("evaluations/<int:pk>/moves/<slug:name>/", EvaluationMovePage.as_view(), name="evaluation_move"),
    path("evaluations/<int:pk>/score/", ScorePage.as_view(), name="evaluation_score"),
]
NAV = [NavEntry(_("The chain"), _("Evaluations"), "evaluation_list")]
