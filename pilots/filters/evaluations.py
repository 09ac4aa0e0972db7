"""How are the lists of criteria, evaluations and scores narrowed?"""

from typing import Any

import django_filters as df
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter, by_title
from partners.models import Area, Centre, User
from pilots.choices import EvaluationState, Recommendation
from pilots.models import Challenge, CriteriaSet, Criterion, Evaluation, Idea, Score


def people_seen(request: Any) -> Any:
    """The choices of an evaluator: the people the caller may know of."""
    return User.objects.visible_to(request.user) if request is not None else User.objects.none()


def ideas_to_ask_for(request: Any) -> Any:
    """The choices of an idea: those the caller may read, and those given to them to evaluate."""
    if request is None:
        return Idea.objects.none()
    given = Evaluation.objects.visible_to(request.user).values("idea_id")
    return Idea.objects.filter(pk__in=given)


class CriteriaSetFilter(DomainFilter):
    """Query parameters of GET /api/v1/criteria-sets/."""

    name = df.CharFilter(label=_("Name"))
    number = df.NumberFilter(label=_("Version number"))
    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    blind = df.BooleanFilter(label=_("Blind"))
    is_current = df.BooleanFilter(label=_("In use"))
    order = df.OrderingFilter(fields=("name", "number", "created_at"), label=_("Order"))

    class Meta:
        model = CriteriaSet
        fields = ()


class CriterionFilter(DomainFilter):
    """Query parameters of GET /api/v1/criteria/."""

    criteria_set = df.ModelMultipleChoiceFilter(queryset=CriteriaSet.objects.all(), label=_("Set"))
    weight = df.RangeFilter(label=_("Weight"))
    max_score = df.RangeFilter(label=_("Highest score"))
    order = df.OrderingFilter(fields=("position", "weight", "name"), label=_("Order"))

    class Meta:
        model = Criterion
        fields = ()


class EvaluationFilter(DomainFilter):
    """Query parameters of GET /api/v1/evaluations/. Dates ISO 8601."""

    idea = df.ModelMultipleChoiceFilter(queryset=ideas_to_ask_for, label=_("Idea"))
    evaluator = df.ModelMultipleChoiceFilter(queryset=people_seen, label=_("Evaluator"))
    criteria_set = df.ModelMultipleChoiceFilter(queryset=CriteriaSet.objects.all(), label=_("Criteria"))
    centre = df.ModelMultipleChoiceFilter(
        field_name="idea__centre", queryset=Centre.objects.all(), label=_("Centre")
    )
    state = df.MultipleChoiceFilter(choices=EvaluationState.choices, label=_("State"))
    recommendation = df.MultipleChoiceFilter(choices=Recommendation.choices, label=_("Recommendation"))
    due_on = df.DateFromToRangeFilter(label=_("Due"))
    mine = df.BooleanFilter(method="only_mine", label=_("Given to me"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("Overdue"))
    order = df.OrderingFilter(fields=("due_on", "state", "created_at", "updated_at"), label=_("Order"))

    class Meta:
        model = Evaluation
        fields = ()

    def only_mine(self, evaluations: Any, name: str, value: bool) -> Any:
        """Evaluations given to the caller, or to others."""
        own = {"evaluator_id": self.request.user.pk}
        return evaluations.filter(**own) if value else evaluations.exclude(**own)

    def only_overdue(self, evaluations: Any, name: str, value: bool) -> Any:
        """Evaluations that are not in while their day has passed, or the others."""
        late = Evaluation.objects.open().filter(due_on__lt=timezone.localdate()).values("pk")
        return evaluations.filter(pk__in=late) if value else evaluations.exclude(pk__in=late)


class ScoreFilter(DomainFilter):
    """Query parameters of GET /api/v1/scores/."""

    evaluation = df.ModelMultipleChoiceFilter(queryset=Evaluation.objects.all(), label=_("Evaluation"))
    criterion = df.ModelMultipleChoiceFilter(queryset=Criterion.objects.all(), label=_("Criterion"))
    score = df.RangeFilter(label=_("Score"))
    order = df.OrderingFilter(fields=("score", "created_at"), label=_("Order"))

    class Meta:
        model = Score
        fields = ()


def challenges_seen(request: Any) -> Any:
    """The choices of a need: those the caller may read."""
    return Challenge.objects.visible_to(request.user) if request is not None else Challenge.objects.none()


class MatrixFilter(DomainFilter):
    """Query parameters of the matrix of ideas and evaluators."""

    centre = df.ModelMultipleChoiceFilter(queryset=Centre.objects.all(), label=_("Centre"))
    area = df.ModelMultipleChoiceFilter(
        queryset=Area.objects.all(), method="in_areas", label=_("Area of the challenge")
    )
    challenge = df.ModelMultipleChoiceFilter(queryset=challenges_seen, label=_("Challenge"))
    evaluator = df.ModelMultipleChoiceFilter(queryset=people_seen, method="given_to", label=_("Evaluator"))
    unassigned = df.BooleanFilter(method="only_unassigned", label=_("Given to nobody"))
    overdue = df.BooleanFilter(method="only_overdue", label=_("Overdue"))
    order = df.OrderingFilter(fields=by_title("title", "submitted_at"), label=_("Order"))

    class Meta:
        model = Idea
        fields = ()

    def in_areas(self, ideas: Any, name: str, areas: Any) -> Any:
        """Ideas that answer a need of one of the areas."""
        if not areas:
            return ideas
        needs = challenges_seen(self.request).filter(areas__in=areas)
        return ideas.filter(challenge__in=needs.values("pk"))

    def given_to(self, ideas: Any, name: str, people: Any) -> Any:
        """Ideas that one of the people was given."""
        if not people:
            return ideas
        rows = Evaluation.objects.visible_to(self.request.user).filter(evaluator__in=people)
        return ideas.filter(pk__in=rows.values("idea_id"))

    def only_unassigned(self, ideas: Any, name: str, value: bool) -> Any:
        """Ideas nobody evaluates, or the others."""
        given = Evaluation.objects.taking_part().values("idea_id")
        return ideas.exclude(pk__in=given) if value else ideas.filter(pk__in=given)

    def only_overdue(self, ideas: Any, name: str, value: bool) -> Any:
        """Ideas with an evaluation that is late, or the others."""
        late = Evaluation.objects.open().filter(due_on__lt=timezone.localdate()).values("idea_id")
        return ideas.filter(pk__in=late) if value else ideas.exclude(pk__in=late)
