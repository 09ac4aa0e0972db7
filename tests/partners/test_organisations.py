"""Is every organisation there once, and does a merge lose nothing?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry
from partners.choices import MembershipRole, OrganisationState, Role
from partners.models import Alias, Membership, Organisation
from partners.operations import organisations as do
from partners.signals import organisations_merged
from partners.transitions import ORGANISATION
from tests.factories import partners as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return made.StaffFactory(role=Role.COORDINATOR)


def test_register_makes_the_person_its_administrator_and_waits_for_the_city():
    person = made.UserFactory()

    organisation = do.register_organisation({"name": "Silent Wheels SL", "country": "es"}, actor=person)

    assert (organisation.state, organisation.country) == (OrganisationState.PENDING, "ES")
    membership = Membership.objects.get(organisation=organisation)
    assert (membership.user, membership.role) == (person, MembershipRole.ADMIN)


@pytest.mark.parametrize("tax_id", ["B12345678", "ES-B12345678", "b 123 456 78"])
def test_register_with_a_known_tax_number_is_refused_even_as_another(tax_id):
    made.OrganisationFactory(tax_id="B12345678", country="ES")

    with pytest.raises(DomainError) as caught:
        do.register_organisation(
            {"name": "Something else", "tax_id": tax_id, "country": "ES", "is_another": True},
            actor=made.UserFactory(),
        )

    assert (caught.value.code, list(caught.value.fields)) == ("duplicate", ["tax_id"])
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("name", ["Col•laboració S.L.", "COLLABORACIO", "colŀlaboració sl", "Old Name"])
def test_register_with_a_known_name_is_refused_unless_it_is_another(name):
    known = made.OrganisationFactory(name="Col·laboració, SL", country="ES")
    made.AliasFactory(organisation=known, name="Old name")

    with pytest.raises(DomainError) as caught:
        do.register_organisation({"name": name}, actor=made.UserFactory())

    assert (caught.value.code, list(caught.value.fields)) == ("duplicate", ["name"])
    assert do.register_organisation({"name": name, "is_another": True}, actor=made.UserFactory()).pk


def test_register_by_nobody_is_refused():
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(NotAllowed):
        do.register_organisation({"name": "X"}, actor=AnonymousUser())


def test_edit_of_the_name_keeps_the_old_one_as_alias():
    organisation = made.OrganisationFactory(name="Before SL")
    admin = made.PartnerFactory(organisation=organisation, admin=True)

    do.edit_organisation(organisation, {"name": "After SL"}, actor=admin)

    assert [(alias.name, alias.folded) for alias in organisation.aliases.all()] == [("Before SL", "before")]
    assert Organisation.objects.matching("before") == [Organisation.objects.get(pk=organisation.pk)]


def test_t09_edit_of_state_or_merge_by_its_administrator_is_refused():
    organisation = made.OrganisationFactory(state=OrganisationState.PENDING)
    admin = made.PartnerFactory(organisation=organisation, admin=True)

    with pytest.raises(DomainError):
        do.edit_organisation(organisation, {"state": "verified"}, actor=admin)
    with pytest.raises(NotAllowed):
        do.move_organisation(organisation, "verify", actor=admin)

    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.PENDING


def test_edit_by_a_plain_member_or_a_rival_is_refused():
    organisation = made.OrganisationFactory(name="Ours")

    for actor in (made.PartnerFactory(organisation=organisation), made.PartnerFactory(admin=True)):
        with pytest.raises(NotAllowed):
            do.edit_organisation(organisation, {"name": "Theirs"}, actor=actor)
    assert Organisation.objects.get(pk=organisation.pk).name == "Ours"


def test_edit_to_the_tax_number_of_another_is_refused(coordinator):
    made.OrganisationFactory(tax_id="B12345678", country="ES")
    organisation = made.OrganisationFactory(country="ES")

    with pytest.raises(DomainError) as caught:
        do.edit_organisation(organisation, {"tax_id": "ES B12345678"}, actor=coordinator)

    assert caught.value.code == "duplicate"


def test_verify_suspend_and_reinstate_need_staff_and_reasons(coordinator):
    organisation = made.OrganisationFactory(state=OrganisationState.PENDING)

    do.move_organisation(organisation, "verify", actor=coordinator)
    with pytest.raises(DomainError) as caught:
        do.move_organisation(organisation, "suspend", actor=coordinator)
    do.move_organisation(organisation, "suspend", actor=coordinator, note="An inquiry.")
    with pytest.raises(DomainError) as again:
        do.move_organisation(organisation, "verify", actor=coordinator)

    assert (caught.value.code, again.value.code) == ("incomplete", "wrong_state")
    assert (
        do.move_organisation(organisation, "reinstate", actor=coordinator, note="Over.").state == "verified"
    )


def test_merge_brings_names_people_and_agreements_and_keeps_the_source(coordinator):
    source = made.OrganisationFactory(name="Rodes Silencioses SL", tax_id="B1", municipality="Reus")
    target = made.OrganisationFactory(name="Silent Wheels", municipality="")
    made.AliasFactory(organisation=source, name="RS")
    person, both = (
        made.PartnerFactory(organisation=source, admin=True),
        made.PartnerFactory(organisation=source),
    )
    made.MembershipFactory(user=both, organisation=target)
    agreement = made.AgreementFactory(in_force=True, parties=[made.OrganisationFactory(), source])
    heard = []
    organisations_merged.connect(listener := lambda **given: heard.append((given["source"], given["target"])))

    source = do.merge_organisations(source, target, actor=coordinator, note="The same company.")

    organisations_merged.disconnect(listener)
    assert (source.state, source.merged_into, heard) == ("merged", target, [(source, target)])
    assert set(target.aliases.values_list("name", flat=True)) == {"Rodes Silencioses SL", "RS"}
    target.refresh_from_db()
    assert (target.tax_id, target.municipality) == ("B1", "Reus")
    assert set(Membership.objects.current().filter(organisation=target).values_list("user_id", "role")) == {
        (person.pk, "admin"),
        (both.pk, "member"),
    }
    assert source.memberships.exclude(ends_on=None).count() == 2
    assert agreement.parties.get(role="partner").organisation == target
    assert AuditEntry.objects.about(target).filter(action="organisation.take_in").exists()
    assert Organisation.objects.matching("Rodes Silencioses") == [target]


def test_merge_of_two_parties_of_one_agreement_leaves_both(coordinator):
    source, target = made.OrganisationFactory(), made.OrganisationFactory()
    agreement = made.AgreementFactory(in_force=True, parties=[target, source])

    do.merge_organisations(source, target, actor=coordinator)

    assert set(agreement.parties.values_list("organisation_id", flat=True)) == {source.pk, target.pk}


def test_merge_into_itself_or_into_a_merged_one_is_refused(coordinator):
    organisation = made.OrganisationFactory()
    gone = made.OrganisationFactory(state=OrganisationState.MERGED, merged_into=made.OrganisationFactory())

    for target in (organisation, gone):
        with pytest.raises(DomainError) as caught:
            do.merge_organisations(organisation, target, actor=coordinator)
        assert caught.value.code == "incomplete"
    organisation.refresh_from_db()
    assert (organisation.state, organisation.merged_into) == ("verified", None)


def test_a09_merge_by_legal_or_partner_is_refused():
    source, target = made.OrganisationFactory(), made.OrganisationFactory()

    for actor in (made.StaffFactory(role=Role.LEGAL), made.PartnerFactory(organisation=source, admin=True)):
        with pytest.raises(NotAllowed):
            do.merge_organisations(source, target, actor=actor)
    assert not Alias.objects.exists()


def test_every_state_of_an_organisation_is_reached():
    assert ORGANISATION.states() == set(OrganisationState)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("values", [{"name": "One SL", "tax_id": "B99"}, {"name": "One SL"}])
def test_same_company_registered_by_eight_employees_at_once_is_there_once(at_once, values):
    people = made.UserFactory.create_batch(8)

    results = at_once([lambda p=p: do.register_organisation(dict(values), actor=p) for p in people])

    assert sum(isinstance(result, Organisation) for result in results) == 1
    assert {result.code for result in results if not isinstance(result, Organisation)} == {"duplicate"}
    assert Organisation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_merged_into_each_other_at_once_leave_one(at_once):
    pair, coordinator = [made.OrganisationFactory(), made.OrganisationFactory()], made.StaffFactory()

    def merging(source, target):
        return lambda: do.merge_organisations(source, target, actor=coordinator)

    results = at_once([merging(*pair), merging(*reversed(pair))])

    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert sorted(Organisation.objects.values_list("state", flat=True)) == ["merged", "verified"]
