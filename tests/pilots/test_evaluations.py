"""Is an idea evaluated by whom it should be, blind where that was said, and by the criteria of its version?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from partners.operations.people import end_appointment
from pilots.choices import EvaluationState
from pilots.models import CriteriaSet, Criterion, Evaluation, Idea, IdeaAnnex, Message, Score
from pilots.models.messages import audience
from pilots.operations.criteria import (
    create_criteria_set,
    create_criterion,
    edit_criteria_set,
    edit_criterion,
)
from pilots.operations.evaluations import assign, assign_many, edit_evaluation, move_evaluation
from pilots.tasks.evaluations import remind_evaluators
from pilots.transitions.evaluations import EVALUATION, EVALUATION_EFFECTS
from tests.factories.ideas import (
    CriteriaSetFactory,
    CriterionFactory,
    EvaluationFactory,
    IdeaAnnexFactory,
    IdeaFactory,
    IdeaPartnerFactory,
)
from tests.factories.partners import (
    CentreFactory,
    MembershipFactory,
    PartnerFactory,
    StaffFactory,
    today,
)
from tests.factories.trials import MessageFactory

pytestmark = pytest.mark.django_db


def mails(kind):
    return [
        job.payload["user_id"]
        for job in Job.objects.filter(task="core.send_mail", payload__kind=kind).order_by("pk")
    ]


def case(**values):
    """An idea in evaluation, its coordinator, an evaluator and criteria, all of one centre."""
    idea = IdeaFactory(state="in_evaluation", **values)
    return (
        idea,
        StaffFactory(centre=idea.centre),
        StaffFactory(role=Role.EVALUATOR, centre=idea.centre),
        CriteriaSetFactory(centre=idea.centre),
    )


def test_assign_tells_the_evaluator_once():
    idea, coordinator, evaluator, criteria_set = case()

    evaluation = assign(
        {"idea": idea, "evaluator": evaluator, "criteria_set": criteria_set, "due_on": today(10)},
        actor=coordinator,
    )

    assert (evaluation.state, evaluation.due_on) == (EvaluationState.ASSIGNED, today(10))
    assert mails("pilots.evaluation_assigned") == [evaluator.pk]
    assert AuditEntry.objects.get().action == "evaluation.assign"


def test_a04_bulk_assignment_is_all_or_nothing_and_names_no_foreign_idea():
    idea, coordinator, evaluator, criteria_set = case()
    foreign = IdeaFactory(state="in_evaluation", title="A rival's secret")

    with pytest.raises(DomainError) as refusal:
        assign_many([idea.pk, foreign.pk], [evaluator.pk], criteria_set=criteria_set, actor=coordinator)

    words = f"{refusal.value.detail} {refusal.value.fields}"
    assert refusal.value.status == 400
    assert "secret" not in words
    assert foreign.reference not in words
    assert (Evaluation.objects.count(), AuditEntry.objects.count(), Job.objects.count()) == (0, 0, 0)


def test_bulk_assignment_gives_each_idea_to_each_evaluator():
    idea, coordinator, evaluator, criteria_set = case()
    other_idea = IdeaFactory(state="in_evaluation", centre=idea.centre)
    other = StaffFactory(role=Role.EVALUATOR)

    made = assign_many(
        [idea.pk, other_idea.pk], [evaluator.pk, other.pk], criteria_set=criteria_set, actor=coordinator
    )

    assert len(made) == Evaluation.objects.count() == 4


def test_assign_refuses_the_author_a_colleague_a_partner_and_who_is_no_evaluator():
    idea, coordinator, _evaluator, criteria_set = case()
    author = idea.author
    colleague = PartnerFactory(organisation=idea.organisation)
    joined = MembershipFactory(organisation=IdeaPartnerFactory(idea=idea).organisation).user
    for person in (author, colleague, joined):
        person.appointments.create(role=Role.EVALUATOR, centre=idea.centre)
    stranger = StaffFactory(role=Role.EVALUATOR, centre=CentreFactory())

    for person in (author, colleague, joined, stranger):
        with pytest.raises(DomainError) as refusal:
            assign({"idea": idea, "evaluator": person, "criteria_set": criteria_set}, actor=coordinator)
        assert list(refusal.value.fields) == ["evaluator"]
        assert idea.organisation.name not in refusal.value.detail

    assert Evaluation.objects.count() == 0


def test_assign_refuses_criteria_of_another_centre_old_ones_and_empty_ones():
    idea, coordinator, evaluator, _criteria_set = case()
    wrong = [
        CriteriaSetFactory(),
        CriteriaSetFactory(centre=idea.centre, is_current=False),
        CriteriaSetFactory(centre=idea.centre, criteria=0),
    ]

    for criteria_set in wrong:
        with pytest.raises(DomainError) as refusal:
            assign({"idea": idea, "evaluator": evaluator, "criteria_set": criteria_set}, actor=coordinator)
        assert list(refusal.value.fields) == ["criteria_set"]


@pytest.mark.parametrize("state", ["submitted", "screening", "accepted", "withdrawn"])
def test_assign_outside_of_evaluation_is_refused(state):
    idea, coordinator, evaluator, criteria_set = case()
    Idea.objects.update(state=state)

    with pytest.raises(DomainError) as refusal:
        assign({"idea": idea, "evaluator": evaluator, "criteria_set": criteria_set}, actor=coordinator)

    assert refusal.value.code == "wrong_state"


def test_assign_by_who_does_not_steer_is_refused():
    idea, _coordinator, evaluator, criteria_set = case()

    for role in (Role.SECRETARY, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            assign(
                {"idea": idea, "evaluator": evaluator, "criteria_set": criteria_set},
                actor=StaffFactory(role=role),
            )


def test_evaluator_reads_the_idea_only_after_declaring_no_conflict():
    evaluation = EvaluationFactory()
    IdeaAnnexFactory(idea=evaluation.idea)
    evaluator = evaluation.evaluator

    assert not Idea.objects.visible_to(evaluator).exists()
    assert not IdeaAnnex.objects.visible_to(evaluator).exists()

    move_evaluation(evaluation, "accept", actor=evaluator)

    assert Idea.objects.visible_to(evaluator).get() == evaluation.idea
    assert IdeaAnnex.objects.visible_to(evaluator).count() == 1


def test_recused_evaluator_reads_nothing_and_must_say_why():
    evaluation = EvaluationFactory(state="accepted")

    with pytest.raises(DomainError) as refusal:
        move_evaluation(evaluation, "recuse", actor=evaluation.evaluator)
    evaluation = move_evaluation(
        evaluation, "recuse", actor=evaluation.evaluator, changes={"conflict_note": "My cousin works there."}
    )

    assert list(refusal.value.fields) == ["conflict_note"]
    assert evaluation.state == EvaluationState.RECUSED
    assert not Idea.objects.visible_to(evaluation.evaluator).exists()


def test_blind_evaluator_finds_no_idea_anywhere():
    evaluation = EvaluationFactory(state="accepted", blind=True)
    IdeaAnnexFactory(idea=evaluation.idea)
    IdeaPartnerFactory(idea=evaluation.idea)
    evaluator = evaluation.evaluator

    assert not Idea.objects.visible_to(evaluator).exists()
    assert not IdeaAnnex.objects.visible_to(evaluator).exists()
    assert not evaluation.idea.partners.visible_to(evaluator).exists()
    assert Evaluation.objects.visible_to(evaluator).get() == evaluation


def test_locked_evaluation_that_was_never_handed_in_opens_nothing():
    evaluation = EvaluationFactory(state="locked", recommendation="")

    assert not Idea.objects.visible_to(evaluation.evaluator).exists()


def test_scores_stay_within_their_range_and_their_set():
    evaluation = EvaluationFactory(state="accepted")
    first = evaluation.criteria_set.criteria.first()
    foreign = CriterionFactory()

    for row in (
        {"criterion": first, "score": 6},
        {"criterion": first, "score": -1},
        {"criterion": foreign, "score": 1},
    ):
        with pytest.raises(DomainError) as refusal:
            edit_evaluation(evaluation, {"scores": [row]}, actor=evaluation.evaluator)
        assert list(refusal.value.fields) == ["scores"]

    assert Score.objects.count() == 0


def test_scores_are_kept_and_changed_in_place():
    evaluation = EvaluationFactory(state="accepted")
    first = evaluation.criteria_set.criteria.first()

    for score in (3, 5):
        evaluation = edit_evaluation(
            evaluation,
            {"scores": [{"criterion": first, "score": score, "comment": "Good"}]},
            actor=evaluation.evaluator,
        )

    assert list(Score.objects.values_list("score", "comment")) == [(5, "Good")]
    assert Evaluation.objects.get().version == 3


def test_submit_needs_every_score_and_a_recommendation():
    evaluation = EvaluationFactory(state="accepted", scored=[4])
    missing = evaluation.criteria_set.criteria.last()

    with pytest.raises(DomainError) as refusal:
        move_evaluation(evaluation, "submit", actor=evaluation.evaluator)

    assert refusal.value.blockers == [f"“{missing.name}” has no score yet.", "Missing: recommendation."]
    assert Evaluation.objects.get().state == EvaluationState.ACCEPTED


def test_submitted_evaluation_is_closed_to_its_evaluator():
    evaluation = EvaluationFactory(state="accepted", scored=[4, 3])
    evaluation = move_evaluation(
        evaluation, "submit", actor=evaluation.evaluator, changes={"recommendation": "accept"}
    )

    with pytest.raises(DomainError) as refusal:
        edit_evaluation(evaluation, {"comment": "Late"}, actor=evaluation.evaluator)

    assert (evaluation.state, refusal.value.code) == (EvaluationState.SUBMITTED, "wrong_state")


def test_a09_evaluation_of_somebody_else_is_not_touched():
    evaluation = EvaluationFactory(state="assigned")
    people = [
        StaffFactory(role=Role.EVALUATOR, centre=evaluation.idea.centre),
        StaffFactory(),
        evaluation.idea.author,
    ]

    for person in people:
        with pytest.raises(NotAllowed):
            move_evaluation(evaluation, "accept", actor=person)
        with pytest.raises(NotAllowed):
            edit_evaluation(evaluation, {"comment": "x"}, actor=person)

    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.comment, evaluation.version) == (EvaluationState.ASSIGNED, "", 1)


def test_others_evaluations_are_hidden_until_ones_own_is_in():
    mine = EvaluationFactory(state="accepted", scored=[1, 1])
    other = EvaluationFactory(idea=mine.idea, state="submitted", recommendation="park", scored=[4, 4])

    assert list(Evaluation.objects.visible_to(mine.evaluator)) == [mine]
    assert Score.objects.visible_to(mine.evaluator).count() == 2

    move_evaluation(mine, "submit", actor=mine.evaluator, changes={"recommendation": "park"})

    assert set(Evaluation.objects.visible_to(mine.evaluator)) == {mine, other}


def test_coordinator_who_evaluates_waits_like_everybody_else():
    mine = EvaluationFactory(state="accepted")
    other = EvaluationFactory(idea=mine.idea, state="submitted")
    elsewhere = EvaluationFactory(state="submitted")
    mine.evaluator.appointments.create(role=Role.COORDINATOR)

    seen = set(Evaluation.objects.visible_to(mine.evaluator))

    assert other not in seen
    assert seen == {mine, elsewhere}


def test_author_never_sees_an_evaluation():
    evaluation = EvaluationFactory(state="submitted", scored=[4, 4])

    assert not Evaluation.objects.visible_to(evaluation.idea.author).exists()
    assert not Score.objects.visible_to(evaluation.idea.author).exists()


def test_give_back_needs_a_reason():
    evaluation = EvaluationFactory(state="submitted", recommendation="park")
    coordinator = StaffFactory(centre=evaluation.idea.centre)

    with pytest.raises(DomainError):
        move_evaluation(evaluation, "give_back", actor=coordinator)

    assert move_evaluation(evaluation, "give_back", actor=coordinator, note="Half a page").state == "accepted"


def test_every_state_of_an_evaluation_is_reachable():
    reached = {row.to_state for table in (EVALUATION, EVALUATION_EFFECTS) for row in table.moves}

    assert reached | {EvaluationState.ASSIGNED} == set(EvaluationState.values)


def test_reminders_go_once_a_week_before_and_once_the_day_before():
    evaluation = EvaluationFactory(due_on=today(20))
    EvaluationFactory(due_on=today(3), state="submitted")

    for days, expected in ((20, 0), (7, 1), (3, 1), (1, 2), (0, 2), (-1, 2)):
        Evaluation.objects.filter(pk=evaluation.pk).update(due_on=today(10))  # the day stays, the clock moves
        with_clock(days)
        assert len(mails("pilots.evaluation_due")) == expected


def with_clock(days_left):
    """Run the reminders as if the evaluation due in ten days were due in `days_left`."""
    import datetime
    from unittest import mock

    from django.utils import timezone

    then = timezone.now() + datetime.timedelta(days=10 - days_left)
    with mock.patch("django.utils.timezone.now", return_value=then):
        remind_evaluators()


def test_used_criteria_are_not_changed_but_superseded():
    evaluation = EvaluationFactory(state="submitted", scored=[4, 3])
    old = evaluation.criteria_set
    kept = list(old.criteria.values_list("name", "weight"))
    coordinator = StaffFactory(centre=old.centre)

    new = edit_criteria_set(old, {"criteria": [{"name": "Cost", "weight": 3}]}, actor=coordinator)

    old.refresh_from_db()
    assert (new.number, new.is_current, [row.name for row in new.criteria.all()]) == (2, True, ["Cost"])
    assert (old.is_current, list(old.criteria.values_list("name", "weight"))) == (False, kept)
    assert evaluation.criteria_set_id == old.pk


def test_next_version_keeps_the_criteria_that_were_not_given():
    evaluation = EvaluationFactory()
    old = evaluation.criteria_set

    new = edit_criteria_set(old, {"blind": True}, actor=StaffFactory())

    assert new.blind
    assert [row.name for row in new.criteria.all()] == [row.name for row in old.criteria.all()]


def test_unused_criteria_are_changed_in_place():
    criteria_set = CriteriaSetFactory()

    same = edit_criteria_set(criteria_set, {"criteria": [{"name": "Cost"}]}, actor=StaffFactory())

    assert (same.pk, same.number, CriteriaSet.objects.count()) == (criteria_set.pk, 1, 1)
    assert [row.name for row in Criterion.objects.all()] == ["Cost"]


def test_superseded_criteria_cannot_be_changed_again():
    evaluation = EvaluationFactory()
    edit_criteria_set(evaluation.criteria_set, {"blind": True}, actor=StaffFactory())

    with pytest.raises(DomainError) as refusal:
        edit_criteria_set(evaluation.criteria_set, {"blind": False, "name": "X"}, actor=StaffFactory())

    assert refusal.value.code == "wrong_state"


def test_criterion_of_a_used_set_is_not_touched():
    evaluation = EvaluationFactory()
    criterion = evaluation.criteria_set.criteria.first()

    with pytest.raises(DomainError):
        edit_criterion(criterion, {"weight": 9}, actor=StaffFactory())
    with pytest.raises(DomainError):
        create_criterion({"criteria_set": evaluation.criteria_set, "name": "More"}, actor=StaffFactory())

    assert evaluation.criteria_set.criteria.count() == 2


def test_criteria_are_written_by_the_coordinator_of_the_centre_only():
    centre = CentreFactory()

    for person in (PartnerFactory(), StaffFactory(centre=CentreFactory()), StaffFactory(role=Role.EVALUATOR)):
        with pytest.raises(NotAllowed):
            create_criteria_set({"name": "A", "centre": centre}, actor=person)

    made = create_criteria_set(
        {"name": "A", "centre": centre, "criteria": [{"name": "Cost", "weight": 2}]},
        actor=StaffFactory(centre=centre),
    )
    assert [(row.name, row.weight) for row in made.criteria.all()] == [("Cost", 2)]


def test_a07_with_the_role_of_an_evaluator_goes_what_it_opened():
    idea, _coordinator, evaluator, criteria_set = case()
    annex = IdeaAnnexFactory(idea=idea)
    row = EvaluationFactory(idea=idea, evaluator=evaluator, criteria_set=criteria_set, state="accepted")
    message = MessageFactory(trial=None, idea=idea, channel="reviewers")
    opened = ((Evaluation, row), (Idea, idea), (IdeaAnnex, annex), (Message, message))
    before = [model.objects.visible_to(evaluator).filter(pk=one.pk).count() for model, one in opened]

    end_appointment(evaluator.appointments.get(), actor=StaffFactory(role=Role.ADMIN))
    former = type(evaluator).objects.get(pk=evaluator.pk)
    with pytest.raises(NotAllowed):
        edit_evaluation(row, {"comment": "Late."}, actor=former)

    after = [model.objects.visible_to(former).filter(pk=one.pk).count() for model, one in opened]
    assert (before, after) == ([1, 1, 1, 1], [0, 0, 0, 0])
    assert (former in audience(idea, "reviewers"), Evaluation.objects.get().comment) == (False, "")


def test_a09_who_came_onto_the_side_of_the_idea_hands_nothing_in_and_may_recuse():
    idea, _coordinator, evaluator, criteria_set = case()
    row = EvaluationFactory(idea=idea, evaluator=evaluator, criteria_set=criteria_set, state="accepted")
    MembershipFactory(user=evaluator, organisation=idea.organisation)
    evaluator = type(evaluator).objects.get(pk=evaluator.pk)

    with pytest.raises(DomainError) as caught:
        move_evaluation(row, "submit", actor=evaluator, changes={"recommendation": "accept"})
    recused = move_evaluation(row, "recuse", actor=evaluator, changes={"conflict_note": "I work there now."})

    assert (caught.value.code, recused.state) == ("limit", "recused")
