"""Is a group seen by whom it is for and nobody else, and does one come into it and out of it as its hosts say?"""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cic.core import operations
from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.finding import referred_to
from cic.core.models import AuditEntry, Job, Sequence
from community.models import Comment, Debate, Follow, Group, GroupMember
from community.operations.comments import move_comment, write_comment
from community.operations.debates import move_debate, remove_debate, start_debate
from community.operations.follows import follow
from community.operations.group_members import ask_to_come_in, invite_to_group, move_place
from community.operations.groups import edit_group, found_group, move_group
from community.tasks import ask_for_news
from partners.choices import Role
from partners.operations.erasure import erase_account
from partners.operations.people import deactivate_user
from tests.core.resource_contract import client_of
from tests.factories.community import (
    CommentFactory,
    DebateFactory,
    FollowFactory,
    GroupFactory,
    GroupMemberFactory,
)
from tests.factories.partners import PartnerFactory, StaffFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def person(name="Somebody", **fields):
    return UserFactory(name=name, language="en", **fields)


def group_with(access="on_request", people=(), **fields):
    """A group with a host and these people, and a debate in which the host spoke."""
    host = person("Anna Roca")
    group = GroupFactory(access=access, host=host, **fields)
    for user in people:
        GroupMemberFactory(group=group, user=user, role="member")
    debate = DebateFactory(group=group, author=host)
    CommentFactory(trial=None, debate=debate, author=host, text="From ten, I would say.")
    return group, debate, host


def mailed():
    mail.outbox.clear()
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def statuses(user, group, debate):
    """What the pages and the API answer about a group: its own, its debate's, its words'."""
    client, comment = client_of(user), debate.comments.get()
    paths = (
        f"/api/v1/groups/{group.pk}/", f"/api/v1/debates/{debate.pk}/", f"/api/v1/comments/{comment.pk}/",
        f"/en/groups/{group.reference}/", f"/en/discussion/{debate.reference}/", f"/en/comments/{comment.pk}/",
        f"/en/feeds/records/{group.reference}.atom",
    )  # fmt: skip
    return [client.get(path).status_code for path in paths]


# --- who sees what ------------------------------------------------------------------------------------------------------


def test_open_group_is_read_by_everybody():
    group, debate, host = group_with("open")

    assert [statuses(user, group, debate) for user in (None, person(), host)] == [[200] * 7] * 3


def test_group_on_request_shows_its_name_and_no_post_to_who_is_not_in_it():
    inside, asker = person(), person()
    group, debate, host = group_with("on_request", [inside])
    GroupMemberFactory(group=group, user=asker, state="asked", role="member", joined_at=None)
    outside = [200, 404, 404, 200, 404, 404, 404]

    assert [statuses(user, group, debate) for user in (None, person(), asker)] == [outside] * 3
    assert [statuses(user, group, debate) for user in (inside, host)] == [[200] * 6 + [404]] * 2


def test_references_tell_neither_of_hidden_groups_nor_of_their_debates(client, monkeypatch):
    drawn = iter([23, 23, 7, 51])
    monkeypatch.setattr(operations.secrets, "randbelow", lambda below: next(drawn) % below)
    numbered = GroupFactory(access="open", reference="G-2025-001", host=person())
    host = StaffFactory(role=Role.EDITOR)

    shown, hidden = (
        found_group({"name": name, "description": "x", "access": access}, actor=host)
        for name, access in (("Shown", "open"), ("Secret", "hidden"))
    )
    debate = start_debate({"group": hidden, "title": "Secret", "text": "x"}, actor=host)

    year = timezone.localdate().year
    assert (shown.reference, hidden.reference) == (f"G-{year}-100023", f"G-{year}-100007")
    assert debate.reference == f"DB-{year}-100051"
    # No count is kept that another reference could show, and those already given go on leading somewhere.
    assert Sequence.objects.filter(prefix__in=("G", "DB")).count() == 0
    for group in (numbered, shown):
        assert referred_to(group.reference.lower(), host) == group
        assert client.get(reverse("group_page", args=[group.reference])).status_code == 200
    assert client.get(reverse("group_page", args=[hidden.reference])).status_code == 404


