"""Do the pages of evaluations, criteria and decisions show each reader what is theirs, and no more?"""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.choices import Role
from pilots.models import CriteriaSet, Decision, Evaluation, Idea
from pilots.operations.criteria import edit_criteria_set
from tests.factories.ideas import (
    ChallengeFactory,
    CriteriaSetFactory,
    DecisionFactory,
    EvaluationFactory,
    IdeaAnnexFactory,
    IdeaFactory,
    IdeaPartnerFactory,
)
from tests.factories.partners import CentreFactory, OrganisationFactory, PartnerFactory, StaffFactory, today
from tests.factories.trials import PocFactory

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"


def text_of(response):
    return response.content.decode()


def test_evaluator_declares_before_reading_and_then_scores(client):
    evaluation = EvaluationFactory(idea__problem=CANARY)
    first, second = evaluation.criteria_set.criteria.all()
    client.force_login(evaluation.evaluator)
    address = reverse("evaluation_detail", args=[evaluation.pk])

    before = text_of(client.get(address))
    accepted = client.post(reverse("evaluation_move", args=[evaluation.pk, "accept"]))
    card = text_of(client.get(accepted.url))
    scores = {
        f"score_{first.pk}": "4",
        f"score_{second.pk}": "3",
        f"why_{first.pk}": "Good",
        f"why_{second.pk}": "",
    }
    done = client.post(accepted.url, {**scores, "recommendation": "accept", "comment": "", "hand_in": "1"})

    assert (CANARY in before, "conflict of interest" in before) == (False, True)
    assert accepted.url == reverse("evaluation_score", args=[evaluation.pk])
    assert CANARY in card
    assert done.status_code == 302
    evaluation.refresh_from_db()
    assert (evaluation.state, str(evaluation.score_pct)) == ("submitted", "73.3")


def test_unfinished_score_card_is_saved_but_not_handed_in(client):
    evaluation = EvaluationFactory(state="accepted")
    first, second = evaluation.criteria_set.criteria.all()
    client.force_login(evaluation.evaluator)
    values = {f"score_{first.pk}": "4", f"why_{first.pk}": "Good", f"why_{second.pk}": "", "comment": "Half"}

    response = client.post(reverse("evaluation_score", args=[evaluation.pk]), {**values, "hand_in": "1"})

    assert response.status_code == 422
    assert f"“{second.name}” has no score yet." in text_of(response)
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.comment, evaluation.scores.count()) == ("accepted", "Half", 1)


def test_recusing_asks_for_the_conflict(client):
    evaluation = EvaluationFactory()
    client.force_login(evaluation.evaluator)
    address = reverse("evaluation_move", args=[evaluation.pk, "recuse"])

    empty = client.post(address, {"conflict_note": ""})
    done = client.post(address, {"conflict_note": "My cousin works there."})

    assert (empty.status_code, done.status_code) == (422, 302)
    assert Evaluation.objects.get().state == "recused"


@pytest.mark.parametrize("state", ["assigned", "accepted", "submitted"])
def test_l01_blind_evaluator_reads_the_proposer_on_no_page(client, state):
    organisation = OrganisationFactory(name=f"{CANARY} Ltd")
    idea = IdeaFactory(
        state="in_evaluation",
        organisation=organisation,
        author=PartnerFactory(organisation=organisation, name=f"{CANARY} Person"),
    )
    IdeaPartnerFactory(idea=idea, organisation__name=f"{CANARY} Partner")
    IdeaAnnexFactory(idea=idea)
    evaluation = EvaluationFactory(idea=idea, blind=True, state=state, recommendation="accept", scored=[3, 3])
    client.force_login(evaluation.evaluator)
    addresses = [
        reverse("evaluation_list"), reverse("evaluation_detail", args=[evaluation.pk]),
        reverse("evaluation_score", args=[evaluation.pk]), reverse("idea_list"),
        reverse("idea_detail", args=[idea.pk]), reverse("decision_list"), reverse("challenge_list"),
        f"{reverse('evaluation_list')}?export=csv",
    ]  # fmt: skip

    for address in addresses:
        response = client.get(address)
        text = b"".join(response.streaming_content).decode() if response.streaming else text_of(response)
        assert CANARY not in text, address


