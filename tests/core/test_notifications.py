"""Does everybody hear of what concerns them, once, in the way they chose, and of nothing that was closed to them?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cic.core.background import notify, notify_all, sweep
from cic.core.digests import ask_for_digests, last_morning, send_digest
from cic.core.errors import DomainError
from cic.core.models import AuditEntry, Job, Notification, NotificationPreference
from cic.core.notifications import (
    forget_notifications,
    mark_read,
    object_at,
    set_wishes,
    unsubscribe_path,
    wish_of,
)
from partners.choices import Role
from tests.core.resource_contract import client_of, queries_of
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import PartnerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/workspace/notifications/"
SETTINGS = f"{PAGE}settings/"


def told(reader, idea, kind="pilots.idea_received", key="1"):
    """Tell somebody of an idea."""
    return notify(
        reader, kind, key=key, reference=idea.reference, title=idea.title, path=f"/workspace/ideas/{idea.pk}/"
    )


@pytest.fixture
def member():
    """Somebody whose organisation proposed an idea."""
    return PartnerFactory(language="en", time_zone="Europe/Madrid")


@pytest.fixture
def idea(member):
    """That idea."""
    organisation = member.memberships.get().organisation
    return IdeaFactory(
        title="Quiet zapp", organisation=organisation, author=None, state="submitted", reference="I-2026-001"
    )


def leave(member):
    """End the membership of somebody."""
    member.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))


def fresh(user):
    """The person as the next request knows them."""
    return type(user).objects.get(pk=user.pk)


def test_one_row_for_each_reader_and_event(member, idea):
    other = StaffFactory(role=Role.ADMIN)
    for reader in (member, member.pk, other):
        told(reader, idea)
    told(member, idea, key="2")

    rows = Notification.objects.order_by("pk").values_list("reader_id", "object_type", "object_id", "bound")
    assert list(rows) == [
        (member.pk, "pilots.idea", idea.pk, True),
        (other.pk, "pilots.idea", idea.pk, True),
        (member.pk, "pilots.idea", idea.pk, True),
    ]
    assert Job.objects.filter(task="core.send_mail").count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_told_of_one_thing_at_the_cost_of_one(idea, count, django_assert_num_queries):
    staff = [StaffFactory(role=Role.ADMIN).pk for _number in range(count - 1)]
    stranger = UserFactory()
    facts = {"reference": idea.reference, "title": idea.title, "path": f"/workspace/ideas/{idea.pk}/"}

    # who they are, what they wish, what they are here, who may read it, what they are told between savepoints, the mails
    with django_assert_num_queries(9):
        jobs = notify_all([*staff, stranger, stranger.pk], "pilots.idea_received", key="1", **facts)

    assert notify_all([stranger, *staff], "pilots.idea_received", key="1", **facts) == jobs
    assert len(jobs) == Notification.objects.count() == count
    assert set(Notification.objects.filter(bound=True).values_list("reader_id", flat=True)) == set(staff)


@pytest.mark.parametrize(("wish", "mails"), [("at_once", 1), ("daily", 0), ("here", 0)])
def test_mail_goes_at_once_only_to_who_wants_it(member, idea, wish, mails):
    set_wishes(member, {"ideas": wish}, actor=member)

    told(member, idea)

    assert Job.objects.filter(task="core.send_mail").count() == mails
    assert Notification.objects.get().delivery == wish


def test_nobody_can_do_without_the_notice_of_a_decision(member, idea):
    with pytest.raises(DomainError):
        set_wishes(member, {"decisions": "here"}, actor=member)
    NotificationPreference.objects.create(user=member, topic="decisions", delivery="here")

    assert wish_of(member, "decisions") == "at_once"
    assert AuditEntry.objects.count() == 0


def test_g04_a_wish_is_kept_with_what_it_was_before(member):
    set_wishes(member, {"ideas": "daily", "trials": "at_once"}, actor=member)

    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"ideas": "at_once"}, {"ideas": "daily"})


def test_g03_a_removed_member_gets_no_mail_afterwards(member, idea):
    told(member, idea)
    leave(member)

    sweep()

    assert mail.outbox == []


def test_g03_who_is_still_a_member_gets_it(member, idea):
    told(member, idea)

    sweep()

    assert [message.to for message in mail.outbox] == [[member.email]]


def test_l09_a_removed_member_reads_nothing_of_it(member, idea):
    told(member, idea)
    client = client_of(member)
    assert b"Quiet zapp" in client.get(PAGE).content
    leave(member)

    text = client.get(PAGE).content.decode()

    assert ("zapp" in text, "I-2026-001" in text, f"/workspace/ideas/{idea.pk}/" in text) == (
        False,
        False,
        False,
    )
    assert "Something you can no longer open" in text


def test_unread_stand_first_and_are_grouped_by_what_they_are_about(member, idea):
    told(member, idea, key="1")
    told(member, idea, kind="pilots.idea_withdrawn", key="2")
    second = IdeaFactory(title="Second", organisation=idea.organisation, author=None, state="submitted")
    told(member, second, key="3")
    mark_read(member, [Notification.objects.get(object_id=second.pk).pk], actor=member)
    client = client_of(member)

    context = client.get(PAGE).context

    assert [(group["title"], len(group["lines"])) for group in context["unread"]] == [
        ("I-2026-001 · Quiet zapp", 2)
    ]
    assert [group["url"] for group in context["unread"]] == [f"/workspace/ideas/{idea.pk}/"]
    assert [group["title"] for group in context["read"]] == [f"{second.reference} · Second"]


def test_one_or_all_are_taken_for_read_and_only_ones_own(member, idea):
    other = StaffFactory(role=Role.ADMIN)
    told(other, idea)
    for key in "123":
        told(member, idea, key=key)
    client = client_of(member)
    first = Notification.objects.filter(reader=member).first()

    client.post(PAGE, {"id": [first.pk, Notification.objects.get(reader=other).pk, "x"]})
    assert Notification.objects.unread().filter(reader=member).count() == 2
    client.post(PAGE, {"all": "1"})

    assert Notification.objects.unread().filter(reader=member).count() == 0
    assert Notification.objects.unread().filter(reader=other).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_one_and_three(member, idea, count):
    for key in range(count):
        told(member, IdeaFactory(organisation=idea.organisation, state="submitted"), key=str(key))
    client = client_of(member)

    assert (
        queries_of(lambda: client.get(PAGE)) == 6
    )  # session, user with the unread, unread, read, standing, open now
    assert client.get(PAGE).context["unread_shown"] == count


def test_l05_the_head_counts_the_unread_with_no_query_more(member, idea):
    client = client_of(member)
    before = queries_of(lambda: client.get("/workspace/exports/"))
    told(member, idea)

    assert queries_of(lambda: client.get("/workspace/exports/")) == before
    assert b'<data class="count" value="1">' in client.get("/workspace/exports/").content


def test_settings_keep_what_was_chosen_and_mark_what_cannot_be(member):
    client = client_of(member)
    page = client.get(SETTINGS)
    compulsory = {topic["key"] for topic in page.context["topics"] if topic["compulsory"]}

    client.post(SETTINGS, {"ideas": "daily", "trials": "here", "decisions": "here", "nonsense": "here"})

    assert compulsory == {"account", "decisions", "feedback", "information", "registrations"}
    wishes = NotificationPreference.objects.filter(user=member).values_list("topic", "delivery")
    assert dict(wishes) == {"ideas": "daily", "trials": "here", "weekly": "here"}


def test_a_wrong_choice_changes_nothing(member):
    client_of(member).post(SETTINGS, {"ideas": "never", "weekly": "1"})

    assert NotificationPreference.objects.count() == 0


# --- unsubscribing ------------------------------------------------------------------------------------------------------


def test_mails_carry_an_address_that_ends_them_by_one_click(member, idea):
    told(member, idea)
    sweep()
    message = mail.outbox[0]
    address = message.extra_headers["List-Unsubscribe"]

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith("<http://127.0.0.1:8000/unsubscribe/")
    assert address.strip("<>") in message.body

    path = address.strip("<>").removeprefix("http://127.0.0.1:8000")
    response = client_of(None).post(path, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert wish_of(member, "ideas") == "here"
    assert wish_of(member, "trials") == "at_once"


def test_the_notice_of_a_decision_carries_none(member, idea):
    notify(
        member, "pilots.decision_park", key="1", reference=idea.reference, title=idea.title, body="", authority="",
        reasons="", conditions="", decided_on="2026-01-01", review_on="2026-06-01", path=f"/workspace/ideas/{idea.pk}/",
    )  # fmt: skip
    sweep()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


@pytest.mark.parametrize("method", ["get", "head"])
def test_t04_looking_at_the_address_changes_nothing(member, method):
    response = getattr(client_of(None), method)(unsubscribe_path(member.pk, "ideas"))

    assert response.status_code == 200
    assert (NotificationPreference.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("token", ["x", "WzEsImlkZWFzIl0:abc", "WzEsImlkZWFzIl0"])
def test_an_address_that_was_not_made_here_is_none(token):
    for method in ("get", "post"):
        assert getattr(client_of(None), method)(f"/unsubscribe/{token}/", follow=True).status_code == 404

    assert NotificationPreference.objects.count() == 0


def test_the_daily_mail_ends_for_every_topic_that_came_in_it(member):
    set_wishes(member, {"ideas": "daily", "trials": "daily"}, actor=member)

    client_of(None).post(unsubscribe_path(member.pk, "daily"))

    assert [wish_of(member, topic) for topic in ("ideas", "trials", "terms")] == ["here", "here", "at_once"]


# --- digests -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "zone", "daily", "weekly"),
    [
        ("2026-05-06T05:30+00:00", "Europe/Madrid", "2026-05-06T07:00+02:00", "2026-05-04T07:00+02:00"),
        ("2026-05-06T04:30+00:00", "Europe/Madrid", "2026-05-05T07:00+02:00", "2026-05-04T07:00+02:00"),
        ("2026-05-04T04:30+00:00", "Europe/Madrid", "2026-05-03T07:00+02:00", "2026-04-27T07:00+02:00"),
        ("2026-05-04T05:30+00:00", "America/Bogota", "2026-05-03T07:00-05:00", "2026-04-27T07:00-05:00"),
        ("2026-03-29T12:00+00:00", "Europe/Madrid", "2026-03-29T07:00+02:00", "2026-03-23T07:00+01:00"),
    ],
)
def test_mornings_are_the_readers_own(now, zone, daily, weekly):
    moment = datetime.fromisoformat(now)

    assert last_morning(moment, zone, weekly=False) == datetime.fromisoformat(daily)
    assert last_morning(moment, zone, weekly=True) == datetime.fromisoformat(weekly)


@pytest.fixture
def last_week(member, idea):
    """Two events of one idea, eight days before the weekly mail's next morning at most, waiting for a daily mail."""
    set_wishes(member, {"ideas": "daily"}, actor=member)
    told(member, idea, key="1")
    told(member, idea, kind="pilots.idea_withdrawn", key="2")
    moment = last_morning(timezone.now(), "Europe/Madrid", weekly=True) - timedelta(hours=1)
    Notification.objects.update(created_at=moment)


