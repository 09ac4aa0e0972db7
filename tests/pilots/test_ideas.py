"""Does an idea go its way, with the right people moving it and nobody else?"""

import pytest
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from partners.choices import Role
from pilots.choices import ChallengeState, EvaluationState, IdeaState
from pilots.models import Idea
from pilots.operations.ideas import edit_idea, move_idea, open_fields, propose
from pilots.transitions.ideas import IDEA, IDEA_EFFECTS, IDEA_PUBLICATION
from tests.factories.ideas import (
    ChallengeFactory,
    EvaluationFactory,
    IdeaFactory,
    InformationRequestFactory,
)
from tests.factories.partners import CentreFactory, OrganisationFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def state_of(idea):
    return Idea.objects.get(pk=idea.pk).state


def test_propose_makes_a_draft_of_its_author():
    challenge = ChallengeFactory(publication="public")
    organisation = OrganisationFactory()
    author = PartnerFactory(organisation=organisation)

    idea = propose(
        {"title": "Rubber wheels", "challenge": challenge, "organisation": organisation}, actor=author
    )

    assert (idea.state, idea.author, idea.centre) == (IdeaState.DRAFT, author, challenge.centre)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("idea.create", author)


def test_propose_for_a_foreign_organisation_is_refused():
    author = PartnerFactory()

    with pytest.raises(DomainError) as refusal:
        propose(
            {"title": "X", "centre": CentreFactory(), "organisation": OrganisationFactory()}, actor=author
        )

    assert list(refusal.value.fields) == ["organisation"]
    assert (Idea.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_propose_to_a_hidden_challenge_says_it_is_not_there():
    with pytest.raises(DomainError) as refusal:
        propose({"title": "X", "challenge": ChallengeFactory()}, actor=PartnerFactory())

    assert refusal.value.fields == {"challenge": ["There is no such challenge."]}


def test_draft_is_saved_however_long_it_is():
    idea = IdeaFactory(state="draft")

    idea = edit_idea(idea, {"problem": "word " * 400}, actor=idea.author)

    assert idea.problem.split() == ["word"] * 400


def test_submit_is_refused_while_a_text_is_too_long_and_says_by_how_much():
    idea = IdeaFactory(state="draft", problem="word " * 301)

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "submit", actor=idea.author)

    assert refusal.value.code == "incomplete"
    assert refusal.value.blockers == ["“problem” has 301 words; 300 are the most."]
    assert state_of(idea) == IdeaState.DRAFT


def test_submit_names_what_is_missing():
    idea = IdeaFactory(state="draft", proposal="", asked_of_city="")

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "submit", actor=idea.author)

    assert sorted(refusal.value.fields) == ["asked_of_city", "proposal"]
    assert state_of(idea) == IdeaState.DRAFT


@pytest.mark.parametrize("closed", [{"state": ChallengeState.CLOSED}, {"closes_on": today(-1)}])
def test_submit_to_a_challenge_that_is_over_is_refused(closed):
    challenge = ChallengeFactory(**closed)
    idea = IdeaFactory(state="draft", challenge=challenge, centre=challenge.centre)

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "submit", actor=idea.author)

    assert refusal.value.blockers == ["The challenge takes no more ideas."]


def test_a07_suspended_organisation_sends_no_idea_and_loses_no_word():
    idea = IdeaFactory(state="draft", organisation=OrganisationFactory(state="suspended"))
    author = PartnerFactory(organisation=idea.organisation, admin=True)

    idea = edit_idea(idea, {"title": "Rubber wheels"}, actor=author)
    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "submit", actor=author)

    assert (refusal.value.code, refusal.value.blockers) == (
        "incomplete",
        ["This organisation cannot take part."],
    )
    assert (state_of(idea), Idea.objects.get().title) == ("draft", "Rubber wheels")


def test_submit_dates_the_idea_and_tells_the_coordinator_and_the_author_once():
    idea = IdeaFactory(state="draft")
    coordinator = StaffFactory(centre=idea.centre)
    StaffFactory(role=Role.LEGAL, centre=idea.centre)

    idea = move_idea(idea, "submit", actor=idea.author)

    assert idea.state == IdeaState.SUBMITTED
    assert idea.submitted_at is not None
    mails = Job.objects.filter(task="core.send_mail").order_by("pk")
    assert [(job.payload["kind"], job.payload["user_id"]) for job in mails] == [
        ("pilots.idea_submitted", coordinator.pk),
        ("pilots.idea_received", idea.author_id),
    ]
    assert AuditEntry.objects.filter(action="idea.submit").count() == 1


def test_submit_date_cannot_be_chosen():
    idea = IdeaFactory(state="draft")

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "submit", actor=idea.author, changes={"submitted_at": timezone.now()})

    assert refusal.value.code == "invalid"
    assert state_of(idea) == IdeaState.DRAFT


def test_author_cannot_change_what_was_sent():
    idea = IdeaFactory(state="submitted")

    with pytest.raises(DomainError) as refusal:
        edit_idea(idea, {"title": "Other"}, actor=idea.author)

    assert refusal.value.code == "wrong_state"
    assert Idea.objects.get(pk=idea.pk).title == idea.title


def test_request_opens_only_its_fields_and_names_the_others():
    request = InformationRequestFactory(fields=["problem"])
    idea = request.idea

    with pytest.raises(DomainError) as refusal:
        edit_idea(idea, {"problem": "Louder", "title": "Other", "trl": 9}, actor=idea.author)

    assert (refusal.value.status, sorted(refusal.value.fields)) == (400, ["title", "trl"])
    assert Idea.objects.get(pk=idea.pk).problem == idea.problem
    assert edit_idea(idea, {"problem": "Louder"}, actor=idea.author).problem == "Louder"


