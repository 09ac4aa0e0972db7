"""Do people come in by their own will, and does no organisation lose its last administrator?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from partners.choices import JoinState, MembershipRole, Role
from partners.models import JoinRequest, Membership, User, standing_of
from partners.operations import memberships as do
from partners.transitions import JOIN_REQUEST
from tests.factories import partners as made
from tests.factories.partners import today

pytestmark = pytest.mark.django_db


def again(user):
    """The person as a new request would load them."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def organisation():
    return made.OrganisationFactory()


@pytest.fixture
def admin(organisation):
    return made.PartnerFactory(organisation=organisation, admin=True)


def test_person_who_asked_becomes_a_member_when_accepted(organisation, admin):
    person = made.UserFactory()
    request = do.ask_to_join(organisation, actor=person, message="I work here.")

    do.move_join_request(request, "accept", actor=admin)

    membership = Membership.objects.get(user=person)
    assert (membership.role, membership.starts_on) == (MembershipRole.MEMBER, timezone.localdate())
    assert organisation.pk in standing_of(again(person)).member_of


@pytest.mark.parametrize("name", ["accept", "decline"])
def test_a09_request_answered_by_the_asker_or_a_stranger_is_refused(organisation, admin, name):
    person = made.UserFactory()
    request = do.ask_to_join(organisation, actor=person)

    for actor in (person, made.PartnerFactory(admin=True), made.PartnerFactory(organisation=organisation)):
        with pytest.raises(NotAllowed):
            do.move_join_request(request, name, actor=actor)
    assert JoinRequest.objects.get().state == JoinState.WAITING
    assert not Membership.objects.filter(user=person).exists()


def test_request_twice_or_as_a_member_is_refused(organisation, admin):
    person = made.UserFactory()
    do.ask_to_join(organisation, actor=person)

    for actor in (person, admin):
        with pytest.raises(DomainError) as caught:
            do.ask_to_join(organisation, actor=actor)
        assert caught.value.code == "duplicate"
    assert JoinRequest.objects.count() == 1


@pytest.mark.parametrize("state", ["suspended", "merged"])
def test_request_to_a_suspended_or_merged_organisation_is_refused(state):
    organisation = made.OrganisationFactory(state=state)

    with pytest.raises(DomainError) as caught:
        do.ask_to_join(organisation, actor=made.UserFactory())

    assert caught.value.code == "wrong_state"


def test_t03_invitation_is_taken_up_by_its_address_only_and_once(organisation, admin):
    request = do.invite(organisation, "New.Person@Example.org", actor=admin, role="admin")
    stranger = made.UserFactory(email="other@example.org")

    with pytest.raises(NotAllowed):
        do.move_join_request(request, "accept", actor=stranger)
    invited = made.UserFactory(email="new.person@example.org")
    do.move_join_request(request, "accept", actor=invited)

    assert standing_of(again(invited)).admin_of == {organisation.pk}
    with pytest.raises(DomainError) as caught:
        do.move_join_request(request, "accept", actor=invited)
    assert caught.value.code == "wrong_state"


def test_t03_invitation_that_waited_too_long_is_refused_and_makes_place_for_another(organisation, admin):
    request = do.invite(organisation, "late@example.org", actor=admin)
    JoinRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(days=31))
    invited = made.UserFactory(email="late@example.org")

    with pytest.raises(DomainError) as caught:
        do.move_join_request(request, "accept", actor=invited)

    assert caught.value.code == "incomplete"
    assert not Membership.objects.filter(user=invited).exists()
    assert do.invite(organisation, "late@example.org", actor=admin).state == JoinState.WAITING


def test_invitation_of_a_known_and_an_unknown_address_answers_alike(organisation, admin):
    made.UserFactory(email="known@example.org", name="Secret Name")

    known = do.invite(organisation, "known@example.org", actor=admin)
    unknown = do.invite(organisation, "unknown@example.org", actor=admin)

    assert (known.user, known.state) == (unknown.user, unknown.state)
    assert Job.objects.filter(task="core.send_mail").count() == 2


def test_invitations_beyond_the_limit_are_refused(organisation, admin, monkeypatch):
    monkeypatch.setattr(do, "INVITATIONS_AT_MOST", 2)
    for number in range(2):
        do.invite(organisation, f"p{number}@example.org", actor=admin)

    with pytest.raises(DomainError) as caught:
        do.invite(organisation, "p3@example.org", actor=admin)

    assert caught.value.code == "limit"
    assert JoinRequest.objects.count() == Job.objects.filter(task="core.send_mail").count() == 2


def test_withdrawn_invitation_is_not_taken_up(organisation, admin):
    request = do.invite(organisation, "new@example.org", actor=admin)
    do.move_join_request(request, "withdraw", actor=admin)

    with pytest.raises(DomainError):
        do.move_join_request(request, "accept", actor=made.UserFactory(email="new@example.org"))


