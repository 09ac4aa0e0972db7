"""How does a test get challenges, ideas, evaluations and decisions?

`IdeaFactory(state="in_evaluation")` has an author in a proposing organisation; `EvaluationFactory(state="accepted")`
an evaluator of the idea's centre and a set of two criteria; `scored=[4, 3]` gives it scores.
"""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cic.core.search import derive
from partners.choices import Role
from pilots.choices import ChallengeState, DecisionVerdict, EvaluationState, IdeaState
from pilots.models import (
    Challenge,
    CriteriaSet,
    Criterion,
    Decision,
    Evaluation,
    Idea,
    IdeaAnnex,
    IdeaPartner,
    InformationRequest,
    Letter,
    Lineage,
    Score,
)

from .partners import CentreFactory, OrganisationFactory, PartnerFactory, StaffFactory, today


class _Searchable(DjangoModelFactory):
    """Fills the words a record is found by, as the operations do."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        obj = model_class(*args, **kwargs)
        derive(obj)
        obj.save(force_insert=True)
        return obj


class ChallengeFactory(_Searchable):
    """A need that is open to ideas, and internal."""

    class Meta:
        model = Challenge

    reference = factory.Sequence(lambda n: f"N-2020-{n:05d}")
    title = factory.Sequence(lambda n: f"Quieter streets {n}")
    need = "Deliveries wake people up."
    language = "en"
    centre = factory.SubFactory(CentreFactory)
    state = ChallengeState.OPEN


class IdeaFactory(_Searchable):
    """An idea with all six answers, written by a person of the organisation that proposes it; sent unless `state="draft"`."""

    class Meta:
        model = Idea

    reference = factory.Sequence(lambda n: f"I-2020-{n:05d}")
    title = factory.Sequence(lambda n: f"Rubber wheels for crates {n}")
    problem = "Crates rattle over cobbles."
    proposal = "Put them on rubber wheels."
    novelty = "Nobody has tried it here."
    beneficiaries = "Those who sleep nearby."
    asked_of_city = "Two streets for six months."
    trl = 5
    language = "en"
    centre = factory.SubFactory(CentreFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    author = factory.LazyAttribute(
        lambda o: PartnerFactory(organisation=o.organisation) if o.organisation else None
    )
    state = IdeaState.SUBMITTED
    submitted_at = factory.LazyAttribute(lambda o: None if o.state == IdeaState.DRAFT else timezone.now())


class IdeaAnnexFactory(DjangoModelFactory):
    """What an idea tells in confidence."""

    class Meta:
        model = IdeaAnnex

    idea = factory.SubFactory(IdeaFactory)
    text = "The price of the wheels."


class IdeaPartnerFactory(DjangoModelFactory):
    """An organisation invited into a consortium; `confirmed=True` for one that said yes."""

    class Meta:
        model = IdeaPartner

    class Params:
        confirmed = factory.Trait(confirmed_at=factory.LazyFunction(timezone.now))

    idea = factory.SubFactory(IdeaFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    contribution = "Two vans"


class InformationRequestFactory(DjangoModelFactory):
    """An open question about an idea, which opens its problem again."""

    class Meta:
        model = InformationRequest

    idea = factory.SubFactory(IdeaFactory, state=IdeaState.MORE_INFORMATION)
    question = "How loud is it now?"
    fields = factory.LazyFunction(lambda: ["problem"])
    due_on = factory.LazyFunction(lambda: today(14))
    asked_by = factory.SubFactory(StaffFactory)


class CriteriaSetFactory(DjangoModelFactory):
    """A set of two criteria, of 0 to 5, the first of double weight. `criteria=0` gives an empty one."""

    class Meta:
        model = CriteriaSet
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Criteria {n}")
    centre = factory.SubFactory(CentreFactory)

    @factory.post_generation
    def criteria(self, create: bool, extracted: int | None, **kwargs: Any) -> None:
        """Add the criteria."""
        for position in range(2 if extracted is None else extracted):
            CriterionFactory(criteria_set=self, position=position, weight=1 if position else 2)


class CriterionFactory(DjangoModelFactory):
    """A question scored from 0 to 5."""

    class Meta:
        model = Criterion

    criteria_set = factory.SubFactory(CriteriaSetFactory, criteria=0)
    name = factory.Sequence(lambda n: f"Benefit {n}")
    help = "Who gains, and how much?"
    weight = 1
    max_score = 5
    position = 0


class EvaluationFactory(DjangoModelFactory):
    """An evaluation given to an evaluator of the idea's centre. `blind=True` hides who proposes; `scored=[4, 3]` scores."""

    class Meta:
        model = Evaluation
        skip_postgeneration_save = True

    class Params:
        blind = False

    idea = factory.SubFactory(IdeaFactory, state=IdeaState.IN_EVALUATION)
    evaluator = factory.LazyAttribute(lambda o: StaffFactory(role=Role.EVALUATOR, centre=o.idea.centre))
    criteria_set = factory.LazyAttribute(lambda o: CriteriaSetFactory(centre=o.idea.centre, blind=o.blind))
    due_on = factory.LazyFunction(lambda: today(14))
    state = EvaluationState.ASSIGNED

    @factory.post_generation
    def scored(self, create: bool, extracted: list[int] | None, **kwargs: Any) -> None:
        """Score the criteria in their order."""
        for criterion, score in zip(self.criteria_set.criteria.all(), extracted or [], strict=False):
            ScoreFactory(evaluation=self, criterion=criterion, score=score)


class ScoreFactory(DjangoModelFactory):
    """One score on one criterion."""

    class Meta:
        model = Score

    evaluation = factory.SubFactory(EvaluationFactory)
    criterion = factory.LazyAttribute(lambda o: CriterionFactory(criteria_set=o.evaluation.criteria_set))
    score = 3


class DecisionFactory(_Searchable):
    """A decision on an idea that nobody was told of yet; `told=True` for one that took effect."""

    class Meta:
        model = Decision

    class Params:
        told = factory.Trait(notified_at=factory.LazyFunction(timezone.now))

    reference = factory.Sequence(lambda n: f"D-2020-{n:05d}")
    idea = factory.SubFactory(IdeaFactory, state=IdeaState.IN_EVALUATION)
    verdict = DecisionVerdict.ACCEPT
    body = "Innovation board"
    authority = "Minutes of 3 May"
    reasons = "It can be tried at once."
    decided_on = factory.LazyFunction(today)
    review_on = factory.LazyAttribute(lambda o: today(90) if o.verdict == DecisionVerdict.PARK else None)
    decided_by = factory.LazyAttribute(lambda o: StaffFactory(role=Role.SECRETARY, centre=o.idea.centre))


class LetterFactory(DjangoModelFactory):
    """A centre's letter for who is told that an idea is accepted, in English."""

    class Meta:
        model = Letter

    centre = factory.SubFactory(CentreFactory)
    verdict = DecisionVerdict.ACCEPT
    language = "en"
    subject = "About {title}"
    text = "Dear {name}, {title} is accepted. {reasons}"


class LineageFactory(DjangoModelFactory):
    """One idea that went on in another."""

    class Meta:
        model = Lineage

    class Params:
        one = factory.SubFactory(IdeaFactory, state=IdeaState.MERGED)
        other = factory.SubFactory(IdeaFactory)

    kind = "merged"
    from_type = to_type = "pilots.idea"
    from_id = factory.SelfAttribute("one.pk")
    to_id = factory.SelfAttribute("other.pk")