def test_digests_are_sent_once_in_the_readers_language_and_grouped(member, last_week):
    type(member).objects.update(language="ca")
    for _n in range(2):
        ask_for_digests()
        sweep()

    assert Job.objects.filter(task="core.send_digest").count() == 1
    [daily] = mail.outbox
    assert daily.body.count("I-2026-001 · Quiet zapp") == 1
    assert daily.body.count("/workspace/ideas/") == 1
    assert daily.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Notification.objects.filter(mailed_at=None).count() == 0


def test_an_empty_digest_is_never_sent(member):
    ask_for_digests()
    send_digest(user_id=member.pk, day=timezone.localdate().isoformat())

    assert (mail.outbox, Job.objects.count()) == ([], 0)


def test_what_was_read_here_is_not_mailed(member, last_week):
    mark_read(member, actor=member)

    ask_for_digests()

    assert Job.objects.filter(task="core.send_digest").count() == 0


def test_g03_a_digest_holds_nothing_of_what_was_closed_meanwhile(member, last_week):
    ask_for_digests()
    leave(member)

    sweep()

    assert mail.outbox == []


def test_a07_who_was_shut_out_gets_none(member, last_week):
    ask_for_digests()
    type(member).objects.filter(pk=member.pk).update(is_active=False)

    sweep()

    assert mail.outbox == []


