"""Does the API record, tell and publish decisions as the operations do, and to nobody too early?"""

import json

import pytest

from cic.core.models import AuditEntry, Job
from partners.choices import Role
from pilots.models import Decision, Idea
from tests.factories.ideas import DecisionFactory, IdeaFactory, LineageFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def send(client, method, path, body=None, **headers):
    return client.generic(
        method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def body_for(idea, **more):
    return {
        "idea": idea.pk,
        "verdict": "accept",
        "body": "Innovation board",
        "authority": "Minutes of 3 May",
        "reasons": "It can be tried.",
        "decided_on": str(today()),
        **more,
    }


def test_decision_goes_from_recorded_to_published(client):
    idea = IdeaFactory(state="in_evaluation")
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=idea.centre))

    made = send(client, "POST", "decisions/", body_for(idea))
    path = f"decisions/{made.json()['id']}/"
    states = [Idea.objects.get().state]
    told = send(client, "POST", f"{path}moves/tell/")
    states.append(Idea.objects.get().state)
    published = send(client, "POST", f"{path}moves/publish/")

    assert (made.status_code, made.json()["stage"]) == (201, "recorded")
    assert (told.status_code, told.json()["stage"]) == (200, "told")
    assert (published.status_code, published.json()["stage"]) == (200, "published")
    assert states == ["in_evaluation", "accepted"]
    assert Job.objects.filter(task="core.send_mail").count() == 1


def test_a11_moves_of_a_decision_follow_its_stage(client):
    decision = DecisionFactory()
    path = f"decisions/{decision.pk}/moves/"
    client.force_login(StaffFactory(role=Role.AUDITOR))
    assert client.get(f"/api/v1/{path}").json()["results"] == []
    assert send(client, "POST", f"{path}tell/").status_code == 403

    client.force_login(StaffFactory(role=Role.SECRETARY))
    assert [row["name"] for row in client.get(f"/api/v1/{path}").json()["results"]] == ["tell"]
    assert send(client, "POST", f"{path}publish/").status_code == 409

    assert Decision.objects.get().stage == "recorded"


def test_a01_untold_decision_does_not_exist_for_its_author_and_others(client):
    decision = DecisionFactory(idea__publication="public")

    for person in (
        decision.idea.author,
        PartnerFactory(),
        StaffFactory(role=Role.SECRETARY, centre=CentreFactory()),
    ):
        client.force_login(person)
        for tail in ("", "moves/", "history/"):
            assert client.get(f"/api/v1/decisions/{decision.pk}/{tail}").status_code == 404
        assert client.get("/api/v1/decisions/", {"count": "true"}).json()["count"] == 0
        assert send(client, "POST", f"decisions/{decision.pk}/moves/tell/").status_code == 404

    assert Decision.objects.get().notified_at is None


def test_a02_decision_by_a_stranger_is_refused_and_leaves_nothing(client):
    idea = IdeaFactory(state="in_evaluation", publication="public")

    for person, status in {
        idea.author: 403,
        PartnerFactory(): 403,
        StaffFactory(role=Role.AUDITOR): 403,
        StaffFactory(role=Role.SECRETARY, centre=CentreFactory()): 403,
    }.items():
        client.force_login(person)
        assert send(client, "POST", "decisions/", body_for(idea)).status_code == status

    assert (Decision.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a04_batch_of_own_and_foreign_is_refused_like_one_that_is_not_there(client):
    own = DecisionFactory(told=True, idea__state="accepted")
    foreign = DecisionFactory(told=True, idea__state="accepted")
    client.force_login(StaffFactory(role=Role.SECRETARY, centre=own.idea.centre))

    refused = send(client, "POST", "decisions/publish/", {"decisions": [own.pk, foreign.pk]})
    missing = send(client, "POST", "decisions/publish/", {"decisions": [own.pk, 10**9]})

    assert (refused.status_code, {**refused.json(), "request_id": ""}) == (
        400,
        {**missing.json(), "request_id": ""},
    )
    assert not Decision.objects.filter(published_at__isnull=False).exists()

    done = send(client, "POST", "decisions/publish/", {"decisions": [own.pk]})
    assert (done.status_code, done.json()) == (200, {"decisions": [own.pk]})


def test_batch_by_who_may_not_is_refused(client):
    decision = DecisionFactory(told=True, idea__state="accepted")
    client.force_login(decision.idea.author)

    assert send(client, "POST", "decisions/publish/", {"decisions": [decision.pk]}).status_code == 403
    client.logout()
    assert send(client, "POST", "decisions/publish/", {"decisions": [decision.pk]}).status_code == 401


def test_t09_dates_of_telling_and_publishing_cannot_be_set(client):
    decision = DecisionFactory()
    before = Decision.objects.values().get()
    client.force_login(StaffFactory(role=Role.SECRETARY))

    for name in ("notified_at", "published_at", "replaces", "decided_by", "reference", "version"):
        response = send(
            client, "PATCH", f"decisions/{decision.pk}/", {name: "2026-01-01T00:00:00Z"}, if_match="*"
        )
        assert response.status_code == 400

    assert Decision.objects.values().get() == before


def test_r06_decision_wants_the_version_that_was_read(client):
    decision = DecisionFactory()
    client.force_login(StaffFactory(role=Role.SECRETARY))
    path = f"decisions/{decision.pk}/"
    tag = client.get(f"/api/v1/{path}")["ETag"]

    statuses = [
        send(client, "PATCH", path, {"reasons": "A"}).status_code,
        send(client, "PATCH", path, {"reasons": "B"}, if_match=tag).status_code,
        send(client, "PATCH", path, {"reasons": "C"}, if_match=tag).status_code,
    ]

    assert statuses == [428, 200, 412]


def test_r07_decision_sent_twice_with_one_key_is_one_decision(client):
    idea = IdeaFactory(state="in_evaluation")
    client.force_login(StaffFactory(role=Role.SECRETARY))

    first = send(client, "POST", "decisions/", body_for(idea), idempotency_key="k1")
    again = send(client, "POST", "decisions/", body_for(idea), idempotency_key="k1")
    other = send(client, "POST", "decisions/", body_for(idea, body="Other"), idempotency_key="k1")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert Decision.objects.count() == 1


def test_filters_of_decisions_narrow(client):
    told = DecisionFactory(told=True, idea__state="declined", verdict="decline", body="City board")
    DecisionFactory()
    client.force_login(StaffFactory())

    for query in (
        {"stage": "told"}, {"verdict": "decline"}, {"idea": told.idea_id}, {"centre": told.idea.centre_id},
        {"body": "city"}, {"reference": told.reference},
    ):  # fmt: skip
        found = client.get("/api/v1/decisions/", {**query, "count": "true"}).json()
        assert ([row["id"] for row in found["results"]], found["count"]) == ([told.pk], 1), query


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("noun", "factory"), [("decisions", DecisionFactory), ("lineage", LineageFactory)])
def test_list_cost_does_not_grow(client, noun, factory, count, django_assert_num_queries):
    factory.create_batch(count)
    client.force_login(StaffFactory())

    with django_assert_num_queries(4):  # session, user, standing, page
        response = client.get(f"/api/v1/{noun}/")

    assert len(response.json()["results"]) == count


def test_lineage_shows_links_of_which_both_ends_are_seen(client):
    link = LineageFactory()
    idea = Idea.objects.get(pk=link.from_id)

    for person, status in {StaffFactory(): 200, idea.author: 404}.items():
        client.force_login(person)
        assert client.get(f"/api/v1/lineage/{link.pk}/").status_code == status