def test_invite_by_a_plain_member_is_refused(organisation):
    with pytest.raises(NotAllowed):
        do.invite(organisation, "x@example.org", actor=made.PartnerFactory(organisation=organisation))
    assert not JoinRequest.objects.exists()


def test_t09_membership_of_the_last_administrator_is_not_put_off(organisation, admin):
    own = admin.memberships.get()

    with pytest.raises(DomainError) as caught:
        do.edit_membership(own, {"starts_on": today(1)}, actor=admin)

    unchanged = Membership.objects.get(pk=own.pk)
    assert (caught.value.code, unchanged.version, unchanged.is_open) == ("limit", own.version, True)


def test_last_administrator_cannot_leave_or_step_down_without_a_successor(organisation, admin):
    membership = admin.memberships.get()
    made.PartnerFactory(organisation=organisation)

    for attempt in (
        lambda: do.end_membership(membership, actor=admin),
        lambda: do.edit_membership(membership, {"role": "member"}, actor=admin),
        lambda: do.edit_membership(membership, {"ends_on": today()}, actor=admin),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "limit"
    membership.refresh_from_db()
    assert (membership.role, membership.ends_on) == (MembershipRole.ADMIN, None)


def test_hand_over_makes_the_successor_administrator_and_lets_one_leave(organisation, admin):
    other = made.PartnerFactory(organisation=organisation)

    membership = do.hand_over(admin.memberships.get(), other.memberships.get(), actor=admin)
    do.end_membership(membership, actor=again(admin))

    assert standing_of(again(other)).admin_of == {organisation.pk}
    assert standing_of(again(admin)).member_of == frozenset()


def test_hand_over_to_someone_outside_or_gone_is_refused(organisation, admin):
    stranger = made.MembershipFactory()
    gone = made.MembershipFactory(organisation=organisation, ends_on=today(-1))

    for successor in (stranger, gone, admin.memberships.get()):
        with pytest.raises(DomainError):
            do.hand_over(admin.memberships.get(), successor, actor=admin)
    assert admin.memberships.get().role == MembershipRole.ADMIN


def test_end_of_a_membership_holds_at_once_even_on_its_first_day(organisation, admin):
    member = made.MembershipFactory(organisation=organisation, starts_on=today())

    do.end_membership(member, actor=admin)

    assert standing_of(again(member.user)).member_of == frozenset()


def test_member_leaves_by_themselves_and_colleagues_cannot_make_them(organisation, admin):
    member = made.MembershipFactory(organisation=organisation)

    with pytest.raises(NotAllowed):
        do.end_membership(member, actor=made.PartnerFactory(organisation=organisation))
    do.end_membership(member, actor=member.user)

    assert not Membership.objects.current().filter(pk=member.pk).exists()


def test_member_added_directly_by_the_administrator_of_an_organisation_is_refused(organisation, admin):
    person = made.UserFactory()

    with pytest.raises(NotAllowed):
        do.add_member({"user": person, "organisation": organisation}, actor=admin)
    coordinator = made.StaffFactory(role=Role.COORDINATOR)
    assert do.add_member({"user": person, "organisation": organisation}, actor=coordinator).user == person


def test_staff_may_end_the_membership_of_the_last_administrator(admin):
    do.end_membership(
        admin.memberships.get(), actor=made.StaffFactory(role=Role.COORDINATOR), note="Left the company."
    )

    assert standing_of(again(admin)).admin_of == frozenset()


def test_every_state_of_a_request_is_reached():
    assert JOIN_REQUEST.states() == set(JoinState)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_leaving_at_once_leave_one_behind(at_once):
    organisation = made.OrganisationFactory()
    admins = [made.PartnerFactory(organisation=organisation, admin=True) for _number in range(2)]

    results = at_once([lambda a=a: do.end_membership(a.memberships.get(), actor=a) for a in admins])

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "Membership"]
    assert Membership.objects.current().filter(organisation=organisation, role="admin").count() == 1


@pytest.mark.django_db(transaction=True)
def test_invitation_accepted_eight_times_at_once_makes_one_membership(at_once):
    organisation = made.OrganisationFactory()
    admin = made.PartnerFactory(organisation=organisation, admin=True)
    request = do.invite(organisation, "new@example.org", actor=admin)
    invited = made.UserFactory(email="new@example.org")

    results = at_once(lambda: do.move_join_request(request, "accept", actor=invited), 8)

    assert sum(isinstance(result, JoinRequest) for result in results) == 1
    assert Membership.objects.filter(user=invited).count() == 1