def test_open_fields_of_an_idea_nobody_asked_about_are_none():
    assert open_fields(IdeaFactory(state="in_evaluation")) == ()


@pytest.mark.parametrize("state", ["draft", "more_information"])
def test_colleague_who_is_no_administrator_may_read_but_not_change(state):
    idea = IdeaFactory(state=state)
    colleague = PartnerFactory(organisation=idea.organisation)

    with pytest.raises(NotAllowed):
        edit_idea(idea, {"title": "Other"}, actor=colleague)

    assert Idea.objects.visible_to(colleague).filter(pk=idea.pk).exists()


def test_administrator_of_the_organisation_may_change_a_draft():
    idea = IdeaFactory(state="draft")
    admin = PartnerFactory(organisation=idea.organisation, admin=True)

    assert edit_idea(idea, {"title": "Better"}, actor=admin).title == "Better"


def test_a09_moves_by_those_who_may_not_leave_everything_as_it_was():
    idea = IdeaFactory(state="submitted")
    people = [
        PartnerFactory(),
        StaffFactory(role=Role.EVALUATOR, centre=idea.centre),
        StaffFactory(role=Role.AUDITOR),
        StaffFactory(centre=CentreFactory()),
        idea.author,
    ]

    for person in people:
        with pytest.raises(NotAllowed):
            move_idea(idea, "screen", actor=person)

    assert state_of(idea) == IdeaState.SUBMITTED
    assert (StageChange.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a09_move_out_of_order_is_refused():
    idea = IdeaFactory(state="submitted")

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "evaluate", actor=StaffFactory(centre=idea.centre))

    assert refusal.value.code == "wrong_state"
    assert state_of(idea) == IdeaState.SUBMITTED


@pytest.mark.parametrize("name", sorted(row.name for row in IDEA_EFFECTS.moves))
def test_a09_what_follows_from_another_record_is_no_bare_move(name):
    row = IDEA_EFFECTS.find(name)
    idea = IdeaFactory(state=row.from_states[0])

    for actor in (
        idea.author,
        StaffFactory(centre=idea.centre),
        StaffFactory(role=Role.SECRETARY),
        StaffFactory(role=Role.ADMIN),
    ):
        with pytest.raises(NotAllowed):
            move_idea(idea, name, actor=actor)

    assert state_of(idea) == row.from_states[0]


@pytest.mark.parametrize("state", ["submitted", "screening", "more_information", "in_evaluation"])
def test_author_may_withdraw_until_the_decision_is_told(state):
    idea = IdeaFactory(state=state)

    assert move_idea(idea, "withdraw", actor=idea.author).state == IdeaState.WITHDRAWN


@pytest.mark.parametrize("state", ["accepted", "parked", "declined", "merged", "lapsed", "withdrawn"])
def test_author_may_not_withdraw_afterwards(state):
    idea = IdeaFactory(state=state)

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "withdraw", actor=idea.author)

    assert refusal.value.code == "wrong_state"


def test_withdrawal_locks_the_evaluations_and_tells_the_evaluator():
    evaluation = EvaluationFactory(state="accepted")

    move_idea(evaluation.idea, "withdraw", actor=evaluation.idea.author)

    evaluation.refresh_from_db()
    assert evaluation.state == EvaluationState.LOCKED
    mail = Job.objects.get(task="core.send_mail", payload__kind="pilots.evaluation_ended")
    assert mail.payload["user_id"] == evaluation.evaluator_id


def test_appeal_needs_its_reason_and_reopens():
    idea = IdeaFactory(state="declined")

    with pytest.raises(DomainError) as refusal:
        move_idea(idea, "appeal", actor=idea.author)
    idea = move_idea(idea, "appeal", actor=idea.author, note="The board did not see the annex.")

    assert list(refusal.value.fields) == ["note"]
    assert idea.state == IdeaState.IN_EVALUATION


def test_every_state_of_an_idea_is_reachable():
    reached = {row.to_state for table in (IDEA, IDEA_EFFECTS) for row in table.moves} | {IdeaState.DRAFT}

    assert reached == set(IdeaState.values)


def test_every_state_of_an_idea_has_a_public_label():
    assert set(IDEA.public_labels) == set(IdeaState)


def test_idea_is_published_by_a_second_person():
    idea = IdeaFactory(state="accepted")
    editor, other = StaffFactory(role=Role.EDITOR), StaffFactory(role=Role.EDITOR)
    move_idea(idea, "ask_publication", actor=editor)

    with pytest.raises(NotAllowed):
        move_idea(idea, "publish", actor=editor)

    assert move_idea(idea, "publish", actor=other).publication == "public"
    assert IDEA_PUBLICATION.field == "publication"


POLYGLOT = "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//</title></style></script>--!><sVg/<sVg/oNloAd=alert()//>"


def test_x01_polyglot_is_stored_as_the_text_it_is():
    author = PartnerFactory()
    texts = dict.fromkeys(("problem", "proposal", "novelty", "beneficiaries", "asked_of_city"), POLYGLOT)

    idea = propose({"title": POLYGLOT, "centre": CentreFactory(), **texts}, actor=author)

    stored = Idea.objects.get(pk=idea.pk)
    assert [getattr(stored, name) for name in ("title", *texts)] == [POLYGLOT] * 6


def test_x09_direction_marks_and_controls_do_not_get_in():
    idea = propose({"title": "con\u202etrato\x00 \u2066x", "centre": CentreFactory()}, actor=PartnerFactory())

    assert idea.title == "contrato x"
