"""Is a decision recorded once, told once, and unknown to its author until then?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from partners.choices import Role
from pilots.choices import EvaluationState, IdeaState
from pilots.models import Decision, Idea
from pilots.operations.decisions import edit_decision, publish_decisions, record_decision, tell_decisions
from pilots.operations.ideas import move_idea
from tests.factories.ideas import DecisionFactory, EvaluationFactory, IdeaFactory
from tests.factories.partners import CentreFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def values(idea, verdict="accept", **more):
    return {
        "idea": idea,
        "verdict": verdict,
        "body": "Innovation board",
        "authority": "Minutes of 3 May",
        "reasons": "It can be tried at once.",
        "decided_on": today(),
        **({"review_on": today(90)} if verdict == "park" else {}),
        **more,
    }


def secretary_of(idea):
    return StaffFactory(role=Role.SECRETARY, centre=idea.centre)


def test_record_locks_the_evaluations_and_does_not_touch_the_idea():
    evaluation = EvaluationFactory(state="submitted", recommendation="accept", scored=[4, 4])
    waiting = EvaluationFactory(idea=evaluation.idea, state="assigned")
    before = Idea.objects.filter(pk=evaluation.idea_id).values().get()

    decision = record_decision(values(evaluation.idea), actor=secretary_of(evaluation.idea))

    assert Idea.objects.filter(pk=evaluation.idea_id).values().get() == before
    for row in (evaluation, waiting):
        row.refresh_from_db()
        assert row.state == EvaluationState.LOCKED
    entry = AuditEntry.objects.get(action="decision.create")
    assert (entry.authority, entry.note) == (decision.authority, decision.reasons)


@pytest.mark.parametrize(
    ("verdict", "state"), [("accept", "accepted"), ("park", "parked"), ("decline", "declined")]
)
def test_decision_takes_effect_when_it_is_told(verdict, state):
    idea = IdeaFactory(state="in_evaluation")
    secretary = secretary_of(idea)
    decision = record_decision(values(idea, verdict), actor=secretary)

    tell_decisions([decision.pk], actor=secretary)

    idea.refresh_from_db()
    assert (idea.state, idea.review_on) == (state, today(90) if verdict == "park" else None)
    change = StageChange.objects.get()
    assert (change.move, change.reason, change.authority) == (verdict, decision.reasons, decision.authority)
    mail = Job.objects.get(task="core.send_mail")
    assert (mail.payload["kind"], mail.payload["user_id"]) == (f"pilots.decision_{verdict}", idea.author_id)


def test_author_learns_nothing_before_being_told():
    idea = IdeaFactory(state="in_evaluation")
    author = idea.author
    decision = record_decision(values(idea, "decline"), actor=secretary_of(idea))

    assert not Decision.objects.visible_to(author).exists()
    seen = Idea.objects.visible_to(author).get()
    assert (seen.state, seen.version, seen.updated_at) == (idea.state, idea.version, idea.updated_at)
    assert not StageChange.objects.about(idea).exists()
    assert not AuditEntry.objects.about(idea).exists()

    tell_decisions([decision.pk], actor=secretary_of(idea))
    assert Decision.objects.visible_to(author).get() == decision


def test_staff_see_what_is_decided_and_not_told():
    decision = DecisionFactory()
    DecisionFactory(told=True, idea__state="accepted")
    waiting = IdeaFactory(state="in_evaluation")

    assert list(Idea.objects.decided_untold()) == [decision.idea]
    assert list(Idea.objects.decidable()) == [waiting]
    assert list(Decision.objects.untold()) == [decision]


def test_tell_twice_is_refused_and_mails_once():
    decision = DecisionFactory()
    secretary = secretary_of(decision.idea)
    tell_decisions([decision.pk], actor=secretary)

    with pytest.raises(DomainError) as refusal:
        tell_decisions([decision.pk], actor=secretary)

    assert refusal.value.code == "wrong_state"
    assert Job.objects.filter(task="core.send_mail").count() == 1


def test_second_decision_is_refused_while_the_first_waits():
    decision = DecisionFactory()

    with pytest.raises(DomainError) as refusal:
        record_decision(values(decision.idea), actor=secretary_of(decision.idea))

    assert refusal.value.code == "wrong_state"
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("state", sorted(set(IdeaState.values) - {"in_evaluation"}))
def test_decision_on_an_idea_outside_of_evaluation_is_refused(state):
    idea = IdeaFactory(state=state)

    with pytest.raises(DomainError) as refusal:
        record_decision(values(idea), actor=StaffFactory(role=Role.SECRETARY))

    assert refusal.value.code == "wrong_state"
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"verdict": "go"}, "verdict"),
        ({"verdict": "park", "review_on": None}, "review_on"),
        ({"verdict": "park", "review_on": today()}, "review_on"),
        ({"verdict": "accept", "review_on": today(9)}, "review_on"),
        ({"decided_on": today(1)}, "decided_on"),
        ({"reasons": " "}, "reasons"),
        ({"body": ""}, "body"),
        ({"authority": ""}, "authority"),
    ],
)
def test_record_refuses_what_does_not_go_together(wrong, field):
    idea = IdeaFactory(state="in_evaluation")

    with pytest.raises(DomainError) as refusal:
        record_decision(values(idea) | wrong, actor=secretary_of(idea))

    assert list(refusal.value.fields) == [field]
    assert Decision.objects.count() == 0


def test_a09_decision_by_those_who_may_not_is_refused():
    idea = IdeaFactory(state="in_evaluation")
    people = [
        idea.author,
        StaffFactory(role=Role.EVALUATOR, centre=idea.centre),
        StaffFactory(role=Role.AUDITOR),
        StaffFactory(role=Role.SECRETARY, centre=CentreFactory()),
    ]

    for person in people:
        with pytest.raises(NotAllowed):
            record_decision(values(idea), actor=person)

    assert (Decision.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_appeal_is_answered_by_a_decision_that_replaces_the_old_one():
    idea = IdeaFactory(state="in_evaluation")
    secretary = secretary_of(idea)
    first = record_decision(values(idea, "decline"), actor=secretary)
    tell_decisions([first.pk], actor=secretary)
    move_idea(idea, "appeal", actor=idea.author, note="Look again")

    second = record_decision(values(idea, "accept"), actor=secretary)
    tell_decisions([second.pk], actor=secretary)

    assert second.replaces == first
    assert list(Decision.objects.standing()) == [second]
    assert Idea.objects.get().state == IdeaState.ACCEPTED


def test_withdrawal_before_the_telling_wins():
    decision = DecisionFactory()
    move_idea(decision.idea, "withdraw", actor=decision.idea.author)

    with pytest.raises(DomainError):
        tell_decisions([decision.pk], actor=secretary_of(decision.idea))

    decision.refresh_from_db()
    assert (decision.notified_at, Idea.objects.get().state) == (None, IdeaState.WITHDRAWN)
    assert not Decision.objects.untold().exists()


def test_words_are_mended_before_the_telling_and_never_after():
    decision = DecisionFactory()
    secretary = secretary_of(decision.idea)
    assert edit_decision(decision, {"reasons": "Better said."}, actor=secretary).reasons == "Better said."

    with pytest.raises(DomainError) as closed:
        edit_decision(decision, {"verdict": "decline"}, actor=secretary)
    tell_decisions([decision.pk], actor=secretary)
    with pytest.raises(DomainError) as told:
        edit_decision(decision, {"reasons": "Other"}, actor=secretary)

    assert (closed.value.code, told.value.code) == ("invalid", "wrong_state")


def test_publication_in_batch_is_all_or_nothing():
    centre = CentreFactory()
    told = DecisionFactory(told=True, idea__centre=centre, idea__state="accepted")
    untold = DecisionFactory(idea__centre=centre)

    with pytest.raises(DomainError):
        publish_decisions([told.pk, untold.pk], actor=StaffFactory(role=Role.SECRETARY, centre=centre))

    assert not Decision.objects.filter(published_at__isnull=False).exists()


def test_a04_batch_with_a_foreign_decision_names_nothing_of_it():
    own = DecisionFactory(told=True, idea__state="accepted")
    foreign = DecisionFactory(told=True, idea__state="accepted", body="Secret board")

    with pytest.raises(DomainError) as refusal:
        publish_decisions([own.pk, foreign.pk], actor=secretary_of(own.idea))

    words = f"{refusal.value.detail} {refusal.value.fields}"
    assert (foreign.reference in words, "Secret" in words) == (False, False)
    assert not Decision.objects.filter(published_at__isnull=False).exists()


def test_publication_shows_the_decision_where_the_idea_is_public():
    from django.contrib.auth.models import AnonymousUser

    decision = DecisionFactory(told=True, idea__state="accepted", idea__publication="public")
    hidden = DecisionFactory(told=True, idea__state="accepted")

    publish_decisions([decision.pk, hidden.pk], actor=StaffFactory(role=Role.SECRETARY))

    assert list(Decision.objects.visible_to(AnonymousUser())) == [decision]


def test_decision_about_nothing_or_two_things_is_refused():
    with pytest.raises(DomainError) as refusal:
        record_decision(values(None), actor=StaffFactory(role=Role.SECRETARY))

    assert list(refusal.value.fields) == ["idea"]
