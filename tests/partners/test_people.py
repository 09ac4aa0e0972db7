"""Are roles given and taken by administrators only, and is a person who is shut out really out?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry
from partners.choices import Role
from partners.models import Appointment, User, standing_of
from partners.models.users import fold_address
from partners.operations import people as do
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return made.StaffFactory(role=Role.ADMIN)


def again(user):
    return User.objects.get(pk=user.pk)


def test_appointment_by_an_administrator_holds_in_its_centre_and_is_audited(admin):
    person, centre = made.UserFactory(), made.CentreFactory()

    appointment = do.appoint(
        {"user": person, "role": Role.MONITOR, "centre": centre}, actor=admin, authority="Resolution 7/2026"
    )

    assert standing_of(again(person)).roles == {(Role.MONITOR, centre.pk)}
    entry = AuditEntry.objects.about(appointment).get()
    assert (entry.actor, entry.action, entry.authority) == (admin, "appointment.create", "Resolution 7/2026")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_appointment_by_any_other_role_is_refused(role):
    actor = made.StaffFactory(role=role)

    with pytest.raises(NotAllowed):
        do.appoint({"user": actor, "role": Role.ADMIN}, actor=actor)
    assert standing_of(again(actor)).roles == {(role, None)}


def test_appointment_held_already_is_refused_and_possible_again_after_its_end(admin):
    person = made.UserFactory()
    appointment = do.appoint({"user": person, "role": Role.EDITOR}, actor=admin)

    with pytest.raises(DomainError) as caught:
        do.appoint({"user": person, "role": Role.EDITOR}, actor=admin)
    do.end_appointment(appointment, actor=admin)

    assert caught.value.code == "duplicate"
    assert standing_of(again(person)).roles == frozenset()
    assert do.appoint({"user": person, "role": Role.EDITOR}, actor=admin).pk != appointment.pk


def test_appointment_is_not_turned_into_another(admin):
    appointment = made.AppointmentFactory()

    with pytest.raises(DomainError):
        do.edit_appointment(appointment, {"role": Role.ADMIN}, actor=admin)

    appointment.refresh_from_db()
    assert appointment.role == Role.COORDINATOR


def test_t09_role_of_the_last_administrator_is_not_put_off(admin):
    own = admin.appointments.get()

    with pytest.raises(DomainError) as caught:
        do.edit_appointment(own, {"starts_on": today(1)}, actor=admin)
    do.edit_appointment(own, {"starts_on": today(-30)}, actor=admin)
    made.StaffFactory(role=Role.ADMIN)
    do.edit_appointment(own, {"starts_on": today(1)}, actor=admin)

    assert (caught.value.code, Appointment.objects.get(pk=own.pk).starts_on) == ("limit", today(1))
    assert AuditEntry.objects.about(own).filter(action="appointment.edit").count() == 2


def test_last_administrator_of_the_platform_stays(admin):
    appointment = admin.appointments.get()

    for attempt in (
        lambda: do.end_appointment(appointment, actor=admin),
        lambda: do.deactivate_user(admin, actor=admin),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "limit"
    assert again(admin).is_active
    made.StaffFactory(role=Role.ADMIN)
    do.end_appointment(appointment, actor=admin)


def test_deactivated_person_has_no_standing_and_comes_back_with_it(admin):
    person = made.StaffFactory(role=Role.LEGAL)

    do.deactivate_user(person, actor=admin, note="Left the city.")
    assert standing_of(again(person)).roles == frozenset()

    do.reactivate_user(again(person), actor=admin)
    assert standing_of(again(person)).roles == {(Role.LEGAL, None)}


def test_deactivation_by_anybody_else_is_refused():
    person = made.UserFactory()

    for actor in (made.StaffFactory(role=Role.COORDINATOR), person):
        with pytest.raises(NotAllowed):
            do.deactivate_user(person, actor=actor)
    assert again(person).is_active


def test_t09_profile_takes_name_language_and_zone_only():
    person = made.UserFactory()

    for changes in ({"email": "x@example.org"}, {"is_superuser": True}, {"is_active": False}, {"version": 9}):
        with pytest.raises(DomainError):
            do.edit_profile(person, changes, actor=person)
    edited = do.edit_profile(
        person, {"name": "New", "language": "fr", "time_zone": "America/Bogota"}, actor=person
    )

    assert (edited.name, edited.language, edited.time_zone) == ("New", "fr", "America/Bogota")
    assert (edited.email, edited.is_superuser) == (person.email, False)


def test_profile_of_another_or_an_unknown_zone_is_refused(admin):
    person = made.UserFactory()

    with pytest.raises(NotAllowed):
        do.edit_profile(person, {"name": "X"}, actor=admin)
    with pytest.raises(DomainError) as caught:
        do.edit_profile(person, {"time_zone": "PST8"}, actor=person)
    assert list(caught.value.fields) == ["time_zone"]


@pytest.mark.parametrize(
    "typed", ["ADMIN@example.org", " admin@example.org ", "ａｄｍｉｎ@example.org", "admin@EXAMPLE.org"]
)
def test_t06_spellings_of_an_address_are_one(typed):
    assert fold_address(typed) == "admin@example.org"


@pytest.mark.django_db(transaction=True)
def test_two_last_administrators_going_at_once_leave_one_behind(at_once):
    admins = [made.StaffFactory(role=Role.ADMIN) for _number in range(2)]

    results = at_once([lambda a=a: do.end_appointment(a.appointments.get(), actor=a) for a in admins])

    assert sorted(type(result).__name__ for result in results) == ["Appointment", "DomainError"]
    assert Appointment.objects.current().filter(role=Role.ADMIN).count() == 1
    assert today(-1) in Appointment.objects.values_list("ends_on", flat=True)


@pytest.mark.django_db(transaction=True)
def test_same_role_given_four_times_at_once_is_given_once(at_once):
    admin, person = made.StaffFactory(role=Role.ADMIN), made.UserFactory()

    results = at_once(lambda: do.appoint({"user": person, "role": Role.LEGAL}, actor=admin), 4)

    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert {result.code for result in results if not isinstance(result, Appointment)} == {"duplicate"}


def test_role_that_ended_is_not_begun_again_beside_another():
    admin, person = made.StaffFactory(role=Role.ADMIN), made.UserFactory()
    given = {"user": person, "role": Role.MONITOR, "centre": made.CentreFactory()}
    first = do.appoint(given, actor=admin)
    do.end_appointment(first, actor=admin)
    do.appoint(given, actor=admin)
    first.refresh_from_db()

    with pytest.raises(DomainError) as caught:
        do.edit_appointment(first, {"ends_on": today(30)}, actor=admin)

    assert caught.value.code == "duplicate"
    assert Appointment.objects.current().filter(user=person).count() == 1
