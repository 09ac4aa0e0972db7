"""Do the factories give what they promise?"""

import pytest

from partners.choices import AgreementState, Role
from partners.models import standing_of
from tests.factories import partners as made

pytestmark = pytest.mark.django_db


def test_staff_factory_in_a_centre_holds_the_role_there_only():
    centre, other = made.CentreFactory(), made.CentreFactory()

    standing = standing_of(made.StaffFactory(role=Role.LEGAL, centre=centre))

    assert standing.roles == {(Role.LEGAL, centre.pk)}
    assert not standing.has([Role.LEGAL], other.pk)


def test_partner_factory_as_admin_administers_the_organisation():
    organisation = made.OrganisationFactory()

    standing = standing_of(made.PartnerFactory(organisation=organisation, admin=True))

    assert standing.admin_of == {organisation.pk}


def test_agreement_factory_in_force_is_signed_by_city_and_partner():
    agreement = made.AgreementFactory(in_force=True)

    assert agreement.state == AgreementState.IN_FORCE
    assert [party.role for party in agreement.parties.order_by("pk")] == ["city", "partner"]
    assert not agreement.parties.filter(signed_on=None).exists()
