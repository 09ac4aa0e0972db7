"""Does the API show ideas, annexes, consortia and requests to whom it should, and to nobody else?"""

import json

import pytest

from cic.core.models import AuditEntry
from cic.core.tokens import issue_token
from partners.choices import Role
from pilots.models import Idea, IdeaAnnex, IdeaPartner, InformationRequest
from tests.factories.ideas import (
    ChallengeFactory,
    DecisionFactory,
    EvaluationFactory,
    IdeaAnnexFactory,
    IdeaFactory,
    IdeaPartnerFactory,
    InformationRequestFactory,
)
from tests.factories.partners import (
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    UserFactory,
    today,
)

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"


def send(client, method, path, body=None, **headers):
    return client.generic(
        method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def fresh_tag(client, path):
    return client.get(f"/api/v1/{path}")["ETag"]


def people(idea):
    """Who may not read an internal idea."""
    return [
        PartnerFactory(admin=True),
        StaffFactory(role=Role.EVALUATOR, centre=idea.centre),
        StaffFactory(centre=CentreFactory()),
        EvaluationFactory(idea=idea, state="assigned").evaluator,
        EvaluationFactory(idea=idea, state="recused").evaluator,
        EvaluationFactory(idea=idea, state="accepted", blind=True).evaluator,
    ]


def without_ids(response):
    body = response.json()
    return {**body, "instance": "", "request_id": ""}


def test_a01_foreign_idea_and_its_parts_do_not_exist(client):
    idea = IdeaFactory(state="in_evaluation")
    annex, partner = IdeaAnnexFactory(idea=idea), IdeaPartnerFactory(idea=idea)
    request = InformationRequestFactory(idea=idea)
    paths = {
        "ideas": idea.pk,
        "idea-annexes": annex.pk,
        "idea-partners": partner.pk,
        "information-requests": request.pk,
    }

    for person in people(idea):
        client.force_login(person)
        for noun, pk in paths.items():
            for tail in ("", "moves/", "history/"):
                found = client.get(f"/api/v1/{noun}/{pk}/{tail}")
                missing = client.get(f"/api/v1/{noun}/{pk + 1000}/{tail}")
                assert found.status_code == missing.status_code == 404
                assert without_ids(found) == without_ids(missing)
                assert abs(len(found.content) - len(missing.content)) < 10


def test_a02_foreign_idea_cannot_be_written_and_stays_as_it_is(client):
    idea = IdeaFactory(state="draft")
    annex = IdeaAnnexFactory(idea=idea)
    before = Idea.objects.values().get()

    client.force_login(PartnerFactory(admin=True))
    statuses = [
        send(client, "PATCH", f"ideas/{idea.pk}/", {"title": "Mine"}, if_match="*").status_code,
        send(client, "POST", f"ideas/{idea.pk}/moves/submit/").status_code,
        send(client, "PATCH", f"idea-annexes/{annex.pk}/", {"text": "Mine"}, if_match="*").status_code,
        send(client, "POST", "idea-annexes/", {"idea": idea.pk, "text": "Mine"}).status_code,
        send(
            client, "POST", "idea-partners/", {"idea": idea.pk, "organisation": OrganisationFactory().pk}
        ).status_code,
    ]

    assert statuses == [404, 404, 404, 400, 400]
    assert Idea.objects.values().get() == before
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a02_idea_is_never_put_nor_deleted(client, method):
    idea = IdeaFactory()
    client.force_login(idea.author)

    assert send(client, method, f"ideas/{idea.pk}/").status_code == 405


def test_a08_token_of_one_centre_finds_nothing_of_another(client):
    idea = IdeaFactory()
    coordinator = StaffFactory()
    _token, secret = issue_token(
        actor=coordinator, name="t", scopes=["ideas:read"], centre_id=CentreFactory().pk
    )

    found = client.get(f"/api/v1/ideas/{idea.pk}/", headers={"authorization": f"Bearer {secret}"})

    assert found.status_code == 404


def test_a09_decision_is_no_move_of_an_idea(client):
    idea = IdeaFactory(state="in_evaluation")

    for person in (idea.author, StaffFactory(centre=idea.centre), StaffFactory(role=Role.SECRETARY)):
        client.force_login(person)
        for name in ("accept", "park", "decline", "lapse", "ask", "answer"):
            response = send(client, "POST", f"ideas/{idea.pk}/moves/{name}/", {"note": "x"})
            assert (response.status_code, response.json()["code"]) == (403, "not_allowed")

    assert Idea.objects.get().state == "in_evaluation"


def test_a11_moves_offered_are_those_allowed(client):
    idea = IdeaFactory(state="submitted")
    offered = {}
    for name, person in {"author": idea.author, "coordinator": StaffFactory(centre=idea.centre)}.items():
        client.force_login(person)
        offered[name] = [
            row["name"] for row in client.get(f"/api/v1/ideas/{idea.pk}/moves/").json()["results"]
        ]

    assert offered == {"author": ["withdraw"], "coordinator": ["screen", "merge", "ask_publication"]}

    client.force_login(idea.author)
    assert send(client, "POST", f"ideas/{idea.pk}/moves/screen/").status_code == 403


def test_l04_search_for_a_foreign_idea_finds_and_counts_nothing(client):
    idea = IdeaFactory(title=f"{CANARY} wheels", problem=CANARY)
    IdeaAnnexFactory(idea=idea, text=CANARY)

    for person in people(idea):
        client.force_login(person)
        found = client.get("/api/v1/ideas/", {"search": CANARY, "count": "true"}).json()
        assert (found["results"], found["count"]) == ([], 0)


def test_l04_annex_is_found_by_no_search_not_even_its_authors(client):
    annex = IdeaAnnexFactory(text=CANARY)
    client.force_login(annex.idea.author)

    assert client.get("/api/v1/ideas/", {"search": CANARY, "count": "true"}).json()["count"] == 0
    refused = client.get("/api/v1/idea-annexes/", {"search": CANARY})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_parameter")


def test_annex_is_in_no_answer_about_ideas(client):
    annex = IdeaAnnexFactory(text=CANARY)

    for person in (annex.idea.author, StaffFactory()):
        client.force_login(person)
        for path in ("ideas/", f"ideas/{annex.idea_id}/", f"ideas/{annex.idea_id}/history/"):
            assert CANARY not in client.get(f"/api/v1/{path}").content.decode()


def test_annex_is_read_by_its_proposer_and_those_who_decide(client):
    annex = IdeaAnnexFactory()
    idea = annex.idea
    joined = PartnerFactory(organisation=IdeaPartnerFactory(idea=idea, confirmed=True).organisation)
    expected = {
        idea.author: 200,
        PartnerFactory(organisation=idea.organisation): 200,
        StaffFactory(role=Role.SECRETARY, centre=idea.centre): 200,
        StaffFactory(role=Role.AUDITOR): 200,
        StaffFactory(role=Role.EDITOR, centre=idea.centre): 404,
        StaffFactory(role=Role.MONITOR): 404,
        joined: 404,
        PartnerFactory(): 404,
    }

    for person, status in expected.items():
        client.force_login(person)
        assert client.get(f"/api/v1/idea-annexes/{annex.pk}/").status_code == status
        assert client.get("/api/v1/idea-annexes/", {"count": "true"}).json()["count"] == (
            1 if status == 200 else 0
        )


def test_l05_count_is_what_can_be_opened(client):
    public = IdeaFactory.create_batch(2, publication="public")
    idea = IdeaFactory()
    IdeaFactory.create_batch(2)
    IdeaFactory(state="draft")

    for person, count in {idea.author: 3, PartnerFactory(): 2, StaffFactory(): 5}.items():
        client.force_login(person)
        found = client.get("/api/v1/ideas/", {"count": "true"}).json()
        assert (found["count"], len(found["results"])) == (count, count)
    client.logout()
    assert client.get("/api/v1/ideas/", {"count": "true"}).json()["count"] == len(public)


def test_t09_kept_fields_cannot_be_set(client):
    idea = IdeaFactory(state="draft")
    before = Idea.objects.values().get()
    client.force_login(idea.author)
    kept = (
        "id",
        "reference",
        "state",
        "publication",
        "submitted_at",
        "review_on",
        "author",
        "merged_into",
        "version",
        "created_at",
        "source",
        "external_id",
    )

    for name in (*kept, "source_values", "search_text", "is_staff"):
        response = send(client, "PATCH", f"ideas/{idea.pk}/", {name: 1}, if_match="*")
        assert response.status_code == 400, name
        assert response.json()["errors"][0]["pointer"] == f"#/{name}"

    assert Idea.objects.values().get() == before


def test_r06_patch_wants_the_version_that_was_read(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    tag = fresh_tag(client, f"ideas/{idea.pk}/")

    blind = send(client, "PATCH", f"ideas/{idea.pk}/", {"title": "A"})
    first = send(client, "PATCH", f"ideas/{idea.pk}/", {"title": "B"}, if_match=tag)
    second = send(client, "PATCH", f"ideas/{idea.pk}/", {"title": "C"}, if_match=tag)

    assert (blind.status_code, first.status_code, second.status_code) == (428, 200, 412)
    assert not tag.startswith("W/")
    assert Idea.objects.get().title == "B"


def test_propose_and_submit_through_the_api(client):
    challenge = ChallengeFactory(publication="public")
    organisation = OrganisationFactory()
    author = PartnerFactory(organisation=organisation)
    client.force_login(author)
    body = {
        "title": "Rubber wheels",
        "problem": "Noise",
        "proposal": "Rubber",
        "asked_of_city": "Two streets",
        "challenge": challenge.pk,
        "organisation": organisation.pk,
        "trl": 5,
    }

    made = send(client, "POST", "ideas/", body)
    moved = send(client, "POST", f"ideas/{made.json()['id']}/moves/submit/")

    assert (made.status_code, made.json()["centre"], made.json()["author"]) == (
        201,
        challenge.centre_id,
        author.name,
    )
    assert made.json()["open_fields"][:2] == ["title", "problem"]
    assert (moved.status_code, moved.json()["state"], moved.json()["state_label"]) == (
        200,
        "submitted",
        "We have received it",
    )


def test_submit_that_is_incomplete_says_what_is_missing(client):
    idea = IdeaFactory(state="draft", problem="")
    client.force_login(idea.author)

    refused = send(client, "POST", f"ideas/{idea.pk}/moves/submit/")

    assert (refused.status_code, refused.json()["code"]) == (409, "incomplete")
    assert refused.json()["errors"] == [
        {"pointer": "#/changes/problem", "code": "incomplete", "detail": "Fill this in first."}
    ]


def test_closed_fields_of_a_request_are_named(client):
    request = InformationRequestFactory(fields=["problem"])
    client.force_login(request.idea.author)
    path = f"ideas/{request.idea_id}/"

    refused = send(client, "PATCH", path, {"problem": "Louder", "title": "Other"}, if_match="*")
    done = send(client, "PATCH", path, {"problem": "Louder"}, if_match=fresh_tag(client, path))

    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (400, ["#/title"])
    assert (done.status_code, done.json()["open_fields"]) == (200, ["problem"])


def test_request_is_asked_and_answered_through_the_api(client):
    idea = IdeaFactory(state="screening")
    client.force_login(StaffFactory(centre=idea.centre))
    body = {
        "idea": idea.pk,
        "question": "How loud?",
        "fields_opened": ["trl", "problem"],
        "due_on": str(today(7)),
    }
    made = send(client, "POST", "information-requests/", body)
    client.force_login(idea.author)
    path = f"information-requests/{made.json()['id']}/"

    closed = send(client, "PATCH", path, {"answer": "x", "changes": {"title": "x"}}, if_match="*")
    done = send(
        client, "PATCH", path, {"answer": "61 dB", "changes": {"trl": 6}}, if_match=fresh_tag(client, path)
    )

    assert made.status_code == 201, made.content
    assert (closed.status_code, done.status_code) == (400, 200), done.content
    idea.refresh_from_db()
    assert (idea.state, idea.trl) == ("screening", 6)
    assert InformationRequest.objects.get().answer == "61 dB"


def test_consortium_through_the_api(client):
    idea, organisation = IdeaFactory(state="draft"), OrganisationFactory()
    member = PartnerFactory(organisation=organisation)
    client.force_login(idea.author)
    made = send(client, "POST", "idea-partners/", {"idea": idea.pk, "organisation": organisation.pk})
    client.force_login(member)
    path = f"idea-partners/{made.json()['id']}/"

    confirmed = send(client, "POST", f"{path}moves/confirm/")
    again = send(client, "POST", f"{path}moves/confirm/")
    gone = send(client, "DELETE", path, if_match="*")

    assert (made.status_code, confirmed.status_code, again.status_code, gone.status_code) == (
        201,
        200,
        409,
        204,
    )
    assert IdeaPartner.objects.count() == 0


def test_a03_annex_of_a_foreign_idea_cannot_be_reached_through_ones_own(client):
    own, foreign = IdeaFactory(state="draft"), IdeaAnnexFactory(idea__state="draft")
    client.force_login(own.author)

    assert (
        send(client, "PATCH", f"idea-annexes/{foreign.pk}/", {"idea": own.pk}, if_match="*").status_code
        == 404
    )
    assert IdeaAnnex.objects.get().idea_id == foreign.idea_id


def test_author_of_a_merged_idea_sees_not_into_which(client):
    other = IdeaFactory()
    idea = IdeaFactory(state="merged", merged_into=other)
    seen = {}
    for name, person in {"author": idea.author, "staff": StaffFactory()}.items():
        client.force_login(person)
        seen[name] = client.get(f"/api/v1/ideas/{idea.pk}/").json()["merged_into"]

    assert seen == {"author": None, "staff": other.pk}


def test_untold_decision_shows_nowhere_to_the_author(client):
    idea = IdeaFactory(state="in_evaluation")
    client.force_login(idea.author)
    paths = [
        f"ideas/{idea.pk}/", "ideas/?count=true", f"ideas/{idea.pk}/moves/", f"ideas/{idea.pk}/history/",
        "ideas/?state=accepted&count=true", "ideas/?decided=true&count=true", "ideas/?decided=false&count=true",
        "decisions/?count=true", f"decisions/?idea={idea.pk}&count=true", "evaluations/?count=true",
        "ideas/?order=-updated_at",
    ]  # fmt: skip

    def all_answers():
        answers = [client.get(f"/api/v1/{path}") for path in paths]
        return [(answer.status_code, answer.content, answer.headers.get("ETag")) for answer in answers]

    before = all_answers()
    decision = DecisionFactory(idea=idea)

    assert all_answers() == before
    assert client.get(f"/api/v1/decisions/{decision.pk}/").status_code == 404


def test_filters_narrow_and_count(client):
    centre = CentreFactory()
    one = IdeaFactory(centre=centre, trl=3, state="screening")
    IdeaFactory(centre=centre, trl=7, state="submitted")
    joined = IdeaPartnerFactory(idea=one)
    client.force_login(StaffFactory())

    for query in (
        {"state": "screening"}, {"trl": "3"}, {"organisation": one.organisation_id}, {"reference": one.reference},
        {"partner": joined.organisation_id}, {"search": "rubber", "state": "screening"},
    ):  # fmt: skip
        found = client.get("/api/v1/ideas/", {**query, "count": "true"}).json()
        assert ([row["id"] for row in found["results"]], found["count"]) == ([one.pk], 1), query


def test_filter_by_partner_tells_nothing_of_a_public_ideas_consortium(client):
    partner = IdeaPartnerFactory(idea__publication="public")
    client.force_login(PartnerFactory())

    found = client.get("/api/v1/ideas/", {"partner": partner.organisation_id, "count": "true"}).json()

    assert found["count"] == 0


def test_l02_order_takes_only_what_is_listed(client):
    client.force_login(StaffFactory())

    for order in ("author", "author__password", "search_text", "source_values", "-problem", "annex__text"):
        assert client.get("/api/v1/ideas/", {"order": order}).status_code == 400


def test_l03_parameters_nobody_declared_are_refused_by_name(client):
    client.force_login(StaffFactory())

    for name in ("author__password__startswith", "annex__text", "q[s]", "problem__contains"):
        response = client.get("/api/v1/ideas/", {name: "p"})
        assert response.status_code == 400
        assert name in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("noun", "factory"),
    [
        ("ideas", IdeaFactory),
        ("idea-annexes", IdeaAnnexFactory),
        ("idea-partners", IdeaPartnerFactory),
        ("information-requests", InformationRequestFactory),
        ("challenges", ChallengeFactory),
    ],
)
def test_list_cost_does_not_grow(client, noun, factory, count, django_assert_num_queries):
    factory.create_batch(count)
    client.force_login(StaffFactory())

    with django_assert_num_queries(4):  # session, user, standing, page
        response = client.get(f"/api/v1/{noun}/")

    assert len(response.json()["results"]) == count


def test_visible_and_may_view_agree_for_everybody(client):
    from cic.core.permissions import can

    idea = IdeaFactory(state="in_evaluation")
    public = IdeaFactory(publication="public")
    annex = IdeaAnnexFactory(idea=idea)
    everybody = [
        *people(idea),
        idea.author,
        StaffFactory(),
        StaffFactory(role=Role.AUDITOR),
        PartnerFactory(),
    ]

    for person in everybody:
        for obj, permission in (
            (idea, "pilots.view_idea"),
            (public, "pilots.view_idea"),
            (annex, "pilots.view_annex"),
        ):
            seen = type(obj).objects.visible_to(person).filter(pk=obj.pk).exists()
            assert can(person, permission, obj) == seen


def test_a01_idea_is_merged_into_one_the_caller_sees_and_no_other(client):
    idea = IdeaFactory(state="submitted")
    other, foreign = IdeaFactory(state="submitted", centre=idea.centre), IdeaFactory(state="submitted")
    client.force_login(StaffFactory(centre=idea.centre))

    answers = []
    for into in (foreign.pk, 10**17, other.pk):
        body = {"note": "The same bicycle", "changes": {"merged_into": into}}
        answers.append(send(client, "POST", f"ideas/{idea.pk}/moves/merge/", body))

    assert [answer.status_code for answer in answers] == [400, 400, 200]
    said = [answer.json()["errors"][0] for answer in answers[:2]]
    assert [error["code"] for error in said] == ["does_not_exist", "does_not_exist"]
    assert Idea.objects.get(pk=idea.pk).merged_into == other


def test_a01_id_of_another_system_is_given_by_who_steers_and_tells_nobody_else_what_is_there(client):
    """Whoever proposes would learn which ids are taken, and have an import fill an idea of their own."""
    imported = IdeaFactory(source="ipsx", external_id="4711", state="submitted")
    body = {"title": "Mine", "centre": imported.centre_id, "language": "en"}
    answers = []
    for person in (UserFactory(), PartnerFactory(admin=True)):
        client.force_login(person)
        for number in ("4711", "4712"):
            answers.append(send(client, "PUT", f"ideas/by-external-id/ipsx/{number}/", body).status_code)
    client.force_login(StaffFactory(centre=imported.centre))
    answers.append(send(client, "PUT", "ideas/by-external-id/ipsx/4712/", body).status_code)

    assert answers == [403, 403, 403, 403, 201]
    assert Idea.objects.count() == 2
