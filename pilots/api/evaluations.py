"""/api/v1/evaluations/ and /api/v1/scores/: who evaluates what, and how."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.serializers import IdNumberField, VisibleRelatedField
from cic.core.idempotency import idempotent
from cic.core.permissions import can
from partners.models import User
from pilots.filters.evaluations import EvaluationFilter, ScoreFilter
from pilots.models import CriteriaSet, Criterion, Evaluation, Score
from pilots.operations import evaluations
from pilots.transitions.evaluations import EVALUATION


class ScoreRowSerializer(StrictSerializer):
    """One score inside of an evaluation."""

    id = serializers.IntegerField(read_only=True)
    criterion = VisibleRelatedField(queryset=Criterion.objects.all())
    score = serializers.IntegerField(min_value=0, max_value=100)
    comment = serializers.CharField(required=False, allow_blank=True)


class EvaluationSerializer(DomainSerializer):
    """An evaluation. `reading` is the idea as this evaluation shows it: its title only until no conflict is declared,
    and without who proposes it where the criteria are blind. The evaluator writes by PATCH with `scores`,
    `recommendation` and `comment`. `score_pct` is the weighted result in percent, once all is scored."""

    idea_reference = serializers.CharField(source="idea.reference", read_only=True)
    idea_title = serializers.CharField(source="idea.title", read_only=True)
    scores = ScoreRowSerializer(many=True, required=False)
    score_pct = serializers.SerializerMethodField()
    reading = serializers.SerializerMethodField()
    list_fields = (
        "id", "idea", "idea_reference", "idea_title", "evaluator", "criteria_set", "due_on", "recommendation",
        "state", "created_at", "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Evaluation
        fields = (
            "id", "idea", "idea_reference", "idea_title", "evaluator", "criteria_set", "due_on", "conflict_note",
            "recommendation", "comment", "state", "scores", "score_pct", "reading", "created_at", "updated_at",
            "version",
        )  # fmt: skip
        read_only_fields = ("conflict_note",)

    def get_score_pct(self, evaluation: Evaluation) -> str | None:
        """Percent, to a tenth."""
        return None if evaluation.score_pct is None else str(evaluation.score_pct)

    def get_reading(self, evaluation: Evaluation) -> dict[str, Any]:
        """What of the idea may be read here."""
        return evaluation.reading(
            full=can(self.context["request"].user, "pilots.read_for_evaluation", evaluation)
        )


class AssignmentSerializer(StrictSerializer):
    """Each of the ideas for each of the evaluators; answered with the ids of the evaluations made."""

    ideas = serializers.ListField(child=IdNumberField(), allow_empty=False, max_length=200)
    evaluators = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), many=True, allow_empty=False)
    criteria_set = VisibleRelatedField(queryset=CriteriaSet.objects.all())
    due_on = serializers.DateField(required=False, allow_null=True)
    evaluations = serializers.ListField(child=serializers.IntegerField(), read_only=True)


class EvaluationViewSet(DomainViewSet):
    """Evaluations the caller may see: their own; others' of the same idea only once theirs is in."""

    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    table = EVALUATION
    writes = {
        "create": evaluations.assign,
        "edit": evaluations.edit_evaluation,
        "move": evaluations.move_evaluation,
    }
    allowed = {
        "list": "pilots.view_evaluation",
        "retrieve": "pilots.view_evaluation",
        "create": "pilots.assign_evaluations",
        "assign": "pilots.assign_evaluations",
        "partial_update": "pilots.view_evaluation",
        "moves": "pilots.view_evaluation",
        "history": "pilots.view_evaluation",
    }

    def get_queryset(self) -> Any:
        """Evaluations with what their reading shows."""
        scores = Score.objects.order_by("criterion__position", "pk")
        return (
            super()
            .get_queryset()
            .select_related("idea__organisation", "idea__author", "idea__annex", "criteria_set", "evaluator")
            .prefetch_related(Prefetch("scores", queryset=scores), "criteria_set__criteria")
        )

    @action(detail=False, methods=["post"], url_path="assign", serializer_class=AssignmentSerializer)
    @idempotent
    def assign(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Give many ideas to many evaluators: all, or none."""
        self.check_parameters(())
        body = AssignmentSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        values = body.validated_data
        made = evaluations.assign_many(
            values["ideas"],
            [person.pk for person in values["evaluators"]],
            criteria_set=values["criteria_set"],
            due_on=values.get("due_on"),
            actor=request.user,
        )
        return Response(
            {
                "ideas": values["ideas"],
                "evaluators": [person.pk for person in values["evaluators"]],
                "criteria_set": values["criteria_set"].pk,
                "due_on": values.get("due_on"),
                "evaluations": [row.pk for row in made],
            }
        )


class ScoreSerializer(DomainSerializer):
    """One evaluator's score on one criterion."""

    class Meta:
        model = Score
        fields = ("id", "evaluation", "criterion", "score", "comment", "created_at", "updated_at", "version")


class ScoreViewSet(DomainViewSet):
    """Scores of evaluations the caller may see. They are written inside of their evaluation."""

    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter
    allowed = {
        "list": "pilots.view_evaluation",
        "retrieve": "pilots.view_evaluation",
        "history": "pilots.view_evaluation",
    }


ROUTES = [("evaluations", EvaluationViewSet), ("scores", ScoreViewSet)]