@pytest.mark.parametrize("state", ["asked", "refused", "declined", "withdrawn", "left", "removed"])
def test_hidden_group_is_not_there_for_who_is_not_in_it(state):
    was = person()
    group, debate, host = group_with("hidden")
    GroupMemberFactory(group=group, user=was, state=state, role="member")
    coordinator = StaffFactory(role=Role.COORDINATOR)
    moderator = StaffFactory(role=Role.MODERATOR)

    for user in (None, person(), was, coordinator, moderator):
        assert statuses(user, group, debate) == [404] * 7
        client = client_of(user)
        for noun in ("groups", "debates", "comments", "group-members"):
            assert client.get(f"/api/v1/{noun}/?count=true").json()["count"] == 0
    assert statuses(host, group, debate) == [200] * 6 + [404]


def test_hidden_group_shows_its_name_and_no_post_to_who_is_invited():
    invited = person()
    group, debate, host = group_with("hidden")
    invite_to_group(group, invited.email.upper(), actor=host)

    assert statuses(invited, group, debate) == [200, 404, 404, 200, 404, 404, 404]
    assert client_of(invited).get("/workspace/groups/").content.decode().count(group.name) > 0


def test_closed_account_sees_nothing_and_gets_no_mail():
    member = person()
    group, debate, host = group_with("hidden", [member])
    client = client_of(member)
    FollowFactory(user=member, trial=None, group=group)
    comment = CommentFactory(trial=None, debate=debate, author=member)
    write_comment({"parent": comment, "text": "No."}, actor=host)
    deactivate_user(member, actor=StaffFactory(role=Role.ADMIN))

    answers = [client.get(f"/workspace/{page}/{pk}/").status_code for page, pk in (("groups", group.pk), ("debates", debate.pk))]  # fmt: skip
    ask_for_news()

    assert answers == [302, 302]
    assert [row for row in mailed() if row[0] == member.email] == []


def test_log_of_changes_of_groups_is_for_who_oversees_everything():
    group, debate, host = group_with("hidden")
    with_words = start_debate({"group": group, "title": "Zqsecret", "text": "Zqsecret"}, actor=host)
    write_comment({"debate": with_words, "text": "Zqsecret too"}, actor=host)

    seen = {
        role: "Zqsecret" in client_of(StaffFactory(role=role)).get("/workspace/audit/").content.decode()
        for role in (Role.COORDINATOR, Role.LEGAL, Role.ADMIN, Role.AUDITOR)
    }

    assert seen == {Role.COORDINATOR: False, Role.LEGAL: False, Role.ADMIN: True, Role.AUDITOR: True}


def test_search_finds_groups_and_debates_for_who_reads_them():
    member = person()
    group, debate, host = group_with("hidden", [member], name="Zqnight", description="Zqnight")
    Debate.objects.filter(pk=debate.pk).update(search_text="zqnight")

    def found(user, path):
        return group.name in client_of(user).get(path).content.decode().replace('value="Zqnight"', "")

    assert found(member, "/workspace/search/?q=Zqnight") is True
    outsider = client_of(person())
    assert "0" in outsider.get("/workspace/search/?q=Zqnight").content.decode()
    assert group.reference not in outsider.get("/workspace/search/?q=Zqnight").content.decode()
    assert outsider.get(f"/workspace/search/?q={group.reference}").status_code == 200
    assert outsider.get(f"/workspace/search/?q={debate.reference}").status_code == 200


# --- coming in ----------------------------------------------------------------------------------------------------------


def test_asker_is_let_in_and_both_sides_hear_of_it():
    group, debate, host = group_with("on_request")
    asker = person("Pere Soler")

    place = ask_to_come_in(group, actor=asker, message="We unload at night.")
    asked = mailed()
    move_place(place, "accept", actor=host)

    assert asked == [(host.email, f"Pere Soler asks to come into “{group.name}”")]
    assert mailed() == [(asker.email, f"You are in the group “{group.name}”")]
    assert Debate.objects.visible_to(asker).get() == debate


def test_refused_asker_hears_why_and_may_ask_again():
    group, _debate, host = group_with("on_request")
    asker = person()

    place = ask_to_come_in(group, actor=asker)
    with pytest.raises(DomainError) as unexplained:
        move_place(place, "refuse", actor=host)
    move_place(place, "refuse", actor=host, note="It is for carriers.")

    assert unexplained.value.code == "incomplete"
    assert (asker.email, f"Your wish to come into “{group.name}”") in mailed()
    assert any("It is for carriers." in letter.body for letter in mail.outbox)
    assert ask_to_come_in(group, actor=asker).state == "asked"