def test_a01_evaluation_pages_of_others_do_not_exist(client):
    evaluation = EvaluationFactory(state="accepted", idea__title=CANARY)

    for person in (evaluation.idea.author, PartnerFactory(), StaffFactory(role=Role.EVALUATOR)):
        client.force_login(person)
        for name, args in (
            ("evaluation_detail", []),
            ("evaluation_score", []),
            ("evaluation_move", ["recuse"]),
        ):
            response = client.get(reverse(name, args=[evaluation.pk, *args]))
            assert response.status_code == 404
            assert CANARY not in text_of(response)


def test_score_card_is_for_its_evaluator_alone(client):
    evaluation = EvaluationFactory(state="accepted")
    client.force_login(StaffFactory(centre=evaluation.idea.centre))

    assert client.post(reverse("evaluation_score", args=[evaluation.pk]), {"comment": "x"}).status_code == 403
    assert Evaluation.objects.get().comment == ""


def test_coordinator_assigns_several_at_once(client):
    centre = CentreFactory()
    ideas = IdeaFactory.create_batch(2, centre=centre, state="in_evaluation")
    evaluators = [StaffFactory(role=Role.EVALUATOR, centre=centre), StaffFactory(role=Role.EVALUATOR)]
    criteria_set = CriteriaSetFactory(centre=centre)
    client.force_login(StaffFactory(centre=centre))
    address = reverse("evaluation_assign", args=[centre.pk])
    values = {
        "ideas": [idea.pk for idea in ideas],
        "evaluators": [person.pk for person in evaluators],
        "criteria_set": criteria_set.pk,
        "due_on": str(today(9)),
    }

    page = text_of(client.get(address, {"idea": ideas[0].pk}))
    response = client.post(address, values)

    assert page.count(" checked") == 1
    assert response.status_code == 302
    assert Evaluation.objects.count() == 4


def test_assignment_in_a_foreign_centre_is_refused(client):
    client.force_login(StaffFactory(centre=CentreFactory()))

    assert client.get(reverse("evaluation_assign", args=[CentreFactory().pk])).status_code == 403


def criteria_post(*rows, **more):
    values = {"criteria-TOTAL_FORMS": len(rows), "criteria-INITIAL_FORMS": 0, **more}
    for number, (name, weight) in enumerate(rows):
        values |= {
            f"criteria-{number}-name": name,
            f"criteria-{number}-weight": weight,
            f"criteria-{number}-max_score": 5,
            f"criteria-{number}-help": "",
        }
    return values


def test_criteria_are_written_and_superseded_in_the_workspace(client):
    centre = CentreFactory()
    client.force_login(StaffFactory(centre=centre))

    made = client.post(
        reverse("criteria_create"), criteria_post(("Benefit", 2), ("", 1), name="Standard", centre=centre.pk)
    )
    first = CriteriaSet.objects.get()
    EvaluationFactory(idea=IdeaFactory(centre=centre, state="in_evaluation"), criteria_set=first)
    page = text_of(client.get(reverse("criteria_edit", args=[first.pk])))
    changed = client.post(
        reverse("criteria_edit", args=[first.pk]),
        criteria_post(("Cost", 1), name="Standard", centre=centre.pk),
    )

    assert made.url == reverse("criteria_detail", args=[first.pk])
    assert "saving makes their next version" in page
    second = CriteriaSet.objects.get(number=2)
    assert changed.url == reverse("criteria_detail", args=[second.pk])
    assert [row.name for row in first.criteria.all()] == ["Benefit"]
    assert [row.name for row in second.criteria.all()] == ["Cost"]


