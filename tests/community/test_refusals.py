"""What is refused in groups and comments alike: to auditors, to tokens of one centre, to who was removed?"""

import pytest

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Job
from community.models import Comment, Debate, Follow, Group, GroupMember
from community.operations.comments import edit_comment, move_comment, write_comment
from community.operations.debates import move_debate
from community.operations.group_members import invite_to_group, move_place
from community.operations.groups import found_group
from partners.choices import Role
from partners.operations.erasure import erase_account
from tests.factories.community import (
    CommentFactory,
    DebateFactory,
    FollowFactory,
    GroupFactory,
    GroupMemberFactory,
)
from tests.factories.partners import NO_ADDRESSES, CentreFactory, PartnerFactory, StaffFactory, UserFactory
from tests.factories.trials import TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def limited(user):
    """The same person as a token limited to some other centre lets them act."""
    user.limit_to_centre(CentreFactory().pk)
    return user


def test_a08_token_of_a_centre_opens_no_group_and_speaks_for_nobody_there():
    host = PartnerFactory()
    place = GroupMemberFactory(user=host, group__access="hidden")
    debate = DebateFactory(group=place.group, author=host)
    CommentFactory(trial=None, debate=debate, author=host)
    host = limited(host)

    for model in (Group, Debate, Comment, GroupMember):
        assert model.objects.visible_to(host).count() == 0
    for act in (
        lambda: write_comment({"debate": debate, "text": "Hello"}, actor=host),
        lambda: move_debate(debate, "close", actor=host, changes={"conclusions": "None."}),
        lambda: found_group({"name": "Mine", "description": "Mine"}, actor=host),
        lambda: move_place(place, "leave", actor=host),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (Comment.objects.count(), Group.objects.count()) == (1, 1)


def test_a08_token_of_a_centre_comments_on_nothing_of_another(settings):
    settings.COMMENTS = "after"
    trial, author = TrialFactory(public=True), UserFactory()
    own = CommentFactory(trial=trial, author=author, state="pending")
    author = limited(author)

    for act in (
        lambda: write_comment({"trial": trial, "text": "Hello"}, actor=author),
        lambda: move_comment(own, "withdraw", actor=author),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert list(Comment.objects.visible_to(author)) == []


def test_auditor_changes_nothing_not_even_what_is_their_own():
    auditor = UserFactory()
    place = GroupMemberFactory(user=None, email=auditor.email, state="invited", role="member")
    said = CommentFactory(author=auditor)
    auditor.appointments.create(role=Role.AUDITOR)

    for act in (
        lambda: move_place(place, "join", actor=auditor),
        lambda: edit_comment(said, {"text": "Other"}, actor=auditor),
        lambda: move_comment(said, "withdraw", actor=auditor),
    ):
        with pytest.raises(NotAllowed):
            act()
    place.refresh_from_db()
    assert (place.state, Comment.objects.get().text) == ("invited", said.text)


@pytest.mark.parametrize("happens", ["removed", "closed"])
def test_g03_who_may_speak_no_more_changes_nothing_they_said(happens):
    member, host = UserFactory(), UserFactory()
    group = GroupFactory(access="open", host=host)
    place = GroupMemberFactory(group=group, user=member, role="member")
    debate = DebateFactory(group=group, author=host)
    said = write_comment({"debate": debate, "text": "Kind words"}, actor=member)
    if happens == "removed":
        move_place(place, "remove", actor=host, note="Unkind.")
    else:
        move_debate(debate, "close", actor=host, changes={"conclusions": "Agreed."})

    with pytest.raises(DomainError) as caught:
        edit_comment(said, {"text": "Unkind words"}, actor=member)

    assert (caught.value.code, Comment.objects.get().text) == ("wrong_state", "Kind words")


@pytest.mark.parametrize("address", ["/en/follow/", "/en/feeds/pilots.atom", "/en/pilots/"])
def test_i10_id_beyond_all_ids_names_nothing(client, address):
    assert client.get(address, {"area": "9" * 20, "centre": "9" * 20}).status_code == 200


def test_g02_what_was_asked_for_by_address_goes_with_the_account():
    person = UserFactory(email="lea@example.org")
    FollowFactory(user=None, address="lea@example.org")
    GroupMemberFactory(user=None, email="lea@example.org", state="invited", role="member")

    erase_account(person, actor=person)

    assert (Follow.objects.count(), GroupMember.objects.count()) == (0, 0)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_s01_host_without_a_name_follows_nothing_is_not_invited_and_gets_no_mail(client, address):
    trial, group = TrialFactory(public=True), GroupFactory(host=StaffFactory(role="editor"))

    wishes = {"address": address, "frequency": "weekly"}
    answer = client.post(f"/en/follow/{trial.reference}/", wishes)
    with pytest.raises(DomainError) as refusal:
        invite_to_group(group, address, actor=group.places.get().user)

    assert (answer.status_code, Follow.objects.count(), Job.objects.count()) == (422, 0, 0)
    assert (list(refusal.value.fields), GroupMember.objects.count()) == (["email"], 1)
    assert address in answer.content.decode()
