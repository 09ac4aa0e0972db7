"""What does a committee get to read before it meets, as a page and on paper?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from cic.core.documents import pdf
from cic.core.formats import NO_BREAK, day, figure
from cic.core.views import WorkspacePage
from pilots.calculations.scores import mean_pct, spread_pct
from pilots.choices import EvaluationState
from pilots.models import Evaluation, Idea
from pilots.models.duplicates import likely_duplicates
from pilots.permissions.roles import DECIDING

from .idea_pages import texts_of
from .triage import chosen_ids

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "pilots" / "decisions" / "pack.typ"
# As many as somebody reads on one page; the file holds all.
IDEAS_PER_PAGE = 60


class Pack(WorkspacePage):
    """The ideas of a meeting: those of the address, else all that wait for a decision."""

    permission = "pilots.record_decision"

    def ideas(self) -> list[Idea]:
        """The ideas the reader decides on, in evaluation and not decided."""
        user = self.request.user
        seen = Idea.objects.visible_to(user).decidable().select_related("organisation", "centre", "challenge")
        if not user.standing.everywhere(DECIDING):
            seen = seen.filter(centre_id__in=user.standing.centres(DECIDING))
        if chosen := chosen_ids(self.request.GET.getlist("idea"), most=None):
            seen = seen.filter(pk__in=chosen)
        return list(seen.order_by("reference"))

    def ranked(self) -> list[tuple[Idea, list[Evaluation]]]:
        """All the ideas with their evaluations, best first."""
        ideas = self.ideas()
        found = (
            Evaluation.objects.visible_to(self.request.user)
            .filter(idea__in=[idea.pk for idea in ideas])
            .select_related("evaluator", "criteria_set")
            .prefetch_related("scores", "criteria_set__criteria")
            .order_by("pk")
        )
        given: dict[int, list[Evaluation]] = {idea.pk: [] for idea in ideas}
        for row in found:
            given[row.idea_id].append(row)
        means = {pk: mean_pct(results_of(rows)) for pk, rows in given.items()}
        ideas.sort(key=lambda idea: (means[idea.pk] is None, -(means[idea.pk] or 0), idea.reference))
        return [(idea, given[idea.pk]) for idea in ideas]

    def rows(self, ranked: Sequence[tuple[Idea, list[Evaluation]]]) -> list[dict[str, Any]]:
        """Each of these ideas with what evaluators say, where they are apart, who stepped back, and what is like it."""
        alike = likely_duplicates([idea for idea, _given in ranked], self.request.user)
        return [row_of(idea, given, alike[idea.pk]) for idea, given in ranked]


def handed_in_of(given: Sequence[Evaluation]) -> list[Evaluation]:
    """Those of people who did not step back, and who have said what they think."""
    return [row for row in given if row.state != EvaluationState.RECUSED and row.is_handed_in]


def results_of(given: Sequence[Evaluation]) -> list[Any]:
    """The results of those that were handed in, in percent."""
    return [row.score_pct for row in handed_in_of(given) if row.score_pct is not None]


def row_of(idea: Idea, given: list[Evaluation], likes: list[Any]) -> dict[str, Any]:
    """One idea as the pack shows it."""
    taking_part = [row for row in given if row.state != EvaluationState.RECUSED]
    handed_in, results = handed_in_of(given), results_of(given)
    return {
        "idea": idea,
        "texts": texts_of(idea),
        "mean": mean_pct(results),
        "spread": spread_pct(results) if len(results) > 1 else None,
        "handed_in": len(handed_in),
        "assigned": len(taking_part),
        "criteria": criteria_of(handed_in),
        "advice": handed_in,
        "conflicts": [row.evaluator for row in given if row.state == EvaluationState.RECUSED],
        "likes": likes,
        "decide_url": reverse("idea_decide", args=[idea.pk]),
    }


def criteria_of(handed_in: list[Evaluation]) -> list[dict[str, Any]]:
    """Each criterion with its lowest and highest score and their mean, of `most`."""
    given: dict[Any, list[int]] = {}
    for evaluation in handed_in:
        by_criterion = {score.criterion_id: score.score for score in evaluation.scores.all()}
        for criterion in evaluation.criteria_set.criteria.all():
            if criterion.pk in by_criterion:
                given.setdefault(criterion, []).append(by_criterion[criterion.pk])
    return [
        {
            "criterion": criterion,
            "lowest": min(scores),
            "highest": max(scores),
            "mean": round(sum(scores) / len(scores), 1),
            "most": criterion.max_score,
        }
        for criterion, scores in given.items()
    ]


class PackPage(Pack, TemplateView):
    """The pack as a page."""

    template_name = "pilots/decisions/pack.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, for those who record decisions."""
        self.check()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows of this page, and all of them on paper."""
        pages = Paginator(self.ranked(), IDEAS_PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        query = urlencode([("idea", pk) for pk in chosen_ids(self.request.GET.getlist("idea"), most=None)])
        here, lead = self.request.GET.copy(), ""
        if pages.num_pages > 1:
            lead = _("Ideas %(first)s to %(last)s of %(count)s, the best first. The PDF holds all of them.") % {
                "first": page.start_index(), "last": page.end_index(), "count": pages.count,
            }  # fmt: skip

        def beside(number: int) -> str:
            here["page"] = str(number)
            return f"?{here.urlencode()}"

        return super().get_context_data(
            page_title=_("Pack for the committee"),
            rows=self.rows(page.object_list),
            pages_lead=lead,
            previous_url=beside(page.previous_page_number()) if page.has_previous() else "",
            next_url=beside(page.next_page_number()) if page.has_next() else "",
            pdf_url=f"{reverse('committee_pack_file')}{'?' if query else ''}{query}" if pages.count else "",
            crumbs=[
                {"label": _("For the committee"), "url": reverse("committee")},
                {"label": _("Pack for the committee")},
            ],
            **kwargs,
        )


class PackFile(Pack, View):
    """The pack as PDF/UA-1, in the reader's language."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file."""
        self.check()
        rows = self.rows(self.ranked())
        title = _("Pack for the committee")
        data = {
            "subtitle": _("Made on %(day)s. In confidence: for the members of the committee only.")
            % {"day": day(timezone.localdate())},
            "words": words(),
            "ideas": [printed(row) for row in rows],
        }
        response = HttpResponse(
            pdf(TEMPLATE, data, language=(get_language() or "en")[:2], title=title),
            content_type="application/pdf",
        )
        response["Content-Disposition"] = (
            f'attachment; filename="committee-{timezone.localdate().isoformat()}.pdf"'
        )
        return response


