"""Does an extension move the end only when all have signed it in time, and within what the law allows?"""

from datetime import timedelta

import pytest

from cic.core.errors import DomainError, NotAllowed
from partners.calculations.terms import add_years
from partners.choices import AmendmentKind, AmendmentState, Role
from partners.models import Agreement, Amendment
from partners.operations import amendments as do
from partners.transitions import AMENDMENT
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal():
    return made.StaffFactory(role=Role.LEGAL)


@pytest.fixture
def agreement():
    return made.AgreementFactory(in_force=True, ends_on=today(60))


def effective_end(agreement):
    return Agreement.objects.with_effective_end().get(pk=agreement.pk).effective_ends_on


def extension(agreement, new_ends_on, **given):
    return made.AmendmentFactory(agreement=agreement, new_ends_on=new_ends_on, **given)


def sign_all(amendment, actor, **given):
    for party in amendment.agreement.parties.all():
        do.sign_amendment(amendment, party, actor=actor, signatory_name="A. Signatory", **given)


def refused(amendment, name, actor, **given):
    with pytest.raises(DomainError) as caught:
        do.move_amendment(amendment, name, actor=actor, **given)
    assert Amendment.objects.get(pk=amendment.pk).state == amendment.state
    return caught.value


def test_extension_signed_by_all_moves_the_effective_end_and_no_date_of_the_agreement(agreement, legal):
    signed_end = agreement.ends_on
    values = {"agreement": agreement, "kind": "extension", "text": "A year more.", "new_ends_on": today(400)}
    amendment = do.draft_amendment(values, actor=legal)
    amendment = do.move_amendment(amendment, "open_for_signature", actor=legal)
    sign_all(amendment, legal)
    assert effective_end(agreement) == signed_end

    do.move_amendment(amendment, "bring_into_force", actor=legal)

    agreement.refresh_from_db()
    assert (agreement.ends_on, effective_end(agreement)) == (signed_end, today(400))


def test_extension_with_a_signature_missing_is_refused(agreement, legal):
    amendment = extension(agreement, today(400), state=AmendmentState.PENDING_SIGNATURE)
    first, second = agreement.parties.order_by("pk")
    do.sign_amendment(amendment, first, actor=legal, signatory_name="A")

    error = refused(amendment, "bring_into_force", legal)

    assert error.blockers == [f"{second.organisation} has not signed yet."]
    assert effective_end(agreement) == today(60)


def test_extension_agreed_after_the_end_is_refused(legal):
    agreement = made.AgreementFactory(in_force=True, ends_on=today(-1))
    amendment = extension(agreement, today(400), state=AmendmentState.PENDING_SIGNATURE)
    sign_all(amendment, legal)

    assert "before the present end" in refused(amendment, "bring_into_force", legal).blockers[0]


def test_extensions_together_beyond_the_legal_maximum_are_refused(agreement, legal, settings):
    settings.AGREEMENT_EXTENSION_MAX_YEARS = 4
    limit = add_years(agreement.ends_on, 4)
    extension(agreement, agreement.ends_on + timedelta(days=700), in_force=True)
    second = extension(agreement, limit + timedelta(days=1))

    assert "4 years" in refused(second, "open_for_signature", legal).blockers[0]
    do.edit_amendment(second, {"new_ends_on": limit}, actor=legal)
    assert (
        do.move_amendment(second, "open_for_signature", actor=legal).state == AmendmentState.PENDING_SIGNATURE
    )


@pytest.mark.parametrize("days", [0, -10])
def test_extension_that_does_not_extend_is_refused(agreement, legal, days):
    amendment = extension(agreement, agreement.ends_on + timedelta(days=days))

    assert refused(amendment, "open_for_signature", legal).code == "incomplete"


def test_extension_without_a_new_end_is_refused(agreement, legal):
    amendment = extension(agreement, None)

    assert refused(amendment, "open_for_signature", legal).blockers == ["An extension needs its new end."]


def test_addendum_with_a_new_end_is_refused(agreement, legal):
    values = {"agreement": agreement, "kind": AmendmentKind.ADDENDUM, "text": "T", "new_ends_on": today(400)}

    with pytest.raises(DomainError) as caught:
        do.draft_amendment(values, actor=legal)

    assert list(caught.value.fields) == ["new_ends_on"]
    assert not agreement.amendments.exists()


@pytest.mark.parametrize("state", ["draft", "pending_signature", "expired", "terminated"])
def test_amendment_of_an_agreement_that_is_not_in_force_is_refused(legal, state):
    agreement = made.AgreementFactory(state=state)

    with pytest.raises(DomainError) as caught:
        do.draft_amendment({"agreement": agreement, "kind": "addendum", "text": "T"}, actor=legal)

    assert caught.value.code == "wrong_state"


def test_amendment_open_for_signature_is_not_edited_nor_reopened_once_signed(agreement, legal):
    amendment = extension(agreement, today(400), state=AmendmentState.PENDING_SIGNATURE)
    do.sign_amendment(amendment, agreement.parties.first(), actor=legal, signatory_name="A")

    with pytest.raises(DomainError) as edited:
        do.edit_amendment(amendment, {"new_ends_on": today(500)}, actor=legal)

    assert edited.value.code == "wrong_state"
    assert "has signed it already" in refused(amendment, "return_to_draft", legal, note="No.").blockers[0]


def test_amendment_signed_twice_or_by_a_stranger_is_refused(agreement, legal):
    amendment = extension(agreement, today(400), state=AmendmentState.PENDING_SIGNATURE)
    party = agreement.parties.first()
    do.sign_amendment(amendment, party, actor=legal, signatory_name="A")

    with pytest.raises(DomainError) as twice:
        do.sign_amendment(amendment, party, actor=legal, signatory_name="A")
    with pytest.raises(DomainError) as stranger:
        do.sign_amendment(amendment, made.PartyFactory(), actor=legal, signatory_name="A")
    with pytest.raises(NotAllowed):
        do.sign_amendment(
            amendment, agreement.parties.last(), actor=made.PartnerFactory(), signatory_name="A"
        )

    assert (twice.value.code, stranger.value.code) == ("duplicate", "invalid")
    assert amendment.signatures.count() == 1


def test_effective_end_in_the_database_equals_the_calculation(agreement):
    from partners.calculations import terms

    extension(agreement, today(200), in_force=True)
    extension(agreement, today(500), state=AmendmentState.PENDING_SIGNATURE)

    assert effective_end(agreement) == terms.effective_end(agreement.ends_on, [today(200)]) == today(200)


def test_every_state_of_an_amendment_is_reached():
    assert AMENDMENT.states() == set(AmendmentState)


@pytest.mark.django_db(transaction=True)
def test_two_extensions_at_once_end_at_the_later_of_them(at_once):
    agreement, actor = (
        made.AgreementFactory(in_force=True, ends_on=today(60)),
        made.StaffFactory(role=Role.LEGAL),
    )
    amendments = [
        extension(agreement, day, state=AmendmentState.PENDING_SIGNATURE) for day in (today(300), today(300))
    ]
    for amendment in amendments:
        sign_all(amendment, actor)

    results = at_once([lambda a=a: do.move_amendment(a, "bring_into_force", actor=actor) for a in amendments])

    # The second moves nothing any more, and is told so.
    assert sorted(type(result).__name__ for result in results) == ["Amendment", "DomainError"]
    assert agreement.amendments.filter(state=AmendmentState.IN_FORCE).count() == 1
