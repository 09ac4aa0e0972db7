"""Do lists of people invite and appoint by the rights of the pages, once, and leave what is a person's own?"""

import pytest

from cic.core.models import Job
from partners.choices import Role
from partners.models import Appointment, JoinRequest, Membership, User
from pilots.models import ImportNote
from tests.factories.partners import (
    CentreFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
)

from .tables import bring_in, exported, row_called, said, traces, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory(name="Port")


@pytest.fixture
def admin():
    return StaffFactory(role=Role.ADMIN)


def told():
    return " ".join(ImportNote.objects.values_list("value", flat=True))


def test_addresses_are_invited_to_organisations_once(centre, admin):
    member = MembershipFactory(organisation__name="Vans", user__email="bo@example.org")
    OrganisationFactory(name="Quays")
    rows = [
        {"email": "ada@example.org", "organisations": "Vans | admin\nQuays"},
        {"email": "BO@example.org", "organisations": "Quays | member\nVans | member"},
        {"email": "bo@example.org", "organisations": "Vans"},
        {"email": "cy@example.org", "organisations": "Nobody"},
        {"email": "cy@example.org", "organisations": "Vans | boss"},
        {"email": "no address", "organisations": "Vans"},
        {"email": "cy@example.org", "organisations": ""},
    ]

    assert bring_in(written(rows), admin, centre, dry_run=True) == (2, 0, 1, 4)
    assert (JoinRequest.objects.count(), Job.objects.filter(task="core.send_mail").count()) == (0, 0)
    for expected in ((2, 0, 1, 4), (0, 0, 3, 4)):
        assert bring_in(written(rows), admin, centre) == expected

    made = JoinRequest.objects.order_by("pk").values_list("email", "organisation__name", "role")
    # Names stand in no order.
    assert sorted(made) == [
        ("ada@example.org", "Quays", "member"),
        ("ada@example.org", "Vans", "admin"),
        ("bo@example.org", "Quays", "member"),
    ]
    assert list(Membership.objects.all()) == [member]
    assert ("ada@" in told(), "cy@" in told(), "no address" in told()) == (False, False, False)


def test_a04_persons_settings_are_theirs_and_nobody_is_invited_where_nobody_may_join(centre, admin):
    MembershipFactory(organisation__name="Vans", user__name="Bo")
    row, before = row_called("Bo", exported("user", admin)), traces()
    OrganisationFactory(name="Shut", state="suspended")
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)

    assert row["organisations"] == "Vans | member"
    changed = [{**row, "email": "other@example.org"}, {**row, "organisations": "", "id": row["id"] + ".0"}]
    assert bring_in(written(changed), admin, centre) == (0, 0, 0, 2)
    invited = [{"email": "ada@example.org", "organisations": "Shut"}]
    assert bring_in(written(invited), coordinator, centre) == (0, 0, 0, 1)

    assert said() == [
        ("email", "refused_by_rule"),
        ("organisations", "refused_by_rule"),
        ("", "refused_by_rule"),
    ]
    assert (traces(), User.objects.filter(email="other@example.org").exists()) == (before, False)


def test_roles_for_the_city_are_given_once_and_only_their_days_change(centre, admin):
    ada = UserFactory(email="ada@example.org", name="Ada")
    row = {"email": "ada@example.org", "role": "editor", "centre": "Port", "starts_on": "", "ends_on": ""}
    wrong = [{**row, "email": "nobody@example.org"}, {**row, "role": "boss"}, {**row, "centre": "Nowhere"}]

    for expected in ((1, 0, 0, 3), (0, 0, 1, 3)):
        assert bring_in(written([row, *wrong]), admin, centre) == expected

    made = Appointment.objects.get(user=ada)
    assert (made.role, made.centre) == ("editor", centre)
    kept = {**row, "id": str(made.pk), "starts_on": str(made.starts_on)}
    assert bring_in(written([{**kept, "ends_on": "2031-05-27"}]), admin, centre) == (0, 1, 0, 0)
    assert bring_in(written([{**kept, "role": "admin"}]), admin, centre) == (0, 0, 0, 1)
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=centre)
    assert bring_in(written([{**row, "role": "admin", "centre": ""}]), coordinator, centre) == (0, 0, 0, 1)

    assert list(Appointment.objects.filter(user=ada).values_list("role", "ends_on__year")) == [
        ("editor", 2031)
    ]
    assert "@" not in told()
