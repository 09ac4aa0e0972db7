"""Is what was promised kept as signed, and does a gift count only when both sides say so?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from partners.choices import AgreementState, PartyRole, Role
from partners.models import Obligation, ResourceGift
from partners.operations import commitments as do
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal():
    return made.StaffFactory(role=Role.LEGAL)


@pytest.fixture
def promise():
    """Hours promised by the partner of an agreement in force."""
    agreement = made.AgreementFactory(in_force=True)
    return made.ResourceFactory(party=agreement.parties.get(role=PartyRole.PARTNER))


def giver_of(resource):
    return made.PartnerFactory(organisation=resource.party.organisation)


def test_gift_by_the_party_counts_once_the_city_has_confirmed_it(promise):
    partner, monitor = giver_of(promise), made.StaffFactory(role=Role.MONITOR)

    gift = do.give({"resource": promise, "amount": 10, "given_on": today()}, actor=partner)
    assert (gift.confirmed_by_party, gift.is_confirmed) == (partner, False)
    gift = do.confirm_gift(gift, actor=monitor)

    assert (gift.confirmed_by_city, gift.is_confirmed) == (monitor, True)


def test_gift_recorded_by_the_city_is_confirmed_by_the_party_only(promise):
    monitor = made.StaffFactory(role=Role.MONITOR)
    gift = do.give({"resource": promise, "amount": 10, "given_on": today()}, actor=monitor)

    for actor in (monitor, made.StaffFactory(role=Role.COORDINATOR), made.PartnerFactory()):
        with pytest.raises(NotAllowed):
            do.confirm_gift(gift, actor=actor)
    assert not ResourceGift.objects.get(pk=gift.pk).is_confirmed
    assert do.confirm_gift(gift, actor=giver_of(promise)).is_confirmed


def test_gift_by_someone_of_both_sides_is_not_confirmed_by_the_same_person(promise):
    both = giver_of(promise)
    made.AppointmentFactory(user=both, role=Role.MONITOR)
    gift = do.give({"resource": promise, "amount": 10, "given_on": today()}, actor=both)

    with pytest.raises(NotAllowed):
        do.confirm_gift(gift, actor=both)


@pytest.mark.parametrize("actor", ["rival", "auditor"])
def test_gift_by_an_outsider_or_the_auditor_is_refused(promise, actor):
    people = {"rival": made.PartnerFactory, "auditor": lambda: made.StaffFactory(role=Role.AUDITOR)}

    with pytest.raises(NotAllowed):
        do.give({"resource": promise, "amount": 10, "given_on": today()}, actor=people[actor]())
    assert not promise.gifts.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"amount": 0, "given_on": today()}, "__all__"), ({"amount": 5, "given_on": today(1)}, "given_on")],
)
def test_gift_of_nothing_or_on_a_day_to_come_is_refused(promise, values, field):
    with pytest.raises(DomainError) as caught:
        do.give({"resource": promise, **values}, actor=giver_of(promise))

    assert list(caught.value.fields) == [field]
    assert not promise.gifts.exists()


def test_gift_before_the_agreement_is_in_force_is_refused(legal):
    resource = made.ResourceFactory(party=made.PartyFactory())

    with pytest.raises(DomainError) as caught:
        do.give({"resource": resource, "amount": 5, "given_on": today()}, actor=legal)

    assert caught.value.code == "wrong_state"


def test_edited_gift_is_to_be_confirmed_anew_and_a_confirmed_one_stays(promise):
    partner, monitor = giver_of(promise), made.StaffFactory(role=Role.MONITOR)
    gift = do.give({"resource": promise, "amount": 10, "given_on": today()}, actor=partner)

    gift = do.edit_gift(gift, {"amount": 12}, actor=monitor)
    assert (gift.confirmed_by_city, gift.confirmed_by_party) == (monitor, None)
    gift = do.confirm_gift(gift, actor=partner)

    for attempt in (
        lambda: do.edit_gift(gift, {"amount": 1}, actor=partner),
        lambda: do.remove_gift(gift, actor=partner),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "wrong_state"
    assert ResourceGift.objects.get(pk=gift.pk).amount == 12


def test_obligation_after_signature_only_takes_the_day_it_was_fulfilled(legal):
    agreement = made.AgreementFactory(in_force=True)
    obligation = made.ObligationFactory(party=agreement.parties.first())

    assert do.edit_obligation(obligation, {"fulfilled_on": today(-1)}, actor=legal).fulfilled_on == today(-1)
    for attempt in (
        lambda: do.edit_obligation(obligation, {"text": "Less."}, actor=legal),
        lambda: do.remove_commitment(obligation, actor=legal),
        lambda: do.add_obligation(
            {"agreement": agreement, "party": obligation.party, "text": "More."}, actor=legal
        ),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "wrong_state"
    assert [row.text for row in Obligation.objects.all()] == ["To lend two electric vans."]


def test_obligation_fulfilled_on_a_day_to_come_is_refused_and_nothing_changes(legal):
    obligation = made.ObligationFactory(party=made.AgreementFactory(in_force=True).parties.first())

    with pytest.raises(DomainError):
        do.edit_obligation(obligation, {"fulfilled_on": today(1)}, actor=legal)

    obligation.refresh_from_db()
    assert obligation.fulfilled_on is None


def test_commitment_of_a_party_of_another_agreement_is_refused(legal):
    agreement, stranger = made.AgreementFactory(), made.PartyFactory()

    with pytest.raises(DomainError) as caught:
        do.add_resource(
            {"agreement": agreement, "party": stranger, "kind": "hours", "promised": 1, "unit": "h"},
            actor=legal,
        )

    assert list(caught.value.fields) == ["party"]


def test_negative_promise_is_refused(legal):
    party = made.PartyFactory()

    with pytest.raises(DomainError) as caught:
        do.add_resource(
            {"agreement": party.agreement, "party": party, "kind": "money", "promised": -1, "unit": "€"},
            actor=legal,
        )

    assert caught.value.code == "invalid"


def test_change_of_a_commitment_raises_the_version_of_the_agreement(legal):
    party = made.PartyFactory()
    version = party.agreement.version

    do.add_obligation({"agreement": party.agreement, "party": party, "text": "To help."}, actor=legal)

    party.agreement.refresh_from_db()
    assert party.agreement.version == version + 1


def test_meeting_of_the_committee_is_recorded_by_keepers_only(legal):
    agreement = made.AgreementFactory(state=AgreementState.IN_FORCE)
    values = {"agreement": agreement, "met_on": today(), "present": "A, B", "minutes": "All is well."}

    assert do.add_meeting(values, actor=legal).minutes == "All is well."
    with pytest.raises(NotAllowed):
        do.add_meeting(values, actor=made.StaffFactory(role=Role.AUDITOR))
    with pytest.raises(DomainError):
        do.add_meeting({**values, "met_on": today(1)}, actor=legal)
    assert agreement.meetings.count() == 1
