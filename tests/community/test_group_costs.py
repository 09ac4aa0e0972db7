"""What do the pages of groups cost, and what if two hosts act at the same moment?"""

import pytest

from cic.core.errors import DomainError
from cic.core.models import StageChange
from community.models import Comment, GroupMember
from community.operations.comments import write_comment
from community.operations.debates import move_debate
from community.operations.group_members import ask_to_come_in, move_place
from tests.core.resource_contract import client_of, queries_of
from tests.factories.cms import make_site
from tests.factories.community import (
    CommentFactory,
    DebateFactory,
    FollowFactory,
    GroupFactory,
    GroupMemberFactory,
)
from tests.factories.partners import PartnerFactory, UserFactory


def filled(host, number, access="open"):
    """A group with `number` of everything in it."""
    group = GroupFactory(access=access, host=host)
    for _n in range(number):
        debate = DebateFactory(group=group)
        comment = CommentFactory(trial=None, debate=debate)
        CommentFactory(trial=None, debate=debate, parent=comment)
        CommentFactory(trial=None, debate=debate, state="reported", reported_for="spam")
        GroupMemberFactory(group=group, role="member")
        GroupMemberFactory(group=group, role="member", state="asked")
        GroupMemberFactory(group=group, user=None, email=f"x{debate.pk}@example.org", state="invited")
    for _n in range(number - 1):
        CommentFactory(trial=None, debate=debate)
    FollowFactory(user=host, trial=None, group=group)
    return group, debate


@pytest.mark.django_db
def test_pages_cost_the_same_for_one_and_three_and_no_more_than_they_may():
    make_site()
    costs = {}
    for number in (1, 3):
        host = PartnerFactory()
        for _n in range(number - 1):
            filled(host, 1, "hidden")
        group, debate = filled(host, number)
        client, reader = client_of(host), client_of(None)
        for most, who, path in (
            (12, client, "/workspace/groups/"),
            (12, client, f"/workspace/groups/{group.pk}/"),
            (12, client, f"/workspace/debates/{debate.pk}/"),
            (12, client, "/workspace/debates/"),
            (12, client, "/workspace/group-members/"),
            (12, client, "/workspace/following/"),
            (10, reader, "/en/groups/"),
            (10, reader, f"/en/groups/{group.reference}/"),
            (10, reader, f"/en/discussion/{debate.reference}/"),
        ):
            assert who.get(path).status_code == 200
            count = queries_of(lambda who=who, path=path: who.get(path))
            name = (
                path.replace(str(group.pk), "N").replace(str(debate.pk), "N") if "en/" not in path else most
            )
            costs.setdefault((who is client, path.split("/")[2], str(path.count("/")), name), []).append(
                count
            )
            assert count <= most, (path, count)

    assert {key: found for key, found in costs.items() if len(set(found)) > 1} == {}


@pytest.mark.django_db(transaction=True)
def test_two_hosts_who_answer_at_once_give_one_answer(at_once):
    hosts = [PartnerFactory(), PartnerFactory()]
    group = GroupFactory(access="on_request", host=hosts[0])
    GroupMemberFactory(group=group, user=hosts[1])
    place = ask_to_come_in(group, actor=UserFactory())

    results = at_once(
        [
            lambda: move_place(GroupMember.objects.get(pk=place.pk), "accept", actor=hosts[0]),
            lambda: move_place(GroupMember.objects.get(pk=place.pk), "refuse", actor=hosts[1], note="No."),
        ]
    )

    refused = [row.code for row in results if isinstance(row, DomainError)]
    assert refused == ["wrong_state"]
    assert StageChange.objects.about(place).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_last_hosts_who_leave_at_once_leave_one_behind(at_once):
    hosts = [PartnerFactory(), PartnerFactory()]
    group = GroupFactory(access="on_request", host=hosts[0])
    GroupMemberFactory(group=group, user=hosts[1])
    GroupMemberFactory(group=group, role="member")

    at_once(
        [lambda user=user: move_place(group.places.get(user=user), "leave", actor=user) for user in hosts]
    )

    assert GroupMember.objects.hosts().filter(group=group).count() == 1


@pytest.mark.django_db(transaction=True)
def test_r03_asking_at_once_is_one_wish(at_once):
    group, user = GroupFactory(access="open"), UserFactory()

    results = at_once(lambda: ask_to_come_in(group, actor=user), 6)

    assert sorted(getattr(row, "code", "in") for row in results) == ["duplicate"] * 5 + ["in"]
    assert GroupMember.objects.get(user=user).state == "member"


@pytest.mark.django_db(transaction=True)
def test_word_said_while_the_host_closes_is_in_or_refused(at_once):
    host, member = PartnerFactory(), UserFactory()
    group = GroupFactory(access="on_request", host=host)
    GroupMemberFactory(group=group, user=member, role="member")
    debate = DebateFactory(group=group, author=host)

    _closed, said = at_once(
        [
            lambda: move_debate(debate, "close", actor=host, changes={"conclusions": "So."}),
            lambda: write_comment({"debate": debate, "text": "But.", "language": "en"}, actor=member),
        ]
    )

    debate.refresh_from_db()
    assert debate.state == "closed"
    assert Comment.objects.count() == (0 if isinstance(said, Exception) else 1)
