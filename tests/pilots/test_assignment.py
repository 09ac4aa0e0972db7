"""Are ideas given out evenly, enough for each, and never to who has a conflict of interest?"""

import itertools
import random

import pytest
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from pilots.calculations.assignment import TooFew, spread_evenly
from pilots.models import Evaluation
from pilots.operations.assignments import assign_evenly, barred_pairs
from tests.factories.ideas import (
    ChallengeFactory,
    CriteriaSetFactory,
    EvaluationFactory,
    IdeaFactory,
    IdeaPartnerFactory,
)
from tests.factories.partners import AreaFactory, CentreFactory, MembershipFactory, StaffFactory, today


def loads_of(plan, evaluators, loads=()):
    given = [one for people in plan.values() for one in people]
    return [given.count(one) + dict(loads).get(one, 0) for one in evaluators]


@pytest.mark.parametrize(
    ("ideas", "evaluators", "each", "loads"),
    [(4, 4, 1, [1, 1, 1, 1]), (5, 3, 2, [3, 3, 4]), (7, 2, 1, [3, 4]), (1, 5, 2, [0, 0, 0, 1, 1]), (3, 3, 3, [3, 3, 3])],
)  # fmt: skip
def test_loads_differ_by_at_most_one(ideas, evaluators, each, loads):
    people = list(range(100, 100 + evaluators))

    plan = spread_evenly(dict.fromkeys(range(ideas), each), people)

    assert sorted(loads_of(plan, people)) == loads
    assert {len(set(given)) for given in plan.values()} == {each}


def test_loads_count_what_is_there_already():
    plan = spread_evenly(dict.fromkeys(range(4), 1), [1, 2], loads={1: 4})

    assert plan == {0: [2], 1: [2], 2: [2], 3: [2]}


def test_barred_pairs_are_never_made_and_who_is_short_is_named():
    with pytest.raises(TooFew) as short:
        spread_evenly({1: 2, 2: 1}, [7, 8], barred=[(1, 7)])

    assert short.value.ideas == [1]
    assert spread_evenly({1: 1, 2: 1}, [7, 8], barred=[(1, 7)]) == {1: [8], 2: [7]}


def test_chain_of_hand_overs_is_found():
    # Only idea 3 can go to 9, and only from 8, who must take idea 2 from 7.
    barred = [(1, 8), (1, 9), (2, 9), (4, 8), (4, 9)]

    plan = spread_evenly({1: 1, 2: 1, 3: 1, 4: 1}, [7, 8, 9], barred, loads={8: 1, 9: 0})

    assert plan == {1: [7], 2: [8], 3: [9], 4: [7]}


@pytest.mark.parametrize("seed", range(40))
def test_no_other_plan_is_more_even(seed):
    chance = random.Random(seed)
    people, ideas = [1, 2, 3, 4], [10, 11, 12, 13]
    barred = {(idea, one) for idea in ideas for one in people if chance.random() < 0.4}
    needs = {idea: chance.choice([1, 1, 2]) for idea in ideas}
    loads = {one: chance.choice([0, 0, 1, 3]) for one in people}
    choices = [
        list(itertools.combinations([one for one in people if (idea, one) not in barred], needs[idea]))
        for idea in ideas
    ]
    plans = [dict(zip(ideas, plan, strict=True)) for plan in itertools.product(*choices)]
    if not plans:
        with pytest.raises(TooFew):
            spread_evenly(needs, people, barred, loads)
        return

    plan = spread_evenly(needs, people, barred, loads)

    def unevenness(one):
        return sum(load**2 for load in loads_of(one, people, loads))

    assert unevenness(plan) == min(map(unevenness, plans))
    assert not barred & {(idea, one) for idea, given in plan.items() for one in given}


@pytest.fixture
def centre(db):
    return CentreFactory()


def evaluators(centre, count):
    return [StaffFactory(role=Role.EVALUATOR, centre=centre, name=f"E{number}") for number in range(count)]


def given(people):
    return [Evaluation.objects.filter(evaluator=one).count() for one in people]


def test_each_idea_gets_as_many_and_each_is_told(centre):
    ideas = IdeaFactory.create_batch(4, centre=centre, state="in_evaluation")
    people = evaluators(centre, 3)

    made = assign_evenly(
        [idea.pk for idea in ideas], [one.pk for one in people], each=2,
        criteria_set=CriteriaSetFactory(centre=centre), due_on=today(9), actor=StaffFactory(centre=centre),
    )  # fmt: skip

    assert (len(made), sorted(given(people))) == (8, [2, 3, 3])
    assert Job.objects.filter(task="core.send_mail").count() == 8
    assert AuditEntry.objects.filter(action="evaluation.assign").count() == 8


