"""What do the pages answer to numbers that no record goes by?"""

import pytest

from tests.core.resource_contract import client_of, problem_of, send
from tests.factories.ideas import ChallengeFactory, CriteriaSetFactory, IdeaFactory
from tests.factories.partners import CentreFactory, StaffFactory
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db
# No column of any database holds the first; the second is a digit to Python, and no number.
STRANGE = ["9" * 30, "²"]


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def client(centre):
    return client_of(StaffFactory(role="coordinator", centre=centre))


@pytest.mark.parametrize("number", STRANGE)
def test_i10_address_with_such_a_number_chooses_nothing(client, centre, number):
    asked = {"idea": number, "challenge": number, "origin": number, "centre": number}

    for address in (
        "ideas/new/",
        "triage/",
        f"evaluations/assign/{centre.pk}/",
        f"evaluations/spread/{centre.pk}/",
        "committee/pack/",
    ):
        assert client.get(f"/workspace/{address}", asked).status_code == 200, address


@pytest.mark.parametrize("number", STRANGE)
def test_i10_list_of_decisions_takes_such_a_number_for_none(client, number):
    answer = client.post("/workspace/decisions/", {"action": "tell", "selected": number})

    assert answer.status_code == 302


@pytest.mark.parametrize("number", STRANGE)
def test_i10_form_refuses_such_a_number_and_changes_nothing(client, centre, number):
    need, pilot = ChallengeFactory(centre=centre), PilotFactory(centre=centre)
    IdeaFactory(centre=centre, state="in_evaluation")

    for address, data in (
        (f"challenges/{need.pk}/edit/", {"areas": number, "territories": number}),
        (f"trials/{pilot.pk}/edit/", {"areas": number}),
        (f"centres/{centre.pk}/edit/", {"areas": number}),
        (f"evaluations/assign/{centre.pk}/", {"ideas": number, "evaluators": number}),
        (f"evaluations/spread/{centre.pk}/", {"ideas": number, "evaluators": number, "areas": number}),
    ):
        assert client.post(f"/workspace/{address}", data).status_code == 422, address

    assert (need.areas.count(), pilot.areas.count(), centre.areas.count()) == (0, 0, 0)


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_i10_program_is_told_which_of_many_numbers_is_none(client, centre, number):
    row = {"indicator": number, "period_start": "2026-01-01", "period_end": "2026-01-02", "value": "1"}
    criteria = CriteriaSetFactory(centre=centre)
    assigned = {"ideas": [number], "evaluators": [number], "criteria_set": criteria.pk}

    for address, body, pointer in (
        ("decisions/tell", {"decisions": [number]}, "#/decisions/0"),
        ("decisions/publish", {"decisions": [number]}, "#/decisions/0"),
        ("measurements/bulk", {"rows": [row]}, "#/rows/0/indicator"),
        ("evaluations/assign", assigned, "#/ideas/0"),
    ):
        problem = problem_of(send(client, "post", f"/api/v1/{address}/", body), 400)
        assert problem["errors"][0]["pointer"] == pointer
