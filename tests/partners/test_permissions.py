"""Do the permission to view and the rows that are visible agree, for every role and every noun?"""

import pytest
from django.contrib.auth.models import AnonymousUser

from cic.core.permissions import can
from partners import models
from partners.choices import AgreementState, CentreState, OrganisationState, Role
from partners.models import User
from tests.factories import partners as made

pytestmark = pytest.mark.django_db

VIEW = {
    models.Organisation: "partners.view_organisation",
    models.Membership: "partners.view_membership",
    models.JoinRequest: "partners.view_join_request",
    models.Centre: "partners.view_centre",
    models.TeamMember: "partners.view_team",
    models.Agreement: "partners.view_agreement",
    models.Party: "partners.view_party",
    models.Obligation: "partners.view_commitment",
    models.Resource: "partners.view_commitment",
    models.ResourceGift: "partners.view_commitment",
    models.Amendment: "partners.view_commitment",
    models.AmendmentSignature: "partners.view_commitment",
    models.Meeting: "partners.view_commitment",
    models.User: "partners.view_user",
    models.Area: "partners.view_area",
    models.Territory: "partners.view_territory",
}


@pytest.fixture
def world():
    """Something of everything, in public and not, in two centres; and a person of each role."""
    centre, other = (
        made.CentreFactory(),
        made.CentreFactory(state=CentreState.PROPOSED, publication="internal"),
    )
    organisations = [made.OrganisationFactory(state=state) for state in OrganisationState]
    made.AreaFactory()
    made.TerritoryFactory()
    for where in (centre, other):
        made.TeamMemberFactory(centre=where)
        for state in AgreementState:
            for publication in ("internal", "public"):
                agreement = made.AgreementFactory(
                    centre=where, state=state, publication=publication, parties=organisations[:2]
                )
                party = agreement.parties.last()
                made.ObligationFactory(party=party)
                made.ResourceGiftFactory(resource__party=party)
                made.MeetingFactory(agreement=agreement)
                made.AmendmentFactory(agreement=agreement, in_force=True)
    people = [AnonymousUser(), made.UserFactory(), made.TeamMemberFactory(centre=other).user]
    people += [made.StaffFactory(role=role, centre=where) for role in Role for where in (None, centre)]
    people += [
        made.PartnerFactory(organisation=row, admin=admin)
        for row in organisations[:3]
        for admin in (True, False)
    ]
    made.JoinRequestFactory(organisation=organisations[0])
    made.JoinRequestFactory(organisation=organisations[1], origin="invited", user=None, email=people[1].email)
    made.StaffFactory(role=Role.LEGAL, is_active=False)
    return people


@pytest.mark.parametrize("public_fields", [["parties", "object"], []])
def test_view_permission_and_visible_rows_agree_for_every_role(world, settings, public_fields):
    settings.AGREEMENT_PUBLIC_FIELDS = public_fields
    for model, permission in VIEW.items():
        rows = list(model.objects.all())
        assert rows, model
        for user in world:
            visible = set(model.objects.visible_to(user).values_list("pk", flat=True))
            permitted = {row.pk for row in rows if can(user, permission, row)}
            assert permitted == visible, (model, user, getattr(user, "standing", None))


def test_inside_and_the_permission_to_read_agree_for_every_role(world):
    rows = list(models.Agreement.objects.all())
    for user in world:
        inside = set(models.Agreement.objects.inside(user).values_list("pk", flat=True))
        assert {row.pk for row in rows if can(user, "partners.read_agreement", row)} == inside


def test_deactivated_person_has_no_permission_but_what_everybody_has(world):
    user = User.objects.get(is_active=False)

    assert not can(user, "partners.edit_agreement", models.Agreement.objects.first())
    assert not can(user, "partners.view_area")


def test_auditor_has_no_permission_to_write(world):
    auditor = made.StaffFactory(role=Role.AUDITOR)
    agreement, centre = models.Agreement.objects.first(), models.Centre.objects.first()
    organisation = models.Organisation.objects.first()
    for permission, obj in (
        ("partners.edit_agreement", agreement),
        ("partners.draft_agreement", None),
        ("partners.sign", agreement.parties.first()),
        ("partners.give", models.Resource.objects.first()),
        ("partners.edit_centre", centre),
        ("partners.propose_centre", None),
        ("partners.edit_organisation", organisation),
        ("partners.verify_organisation", organisation),
        ("partners.merge_organisations", organisation),
        ("partners.manage_members", organisation),
        ("partners.appoint", None),
        ("partners.deactivate_user", auditor),
    ):
        assert not can(auditor, permission, obj), permission