def words() -> dict[str, Any]:
    """The headings of the PDF, in the reader's language."""
    return {
        "summary": [_("Reference"), _("Idea"), _("Mean"), _("Apart by"), _("Handed in")],
        "criteria": [_("Criterion"), _("Lowest"), _("Highest"), _("Mean")],
        "scores": _("Scores"),
        "advice": _("Advice"),
        "conflicts": _("Stepped back for a conflict of interest"),
        "likes": _("Likely duplicates"),
        "none": _("None."),
    }


def printed(row: dict[str, Any]) -> dict[str, Any]:
    """One idea as texts."""
    idea = row["idea"]
    origin = [str(idea.organisation or ""), str(idea.challenge or ""), str(idea.centre)]
    return {
        "reference": idea.reference,
        "title": idea.title,
        "mean": f"{figure(row['mean'])}{NO_BREAK}%" if row["mean"] is not None else "–",
        "spread": figure(row["spread"]) if row["spread"] is not None else "–",
        "handed_in": f"{row['handed_in']} / {row['assigned']}",
        "line": " · ".join(part for part in origin if part),
        "texts": [[str(question), text] for question, text in row["texts"]],
        "criteria": [
            [
                line["criterion"].name,
                str(line["lowest"]),
                str(line["highest"]),
                f"{figure(line['mean'])} / {line['most']}",
            ]
            for line in row["criteria"]
        ],
        "advice": [
            [f"{one.evaluator}, {capfirst(one.get_recommendation_display())}", one.comment]
            for one in row["advice"]
        ],
        "conflicts": [str(person) for person in row["conflicts"]],
        "likes": [f"{like.reference} · {like.title}" for like in row["likes"]],
    }


ROUTES = [
    path("committee/pack/", PackPage.as_view(), name="committee_pack"),
    path("committee/pack.pdf", PackFile.as_view(), name="committee_pack_file"),
]
