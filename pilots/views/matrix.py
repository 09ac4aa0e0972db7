"""Who evaluates which idea, is that evenly spread, and do they mean the same by a score?"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.charts import bar_chart
from cic.core.views import ListPage, OperationPage, WorkspacePage
from partners.models import Centre, User
from pilots.calculations.calibration import Mark, alone, leanings, spreads
from pilots.choices import EvaluationState as S
from pilots.filters.evaluations import MatrixFilter
from pilots.forms.evaluations import SpreadForm, evaluators_of, set_of_calls
from pilots.models import Criterion, Evaluation, Idea, Score
from pilots.operations import assignments
from pilots.permissions.roles import STEERING
from pilots.transitions.evaluations import EVALUATION

from .triage import chosen_ids

# More scores than this are not laid beside each other at once: the newest are enough to see how people score.
MOST_SCORES = 20_000


def steered_by(user: Any, ideas: Any) -> Any:
    """Those of `ideas` that are of a centre `user` steers."""
    standing = user.standing
    return ideas if standing.everywhere(STEERING) else ideas.filter(centre_id__in=standing.centres(STEERING))


class MatrixPage(ListPage):
    """Ideas in evaluation down, evaluators across; in each cell how that evaluation stands."""

    model = Idea
    noun = "idea"
    permission = "pilots.assign_evaluations"
    filterset_class = MatrixFilter
    quiet_filters = ("challenge", "evaluator")
    template_name = "pilots/evaluations/matrix.html"
    row_template = "pilots/evaluations/_matrix_row.html"
    page_title = _("Who evaluates what")
    columns = (("title", _("Idea"), "title"),)

    def get_queryset(self) -> Any:
        """Ideas in evaluation that are not decided, of the centres the reader steers."""
        return steered_by(self.request.user, Idea.objects.visible_to(self.request.user).decidable())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows with a cell for each evaluator of their centres, and for each who has one of them."""
        context = super().get_context_data(**kwargs)
        rows = context["rows"]
        given = self._given(rows)
        people = {one.pk: one for one in evaluators_of({row.centre_id for row in rows})} if rows else {}
        people |= {evaluation.evaluator_id: evaluation.evaluator for evaluation in given.values()}
        across = sorted(people.values(), key=lambda one: (one.name, one.pk))
        for row in rows:
            row.cells = [(one, given.get((row.pk, one.pk))) for one in across]
            row.handed_in = sum(1 for one, found in row.cells if found is not None and found.is_handed_in)
            row.given = sum(1 for one, found in row.cells if found is not None and found.state != S.RECUSED)
        return {
            **context,
            "people": [
                (one, sum(1 for row in rows if (found := given.get((row.pk, one.pk))) and found.waits))
                for one in across
            ],
            "actions": [{"name": "spread", "label": _("Give out evenly"), "style": "main"}],
        }

    def _given(self, rows: list[Idea]) -> dict[tuple[int, int], Evaluation]:
        """The evaluations of these ideas, as the cells show them."""
        found = (
            Evaluation.objects.visible_to(self.request.user)
            .filter(idea__in=[row.pk for row in rows])
            .select_related("evaluator", "criteria_set")
            .prefetch_related("scores", "criteria_set__criteria")
            .order_by("pk")
        )
        today = timezone.localdate()
        for row in found:
            row.badge = EVALUATION.badge(row)
            row.waits = row.state in (S.ASSIGNED, S.ACCEPTED)
            row.late = row.waits and row.due_on is not None and row.due_on < today
        return {(row.idea_id, row.evaluator_id): row for row in found}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """On to giving out the ideas that were ticked; they are of one centre, as criteria are."""
        self.check()
        chosen = self.get_queryset().filter(pk__in=chosen_ids(request.POST.getlist("selected")))
        ideas = list(chosen.order_by("pk").values_list("pk", "centre_id"))
        centres = {centre for _idea, centre in ideas}
        if len(centres) == 1:
            address = reverse("evaluation_spread", args=[centres.pop()])
            return redirect(f"{address}?{urlencode([('idea', pk) for pk, _centre in ideas])}")
        sentence = _("Choose ideas of one centre: each has its own criteria.")
        messages.error(request, sentence if ideas else _("Choose at least one idea."))
        return redirect(request.get_full_path())


