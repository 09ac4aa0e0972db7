"""Is what citizens say shown when it should, answered, reported, hidden, and never the way to anything else?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job, StageChange
from community.models import Comment
from community.operations.comments import edit_comment, move_comment, write_comment
from community.templatetags.community import said
from partners.choices import Role
from partners.operations.erasure import erase_account
from tests.core.resource_contract import queries_of, send
from tests.factories.community import CommentFactory
from tests.factories.ideas import ChallengeFactory
from tests.factories.partners import StaffFactory, UserFactory
from tests.factories.trials import PilotFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(record):
    return f"/en/pilots/{record.reference}/"


def mailed():
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def public_pilot(**fields):
    return PilotFactory(running=True, publication="public", **fields)


def test_comment_read_before_waits_and_shows_once_a_moderator_published_it(client, settings):
    settings.COMMENTS = "before"
    trial = public_pilot()
    moderator = StaffFactory(role=Role.MODERATOR, centre=trial.centre)
    author = UserFactory(name="Júlia Serra", language="en")
    client.force_login(author)

    response = client.post(
        f"/en/discussion/{trial.reference}/write/", {"kind": "question", "text": "Is it louder on Mondays?"}
    )
    comment = Comment.objects.get()
    before = Client().get(page_of(trial)).content.decode()
    move_comment(comment, "publish", actor=moderator)
    after = Client().get(page_of(trial)).content.decode()

    assert response["Location"] == f"/en/comments/{comment.pk}/#c{comment.pk}"
    assert (comment.state, comment.kind, comment.language) == ("pending", "question", "en")
    assert ("louder on Mondays" in before, "louder on Mondays" in after, "Júlia Serra" in after) == (
        False,
        True,
        True,
    )
    assert mailed() == sorted(
        [
            (moderator.email, f"A comment about {trial.reference} waits to be read"),
            (author.email, f"What you wrote about {trial.reference} is public"),
            (trial.monitor.email, f"A question about {trial.reference}"),
        ]
    )


def test_official_answer_shows_at_once_as_the_city_s_and_its_reader_hears_of_it(settings):
    settings.COMMENTS = "before"
    question = CommentFactory(kind="question", author=UserFactory(language="en"))
    coordinator = StaffFactory(role=Role.COORDINATOR, centre=question.trial.centre, name="Anna Roca")

    write_comment({"parent": question, "text": "No: on Fridays.", "official": True}, actor=coordinator)
    shown = Client().get(page_of(question.trial)).content.decode()

    assert ("No: on Fridays." in shown, "Answer of the city" in shown, "Anna Roca" in shown) == (
        True,
        True,
        False,
    )
    assert mailed() == [(question.author.email, f"Somebody answered you about {question.trial.reference}")]


def test_official_answer_of_somebody_else_is_refused():
    question = CommentFactory()

    for user in (UserFactory(), StaffFactory(role=Role.COORDINATOR, centre=TrialFactory().centre)):
        with pytest.raises(NotAllowed):
            write_comment({"parent": question, "text": "So it is.", "official": True}, actor=user)
    assert Comment.objects.count() == 1


def test_r03_the_same_words_twice_are_one_comment_and_a_flood_is_refused(settings):
    settings.COMMENTS = "after"
    trial, author = public_pilot(), UserFactory()

    first, second = (write_comment({"trial": trial, "text": "Well done."}, actor=author) for _n in range(2))
    for number in range(9):
        write_comment({"trial": trial, "text": f"Once more {number}"}, actor=author)
    with pytest.raises(DomainError) as refused:
        write_comment({"trial": trial, "text": "And again"}, actor=author)

    assert (first.pk, refused.value.code, Comment.objects.count()) == (second.pk, "limit", 10)


@pytest.mark.parametrize("setting", ["off", "after"])
def test_comment_on_what_is_not_public_or_while_off_is_refused(setting, settings):
    settings.COMMENTS = setting
    trial = TrialFactory(public=setting == "off")
    insider = StaffFactory(role=Role.MONITOR, centre=trial.centre)

    with pytest.raises(NotAllowed):
        write_comment({"trial": trial, "text": "Hello"}, actor=insider)

    assert signed_in(insider).get(f"/en/discussion/{trial.reference}/write/").status_code == 404
    assert Comment.objects.count() == 0


def test_l09_comments_are_gone_from_everywhere_with_what_they_are_about(client):
    comment = CommentFactory(text="zqhidden")
    trial, address = comment.trial, f"/en/comments/{comment.pk}/"
    before = [client.get(url).status_code for url in (address, f"/en/discussion/{trial.reference}/")]
    type(trial).objects.filter(pk=trial.pk).update(publication="withdrawn")

    moderator = signed_in(StaffFactory(role=Role.MODERATOR, centre=trial.centre))
    author = signed_in(comment.author)
    gone = [
        reader.get(url).status_code
        for reader in (client, author, moderator)
        for url in (address, f"/en/discussion/{trial.reference}/", f"/api/v1/comments/{comment.pk}/")
    ]

    assert before == [200, 200]
    assert gone == [404] * 9
    assert moderator.get("/workspace/comments/").content.count(b"zqhidden") == 0
    assert client.get("/api/v1/comments/?count=true").json()["count"] == 0


def test_report_hides_nothing_and_is_nobody_else_s_business(settings):
    comment = CommentFactory()
    moderator = StaffFactory(role=Role.MODERATOR, centre=comment.trial.centre)
    reader = signed_in(UserFactory())

    reader.post(f"/en/comments/{comment.pk}/report/", {"reported_for": "spam", "note": "It sells vans."})
    shown = Client().get(f"/api/v1/comments/{comment.pk}/").json()
    stage = StageChange.objects.get()

    assert (Comment.objects.get().state, stage.move, stage.reason) == ("reported", "report", "It sells vans.")
    assert ("state" in shown, shown["text"]) == (False, comment.text)
    assert mailed() == [(moderator.email, f"A comment about {comment.trial.reference} was reported")]
    again = reader.get(f"/en/comments/{comment.pk}/report/")
    assert again["Location"] == f"/en/comments/{comment.pk}/#c{comment.pk}"


@pytest.mark.parametrize("who", ["author", "auditor"])
def test_report_by_its_author_or_an_auditor_is_refused(who):
    comment = CommentFactory()
    user = comment.author if who == "author" else StaffFactory(role=Role.AUDITOR)

    assert (
        signed_in(user).post(f"/en/comments/{comment.pk}/report/", {"reported_for": "spam"}).status_code
        == 403
    )
    assert Comment.objects.get().state == "published"


def test_hidden_comment_keeps_its_place_without_words_while_it_is_answered(client):
    question = CommentFactory(text="zqrude", kind="question")
    CommentFactory(trial=question.trial, parent=question, text="Calm down.")
    alone = CommentFactory(trial=question.trial, text="zqalone")
    moderator = StaffFactory(role=Role.MODERATOR, centre=question.trial.centre)

    for comment in (question, alone):
        move_comment(comment, "hide", actor=moderator, note="It insults a neighbour.")
    shown = client.get(page_of(question.trial)).content.decode()

    assert [text in shown for text in ("zqrude", "zqalone", "A moderator hid this.", "Calm down.")] == [
        False,
        False,
        True,
        True,
    ]
    assert "It insults a neighbour." in next(
        letter.body for letter in (mailed() and mail.outbox) if letter.to == [question.author.email]
    )


def test_moderators_hide_several_at_once_or_none():
    first = CommentFactory()
    others = CommentFactory.create_batch(2, trial=first.trial)
    foreign = CommentFactory()
    client = signed_in(StaffFactory(role=Role.MODERATOR, centre=first.trial.centre))
    ids = [first.pk, *(row.pk for row in others)]

    refused = client.post(
        f"/workspace/comments/hide/?comment={first.pk}&comment={foreign.pk}", {"note": "Spam"}
    )
    states = set(Comment.objects.values_list("state", flat=True))
    asked = client.post("/workspace/comments/", {"action": "hide", "selected": ids})
    client.post(asked["Location"], {"note": "Spam"})

    assert (refused.status_code, states) == (422, {"published"})
    assert foreign.text not in refused.content.decode()
    assert sorted(Comment.objects.filter(state="hidden").values_list("pk", flat=True)) == sorted(ids)
    assert AuditEntry.objects.filter(action="comment.hide", note="Spam").count() == 3


def test_author_changes_a_comment_for_fifteen_minutes_unless_a_moderator_read_it(settings):
    settings.COMMENTS = "before"
    trial, author = public_pilot(), UserFactory()
    comment = write_comment({"trial": trial, "text": "It is loud."}, actor=author)

    comment = edit_comment(comment, {"text": "It is very loud."}, actor=author)
    published = move_comment(comment, "publish", actor=StaffFactory(role=Role.MODERATOR, centre=trial.centre))
    with pytest.raises(DomainError) as read:
        edit_comment(published, {"text": "Buy vans."}, actor=author)
    settings.COMMENTS = "after"
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(DomainError) as late:
        edit_comment(published, {"text": "Buy vans."}, actor=author)

    assert (read.value.code, late.value.code) == ("wrong_state", "wrong_state")
    assert (Comment.objects.get().text, published.edited_at is None) == ("It is very loud.", False)


def test_g02_author_who_leaves_becomes_a_former_user_and_their_words_stay(client):
    comment = CommentFactory(author=UserFactory(name="Júlia Serra"))

    erase_account(comment.author, actor=comment.author)
    shown = client.get(page_of(comment.trial)).content.decode()

    assert (comment.text.split("?")[0] in shown, "Júlia Serra" in shown) == (True, False)


@pytest.mark.parametrize("item_count", [1, 3])
def test_pilot_page_takes_one_query_for_its_comments(client, item_count, settings):
    trial = public_pilot()
    client.get(page_of(trial))
    without = queries_of(lambda: client.get(page_of(trial)))
    for _number in range(item_count):
        question = CommentFactory(trial=trial, kind="question")
        CommentFactory.create_batch(item_count, trial=trial, parent=question)

    assert queries_of(lambda: client.get(page_of(trial))) == without
    assert queries_of(lambda: client.get(f"/en/discussion/{trial.reference}/")) == 3


def test_discussion_is_cacheable_and_sets_no_cookie(client):
    comment = CommentFactory(trial=None, challenge=ChallengeFactory(publication="public", state="open"))

    responses = [
        client.get(url)
        for url in (
            f"/en/discussion/{comment.challenge.reference}/",
            f"/en/comments/{comment.pk}/",
            f"/en/challenges/{comment.challenge.reference}/",
        )
    ]

    assert [(r.status_code, dict(r.cookies), r["Cache-Control"]) for r in responses] == [
        (200, {}, "public, max-age=30")
    ] * 3
    assert all(comment.text.split("?")[0] in r.content.decode() for r in responses)


def test_said_makes_links_nobody_follows_and_lets_no_markup_through():
    html = said(
        '<b>Look</b> at https://example.org/a?b=1&c=2\nand javascript:alert(1) "x" onclick=y\n\nme@example.org'
    )

    assert html == (
        "<p>&lt;b&gt;Look&lt;/b&gt; at "
        '<a href="https://example.org/a?b=1&amp;c=2" rel="ugc nofollow noopener">https://example.org/a?b=1&amp;c=2</a>'
        '<br>and javascript:alert(1) "x" onclick=y</p>\n\n'
        '<p><a rel="ugc nofollow noopener">me@example.org</a></p>'
    )


def test_api_takes_a_comment_and_moderates_it(settings):
    settings.COMMENTS = "before"
    trial = public_pilot()
    author, moderator = (
        signed_in(UserFactory()),
        signed_in(StaffFactory(role=Role.MODERATOR, centre=trial.centre)),
    )

    made = send(author, "post", "/api/v1/comments/", {"trial": trial.pk, "text": "Loud.", "kind": "question"})
    waiting = Client().get("/api/v1/comments/").json()["results"]
    moved = send(moderator, "post", f"/api/v1/comments/{made.json()['id']}/moves/publish/")
    shown = Client().get(f"/api/v1/comments/?trial={trial.pk}").json()["results"]

    assert (made.status_code, made.json()["state"], waiting) == (201, "pending", [])
    assert (moved.json()["state"], [row["text"] for row in shown]) == ("published", ["Loud."])
