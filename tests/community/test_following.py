"""Does who follows hear once of what anybody may know, and is an address nobody confirmed forgotten?"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cic.core.background import run_job
from cic.core.errors import DomainError
from cic.core.models import AuditEntry, Job
from cic.core.operations import edit, record
from community.models import Follow
from community.models.searches import matching, spelled
from community.operations import follows as operations
from community.operations.comments import write_comment
from community.tasks import ask_for_news, forget_unconfirmed
from partners.choices import Role
from partners.operations.erasure import erase_account
from partners.operations.people import deactivate_user
from pilots.models import LogEntry, Trial
from pilots.operations.trials import move_trial
from tests.core.resource_contract import queries_of
from tests.factories.community import FollowFactory
from tests.factories.partners import CentreFactory, StaffFactory, UserFactory
from tests.factories.trials import MilestoneFactory, PilotFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
ASK = {"address": "Veina@Example.org", "frequency": "at_once"}


def deliver():
    """Run what is due; the mails that came of it."""
    before = len(mail.outbox)
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    return mail.outbox[before:]


def tick():
    ask_for_news()
    return deliver()


def address_in(letter):
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", letter.body)[1]


def noted(trial, text, **fields):
    values = {"trial": trial, "text": text, "is_public": True, **fields}
    return record(LogEntry(**values), actor=trial.monitor)


def public_pilot(**fields):
    return PilotFactory(running=True, publication="public", **fields)


def test_t04_address_follows_only_once_its_link_was_posted_and_only_once(client):
    trial = public_pilot()

    asked = client.post(f"/ca/follow/{trial.reference}/", ASK)
    letter = deliver()[0]
    link = address_in(letter)
    looked = [client.get(link).status_code, client.head(link).status_code]
    unconfirmed = Follow.objects.get().confirmed_at
    first, again = client.post(link), client.post(link)

    assert (asked.status_code, asked["Location"]) == (302, "/ca/follow/asked/")
    assert (letter.to, looked, unconfirmed) == (["veina@example.org"], [200, 200], None)
    assert (first.status_code, again.status_code, client.get(link).status_code) == (302, 410, 410)
    assert "Què seguiu" in client.get(first["Location"]).content.decode() or first["Location"].startswith(
        "/ca/"
    )
    row = Follow.objects.get()
    assert (row.confirmed_at is not None, row.token_digest, row.language) == (True, None, "ca")
    assert not AuditEntry.objects.filter(object_type="community.follow", words__contains="veina").exists()


def test_t01_known_and_unknown_addresses_get_the_same_answer_and_a_few_mails_a_day(client):
    trial = public_pilot()
    FollowFactory(user=None, address="known@example.org", trial=trial, key=key_of("known@example.org", trial))

    answers = {
        client.post(f"/en/follow/{trial.reference}/", {**ASK, "address": f"{name}@example.org"})["Location"]
        for name in ("known", "new", *["often"] * 9)
    }

    assert answers == {"/en/follow/asked/"}
    assert sorted(letter.to[0].split("@")[0] for letter in deliver()) == ["known", "new", *["often"] * 5]
    assert Follow.objects.count() == 3


def key_of(reader, trial):
    return operations.digest(f"{reader}|pilots.trial:{trial.pk}")


def test_t02_many_from_one_place_are_refused_and_what_a_program_fills_in_goes_nowhere(client):
    trial = public_pilot()

    trapped = client.post(f"/en/follow/{trial.reference}/", {**ASK, "website": "https://spam.example"})
    answers = [
        client.post(f"/en/follow/{trial.reference}/", {**ASK, "address": f"p{n}@example.org"}).status_code
        for n in range(20)
    ]

    assert (trapped.status_code, answers) == (302, [302] * 19 + [429])
    assert Follow.objects.count() == 19


@pytest.mark.parametrize("publication", ["internal", "withdrawn"])
def test_what_is_not_public_cannot_be_followed(client, publication):
    trial = TrialFactory(publication=publication)

    assert client.get(f"/en/follow/{trial.reference}/").status_code == 404
    assert client.post(f"/en/follow/{trial.reference}/", ASK).status_code == 404
    assert Follow.objects.count() == 0


def test_unconfirmed_address_is_forgotten_after_two_days(client):
    client.post(f"/en/follow/{public_pilot().reference}/", ASK)
    confirmed = FollowFactory(user=None, address="stays@example.org")

    forget_unconfirmed()
    early = Follow.objects.count()
    Follow.objects.filter(confirmed_at=None).update(token_expires_at=timezone.now() - timedelta(seconds=1))
    forget_unconfirmed()

    assert (early, list(Follow.objects.values_list("pk", flat=True))) == (2, [confirmed.pk])


def test_follower_hears_once_of_everything_public_and_of_nothing_else():
    trial = public_pilot()
    row = FollowFactory(
        user=None, address="veina@example.org", trial=trial, told_position=operations.log_position()
    )
    noted(trial, "The vans came at four.")
    noted(trial, "zqinternal", is_public=False)
    edit(
        MilestoneFactory(trial=trial, title="First hundred nights"),
        {"done_on": timezone.localdate()},
        actor=None,
    )
    edit(trial, {"budget_eur": 7}, actor=None)
    write_comment(
        {"trial": trial, "text": "Why?", "kind": "question"},
        actor=StaffFactory(role=Role.MODERATOR, centre=trial.centre),
    )

    first, again = [[letter for letter in tick() if letter.to == [row.address]] for _twice in range(2)]

    assert len(first) == 1
    assert [line for line in first[0].body.splitlines() if line.startswith("–")] == [
        "– Somebody says or asks: Why?",
        "– Milestone reached: First hundred nights",
        "– The vans came at four.",
    ]
    assert (first[0].subject, again) == (f"News of {trial.reference} · {trial.title}", [])
    assert first[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Follow.objects.get(pk=row.pk).told_position == operations.log_position()


def test_one_mail_tells_of_all_a_reader_follows_and_weekly_ones_wait_for_monday():
    trials, user = [public_pilot(), public_pilot()], UserFactory(language="en", time_zone="UTC")
    here = operations.log_position()
    for trial in trials:
        FollowFactory(user=user, trial=trial, told_position=here)
    weekly = FollowFactory(
        user=None, address="w@example.org", trial=trials[0], frequency="weekly", told_position=here
    )
    for trial in trials:
        noted(trial, f"Seen at {trial.reference}")

    at_once = tick()
    Follow.objects.filter(pk=weekly.pk).update(asked_at=timezone.now() - timedelta(days=8))
    monday = tick()

    assert [(letter.to, letter.subject) for letter in at_once] == [
        ([user.email], "News of 2 things you follow")
    ]
    assert [letter.to for letter in monday] == [["w@example.org"]]
    assert (f"Seen at {trials[0].reference}" in monday[0].body, tick()) == (True, [])


def test_g03_nothing_is_sent_of_what_was_withdrawn_or_to_whom_has_left():
    withdrawn, trial = public_pilot(), public_pilot()
    here = operations.log_position()
    gone, left = UserFactory(), UserFactory()
    for user, followed in ((UserFactory(), withdrawn), (gone, trial), (left, trial)):
        FollowFactory(user=user, trial=followed, told_position=here)
    for followed in (withdrawn, trial):
        noted(followed, "Something happened.")
    ask_for_news()
    Trial.objects.filter(pk=withdrawn.pk).update(publication="withdrawn")
    deactivate_user(gone, actor=StaffFactory(role=Role.ADMIN))
    erase_account(left, actor=left)

    assert [letter for letter in deliver() if "Something happened" in letter.body] == []
    assert Follow.objects.filter(user=left).count() == 0


def test_l09_what_happened_before_it_was_public_is_not_told():
    trial = PilotFactory(running=True, publication="in_review")
    follow = FollowFactory(
        user=None, address="a@example.org", trial=trial, told_position=operations.log_position()
    )
    noted(trial, "zqbefore")
    record(LogEntry(trial=trial, text="zqbetween", is_public=True), actor=None)
    steering = StaffFactory(role=Role.COORDINATOR, centre=trial.centre)
    move_trial(trial, "publish", actor=steering)
    noted(trial, "After it was shown.")

    bodies = "".join(letter.body for letter in tick())

    assert ("A new pilot can be followed." in bodies, "After it was shown." in bodies, "zqbe" in bodies) == (
        True,
        True,
        False,
    )
    assert follow.pk


def test_followers_of_a_centre_and_of_a_search_hear_of_new_pilots_that_fit():
    centre, other = CentreFactory(publication="public"), CentreFactory(publication="public")
    here = operations.log_position()
    search = spelled(query(f"centre={centre.pk}&page=3&order=title"))
    FollowFactory(user=None, address="c@example.org", trial=None, centre=centre, told_position=here)
    FollowFactory(user=None, address="s@example.org", trial=None, search=search, told_position=here)
    FollowFactory(user=None, address="o@example.org", trial=None, centre=other, told_position=here)
    trial = PilotFactory(running=True, publication="in_review", centre=centre)
    move_trial(trial, "publish", actor=StaffFactory(role=Role.COORDINATOR, centre=centre))

    letters = tick()

    assert search == f"?centre={centre.pk}"
    assert sorted(letter.to[0] for letter in letters) == ["c@example.org", "s@example.org"]
    assert matching(search, [trial.pk]) == {trial.pk}


def query(text):
    from django.http import QueryDict

    return QueryDict(text)


def test_one_click_ends_everything_of_one_reader_and_forgets_the_address(client):
    trial = public_pilot()
    FollowFactory(
        user=None, address="veina@example.org", trial=trial, told_position=operations.log_position()
    )
    FollowFactory(user=None, address="other@example.org", trial=trial)
    noted(trial, "Something.")
    header = tick()[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")

    looked = Client(enforce_csrf_checks=True).get(header).status_code
    kept = Follow.objects.count()
    Client(enforce_csrf_checks=True).post(header, {"List-Unsubscribe": "One-Click"})

    assert (looked, kept) == (200, 2)
    assert list(Follow.objects.values_list("address", flat=True)) == ["other@example.org"]
    assert client.get("/en/follow/mine/made-up/").status_code == 404


def test_who_signed_in_follows_with_one_button_and_ends_it_in_the_list():
    user, trial = UserFactory(), public_pilot()
    foreign = FollowFactory(trial=trial)
    client = Client()
    client.force_login(user)

    for _twice in range(2):
        client.post(f"/en/follow/{trial.reference}/", {"frequency": "weekly"})
    row = Follow.objects.get(user=user)
    shown = client.get("/workspace/following/").content.decode()
    stolen = client.post("/workspace/following/", {"follow": foreign.pk, "action": "end"})
    client.post("/workspace/following/", {"follow": row.pk, "action": "end"})

    assert (row.confirmed_at is not None, trial.title in shown, stolen.status_code) == (True, True, 404)
    assert list(Follow.objects.values_list("pk", flat=True)) == [foreign.pk]
    assert deliver() == []


def test_link_that_is_too_old_confirms_nothing():
    trial = public_pilot()
    Client().post(f"/en/follow/{trial.reference}/", ASK)
    token = address_in(deliver()[0]).split("/")[-2]
    Follow.objects.update(token_expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(DomainError) as refused:
        operations.confirm_follow(token)

    assert (refused.value.code, Follow.objects.get().confirmed_at) == ("wrong_state", None)


@pytest.mark.parametrize("item_count", [1, 3])
def test_asking_for_news_costs_the_same_for_one_follower_and_three(item_count):
    trial = public_pilot()
    here = operations.log_position()
    for number in range(item_count):
        FollowFactory(user=None, address=f"f{number}@example.org", trial=trial, told_position=here)
    noted(trial, "Something.")
    Job.objects.all().delete()

    assert queries_of(lambda: operations.ask_for_news()) == 10
    assert Job.objects.count() == item_count
