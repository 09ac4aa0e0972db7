"""Does the API keep evaluations blind, apart from each other, and within their range?"""

import json

import pytest

from cic.core.models import AuditEntry
from partners.choices import Role
from pilots.models import Evaluation, Idea, Score
from tests.factories.ideas import (
    CriteriaSetFactory,
    CriterionFactory,
    EvaluationFactory,
    IdeaAnnexFactory,
    IdeaFactory,
    IdeaPartnerFactory,
    ScoreFactory,
)
from tests.factories.partners import OrganisationFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"


def send(client, method, path, body=None, **headers):
    return client.generic(
        method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_assigned_evaluator_reads_reference_and_title_only(client):
    evaluation = EvaluationFactory(idea__problem=CANARY)
    client.force_login(evaluation.evaluator)

    reading = client.get(f"/api/v1/evaluations/{evaluation.pk}/").json()["reading"]

    assert reading == {"reference": evaluation.idea.reference, "title": evaluation.idea.title}
    assert client.get(f"/api/v1/ideas/{evaluation.idea_id}/").status_code == 404


def test_accepted_evaluator_reads_the_idea_with_its_annex(client):
    evaluation = EvaluationFactory(state="accepted")
    IdeaAnnexFactory(idea=evaluation.idea, text="The price")
    client.force_login(evaluation.evaluator)

    reading = client.get(f"/api/v1/evaluations/{evaluation.pk}/").json()["reading"]

    assert (reading["problem"], reading["annex"]) == (evaluation.idea.problem, "The price")
    assert reading["organisation"] == evaluation.idea.organisation.name


@pytest.mark.parametrize("state", ["assigned", "accepted", "submitted", "locked"])
def test_l01_blind_evaluation_names_the_proposer_in_no_channel(client, state):
    organisation = OrganisationFactory(name=f"{CANARY} Ltd")
    author = PartnerFactory(organisation=organisation, name=f"{CANARY} Person")
    idea = IdeaFactory(state="in_evaluation", organisation=organisation, author=author)
    IdeaPartnerFactory(idea=idea, organisation__name=f"{CANARY} Partner")
    IdeaAnnexFactory(idea=idea)
    evaluation = EvaluationFactory(idea=idea, blind=True, state=state, recommendation="accept", scored=[3, 3])
    client.force_login(evaluation.evaluator)
    pk = evaluation.pk

    paths = [
        "evaluations/", f"evaluations/{pk}/", f"evaluations/{pk}/moves/", f"evaluations/{pk}/history/", "scores/",
        "ideas/", f"ideas/{idea.pk}/", "idea-partners/", "idea-annexes/", "information-requests/", "decisions/",
        "lineage/", "challenges/", "criteria-sets/", f"ideas/?organisation={organisation.pk}", "ideas/?search=rubber",
    ]  # fmt: skip
    for path in paths:
        response = client.get(f"/api/v1/{path}")
        assert CANARY not in response.content.decode() + str(response.headers), path
    found = client.get("/api/v1/ideas/", {"organisation": organisation.pk, "count": "true"}).json()
    assert found["count"] == 0


def test_evaluator_scores_and_hands_in(client):
    evaluation = EvaluationFactory(state="accepted")
    first, second = evaluation.criteria_set.criteria.all()
    client.force_login(evaluation.evaluator)
    path = f"evaluations/{evaluation.pk}/"
    body = {
        "scores": [
            {"criterion": first.pk, "score": 4, "comment": "Good"},
            {"criterion": second.pk, "score": 3},
        ],
        "recommendation": "accept",
    }

    early = send(client, "POST", f"{path}moves/submit/", {"changes": {"recommendation": "accept"}})
    saved = send(client, "PATCH", path, body, if_match="*")
    done = send(client, "POST", f"{path}moves/submit/")

    assert (early.status_code, saved.status_code, done.status_code) == (409, 200, 200), saved.content
    assert (done.json()["score_pct"], done.json()["state"]) == ("73.3", "submitted")
    assert [row["score"] for row in done.json()["scores"]] == [4, 3]


def test_score_out_of_range_is_refused(client):
    evaluation = EvaluationFactory(state="accepted")
    criterion = evaluation.criteria_set.criteria.first()
    client.force_login(evaluation.evaluator)

    for score in (6, -1, 1.5, "x"):
        response = send(
            client,
            "PATCH",
            f"evaluations/{evaluation.pk}/",
            {"scores": [{"criterion": criterion.pk, "score": score}]},
            if_match="*",
        )
        assert response.status_code == 400

    assert Score.objects.count() == 0


def test_r06_two_saves_from_one_version(client):
    evaluation = EvaluationFactory(state="accepted")
    client.force_login(evaluation.evaluator)
    path = f"evaluations/{evaluation.pk}/"
    tag = client.get(f"/api/v1/{path}")["ETag"]

    first = send(client, "PATCH", path, {"comment": "A"}, if_match=tag)
    second = send(client, "PATCH", path, {"comment": "B"}, if_match=tag)

    assert (first.status_code, second.status_code) == (200, 412)
    assert Evaluation.objects.get().comment == "A"


def test_a01_evaluation_of_others_does_not_exist(client):
    evaluation = EvaluationFactory(state="submitted", recommendation="park", scored=[4, 4])
    colleague = EvaluationFactory(idea=evaluation.idea, state="accepted")
    score = evaluation.scores.first()
    people = [
        evaluation.idea.author,
        colleague.evaluator,
        PartnerFactory(),
        StaffFactory(role=Role.EVALUATOR),
    ]

    for person in people:
        client.force_login(person)
        for path in (
            f"evaluations/{evaluation.pk}/",
            f"scores/{score.pk}/",
            f"evaluations/{evaluation.pk}/history/",
        ):
            assert client.get(f"/api/v1/{path}").status_code == 404
    client.logout()
    assert client.get(f"/api/v1/evaluations/{evaluation.pk}/").status_code == 404


def test_a02_evaluation_of_somebody_else_is_not_written_even_by_who_sees_it(client):
    evaluation = EvaluationFactory(state="accepted")
    client.force_login(StaffFactory(centre=evaluation.idea.centre))
    path = f"evaluations/{evaluation.pk}/"

    statuses = [
        send(client, "PATCH", path, {"comment": "x"}, if_match="*").status_code,
        send(client, "POST", f"{path}moves/submit/").status_code,
        send(client, "POST", f"{path}moves/recuse/", {"changes": {"conflict_note": "x"}}).status_code,
    ]

    assert statuses == [403, 403, 403]
    assert AuditEntry.objects.count() == 0


def test_a04_assignment_in_bulk_over_the_api_is_all_or_nothing(client):
    idea = IdeaFactory(state="in_evaluation")
    foreign = IdeaFactory(state="in_evaluation", title=CANARY)
    evaluator = StaffFactory(role=Role.EVALUATOR, centre=idea.centre)
    criteria_set = CriteriaSetFactory(centre=idea.centre)
    client.force_login(StaffFactory(centre=idea.centre))
    body = {"evaluators": [evaluator.pk], "criteria_set": criteria_set.pk, "due_on": str(today(9))}

    refused = send(client, "POST", "evaluations/assign/", {**body, "ideas": [idea.pk, foreign.pk]})
    missing = send(client, "POST", "evaluations/assign/", {**body, "ideas": [idea.pk, 10**9]})

    assert (refused.status_code, missing.status_code) == (400, 400)
    assert {**refused.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert Evaluation.objects.count() == 0

    done = send(client, "POST", "evaluations/assign/", {**body, "ideas": [idea.pk]})
    assert (done.status_code, done.json()["evaluations"]) == (200, [Evaluation.objects.get().pk])


def test_bulk_assignment_is_for_coordinators(client):
    idea = IdeaFactory(state="in_evaluation", publication="public")
    criteria_set = CriteriaSetFactory(centre=idea.centre)
    body = {"ideas": [idea.pk], "evaluators": [idea.author_id], "criteria_set": criteria_set.pk}

    client.force_login(PartnerFactory())
    assert send(client, "POST", "evaluations/assign/", body).status_code == 403
    client.logout()
    assert send(client, "POST", "evaluations/assign/", body).status_code == 401
    assert Evaluation.objects.count() == 0


def test_used_criteria_answer_with_the_next_version(client):
    evaluation = EvaluationFactory()
    old = evaluation.criteria_set
    client.force_login(StaffFactory(centre=old.centre))

    response = send(
        client, "PATCH", f"criteria-sets/{old.pk}/", {"criteria": [{"name": "Cost"}]}, if_match="*"
    )

    assert (response.status_code, response.json()["number"]) == (200, 2)
    assert [row["name"] for row in response.json()["criteria"]] == ["Cost"]
    assert client.get(f"/api/v1/criteria-sets/{old.pk}/").json()["is_current"] is False


def test_l05_counts_of_evaluations_are_those_that_can_be_opened(client):
    mine = EvaluationFactory(state="accepted", scored=[1])
    EvaluationFactory(idea=mine.idea, state="submitted", recommendation="park", scored=[4, 4])

    client.force_login(mine.evaluator)
    assert client.get("/api/v1/evaluations/", {"count": "true"}).json()["count"] == 1
    assert client.get("/api/v1/scores/", {"count": "true"}).json()["count"] == 1
    client.force_login(mine.idea.author)
    assert client.get("/api/v1/evaluations/", {"count": "true"}).json()["count"] == 0


def test_filters_of_evaluations_narrow(client):
    late = EvaluationFactory(due_on=today(-1))
    EvaluationFactory(due_on=today(9), state="submitted", recommendation="accept")
    client.force_login(StaffFactory())

    for query in (
        {"overdue": "true"}, {"state": "assigned"}, {"evaluator": late.evaluator_id}, {"idea": late.idea_id},
        {"centre": late.idea.centre_id}, {"due_on_before": today()}, {"criteria_set": late.criteria_set_id},
    ):  # fmt: skip
        found = client.get("/api/v1/evaluations/", {**query, "count": "true"}).json()
        assert ([row["id"] for row in found["results"]], found["count"]) == ([late.pk], 1), query


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("noun", "factory"),
    [
        ("evaluations", EvaluationFactory),
        ("scores", ScoreFactory),
        ("criteria-sets", CriteriaSetFactory),
        ("criteria", CriterionFactory),
    ],
)
def test_list_cost_does_not_grow(client, noun, factory, count, django_assert_num_queries):
    factory.create_batch(count)
    client.force_login(StaffFactory())
    expected = {"criteria-sets": 3, "criteria": 3}.get(noun, 4)  # session, user, standing, page

    with django_assert_num_queries(expected):
        response = client.get(f"/api/v1/{noun}/")

    assert len(response.json()["results"]) >= count


def test_idea_of_a_hidden_evaluation_is_no_choice_of_the_filter(client):
    foreign = IdeaFactory(state="in_evaluation")
    client.force_login(PartnerFactory())

    response = client.get("/api/v1/evaluations/", {"idea": foreign.pk})

    assert response.status_code == 400
    assert Idea.objects.count() == 1