def test_open_group_is_come_into_at_once_but_not_by_who_was_removed():
    group, _debate, host = group_with("open")
    user = person()

    place = ask_to_come_in(group, actor=user)
    move_place(place, "remove", actor=host, note="Advertising.")
    again = ask_to_come_in(group, actor=user)

    assert (place.state, again.state) == ("member", "asked")


def test_g03_who_was_removed_does_not_come_back_by_asking_and_taking_that_back():
    group, _debate, host = group_with("open")
    user = person()
    move_place(ask_to_come_in(group, actor=user), "remove", actor=host, note="Advertising.")

    move_place(ask_to_come_in(group, actor=user), "withdraw", actor=user)
    again = ask_to_come_in(group, actor=user)

    assert (again.state, GroupMember.objects.present().filter(group=group, user=user).count()) == ("asked", 0)


def test_r03_asking_twice_is_one_wish():
    group, _debate, _host = group_with("on_request")
    user = person()
    ask_to_come_in(group, actor=user)

    with pytest.raises(DomainError) as twice:
        ask_to_come_in(group, actor=user)

    assert (twice.value.code, group.places.filter(user=user).count()) == ("duplicate", 1)


@pytest.mark.parametrize("who", ["outsider", "member", "asker", "coordinator"])
def test_only_hosts_let_in_remove_and_invite(who):
    member, asker = person(), person()
    group, _debate, _host = group_with("on_request", [member])
    place = ask_to_come_in(group, actor=asker)
    actor = {
        "outsider": person(), "member": member, "asker": asker, "coordinator": StaffFactory(role=Role.COORDINATOR),
    }[who]  # fmt: skip

    for attempt in (
        lambda: move_place(place, "accept", actor=actor),
        lambda: move_place(place, "refuse", actor=actor, note="No"),
        lambda: move_place(group.places.get(role="host"), "remove", actor=actor, note="No"),
        lambda: move_place(group.places.get(user=member), "make_host", actor=actor),
        lambda: invite_to_group(group, "x@example.org", actor=actor),
        lambda: edit_group(group, {"access": "open"}, actor=actor),
        lambda: move_group(group, "close", actor=actor, note="No"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert sorted(group.places.values_list("state", flat=True)) == ["asked", "member", "member"]


def test_invitation_belongs_to_its_address():
    group, _debate, host = group_with("hidden")
    place = invite_to_group(group, "new@example.org", actor=host)
    stranger = person()

    with pytest.raises(NotAllowed):
        move_place(place, "join", actor=stranger)
    newcomer = person(email="new@example.org")
    place = move_place(place, "join", actor=newcomer)

    assert (place.user, place.email, place.state) == (newcomer, "", "member")
    assert mailed()[1:] == [(host.email, f"Somebody has come into “{group.name}”")]


def test_invited_who_asked_already_is_let_in():
    group, _debate, host = group_with("on_request")
    asker = person()
    place = ask_to_come_in(group, actor=asker)

    assert invite_to_group(group, asker.email, actor=host).pk == place.pk
    assert GroupMember.objects.get(pk=place.pk).state == "member"


# --- hosts --------------------------------------------------------------------------------------------------------------


def test_last_host_hands_over_before_leaving():
    member = person()
    group, _debate, host = group_with("on_request", [member])
    place = group.places.get(user=host)

    for name in ("leave", "step_down"):
        with pytest.raises(DomainError) as refused:
            move_place(place, name, actor=host)
        assert refused.value.code == "incomplete"
    move_place(group.places.get(user=member), "make_host", actor=host)
    move_place(place, "leave", actor=host)

    assert list(group.places.filter(state="member").values_list("user", "role")) == [(member.pk, "host")]


def test_group_that_the_only_person_leaves_is_closed():
    group, _debate, host = group_with("on_request")

    move_place(group.places.get(), "leave", actor=host)

    assert Group.objects.get().state == "closed"


def test_account_of_last_host_closed_hands_the_group_to_who_is_in_it_longest():
    first, second = person(), person()
    group, _debate, host = group_with("hidden", [first, second])

    deactivate_user(host, actor=StaffFactory(role=Role.ADMIN))

    assert list(GroupMember.objects.hosts().values_list("user", flat=True)) == [first.pk]


def test_g02_erased_member_s_words_stay_by_a_former_user_and_their_place_goes():
    group, debate, host = group_with("open", [person()])
    own = start_debate({"group": group, "title": "Mine", "text": "Mine"}, actor=host)

    erase_account(host, actor=host)

    assert group.places.filter(user=host).count() == 0
    assert GroupMember.objects.hosts().count() == 1
    page = Client().get(f"/en/discussion/{own.reference}/").content.decode()
    assert ("Anna Roca" in page, "Former user" in page or "Antic" in page) == (False, True)
    assert Comment.objects.get(debate=debate).text == "From ten, I would say."


# --- debates ------------------------------------------------------------------------------------------------------------


def test_debate_is_contributed_to_answered_and_closed_with_conclusions():
    member = person()
    group, debate, host = group_with("on_request", [member])

    said = write_comment({"debate": debate, "text": "From midnight."}, actor=member)
    write_comment({"parent": said, "text": "Too late for us."}, actor=host)
    heard = mailed()
    with pytest.raises(DomainError) as empty:
        move_debate(debate, "close", actor=host)
    closed = move_debate(debate, "close", actor=host, changes={"conclusions": "From eleven."})

    assert heard == sorted(
        [
            (host.email, f"A contribution to your debate “{debate.title}”"),
            (member.email, f"Somebody answered you in “{debate.title}”"),
        ]
    )
    assert (empty.value.code, closed.state, closed.conclusions) == ("incomplete", "closed", "From eleven.")
    assert mailed() == [(member.email, f"Closed, with conclusions: {debate.title}")]
    with pytest.raises(NotAllowed):
        write_comment({"debate": debate, "text": "But still."}, actor=member)
    move_debate(debate, "reopen", actor=host, note="New figures.")
    assert write_comment({"debate": debate, "text": "But still."}, actor=member).state == "published"


@pytest.mark.parametrize("comments", ["off", "before", "after"])
def test_contribution_shows_at_once_whatever_holds_for_comments_of_the_public(comments, settings):
    settings.COMMENTS = comments
    member = person()
    _group, debate, _host = group_with("hidden", [member])

    assert write_comment({"debate": debate, "text": "Yes."}, actor=member).state == "published"


@pytest.mark.parametrize("access", ["open", "on_request", "hidden"])
def test_outsider_says_nothing_and_starts_nothing(access):
    group, debate, _host = group_with(access)
    for user in (person(), StaffFactory(role=Role.COORDINATOR), StaffFactory(role=Role.ADMIN)):
        with pytest.raises(NotAllowed):
            write_comment({"debate": debate, "text": "Me too."}, actor=user)
        with pytest.raises(NotAllowed):
            write_comment({"parent": debate.comments.get(), "text": "Me too."}, actor=user)
        with pytest.raises(NotAllowed):
            start_debate({"group": group, "title": "Mine", "text": "Mine"}, actor=user)
    with pytest.raises(NotAllowed):
        move_debate(debate, "close", actor=person(), changes={"conclusions": "So."})
    assert (Debate.objects.count(), Comment.objects.count()) == (1, 1)


def test_removed_member_speaks_no_more_hears_nothing_and_keeps_no_follow():
    member = person()
    group, debate, host = group_with("open", [member])
    said = write_comment({"debate": debate, "text": "From midnight."}, actor=member)
    follow(group, actor=member, frequency="at_once")
    mailed()
    write_comment({"parent": said, "text": "Too late."}, actor=host)
    move_place(group.places.get(user=member), "remove", actor=host, note="Rude.")
    write_comment({"parent": said, "text": "Much too late."}, actor=host)
    ask_for_news()

    with pytest.raises(NotAllowed):
        write_comment({"debate": debate, "text": "Again."}, actor=member)
    assert Follow.objects.filter(user=member).count() == 0
    subjects = [subject for to, subject in mailed() if to == member.email]
    assert f"You are no longer in the group “{group.name}”" in subjects
    assert [subject for subject in subjects if "News" in subject] == []


def test_host_moderates_what_was_reported_and_the_city_s_moderators_what_they_read():
    member, rude = person(), person()
    _group, debate, host = group_with("hidden", [member, rude])
    said = write_comment({"debate": debate, "text": "Idiots."}, actor=rude)
    mailed()

    move_comment(said, "report", actor=member, changes={"reported_for": "insult"})
    told = mailed()
    for user in (member, StaffFactory(role=Role.MODERATOR), person()):
        page = client_of(user).get(f"/workspace/comments/{said.pk}/")
        assert page.status_code in (403, 404)
    assert client_of(host).get(f"/workspace/comments/{said.pk}/").status_code == 200
    move_comment(said, "hide", actor=host, note="An insult.")

    assert told == [(host.email, f"A contribution to “{debate.title}” was reported")]
    assert mailed() == [(rude.email, f"What you wrote in “{debate.title}” is hidden")]
    assert "Idiots." not in client_of(member).get(f"/workspace/debates/{debate.pk}/").content.decode()


def test_staff_in_the_group_answers_for_the_city_and_others_do_not():
    staff, member = StaffFactory(role=Role.COORDINATOR), person()
    _group, debate, _host = group_with("on_request", [staff, member])

    answer = write_comment({"debate": debate, "text": "We will.", "official": True}, actor=staff)

    assert (answer.official, answer.state) == (True, "published")
    with pytest.raises(NotAllowed):
        write_comment({"debate": debate, "text": "We will.", "official": True}, actor=member)


def test_debate_goes_into_the_bin_while_nobody_spoke():
    group, debate, host = group_with("on_request")
    empty = start_debate({"group": group, "title": "Zqempty", "text": "Zqempty"}, actor=host)

    with pytest.raises(DomainError) as spoken:
        remove_debate(debate, actor=host)
    remove_debate(empty, actor=host)
    in_bin = {
        user: "Zqempty" in client_of(user).get("/workspace/bin/").content.decode()
        for user in (host, person())
    }

    assert spoken.value.code == "limit"
    assert list(in_bin.values()) == [True, False]


# --- following ----------------------------------------------------------------------------------------------------------


def test_follower_gets_what_is_new_newest_first_and_nothing_when_nothing_is():
    member = person()
    group, debate, host = group_with("hidden", [member])
    follow(group, actor=member, frequency="at_once")
    ask_for_news()
    nothing = mailed()
    write_comment({"debate": debate, "text": "First word."}, actor=host)
    write_comment({"debate": debate, "text": "Second word."}, actor=host)
    ask_for_news()

    assert nothing == []
    assert [row for row in mailed() if "News" in row[1]] == [(member.email, f"News of {debate.reference} · {debate.title}")]  # fmt: skip
    news = next(letter.body for letter in mail.outbox if "News" in letter.subject)
    assert news.index("Second word.") < news.index("First word.")


def test_group_hidden_after_a_mail_was_queued_tells_nobody_outside():
    member, reader = person(), person()
    group, debate, host = group_with("open", [member])
    follow(group, actor=reader, frequency="at_once")
    follow(group, actor=member, frequency="at_once")
    FollowFactory(user=None, address="neighbour@example.org", trial=None, group=group)
    write_comment({"debate": debate, "text": "A word."}, actor=host)
    ask_for_news()
    edit_group(group, {"access": "hidden"}, actor=host)

    assert [to for to, subject in mailed() if "News" in subject] == [member.email]
    with pytest.raises(NotAllowed):
        follow(group, actor=reader)
    assert client_of(reader).get("/workspace/following/").content.decode().count(group.name) == 0
    assert client_of(reader).get(f"/en/follow/{group.reference}/").status_code == 404


def test_open_group_has_a_feed_and_loses_it_with_its_openness():
    group, debate, host = group_with("open")
    write_comment({"debate": debate, "text": "A word of the feed."}, actor=host)
    address = f"/en/feeds/records/{group.reference}.atom"

    before = Client().get(address)
    edit_group(group, {"access": "on_request"}, actor=host)
    after = [client_of(user).get(address).status_code for user in (None, host)]

    assert "A word of the feed." in before.content.decode()
    assert after == [404, 404]


# --- ids that were guessed ----------------------------------------------------------------------------------------------


def test_guessed_ids_are_not_there_whichever_door_they_are_tried_at():
    group, debate, host = group_with("hidden")
    comment, place = debate.comments.get(), group.places.get()
    client = client_of(PartnerFactory())

    for address, pk in (
        ("/api/v1/comments/?debate=", debate.pk),
        ("/api/v1/debates/?group=", group.pk),
        ("/api/v1/group-members/?group=", group.pk),
    ):
        assert client.get(f"{address}{pk}").status_code == client.get(f"{address}999999").status_code
    for noun, body in (
        ("comments", {"debate": debate.pk, "text": "x", "language": "en"}),
        ("comments", {"parent": comment.pk, "text": "x", "language": "en"}),
        ("debates", {"group": group.pk, "title": "x", "text": "x"}),
        ("group-members", {"group": group.pk}),
        ("group-members", {"group": group.pk, "email": "x@example.org"}),
    ):
        assert client.post(f"/api/v1/{noun}/", body, content_type="application/json").status_code == 400
    for page in (
        f"groups/{group.pk}/come-in/", f"groups/{group.pk}/invite/", f"groups/{group.pk}/debates/new/",
        f"debates/{debate.pk}/contribute/", f"group-members/{place.pk}/", f"comments/{comment.pk}/",
        f"audit/community.group/{group.pk}/",
    ):  # fmt: skip
        assert client.get(f"/workspace/{page}").status_code == 404
    for page in ("report", "edit", "withdraw"):
        assert client.get(f"/en/comments/{comment.pk}/{page}/").status_code == 404
    assert (GroupMember.objects.count(), Debate.objects.count(), Comment.objects.count()) == (1, 1, 1)


def test_founder_is_a_partner_or_of_the_city():
    values = {"name": "Night", "description": "Night", "language": "en", "access": "hidden"}

    group = found_group(values, actor=PartnerFactory())
    for user in (person(), StaffFactory(role=Role.AUDITOR), AnonymousUser()):
        with pytest.raises(NotAllowed):
            found_group(values, actor=user)

    assert (group.places.get().role, Group.objects.count()) == ("host", 1)
    assert AuditEntry.objects.filter(action="group.create").count() == 1


def test_search_of_the_public_finds_what_everybody_reads(client):
    for access in ("open", "on_request", "hidden"):
        group = GroupFactory(access=access, name=f"Zqnight {access}", host=person())
        DebateFactory(group=group, title=f"Zqnight debated {access}")

    page = client.get("/en/search/?q=zqnight").content.decode()

    found = {name: name in page for name in ("Zqnight open", "Zqnight on_request", "Zqnight hidden", "debated open", "debated on_request", "debated hidden")}  # fmt: skip
    assert [name for name, there in found.items() if there] == ["Zqnight open", "Zqnight on_request", "debated open"]  # fmt: skip


def test_link_that_confirms_a_follow_says_nothing_of_a_group_hidden_since(client):
    host = person()
    group = GroupFactory(access="open", host=host, name="Zqnight")
    client.post(f"/en/follow/{group.reference}/", {"address": "n@example.org", "frequency": "weekly"})
    mailed()
    path = re.search(r"https?://[^/]+(/\S+/confirm/\S+)", mail.outbox[-1].body)[1]
    edit_group(group, {"access": "hidden"}, actor=host)

    answers = [client.get(path), client.post(path)]

    assert [(answer.status_code, b"Zqnight" in answer.content) for answer in answers] == [(410, False)] * 2
    assert Follow.objects.get().confirmed_at is None


def test_one_address_is_not_flooded_with_invitations():
    for _time in range(5):
        host = person()
        invite_to_group(GroupFactory(host=host), "often@example.org", actor=host)
    host = person()

    with pytest.raises(DomainError) as refused:
        invite_to_group(GroupFactory(host=host), "often@example.org", actor=host)

    assert (refused.value.code, GroupMember.objects.filter(state="invited").count()) == ("limit", 5)


def test_t02_asking_and_taking_back_tells_the_hosts_a_few_times_a_day_only(monkeypatch):
    monkeypatch.setattr("community.operations.group_members.ASKS_PER_DAY", 2)
    group, person = GroupFactory(access="on_request", host=PartnerFactory()), UserFactory()
    for _time in range(2):
        move_place(ask_to_come_in(group, actor=person), "withdraw", actor=person)

    with pytest.raises(DomainError) as refusal:
        ask_to_come_in(group, actor=person)

    assert refusal.value.code == "limit"
    assert Job.objects.filter(task="core.send_mail", payload__kind="community.group_asked").count() == 2
