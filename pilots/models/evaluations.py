"""Who evaluates which idea, by which criteria, and with what result?"""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record
from partners.choices import READING_ROLES, Role
from partners.models import standing_of
from pilots.calculations.scores import weighted_pct
from pilots.choices import EvaluationState, Recommendation


class CriteriaSetQuerySet(models.QuerySet):
    """Named questions about sets of criteria."""

    def visible_to(self, user):
        """Criteria are no secret: everybody who proposes may know them."""
        return self


class CriteriaSet(Record):
    """A version of the criteria by which ideas are evaluated. Once used it is not edited but superseded."""

    name = models.CharField(_("name"), max_length=150)
    number = models.PositiveSmallIntegerField(_("version number"), default=1, editable=False)
    centre = models.ForeignKey(
        "partners.Centre", models.PROTECT, related_name="criteria_sets", verbose_name=_("centre")
    )
    blind = models.BooleanField(_("evaluators do not see who proposes"), default=False)
    is_current = models.BooleanField(_("in use"), default=True)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("set of criteria")
        verbose_name_plural = _("sets of criteria")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["centre", "name", "number"], name="pilots_criteriaset_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (v{self.number})"


class ThroughCriteria(models.QuerySet):
    """Criteria are no secret."""

    def visible_to(self, user):
        """Everybody who proposes may know them."""
        return self


class Criterion(Record):
    """One weighted question of a set; scores run from 0 to `max_score`."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name=_("set")
    )
    name = models.CharField(_("name"), max_length=120)
    help = models.CharField(_("help"), max_length=500, blank=True)
    weight = models.DecimalField(
        _("weight"), max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    max_score = models.PositiveSmallIntegerField(
        _("highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ThroughCriteria.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class EvaluationQuerySet(models.QuerySet):
    """Named questions about evaluations."""

    def given_to(self, user):
        """Those of `user`, in the centres for which they evaluate today: with the role goes what it opened."""
        standing, rows = standing_of(user), self.filter(evaluator_id=user.pk)
        if standing.everywhere([Role.EVALUATOR]):
            return rows
        return rows.filter(idea__centre_id__in=standing.centres([Role.EVALUATOR]))

    def visible_to(self, user):
        """Evaluations `user` may read: their own, those of centres they work for, and once theirs is in, all of that idea.

        Whoever still has an evaluation to hand in reads no other of the same idea, whatever their role.
        """
        if not user.is_authenticated:
            return self.none()
        standing = standing_of(user)
        own = self.model.objects.given_to(user)
        others = self.model.objects.handed_in().filter(idea_id__in=own.handed_in().values("idea_id"))
        readable = Q(pk__in=own.values("pk")) | Q(pk__in=others.values("pk"))
        if standing.everywhere(READING_ROLES):
            readable = Q()
        else:
            readable |= Q(idea__centre_id__in=standing.centres(READING_ROLES))
        judging = Q(idea_id__in=own.open().values("idea_id")) & ~Q(evaluator_id=user.pk)
        return self.filter(readable).exclude(judging)

    def open(self):
        """Evaluations still to be handed in."""
        return self.filter(state__in=[EvaluationState.ASSIGNED, EvaluationState.ACCEPTED])

    def taking_part(self):
        """Evaluations of those who did not recuse themselves."""
        return self.exclude(state=EvaluationState.RECUSED)

    def handed_in(self):
        """Evaluations that count: submitted, or locked after having been submitted."""
        return self.filter(
            Q(state=EvaluationState.SUBMITTED) | (Q(state=EvaluationState.LOCKED) & ~Q(recommendation=""))
        )


class Evaluation(Record):
    """One evaluator's task on one idea: conflict declared first, then scores, then locked by the decision."""

    idea = models.ForeignKey(
        "pilots.Idea", models.PROTECT, related_name="evaluations", verbose_name=_("idea")
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="evaluations", verbose_name=_("evaluator")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="evaluations", verbose_name=_("criteria")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    conflict_note = models.TextField(_("conflict of interest"), blank=True)
    recommendation = models.CharField(
        _("recommendation"), max_length=7, choices=Recommendation.choices, blank=True
    )
    comment = models.TextField(_("comment"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=EvaluationState.choices,
        default=EvaluationState.ASSIGNED,
        editable=False,
        db_index=True,
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["idea", "evaluator", "criteria_set"], name="pilots_evaluation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea.reference} · {self.evaluator}"

    @property
    def centre_id(self) -> int:
        """The centre of its idea."""
        return self.idea.centre_id

    def reading(self, *, full: bool) -> dict[str, Any]:
        """The idea as this evaluation shows it: reference and title; if `full` its texts and confidential annex too.

        Who proposes it is told only where the criteria are not blind.
        """
        idea = self.idea
        shown: dict[str, Any] = {"reference": idea.reference, "title": idea.title}
        if not full:
            return shown
        shown |= {name: getattr(idea, name) for name in idea.AUTHOR_FIELDS}
        shown["annex"] = idea.annex.text if hasattr(idea, "annex") else ""
        if not self.criteria_set.blind:
            shown["organisation"] = str(idea.organisation or "")
            shown["author"] = str(idea.author or "")
        return shown

    @property
    def is_handed_in(self) -> bool:
        """Whether it counts: submitted, or locked after that."""
        if self.state == EvaluationState.LOCKED:
            return bool(self.recommendation)
        return self.state == EvaluationState.SUBMITTED

    @property
    def score_pct(self) -> Decimal | None:
        """What the scores come to, once every criterion has one. Units: percent."""
        scores = {score.criterion_id: score.score for score in self.scores.all()}
        criteria = self.criteria_set.criteria.all()
        if any(criterion.pk not in scores for criterion in criteria):
            return None
        return weighted_pct([(scores[row.pk], row.max_score, row.weight) for row in criteria])


def with_results(evaluations: Any) -> list[tuple[Evaluation, Decimal | None]]:
    """Each evaluation, in its order, with what its scores come to: one query, a row for each score."""
    criteria = Criterion.objects.filter(criteria_set=OuterRef("criteria_set")).order_by()
    rows = evaluations.annotate(
        score_row=F("scores__pk"),
        score=F("scores__score"),
        highest=F("scores__criterion__max_score"),
        weight=F("scores__criterion__weight"),
        criteria_count=Subquery(criteria.values("criteria_set").annotate(n=Count("pk")).values("n")),
    )
    found = []
    for _pk, group in groupby(rows, key=lambda row: row.pk):
        scored = list(group)
        scores = [(row.score, row.highest, row.weight) for row in scored if row.score_row is not None]
        complete = len(scores) == (scored[0].criteria_count or 0)
        found.append((scored[0], weighted_pct(scores) if complete else None))
    return found


class ThroughEvaluation(models.QuerySet):
    """Scores are read by those who may read the evaluation."""

    def visible_to(self, user):
        """Scores of evaluations `user` may read."""
        return self.filter(evaluation__in=Evaluation.objects.visible_to(user).values("pk"))


class Score(Record):
    """One evaluator's score on one criterion, with its reason."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion")
    )
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("why"), blank=True)

    objects = ThroughEvaluation.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["evaluation", "criterion"], name="pilots_score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"