def test_those_who_have_it_count_and_their_work_is_weighed(centre):
    criteria = CriteriaSetFactory(centre=centre)
    busy, free = evaluators(centre, 2)
    ideas = IdeaFactory.create_batch(2, centre=centre, state="in_evaluation")
    EvaluationFactory(idea=ideas[0], evaluator=busy, criteria_set=criteria)

    assign_evenly(
        [idea.pk for idea in ideas], [busy.pk, free.pk], each=1, criteria_set=criteria, actor=StaffFactory(),
    )  # fmt: skip

    assert given([busy, free]) == [1, 1]


def test_conflicts_are_own_organisation_consortium_authorship_and_what_was_declared(centre):
    idea = IdeaFactory(centre=centre, state="in_evaluation")
    author, colleague, joined, recused, recused_elsewhere, free = people = evaluators(centre, 6)
    idea.author = author
    idea.save()
    MembershipFactory(user=colleague, organisation=idea.organisation)
    MembershipFactory(user=joined, organisation=IdeaPartnerFactory(idea=idea).organisation)
    EvaluationFactory(idea=idea, evaluator=recused, state="recused", conflict_note="A cousin")
    other = IdeaFactory(centre=centre, organisation=idea.organisation, state="in_evaluation")
    EvaluationFactory(idea=other, evaluator=recused_elsewhere, state="recused", conflict_note="A cousin")

    made = assign_evenly(
        [idea.pk], [one.pk for one in people], each=1, criteria_set=CriteriaSetFactory(centre=centre),
        actor=StaffFactory(),
    )  # fmt: skip

    assert [row.evaluator for row in made] == [free]
    assert {one for _idea, one in barred_pairs([idea], people)} == {
        one.pk for one in (author, colleague, joined, recused, recused_elsewhere)
    }


def test_too_few_without_a_conflict_gives_out_nothing_and_names_the_idea(centre):
    ideas = IdeaFactory.create_batch(2, centre=centre, state="in_evaluation")
    people = evaluators(centre, 2)
    MembershipFactory(user=people[0], organisation=ideas[0].organisation)

    with pytest.raises(DomainError) as refusal:
        assign_evenly(
            [idea.pk for idea in ideas], [one.pk for one in people], each=2,
            criteria_set=CriteriaSetFactory(centre=centre), actor=StaffFactory(),
        )  # fmt: skip

    assert (refusal.value.code, ideas[0].reference in refusal.value.detail) == ("limit", True)
    assert ideas[1].reference not in refusal.value.detail
    assert (Evaluation.objects.count(), Job.objects.count()) == (0, 0)


def test_a04_own_and_foreign_ideas_are_refused_whole(centre):
    own = IdeaFactory(centre=centre, state="in_evaluation")
    foreign = IdeaFactory(state="in_evaluation", title="zyxcanary", publication="public")
    people = evaluators(centre, 2)

    with pytest.raises((DomainError, NotAllowed)) as refusal:
        assign_evenly(
            [own.pk, foreign.pk], [one.pk for one in people], each=1,
            criteria_set=CriteriaSetFactory(centre=centre), actor=StaffFactory(centre=centre),
        )  # fmt: skip

    assert ("zyxcanary" in refusal.value.detail, foreign.reference in refusal.value.detail) == (False, False)
    assert Evaluation.objects.count() == 0


def test_page_gives_out_an_area_evenly(client, centre):
    area = AreaFactory()
    need = ChallengeFactory(centre=centre)
    need.areas.add(area)
    IdeaFactory.create_batch(2, centre=centre, challenge=need, state="in_evaluation")
    IdeaFactory(centre=centre, state="in_evaluation")
    people = evaluators(centre, 2)
    client.force_login(StaffFactory(centre=centre))
    values = {
        "areas": [area.pk], "each": 1, "evaluators": [one.pk for one in people],
        "criteria_set": CriteriaSetFactory(centre=centre).pk, "due_on": str(today(9)),
    }  # fmt: skip
    address = reverse("evaluation_spread", args=[centre.pk])

    page = client.get(address).content.decode()
    nothing = client.post(address, {**values, "areas": []})
    response = client.post(address, values)

    assert page.count(" checked") == 2
    assert (nothing.status_code, "Choose an area or at least one idea." in nothing.content.decode()) == (
        422,
        True,
    )
    assert response.url == f"{reverse('evaluation_matrix')}?centre={centre.pk}"
    assert given(people) == [1, 1]


def test_giving_out_in_a_foreign_centre_is_refused(client, centre):
    client.force_login(StaffFactory(centre=CentreFactory()))

    assert client.get(reverse("evaluation_spread", args=[centre.pk])).status_code == 403
