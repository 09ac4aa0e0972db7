"""Is an agreement in force only when all have signed, and does its text stay as it was signed?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, StageChange
from partners.calculations.terms import add_years
from partners.choices import AgreementState as A
from partners.choices import PartyRole, Role
from partners.models import Agreement, Party
from partners.operations import agreements as do
from partners.transitions import AGREEMENT
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal():
    return made.StaffFactory(role=Role.LEGAL)


@pytest.fixture
def ready():
    """A draft that lacks nothing: the city and one partner, two years."""
    parties = (made.OrganisationFactory(helix="administration"), made.OrganisationFactory())
    return made.AgreementFactory(parties=parties)


def unchanged(agreement):
    """The row as it is stored, and how many entries speak of it."""
    return (
        Agreement.objects.filter(pk=agreement.pk).values().get(),
        AuditEntry.objects.about(agreement).count(),
        StageChange.objects.about(agreement).count(),
    )


def refused(agreement, name, actor, **given):
    """The refusal of a move that must change nothing."""
    before = unchanged(agreement)
    with pytest.raises(DomainError) as caught:
        do.move_agreement(agreement, name, actor=actor, **given)
    assert unchanged(agreement) == before
    return caught.value


def to_signature(agreement, legal):
    do.move_agreement(agreement, "send_to_review", actor=legal)
    return do.move_agreement(agreement, "open_for_signature", actor=legal)


def sign_all(agreement, legal):
    for party in agreement.parties.all():
        do.sign(party, actor=legal, signatory_name="A. Signatory")


def test_agreement_from_draft_to_force_goes_through_every_signature(ready, legal):
    agreement = to_signature(ready, legal)
    sign_all(agreement, legal)

    agreement = do.move_agreement(agreement, "bring_into_force", actor=legal)

    assert agreement.state == A.IN_FORCE
    assert agreement in Agreement.objects.in_force_on(timezone.localdate())
    stages = StageChange.objects.about(agreement).values_list("to_state", flat=True)
    assert list(stages) == ["in_review", "pending_signature", "in_force"]


def test_bring_into_force_with_one_signature_missing_names_who_has_not_signed(ready, legal):
    agreement = to_signature(ready, legal)
    city, partner = agreement.parties.order_by("pk")
    do.sign(city, actor=legal, signatory_name="The mayor")

    error = refused(agreement, "bring_into_force", legal)

    assert error.code == "incomplete"
    assert error.blockers == [f"{partner.organisation} has not signed yet."]


@pytest.mark.parametrize(
    ("roles", "sentences"),
    [
        ([], ["It needs two parties or more.", "None of the parties is the city."]),
        ([PartyRole.CITY], ["It needs two parties or more."]),
        ([PartyRole.PARTNER, PartyRole.FUNDER], ["None of the parties is the city."]),
    ],
)
def test_send_to_review_without_city_or_second_party_is_refused(legal, roles, sentences):
    agreement = made.AgreementFactory()
    for role in roles:
        made.PartyFactory(agreement=agreement, role=role)

    assert refused(agreement, "send_to_review", legal).blockers == sentences


def test_send_to_review_of_a_term_beyond_the_legal_maximum_is_refused(ready, legal, settings):
    settings.AGREEMENT_MAX_YEARS = 4
    limit = add_years(ready.starts_on, 4)
    do.edit_agreement(ready, {"ends_on": limit + timedelta(days=1)}, actor=legal)

    error = refused(ready, "send_to_review", legal)

    assert error.code == "incomplete"
    assert "4 years" in error.blockers[0]
    do.edit_agreement(ready, {"ends_on": limit}, actor=legal)
    assert do.move_agreement(ready, "send_to_review", actor=legal).state == A.IN_REVIEW


@pytest.mark.parametrize(
    "dates", [{"starts_on": None, "ends_on": None}, {"starts_on": today(), "ends_on": None}]
)
def test_send_to_review_without_dates_says_that_they_are_missing(legal, dates):
    agreement = made.AgreementFactory(**dates, parties=made.OrganisationFactory.create_batch(2))

    assert refused(agreement, "send_to_review", legal).blockers == ["It needs a start and an end."]


@pytest.mark.parametrize("name", ["send_to_review", "open_for_signature", "bring_into_force"])
def test_no_move_towards_force_changes_the_text(ready, legal, name):
    Agreement.objects.filter(pk=ready.pk).update(
        state={"send_to_review": A.DRAFT, "open_for_signature": A.IN_REVIEW}.get(name, A.PENDING_SIGNATURE)
    )
    ready.refresh_from_db()
    Party.objects.update(signed_on=today())

    assert refused(ready, name, legal, changes={"ends_on": today(900)}).code == "invalid"


@pytest.mark.parametrize("state", [A.IN_FORCE, A.EXPIRED, A.TERMINATED, A.ABANDONED])
def test_move_out_of_order_is_refused(legal, state):
    agreement = made.AgreementFactory(state=state)

    assert refused(agreement, "open_for_signature", legal).code == "wrong_state"


@pytest.mark.parametrize("role", [Role.MONITOR, Role.SECRETARY, Role.EVALUATOR, Role.EDITOR, Role.AUDITOR])
def test_a09_move_by_other_roles_is_refused(ready, role):
    assert isinstance(refused(ready, "send_to_review", made.StaffFactory(role=role)), NotAllowed)


def test_a09_move_by_staff_of_another_centre_is_refused(ready):
    other = made.StaffFactory(role=Role.LEGAL, centre=made.CentreFactory())

    assert isinstance(refused(ready, "send_to_review", other), NotAllowed)


def test_a09_move_by_a_member_of_a_party_is_refused(ready):
    member = made.PartnerFactory(organisation=ready.parties.first().organisation, admin=True)

    assert isinstance(refused(ready, "send_to_review", member), NotAllowed)


def test_open_for_signature_by_the_coordinator_is_refused_as_it_is_the_legal_reviewers(ready):
    coordinator = made.StaffFactory(role=Role.COORDINATOR)
    do.move_agreement(ready, "send_to_review", actor=coordinator)

    assert isinstance(refused(ready, "open_for_signature", coordinator), NotAllowed)


def test_return_to_draft_once_somebody_signed_is_refused(ready, legal):
    agreement = to_signature(ready, legal)
    party = agreement.parties.first()
    do.sign(party, actor=legal, signatory_name="The mayor")

    error = refused(agreement, "return_to_draft", legal, note="A typing error.")

    assert error.blockers == [f"{party.organisation} has signed it already."]


def test_retracted_signature_lets_the_text_go_back_to_draft(ready, legal):
    agreement = to_signature(ready, legal)
    party = do.sign(agreement.parties.first(), actor=legal, signatory_name="The mayor")

    with pytest.raises(DomainError):
        do.retract_signature(party, actor=legal, note=" ")
    do.retract_signature(party, actor=legal, note="Signed the wrong version.")

    assert (
        do.move_agreement(agreement, "return_to_draft", actor=legal, note="Wrong version.").state == A.DRAFT
    )


def test_abandon_after_signature_is_refused_and_before_needs_a_reason(ready, legal):
    assert refused(ready, "abandon", legal).fields == {"note": ["Give the reason."]}
    assert refused(made.AgreementFactory(in_force=True), "abandon", legal, note="No.").code == "wrong_state"
    assert do.move_agreement(ready, "abandon", actor=legal, note="No money.").state == A.ABANDONED


def test_suspend_and_resume_go_back_and_forth_with_a_reason(legal):
    agreement = made.AgreementFactory(in_force=True)

    suspended = do.move_agreement(agreement, "suspend", actor=legal, note="An inquiry.")
    assert suspended not in Agreement.objects.in_force_on(timezone.localdate())

    assert do.move_agreement(suspended, "resume", actor=legal, note="It is over.").state == A.IN_FORCE


def test_terminate_sets_the_effective_end_and_leaves_the_signed_one(legal):
    agreement = made.AgreementFactory(in_force=True)
    ends_on, yesterday = agreement.ends_on, today(-1)

    agreement = do.move_agreement(
        agreement, "terminate", actor=legal, note="By mutual consent.", changes={"terminated_on": yesterday}
    )

    row = Agreement.objects.with_effective_end().get(pk=agreement.pk)
    assert (row.state, row.ends_on, row.effective_ends_on) == (A.TERMINATED, ends_on, yesterday)


@pytest.mark.parametrize("day", [today(1), today(-5000)])
def test_terminate_on_a_day_to_come_or_outside_the_term_is_refused(legal, day):
    agreement = made.AgreementFactory(in_force=True)

    error = refused(agreement, "terminate", legal, note="Enough.", changes={"terminated_on": day})

    assert error.code == "incomplete"


def test_expire_before_the_effective_end_is_refused(legal):
    last_day = made.AgreementFactory(in_force=True, ends_on=today())
    extended = made.AgreementFactory(in_force=True, ends_on=today(-1))
    made.AmendmentFactory(agreement=extended, in_force=True, new_ends_on=today(30))

    assert isinstance(refused(last_day, "expire", legal), NotAllowed)
    assert refused(last_day, "expire", None).code == "incomplete"
    assert refused(extended, "expire", None).code == "incomplete"


def test_edit_once_open_for_signature_is_refused_but_for_the_register_link(ready, legal):
    agreement = to_signature(ready, legal)
    before = unchanged(agreement)

    for changes in ({"ends_on": today(9)}, {"object": "Something else."}, {"confidentiality_clause": ""}):
        with pytest.raises(DomainError) as caught:
            do.edit_agreement(agreement, changes, actor=legal)
        assert caught.value.code == "wrong_state"
        assert list(caught.value.fields) == list(changes)
    assert unchanged(agreement) == before
    edited = do.edit_agreement(agreement, {"register_url": "https://register.example.org/1"}, actor=legal)
    assert edited.register_url == "https://register.example.org/1"


def test_t09_edit_of_state_or_termination_is_refused_or_ignored(ready, legal):
    with pytest.raises(DomainError):
        do.edit_agreement(ready, {"state": A.IN_FORCE}, actor=legal)
    do.edit_agreement(ready, {"terminated_on": today()}, actor=legal)

    ready.refresh_from_db()
    assert (ready.state, ready.terminated_on) == (A.DRAFT, None)


def test_parties_once_open_for_signature_stay_as_they_are(ready, legal):
    agreement = to_signature(ready, legal)
    party = agreement.parties.last()

    for attempt in (
        lambda: do.add_party(
            {"agreement": agreement, "organisation": made.OrganisationFactory()}, actor=legal
        ),
        lambda: do.edit_party(party, {"role": PartyRole.FUNDER}, actor=legal),
        lambda: do.edit_party(party, {"organisation": made.OrganisationFactory()}, actor=legal),
        lambda: do.remove_party(party, actor=legal),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "wrong_state"
    assert agreement.parties.count() == 2
    assert do.edit_party(party, {"signatory_name": "B. Deputy"}, actor=legal).signatory_name == "B. Deputy"


def test_remove_party_with_obligations_is_refused_with_a_sentence(ready, legal):
    obligation = made.ObligationFactory(party=ready.parties.last())

    with pytest.raises(DomainError) as caught:
        do.remove_party(obligation.party, actor=legal)

    assert caught.value.code == "limit"
    assert Party.objects.filter(pk=obligation.party_id).exists()


def test_sign_by_an_administrator_of_the_party_records_who_and_when(ready, legal):
    agreement = to_signature(ready, legal)
    party = agreement.parties.get(role=PartyRole.PARTNER)
    admin = made.PartnerFactory(organisation=party.organisation, admin=True)

    signed = do.sign(party, actor=admin, signed_on=today(-2), signatory_name="C. Director")

    assert (signed.signed_on, signed.signatory_name) == (today(-2), "C. Director")
    entry = AuditEntry.objects.about(party).get(action="party.sign")
    assert (entry.actor, entry.after["signed_on"]) == (admin, today(-2).isoformat())


def test_sign_for_somebody_else_is_refused(ready, legal):
    agreement = to_signature(ready, legal)
    city, partner = agreement.parties.order_by("pk")
    admin = made.PartnerFactory(organisation=partner.organisation, admin=True)
    member = made.PartnerFactory(organisation=partner.organisation)

    for actor, party in ((admin, city), (member, partner)):
        with pytest.raises(NotAllowed):
            do.sign(party, actor=actor, signatory_name="Me")
    assert not agreement.parties.exclude(signed_on=None).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"signed_on": today(1), "signatory_name": "A"}, "signed_on"),
        ({"signatory_name": " "}, "signatory_name"),
    ],
)
def test_sign_on_a_day_to_come_or_by_nobody_is_refused(ready, legal, given, field):
    party = to_signature(ready, legal).parties.first()

    with pytest.raises(DomainError) as caught:
        do.sign(party, actor=legal, **given)

    assert list(caught.value.fields) == [field]


def test_sign_twice_or_before_the_text_is_closed_is_refused(ready, legal):
    with pytest.raises(DomainError) as early:
        do.sign(ready.parties.first(), actor=legal, signatory_name="A")
    party = do.sign(to_signature(ready, legal).parties.first(), actor=legal, signatory_name="A")
    with pytest.raises(DomainError) as twice:
        do.sign(party, actor=legal, signatory_name="B")

    assert (early.value.code, twice.value.code) == ("wrong_state", "wrong_state")


def test_successor_takes_over_parties_and_clauses_without_dates_or_signatures(legal):
    agreement = made.AgreementFactory(in_force=True)

    successor = do.draft_successor(agreement, actor=legal)

    assert (successor.predecessor, successor.state, successor.starts_on) == (agreement, A.DRAFT, None)
    assert successor.confidentiality_clause == agreement.confidentiality_clause
    assert [(p.organisation_id, p.role, p.signed_on) for p in successor.parties.order_by("pk")] == [
        (p.organisation_id, p.role, None) for p in agreement.parties.order_by("pk")
    ]
    with pytest.raises(DomainError) as caught:
        do.draft_successor(agreement, actor=legal)
    assert caught.value.code == "duplicate"


def test_framework_that_is_none_or_itself_is_refused(ready, legal):
    for changes in ({"framework": made.AgreementFactory(kind="specific")}, {"predecessor": ready}):
        with pytest.raises(DomainError) as caught:
            do.edit_agreement(ready, changes, actor=legal)
        assert list(caught.value.fields) == list(changes)


@pytest.mark.parametrize(("name", "kind"), [("framework", "framework"), ("predecessor", "specific")])
def test_agreement_comes_back_to_itself_over_no_others(legal, name, kind):
    first, second, third = (made.AgreementFactory(kind=kind) for _number in range(3))
    do.edit_agreement(first, {name: second}, actor=legal)
    do.edit_agreement(second, {name: third}, actor=legal)

    with pytest.raises(DomainError) as caught:
        do.edit_agreement(third, {name: first}, actor=legal)

    third.refresh_from_db()
    assert (caught.value.code, set(caught.value.fields), getattr(third, name)) == ("invalid", {name}, None)


def test_draft_in_another_centre_by_scoped_staff_is_refused():
    centre = made.CentreFactory()
    actor = made.StaffFactory(role=Role.LEGAL, centre=centre)
    values = {"title": "T", "kind": "protocol", "object": "O"}

    with pytest.raises(NotAllowed):
        do.draft_agreement({**values, "centre": made.CentreFactory()}, actor=actor)
    assert do.draft_agreement({**values, "centre": centre}, actor=actor).reference.startswith("A-")


def test_edit_from_an_old_version_is_refused_as_stale(ready, legal):
    do.edit_agreement(ready, {"title": "First"}, actor=legal)

    with pytest.raises(DomainError) as caught:
        do.edit_agreement(ready, {"title": "Second"}, actor=legal, expected_version=1)

    assert caught.value.code == "stale"
    assert Agreement.objects.get(pk=ready.pk).title == "First"


def test_every_state_of_an_agreement_is_reached():
    assert AGREEMENT.states() == set(A)


@pytest.mark.django_db(transaction=True)
def test_four_successors_drafted_at_once_are_one(at_once):
    agreement, actor = made.AgreementFactory(in_force=True), made.StaffFactory(role=Role.LEGAL)
    values = {
        "title": "T",
        "kind": "protocol",
        "object": "O",
        "centre": agreement.centre,
        "predecessor": agreement,
    }

    results = at_once(
        [
            lambda: do.draft_successor(agreement, actor=actor),
            lambda: do.draft_agreement(dict(values), actor=actor),
        ]
        * 2
    )

    assert sum(isinstance(result, Agreement) for result in results) == 1
    assert {result.code for result in results if not isinstance(result, Agreement)} == {"duplicate"}


@pytest.mark.django_db(transaction=True)
def test_eight_simultaneous_moves_into_force_have_one_winner(at_once):
    parties = (made.OrganisationFactory(), made.OrganisationFactory())
    agreement = made.AgreementFactory(parties=parties)
    actor = made.StaffFactory(role=Role.LEGAL)
    to_signature(agreement, actor)
    sign_all(agreement, actor)

    results = at_once(lambda: do.move_agreement(agreement, "bring_into_force", actor=actor), 8)

    assert sum(isinstance(result, Agreement) for result in results) == 1
    assert {r.code for r in results if isinstance(r, DomainError)} == {"wrong_state"}
    assert AuditEntry.objects.about(agreement).filter(action="agreement.bring_into_force").count() == 1