def test_session_of_a_removed_member_sees_nothing_of_the_organisation_at_the_next_request(
    client, organisation, admin
):
    agreement = made.AgreementFactory(in_force=True, parties=(made.OrganisationFactory(), organisation))
    meeting = made.MeetingFactory(agreement=agreement)
    pending = made.OrganisationFactory(state="pending")
    member = made.PartnerFactory(organisation=organisation)
    made.MembershipFactory(user=member, organisation=pending)
    client.force_login(member)
    addresses = [
        reverse("agreement_detail", args=[agreement.pk]),
        reverse("meeting_detail", args=[meeting.pk]),
        reverse("organisation_detail", args=[pending.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    assert organisation.name in client.get(reverse("people")).content.decode()

    for membership in member.memberships.all():
        do.end_membership(membership, actor=member)

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert organisation.name not in client.get(reverse("people")).content.decode()
    assert client.get(reverse("organisation_detail", args=[organisation.pk])).context["members"] is None


def test_a07_membership_that_ended_is_not_begun_again_by_an_edit(organisation, admin):
    """Whoever left comes back by an invitation they take up, not because the organisation says so."""
    membership = made.PartnerFactory(organisation=organisation).memberships.get()
    do.end_membership(membership, actor=membership.user)
    membership.refresh_from_db()

    for changes in ({"ends_on": None}, {"ends_on": today(9)}, {"ends_on": None, "role": "admin"}):
        with pytest.raises(DomainError) as caught:
            do.edit_membership(membership, changes, actor=admin)
        assert caught.value.code == "wrong_state"
    do.edit_membership(membership, {"title": "Head of research"}, actor=admin)

    assert not Membership.objects.current().filter(user=membership.user).exists()


def test_membership_moved_into_the_time_of_another_is_refused(organisation):
    registrar = made.StaffFactory(role=Role.COORDINATOR)
    person = made.PartnerFactory(organisation=organisation)
    later = do.add_member(
        {
            "user": made.UserFactory(),
            "organisation": organisation,
            "starts_on": today(10),
            "ends_on": today(20),
        },
        actor=registrar,
    )
    Membership.objects.filter(pk=later.pk).update(user=person)
    later.refresh_from_db()

    with pytest.raises(DomainError) as caught:
        do.edit_membership(later, {"starts_on": today()}, actor=registrar)

    assert caught.value.code == "duplicate"
    assert Membership.objects.current().filter(user=person).count() == 1


@pytest.mark.parametrize("state", ["suspended", "merged"])
@pytest.mark.parametrize("origin", ["invited", "asked"])
def test_a09_waiting_request_opens_no_organisation_that_was_closed_since(organisation, admin, origin, state):
    person = made.UserFactory()
    if origin == "invited":
        request, who = do.invite(organisation, person.email, actor=admin), person
    else:
        request, who = do.ask_to_join(organisation, actor=person), admin
    type(organisation).objects.filter(pk=organisation.pk).update(state=state)

    with pytest.raises(DomainError) as caught:
        do.move_join_request(JoinRequest.objects.get(pk=request.pk), "accept", actor=who)

    assert caught.value.code == "incomplete"
    assert not Membership.objects.filter(user=person).exists()


def test_t02_inviting_and_taking_back_mails_an_address_a_few_times_a_day_only(
    organisation, admin, monkeypatch
):
    monkeypatch.setattr(do, "INVITATIONS_PER_ADDRESS_AND_DAY", 2)
    for _time in range(2):
        do.move_join_request(do.invite(organisation, "new@example.org", actor=admin), "withdraw", actor=admin)
    other = made.PartnerFactory(admin=True)

    for who in (admin, other):
        with pytest.raises(DomainError) as caught:
            do.invite(who.memberships.get().organisation, "New@example.org", actor=who)
        assert caught.value.code == "limit"

    assert Job.objects.filter(task="core.send_mail").count() == 2


def test_t02_asking_and_taking_back_tells_the_administrators_a_few_times_a_day_only(
    organisation, admin, monkeypatch
):
    monkeypatch.setattr(do, "ASKS_PER_DAY", 2)
    person = made.UserFactory()
    for _time in range(2):
        do.move_join_request(do.ask_to_join(organisation, actor=person), "withdraw", actor=person)

    with pytest.raises(DomainError) as caught:
        do.ask_to_join(organisation, actor=person)

    assert caught.value.code == "limit"
    assert Job.objects.filter(task="partners.tell_of_join_request").count() == 2
    do.ask_to_join(organisation, actor=made.UserFactory())


@pytest.mark.parametrize("address", made.NO_ADDRESSES)
def test_s01_host_without_a_name_is_not_invited(organisation, admin, address):
    with pytest.raises(DomainError) as caught:
        do.invite(organisation, address, actor=admin)

    assert (caught.value.code, list(caught.value.fields)) == ("invalid", ["email"])
    assert (JoinRequest.objects.count(), Job.objects.filter(task="core.send_mail").count()) == (0, 0)
