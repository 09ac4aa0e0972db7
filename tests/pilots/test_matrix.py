"""Does the matrix show who evaluates what, and does calibration show who scores unlike the others?"""

import pytest
from django.urls import reverse

from partners.choices import Role
from pilots.calculations.calibration import Alone, Leaning, Mark, Spread, alone, leanings, spreads
from tests.factories.ideas import CriteriaSetFactory, EvaluationFactory, IdeaFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, today

MARKS = [Mark(1, 7, 3, 80), Mark(1, 8, 3, 60), Mark(1, 9, 3, 10), Mark(2, 7, 3, 50), Mark(2, 7, 4, 100)]


def test_spread_is_the_mean_range_of_one_idea():
    assert spreads(MARKS) == [Spread(3, 4, 50.0, 70.0), Spread(4, 1, 100.0, None)]


def test_leaning_is_beside_the_others_on_the_same_idea_and_criterion():
    assert leanings(MARKS) == [
        Leaning(7, 3, 76.7, 45.0),
        Leaning(8, 1, 60.0, 15.0),
        Leaning(9, 1, 10.0, -60.0),
    ]


def test_score_stands_alone_when_far_from_the_middle_of_two_others():
    assert alone(MARKS) == [Alone(MARKS[2], 70.0)]
    assert alone(MARKS[1:3]) == []


def test_nothing_scored_says_nothing():
    assert (spreads([]), leanings([]), alone([])) == ([], [], [])


def text_of(response):
    return response.content.decode()


@pytest.fixture
def centre(db):
    return CentreFactory()


def test_matrix_shows_results_waiting_late_and_not_given(client, centre):
    idea = IdeaFactory(centre=centre, state="in_evaluation")
    EvaluationFactory(idea=idea, state="submitted", recommendation="accept", scored=[4, 4])
    EvaluationFactory(idea=idea, state="accepted", due_on=today(-1))
    free = StaffFactory(role=Role.EVALUATOR, centre=centre)
    client.force_login(StaffFactory(centre=centre))

    response = client.get(reverse("evaluation_matrix"))

    row = response.context["rows"][0]
    assert (row.handed_in, row.given, len(row.cells)) == (1, 2, 3)
    assert [found is None for person, found in row.cells if person == free] == [True]
    for shown in ("80 %", "late", "not given", "1 / 2", free.name):
        assert shown in text_of(response)


def test_matrix_is_narrowed_to_what_nobody_has(client, centre):
    given, free = IdeaFactory.create_batch(2, centre=centre, state="in_evaluation")
    EvaluationFactory(idea=given)
    client.force_login(StaffFactory(centre=centre))

    assert client.get(reverse("evaluation_matrix"), {"unassigned": "true"}).context["rows"] == [free]
    assert client.get(reverse("evaluation_matrix"), {"unassigned": "false"}).context["rows"] == [given]


def test_ticked_ideas_of_one_centre_lead_to_giving_them_out(client, centre):
    ideas = IdeaFactory.create_batch(2, centre=centre, state="in_evaluation")
    other = IdeaFactory(state="in_evaluation")
    client.force_login(StaffFactory())

    one = client.post(reverse("evaluation_matrix"), {"selected": [idea.pk for idea in ideas]})
    two = client.post(reverse("evaluation_matrix"), {"selected": [ideas[0].pk, other.pk]}, follow=True)

    assert one.url.startswith(reverse("evaluation_spread", args=[centre.pk]))
    assert text_of(client.get(one.url)).count(" checked") == 2
    assert "Choose ideas of one centre" in text_of(two)


def test_a01_matrix_and_calibration_are_of_ones_own_centres(client, centre):
    evaluation = EvaluationFactory(
        idea__title="zyxcanary", state="submitted", recommendation="accept", scored=[5, 5]
    )
    client.force_login(StaffFactory(centre=centre))

    for name in ("evaluation_matrix", "evaluation_calibration"):
        text = text_of(client.get(reverse(name)))
        assert ("zyxcanary" in text, evaluation.evaluator.name in text) == (False, False)


def test_matrix_and_calibration_are_for_who_assigns(client, centre):
    people = [PartnerFactory()]
    people += [StaffFactory(role=role) for role in (Role.EVALUATOR, Role.AUDITOR, Role.SECRETARY)]
    for person in people:
        client.force_login(person)
        for name in ("evaluation_matrix", "evaluation_calibration"):
            assert client.get(reverse(name)).status_code == 403


def test_calibration_names_the_score_that_stands_alone(client, centre):
    idea = IdeaFactory(centre=centre, state="in_evaluation")
    criteria = CriteriaSetFactory(centre=centre)
    for scored in ([5, 4], [5, 4], [0, 4]):
        row = EvaluationFactory(
            idea=idea, criteria_set=criteria, state="submitted", recommendation="park", scored=scored
        )
    client.force_login(StaffFactory(centre=centre))

    response = client.get(reverse("evaluation_calibration"))

    strangers = [(found, who, what.name) for found, who, what, _row in response.context["alone"]]
    assert strangers == [(idea, row.evaluator, criteria.criteria.first().name)]
    assert [round(bar.value) for bar in response.context["apart_chart"].bars] == [100, 0]


def test_own_queue_holds_what_is_not_evaluated_yet(client, centre):
    mine = EvaluationFactory(idea__centre=centre)
    EvaluationFactory(
        evaluator=mine.evaluator,
        idea__centre=centre,
        state="submitted",
        recommendation="accept",
        scored=[1, 1],
    )
    client.force_login(mine.evaluator)

    link = client.get(reverse("evaluation_list")).context["mine_url"]

    assert link in text_of(client.get(reverse("evaluation_list"))).replace("&amp;", "&")
    assert client.get(link).context["rows"] == [mine]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("evaluation_matrix", 12), ("evaluation_calibration", 6)])
def test_cost_does_not_grow(client, centre, name, queries, count, django_assert_num_queries):
    for _ in range(count):
        EvaluationFactory(
            idea__centre=centre,
            idea__state="in_evaluation",
            state="submitted",
            recommendation="accept",
            scored=[5, 1],
        )
    client.force_login(StaffFactory())
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        client.get(reverse(name))
