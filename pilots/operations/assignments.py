"""How are ideas given to evaluators evenly, and nobody to whom it would be a conflict of interest?"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify
from cic.core.errors import DomainError
from cic.core.operations import operation, record
from partners.choices import Role
from partners.models import Membership, User
from pilots.calculations.assignment import TooFew, spread_evenly
from pilots.choices import EvaluationState
from pilots.models import CriteriaSet, Evaluation, Idea, IdeaPartner

from .evaluations import assignable, check_criteria, evaluation_facts, refusal

MOST_EACH = 10


@operation
def assign_evenly(
    idea_ids: Collection[int],
    evaluator_ids: Collection[int],
    *,
    each: int,
    criteria_set: CriteriaSet,
    due_on: date | None = None,
    actor: Any,
) -> list[Evaluation]:
    """Give each idea to as many of the evaluators as it still lacks of `each`, with loads as even as can be.

    Left out are those on the idea's side and those who declared a conflict with it or with its organisation.
    Raises: NotAllowed; DomainError "invalid", "wrong_state", or "limit" naming the ideas with too few evaluators.
    """
    ideas = assignable(idea_ids, actor)
    people = list(User.objects.filter(pk__in=set(evaluator_ids), is_active=True).order_by("name", "pk"))
    if len(people) != len(set(evaluator_ids)) or not people:
        raise refusal("evaluators", _("There is no such evaluator."))
    if not 1 <= each <= MOST_EACH:
        raise refusal("each", _("Choose from 1 to %(most)s.") % {"most": MOST_EACH})
    if due_on is not None and due_on < timezone.localdate():
        raise refusal("due_on", _("This day has passed."))
    for idea in ideas:
        check_criteria(idea, criteria_set)
    strangers = [
        one for one in people for idea in ideas if not one.standing.has([Role.EVALUATOR], idea.centre_id)
    ]
    if strangers:
        sentence = _("%(name)s is not an evaluator of this centre.") % {"name": strangers[0]}
        raise refusal("evaluators", sentence)
    rows = Evaluation.objects.filter(idea__in=ideas)
    there = rows.filter(criteria_set=criteria_set).values_list("idea_id", "evaluator_id")
    taking_part = rows.filter(criteria_set=criteria_set).taking_part().values_list("idea_id", flat=True)
    has = Counter(taking_part)
    needs = {idea.pk: max(each - has[idea.pk], 0) for idea in ideas}
    try:
        plan = spread_evenly(
            needs, [one.pk for one in people], barred_pairs(ideas, people) | set(there), _loads(people)
        )
    except TooFew as short:
        names = ", ".join(idea.reference for idea in ideas if idea.pk in short.ideas)
        sentence = _("Too few evaluators without a conflict of interest for %(references)s.")
        raise DomainError("limit", sentence % {"references": names}) from short
    by_pk = {one.pk: one for one in people}
    made = [
        record(
            Evaluation(idea=idea, evaluator=by_pk[pk], criteria_set=criteria_set, due_on=due_on),
            actor=actor,
            action="assign",
        )
        for idea in ideas
        for pk in plan[idea.pk]
    ]
    for row in made:
        notify(row.evaluator, "pilots.evaluation_assigned", key=str(row.pk), **evaluation_facts(row))
    return made


def _loads(people: Sequence[User]) -> dict[int, int]:
    """How many evaluations each of them has to do already."""
    return Counter(
        Evaluation.objects.open().filter(evaluator__in=people).values_list("evaluator_id", flat=True)
    )


def barred_pairs(ideas: Sequence[Idea], people: Sequence[User]) -> set[tuple[int, int]]:
    """Pairs (idea, person) that would be a conflict of interest; three queries, however many there are."""
    sides: dict[int, set[int]] = {idea.pk: {idea.organisation_id} - {None} for idea in ideas}
    for idea_id, organisation_id in IdeaPartner.objects.filter(idea__in=ideas).values_list(
        "idea_id", "organisation_id"
    ):
        sides[idea_id].add(organisation_id)
    organisations = {pk for side in sides.values() for pk in side}
    members = Membership.objects.current().filter(organisation_id__in=organisations, user__in=people)
    belongs = set(members.values_list("organisation_id", "user_id"))
    recused = set(
        Evaluation.objects.filter(state=EvaluationState.RECUSED, evaluator__in=people).values_list(
            "idea_id", "idea__organisation_id", "evaluator_id"
        )
    )
    pairs = {(idea.pk, idea.author_id) for idea in ideas if idea.author_id is not None}
    for idea in ideas:
        pairs |= {(idea.pk, user) for organisation, user in belongs if organisation in sides[idea.pk]}
        pairs |= {
            (idea.pk, user)
            for refused, organisation, user in recused
            if refused == idea.pk or (organisation is not None and organisation in sides[idea.pk])
        }
    return pairs
