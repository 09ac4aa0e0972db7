"""Does a need open and close to ideas as its centre says?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry
from partners.choices import Role
from pilots.choices import ChallengeState
from pilots.models import Challenge
from pilots.operations.challenges import create_challenge, edit_challenge, move_challenge
from pilots.tasks.challenges import close_over
from pilots.transitions.challenges import CHALLENGE
from tests.core.resource_contract import client_of, problem_of, send
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import AreaFactory, CentreFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db


def test_create_by_a_coordinator_of_the_centre():
    centre, area = CentreFactory(), AreaFactory()
    coordinator = StaffFactory(centre=centre)

    challenge = create_challenge(
        {"title": "Quieter nights", "need": "Noise", "centre": centre, "areas": [area]}, actor=coordinator
    )

    assert (challenge.state, list(challenge.areas.all())) == (ChallengeState.DRAFT, [area])
    assert challenge.reference.startswith("N-")


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR, Role.LEGAL])
def test_create_by_others_is_refused(role):
    with pytest.raises(NotAllowed):
        create_challenge(
            {"title": "X", "need": "Y", "centre": CentreFactory()}, actor=StaffFactory(role=role)
        )

    assert Challenge.objects.count() == 0


def test_challenge_cannot_be_moved_into_a_foreign_centre():
    challenge = ChallengeFactory()

    with pytest.raises(NotAllowed):
        edit_challenge(challenge, {"centre": CentreFactory()}, actor=StaffFactory(centre=challenge.centre))

    assert Challenge.objects.get().centre == challenge.centre


def test_challenge_walks_from_draft_to_solved_and_back():
    challenge = ChallengeFactory(state="draft")
    coordinator = StaffFactory(centre=challenge.centre)

    states = []
    for name, note in (("open", ""), ("close", ""), ("reopen", "More came"), ("solve", "It is quiet now")):
        challenge = move_challenge(challenge, name, actor=coordinator, note=note)
        states.append(challenge.state)

    assert states == ["open", "closed", "open", "solved"]


def test_every_state_of_a_challenge_is_reachable():
    assert {row.to_state for row in CHALLENGE.moves} | {ChallengeState.DRAFT} == set(ChallengeState.values)


def test_move_by_a_partner_is_refused():
    challenge = ChallengeFactory(publication="public")

    with pytest.raises(NotAllowed):
        move_challenge(challenge, "close", actor=PartnerFactory())

    assert Challenge.objects.get().state == ChallengeState.OPEN


def test_publication_is_apart_from_the_state():
    challenge = ChallengeFactory()
    first, second = StaffFactory(role=Role.EDITOR), StaffFactory(role=Role.EDITOR)

    move_challenge(challenge, "ask_publication", actor=first)
    challenge = move_challenge(challenge, "publish", actor=second)

    assert (challenge.state, challenge.publication) == ("open", "public")


def test_over_challenges_close_by_themselves_once():
    over, last_day = ChallengeFactory(closes_on=today(-30)), ChallengeFactory(closes_on=today())

    close_over()
    close_over()

    assert [Challenge.objects.get(pk=one.pk).state for one in (over, last_day)] == ["closed", "open"]
    assert AuditEntry.objects.filter(action="challenge.close").count() == 1


def test_state_is_no_field_to_edit():
    challenge = ChallengeFactory()

    with pytest.raises(DomainError):
        edit_challenge(challenge, {"state": "solved"}, actor=StaffFactory(centre=challenge.centre))


def test_visible_to_the_public_only_when_published():
    ChallengeFactory(publication="internal")
    shown = ChallengeFactory(publication="public")

    assert list(Challenge.objects.visible_to(PartnerFactory())) == [shown]


@pytest.mark.parametrize("goals", [5, "x", {"a": 1}, [0], [18], [[1]], [True], -(2**63) - 1, [2**64]])
def test_goals_that_are_none_are_refused(goals):
    challenge = ChallengeFactory(sdgs=[11])
    client = client_of(StaffFactory(centre=challenge.centre))

    response = send(client, "PATCH", f"/api/v1/challenges/{challenge.pk}/", {"sdgs": goals}, if_match="*")

    problem_of(response, 400)
    assert Challenge.objects.get().sdgs == [11]