# --- the rest ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/workspace/ideas/7/", ("pilots.idea", 7)),
        ("/workspace/trials/7/plan/?x=1#y", ("pilots.trial", 7)),
        ("/workspace/agreements/7/", ("partners.agreement", 7)),
        ("/workspace/people/", None),
        ("/nowhere/", None),
        ("", None),
    ],
)
def test_an_address_says_what_it_is_about(path, found):
    assert object_at(path) == found


def test_a_refused_address_is_shown_on_the_profile(member):
    now = timezone.now()
    Job.objects.create(
        task="core.send_mail",
        payload={"user_id": member.pk},
        refused=True,
        parked_at=now,
        error="550 no such user",
    )
    admin = client_of(StaffFactory(role=Role.ADMIN))

    assert b"550 no such user" in admin.get(f"/workspace/people/{member.pk}/").content
    assert b"550 no such user" in client_of(member).get(SETTINGS).content
    assert b"550 no such user" not in admin.get(f"/workspace/people/{UserFactory().pk}/").content


def test_what_was_told_half_a_year_ago_is_forgotten(member, idea):
    told(member, idea, key="1")
    Notification.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    told(member, idea, key="2")

    forget_notifications()

    assert Notification.objects.get().event.startswith("mail:pilots.idea_received:2")