def test_committee_compares_and_leads_to_the_decision(client):
    centre = CentreFactory()
    idea = IdeaFactory(centre=centre, state="in_evaluation")
    EvaluationFactory(idea=idea, state="submitted", recommendation="accept", scored=[5, 5])
    EvaluationFactory(idea=idea, state="submitted", recommendation="park", scored=[4, 4])
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=centre))
    values = {
        "verdict": "accept", "reasons": "It can be tried.", "body": "Innovation board", "authority": "Minutes",
        "decided_on": str(today()), "conditions": "", "members_present": "", "review_on": "",
    }  # fmt: skip

    page = text_of(client.get(reverse("committee")))
    form = text_of(client.get(reverse("idea_decide", args=[idea.pk])))
    response = client.post(reverse("idea_decide", args=[idea.pk]), values)

    assert ("90 %" in page, "20 points" in page, "2 / 2" in page) == (True, True, True)
    assert "What the evaluators say" in form
    decision = Decision.objects.get()
    assert response.url == reverse("decision_detail", args=[decision.pk])
    assert decision.stage == "recorded"
    assert "Decided, not yet notified" in text_of(client.get(reverse("committee")))


def test_committee_sees_what_is_told_and_not_yet_public_of_ideas_and_proofs_of_concept(client):
    told = DecisionFactory(told=True)
    trial = PocFactory(state="finished", centre=told.idea.centre)
    go = DecisionFactory(idea=None, trial=trial, verdict="go", decided_by=told.decided_by)
    other, public = DecisionFactory(told=True), DecisionFactory(told=True, published_at=timezone.now())
    client.force_login(told.decided_by)

    page = text_of(client.get(reverse("committee")))

    shown = [row.reference in page for row in (told, go, other, public)]
    assert shown == [True, True, False, False]


def test_refused_decision_keeps_what_was_typed(client):
    idea = IdeaFactory(state="in_evaluation")
    client.force_login(StaffFactory(role=Role.SECRETARY))
    values = {
        "verdict": "park", "reasons": "A long reason", "body": "Board", "authority": "Minutes", "decided_on": str(today()),
    }  # fmt: skip

    response = client.post(reverse("idea_decide", args=[idea.pk]), values)

    assert response.status_code == 422
    assert "A long reason" in text_of(response)
    assert "Say when it will be looked at again." in text_of(response)
    assert Decision.objects.count() == 0


def test_decisions_are_told_in_batch_all_or_none(client):
    centre = CentreFactory()
    first, second = (DecisionFactory(idea__centre=centre) for _ in range(2))
    told = DecisionFactory(idea__centre=centre, told=True, idea__state="accepted")
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=centre))
    address = reverse("decision_list")

    client.post(address, {"action": "tell", "selected": [first.pk, told.pk]})
    after_refusal = Decision.objects.untold().count()
    client.post(address, {"action": "tell", "selected": [first.pk, second.pk]})

    assert (after_refusal, Decision.objects.untold().count()) == (2, 0)
    assert set(Idea.objects.values_list("state", flat=True)) == {"accepted"}


def test_a01_untold_decision_has_no_page_for_its_author(client):
    decision = DecisionFactory()
    client.force_login(decision.idea.author)

    for name, args in (("decision_detail", []), ("decision_edit", []), ("decision_move", ["tell"])):
        assert client.get(reverse(name, args=[decision.pk, *args])).status_code == 404
    assert decision.reference not in text_of(client.get(reverse("decision_list")))


def test_decision_is_told_by_its_page_and_then_read_by_the_author(client):
    decision = DecisionFactory(reasons="It can be tried at once.")
    client.force_login(StaffFactory(role=Role.SECRETARY))
    client.post(reverse("decision_move", args=[decision.pk, "tell"]))

    client.force_login(decision.idea.author)
    idea = text_of(client.get(reverse("idea_detail", args=[decision.idea_id])))

    assert client.get(reverse("decision_detail", args=[decision.pk])).status_code == 200
    assert ("It can be tried at once." in idea, "Accepted" in idea) == (True, True)


