"""Does a centre work only under an agreement that is in force, with the team it has?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from partners.choices import CentreState, Role
from partners.models import Centre, TeamMember
from partners.operations import centres as do
from partners.transitions import CENTRE
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return made.StaffFactory(role=Role.COORDINATOR)


@pytest.fixture
def proposed():
    return made.CentreFactory(state=CentreState.PROPOSED, publication="internal")


def refused(centre, name, actor, **given):
    with pytest.raises(DomainError) as caught:
        do.move_centre(centre, name, actor=actor, **given)
    assert Centre.objects.get(pk=centre.pk).state == centre.state
    return caught.value


def test_propose_keeps_areas_and_gives_a_reference(coordinator):
    area = made.AreaFactory()
    values = {"name": "Mobility lab", "purpose": "P", "lead_unit": "Mobility", "areas": [area]}

    centre = do.propose_centre(values, actor=coordinator)

    assert (centre.state, list(centre.areas.all())) == (CentreState.PROPOSED, [area])
    assert centre.reference.startswith("C-")


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LEGAL, Role.EDITOR, Role.AUDITOR, Role.EVALUATOR])
def test_propose_by_other_roles_is_refused(role):
    with pytest.raises(NotAllowed):
        do.propose_centre({"name": "X", "purpose": "P", "lead_unit": "U"}, actor=made.StaffFactory(role=role))
    assert not Centre.objects.exists()


def test_activate_without_a_constituting_agreement_is_refused(proposed, coordinator):
    assert list(refused(proposed, "activate", coordinator).fields) == ["constituting_agreement"]


@pytest.mark.parametrize("state", ["draft", "pending_signature", "suspended", "expired"])
def test_activate_under_an_agreement_that_is_not_in_force_is_refused(proposed, coordinator, state):
    agreement = made.AgreementFactory(centre=proposed, state=state)

    error = refused(proposed, "activate", coordinator, changes={"constituting_agreement": agreement})

    assert error.blockers == ["The constituting agreement is not in force today."]


def test_activate_before_the_agreement_starts_or_under_one_of_another_centre_is_refused(
    proposed, coordinator
):
    later = made.AgreementFactory(centre=proposed, in_force=True, starts_on=today(5))
    foreign = made.AgreementFactory(in_force=True)

    for agreement in (later, foreign):
        error = refused(proposed, "activate", coordinator, changes={"constituting_agreement": agreement})
        assert error.code == "incomplete"


def test_centre_goes_from_active_to_rest_and_back_and_closes(proposed, coordinator):
    agreement = made.AgreementFactory(centre=proposed, in_force=True)

    centre = do.move_centre(
        proposed, "activate", actor=coordinator, changes={"constituting_agreement": agreement}
    )
    assert refused(centre, "rest", coordinator).code == "incomplete"
    centre = do.move_centre(centre, "rest", actor=coordinator, note="No money this year.")
    centre = do.move_centre(centre, "wake", actor=coordinator)
    centre = do.move_centre(centre, "close", actor=coordinator, note="Its work is done.")

    assert centre.state == CentreState.CLOSED
    assert refused(centre, "wake", coordinator).code == "wrong_state"


def test_wake_once_the_agreement_is_over_is_refused(coordinator):
    centre = made.CentreFactory(state=CentreState.DORMANT)
    agreement = made.AgreementFactory(centre=centre, in_force=True, ends_on=today(-1))
    Centre.objects.filter(pk=centre.pk).update(constituting_agreement=agreement)

    assert refused(Centre.objects.get(pk=centre.pk), "wake", coordinator).code == "incomplete"


def test_a09_moves_by_the_coordinator_of_another_centre_are_refused():
    centre, other = made.CentreFactory(), made.CentreFactory()
    actor = made.StaffFactory(role=Role.COORDINATOR, centre=other)

    assert isinstance(refused(centre, "close", actor, note="Mine now."), NotAllowed)
    with pytest.raises(NotAllowed):
        do.edit_centre(centre, {"name": "Mine"}, actor=actor)
    assert do.edit_centre(other, {"name": "Ours"}, actor=actor).name == "Ours"


def test_active_centre_keeps_its_constituting_agreement(coordinator):
    centre = made.CentreFactory()

    with pytest.raises(DomainError) as caught:
        do.edit_centre(
            centre, {"constituting_agreement": made.AgreementFactory(centre=centre)}, actor=coordinator
        )

    assert caught.value.code == "wrong_state"


def test_publication_takes_two_people_and_a_centre_that_is_active(proposed, coordinator):
    assert refused(proposed, "ask_publication", coordinator).blockers == ["The centre is not active yet."]
    centre = made.CentreFactory(publication="internal")
    centre = do.move_centre(centre, "ask_publication", actor=coordinator)

    assert isinstance(refused(centre, "publish", coordinator), NotAllowed)
    assert do.move_centre(centre, "publish", actor=made.StaffFactory(role=Role.EDITOR)).is_public


def test_team_takes_people_once_and_for_organisations_they_belong_to(coordinator):
    centre, person = made.CentreFactory(), made.PartnerFactory()
    own = person.memberships.get().organisation
    values = {"centre": centre, "user": person, "specialism": "Acoustics"}

    with pytest.raises(DomainError) as foreign:
        do.add_team_member({**values, "organisation": made.OrganisationFactory()}, actor=coordinator)
    row = do.add_team_member({**values, "organisation": own}, actor=coordinator)
    with pytest.raises(DomainError) as twice:
        do.add_team_member(values, actor=coordinator)

    assert (list(foreign.value.fields), twice.value.code) == (["organisation"], "duplicate")
    do.end_team_member(row, actor=coordinator)
    assert not TeamMember.objects.visible_to(person).exists()


def test_team_of_a_closed_centre_takes_nobody(coordinator):
    values = {"centre": made.CentreFactory(state="closed"), "user": made.UserFactory(), "specialism": "X"}

    with pytest.raises(DomainError):
        do.add_team_member(values, actor=coordinator)
    assert not TeamMember.objects.exists()


def test_every_state_of_a_centre_is_reached():
    assert CENTRE.states() == set(CentreState)