class SpreadPage(OperationPage):
    """Give ideas of one centre to its evaluators evenly: all, or none."""

    noun = "evaluation"
    form_class = SpreadForm
    page_title = _("Give out evenly")
    submit_label = _("Give out")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The centre, for those who steer it."""
        if request.user.is_authenticated:
            self.centre = get_object_or_404(Centre.objects.visible_to(request.user), pk=kwargs["pk"])
            if not request.user.standing.has(STEERING, self.centre.pk):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The ideas that can be given out, those of the address ticked; every evaluator ticked."""
        ideas = Idea.objects.visible_to(self.request.user).decidable().filter(centre=self.centre)
        kwargs = {**super().get_form_kwargs(), "centre": self.centre, "ideas": ideas.order_by("reference")}
        chosen = chosen_ids(self.request.GET.getlist("idea"))
        initial = {
            "ideas": chosen,
            "criteria_set": set_of_calls(ideas, chosen),
            "evaluators": list(evaluators_of([self.centre.pk]).values_list("pk", flat=True)),
        }
        return {**kwargs, "initial": {**kwargs["initial"], **initial}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose ideas these are."""
        return super().get_context_data(lead=str(self.centre), **kwargs)

    def act(self, form: Any) -> Any:
        """Give them out."""
        given = form.cleaned_data
        made = assignments.assign_evenly(
            given["idea_ids"],
            [one.pk for one in given["evaluators"]],
            each=given["each"],
            criteria_set=given["criteria_set"],
            due_on=given["due_on"],
            actor=self.request.user,
        )
        words = ngettext("%(count)d evaluation given out.", "%(count)d evaluations given out.", len(made))
        messages.success(self.request, words % {"count": len(made)})
        return made

    def get_cancel_url(self) -> str:
        """Back to the matrix."""
        return reverse("evaluation_matrix")

    def get_success_url(self) -> str:
        """The matrix of the centre."""
        return f"{reverse('evaluation_matrix')}?centre={self.centre.pk}"


class CalibrationPage(WorkspacePage, TemplateView):
    """How far evaluators are apart on each criterion, who is milder or stricter, and which scores stand alone."""

    template_name = "pilots/evaluations/calibration.html"
    permission = "pilots.assign_evaluations"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, for those who assign."""
        self.check()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures as tables, and two of them as charts."""
        user = self.request.user
        ideas = steered_by(user, Idea.objects.visible_to(user)).values("pk")
        seen = Evaluation.objects.visible_to(user).handed_in().filter(idea__in=ideas).values("pk")
        scores = Score.objects.filter(evaluation__in=seen).order_by("-pk")
        rows = scores.values_list(
            "evaluation__idea_id", "evaluation__evaluator_id", "criterion_id", "score", "criterion__max_score"
        )[:MOST_SCORES]  # fmt: skip
        marks = [
            Mark(idea, who, what, round(100 * score / highest, 1)) for idea, who, what, score, highest in rows
        ]
        criteria = Criterion.objects.select_related("criteria_set").in_bulk(
            {mark.criterion for mark in marks}
        )
        people = User.objects.in_bulk({mark.evaluator for mark in marks})
        strangers = alone(marks)
        named = Idea.objects.in_bulk({row.mark.idea for row in strangers})
        apart, leaning = spreads(marks), leanings(marks)
        return super().get_context_data(
            page_title=_("Do scores mean the same?"),
            count=len(marks),
            criteria=[(criteria[row.key], row) for row in apart],
            people=[(people[row.key], row) for row in leaning],
            alone=[
                (named[row.mark.idea], people[row.mark.evaluator], criteria[row.mark.criterion], row)
                for row in strangers
            ],
            apart_chart=bar_chart(
                [(criteria[row.key].name, row.apart, None) for row in apart if row.apart is not None]
            ),
            leaning_chart=bar_chart(
                [(str(people[row.key]), row.leaning, None) for row in leaning if row.leaning is not None]
            ),
            crumbs=[
                {"label": gettext("Evaluations"), "url": reverse("evaluation_list")},
                {"label": gettext("Do scores mean the same?")},
            ],
            **kwargs,
        )


ROUTES = [
    path("evaluations/matrix/", MatrixPage.as_view(), name="evaluation_matrix"),
    path("evaluations/calibration/", CalibrationPage.as_view(), name="evaluation_calibration"),
    path("evaluations/spread/<int:pk>/", SpreadPage.as_view(), name="evaluation_spread"),
]