def test_mending_the_words_is_possible_until_it_is_told(client):
    decision = DecisionFactory()
    client.force_login(StaffFactory(role=Role.SECRETARY))
    values = {
        "reasons": "Better", "body": "Board", "authority": "Minutes", "decided_on": str(today()), "conditions": "",
        "members_present": "", "review_on": "",
    }  # fmt: skip

    response = client.post(reverse("decision_edit", args=[decision.pk]), values)

    assert response.status_code == 302
    assert Decision.objects.get().reasons == "Better"


def test_committee_is_for_who_records_decisions(client):
    for person in (PartnerFactory(), StaffFactory(role=Role.EVALUATOR), StaffFactory(role=Role.AUDITOR)):
        client.force_login(person)
        assert client.get(reverse("committee")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "factory", "queries"),
    [
        ("evaluation_list", EvaluationFactory, 10),
        ("decision_list", DecisionFactory, 7),
        ("criteria_list", CriteriaSetFactory, 7),
    ],
)
def test_list_cost_does_not_grow(client, name, factory, queries, count, django_assert_num_queries):
    factory.create_batch(count)
    client.force_login(StaffFactory())
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        response = client.get(reverse(name))

    assert len(response.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_committee_cost_does_not_grow(client, count, django_assert_num_queries):
    for _ in range(count):
        EvaluationFactory(state="submitted", recommendation="accept", scored=[4, 4])
    client.force_login(StaffFactory())
    client.get(reverse("committee"))

    with django_assert_num_queries(9):
        response = client.get(reverse("committee"))

    assert len(response.context["rows"]) == count


def test_ideas_of_a_call_are_evaluated_as_the_call_says_and_in_no_other_way(client):
    centre = CentreFactory()
    blind, other = CriteriaSetFactory(centre=centre, blind=True), CriteriaSetFactory(centre=centre)
    call = ChallengeFactory(centre=centre, publication="public")
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    evaluator = StaffFactory(role=Role.EVALUATOR, centre=centre)
    client.force_login(coordinator)
    edit = reverse("challenge_edit", args=[call.pk])
    form = client.get(edit).context["form"]
    values = {name: form[name].value() for name in ("title", "need", "centre", "language", "version")}
    assert client.post(edit, {**values, "criteria_set": CriteriaSetFactory().pk}).status_code == 422
    assert client.post(edit, {**values, "criteria_set": blind.pk}).status_code == 302
    idea = IdeaFactory(centre=centre, challenge=call, state="in_evaluation")

    for name in ("evaluation_assign", "evaluation_spread"):
        page = client.get(f"{reverse(name, args=[centre.pk])}?idea={idea.pk}")
        assert page.context["form"]["criteria_set"].value() == blind.pk
    chosen = {"ideas": [idea.pk], "evaluators": [evaluator.pk]}
    assign = reverse("evaluation_assign", args=[centre.pk])
    refused = client.post(assign, {**chosen, "criteria_set": other.pk})
    assert (refused.status_code, Evaluation.objects.count()) == (422, 0)
    assert client.post(assign, {**chosen, "criteria_set": blind.pk}).status_code == 302
    assert "evaluators do not read who proposes" in text_of(
        client.get(reverse("challenge_detail", args=[call.pk]))
    )


def test_call_follows_the_next_version_of_its_criteria():
    evaluation = EvaluationFactory()
    used = evaluation.criteria_set
    call = ChallengeFactory(centre=used.centre, criteria_set=used)

    newer = edit_criteria_set(
        used, {"blind": True}, actor=StaffFactory(role=Role.COORDINATOR, centre=used.centre)
    )

    call.refresh_from_db()
    assert (call.criteria_set, newer.number) == (newer, 2)
