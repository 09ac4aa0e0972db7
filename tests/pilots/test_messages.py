"""Does a conversation reach those who read its channel, and nobody else, by any way?"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cic.core.background import run_job
from cic.core.errors import DomainError, NotAllowed
from cic.core.models import Attachment, AuditEntry, Job, Notification
from cic.core.permissions import can
from partners.choices import Role
from pilots.calculations.mentions import mentioned
from pilots.choices import Channel
from pilots.models import Message
from pilots.models.messages import CHANNELS, audience, subject_name, with_channels
from pilots.operations.messages import edit_message, write_message
from tests.factories.ideas import EvaluationFactory, IdeaFactory, IdeaPartnerFactory
from tests.factories.partners import AgreementFactory, PartnerFactory, StaffFactory, UserFactory
from tests.factories.trials import MessageFactory, PilotFactory, TeamPersonFactory
from tests.meta.world import ROLES, World

pytestmark = pytest.mark.django_db
# Pages may echo the word that is searched for; the other one may stand nowhere.
SOUGHT, SECRET = "quagga", "zebracrossing"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def talk(obj, channel):
    return f"{reverse(f'{subject_name(obj)}_talk', args=[obj.pk])}?channel={channel}"


def said(obj, channel, **fields):
    return MessageFactory(**{"trial": None, subject_name(obj): obj, "channel": channel, **fields})


def scene():
    """One idea, trial and agreement in the world's centre, of its organisation, and an evaluator of the idea."""
    world = World()
    idea = IdeaFactory(centre=world.centre, organisation=world.organisation, author=world.users["member"])
    EvaluationFactory(idea=idea, evaluator=world.users["evaluator"], state="accepted")
    trial = PilotFactory(running=True, centre=world.centre, promoter=world.organisation)
    agreement = AgreementFactory(centre=world.centre, parties=[world.organisation], in_force=True)
    return world, (idea, trial, agreement)


def test_audience_visible_messages_and_records_agree_for_every_role():
    world, subjects = scene()
    draft = IdeaFactory(centre=world.centre, author=world.users["member"], state="draft")
    unsigned = AgreementFactory(centre=world.centre, parties=[world.organisation])
    differing, read = [], {}
    for obj in (*subjects, draft, unsigned):
        for channel in CHANNELS[type(obj)]:
            message = said(obj, channel)
            people = set(audience(obj, channel).values_list("pk", flat=True))
            for role in ROLES:
                user = world.users[role]
                if user is None:
                    continue
                answers = {
                    user.pk in people,
                    Message.objects.visible_to(user).filter(pk=message.pk).exists(),
                    with_channels(type(obj), user).filter(pk=obj.pk, **{f"hears_{channel}": True}).exists(),
                    can(user, "pilots.view_message", message),
                }
                if len(answers) != 1:
                    differing.append((role, obj, channel))
                if answers == {True}:
                    read.setdefault((subject_name(obj), obj.state, str(channel)), []).append(role)

    staff = ["monitor", "legal", "secretary", "editor", "coordinator", "admin", "auditor"]
    ours = ["member", "member_admin"]
    assert differing == []
    assert read == {
        ("idea", "submitted", "internal"): staff,
        ("idea", "submitted", "reviewers"): ["evaluator", *staff],
        ("idea", "submitted", "partner"): [*ours, *staff],
        ("trial", "running", "internal"): staff,
        ("trial", "running", "partner"): [*ours, *staff],
        ("agreement", "in_force", "internal"): staff,
        ("agreement", "in_force", "partner"): [*ours, *staff],
        ("agreement", "draft", "internal"): staff,
        ("agreement", "draft", "partner"): staff,
    }


def test_consortium_team_and_evaluators_read_from_when_they_take_part_on():
    idea, trial = IdeaFactory(), PilotFactory(running=True)
    joined = PartnerFactory(organisation=IdeaPartnerFactory(idea=idea, confirmed=True).organisation)
    invited = PartnerFactory(organisation=IdeaPartnerFactory(idea=idea).organisation)
    blind = EvaluationFactory(idea=idea, state="accepted", blind=True).evaluator
    assigned = EvaluationFactory(idea=idea, state="assigned").evaluator
    recused = EvaluationFactory(idea=idea, state="recused").evaluator
    team = TeamPersonFactory(trial=trial).user
    to_partner, to_reviewers = said(idea, "partner"), said(idea, "reviewers")
    of_trial = said(trial, "partner")

    def reads(user):
        return set(Message.objects.visible_to(user))

    assert [reads(user) for user in (joined, invited, blind, assigned, recused, team)] == [
        {to_partner}, set(), {to_reviewers}, set(), set(), {of_trial}
    ]  # fmt: skip
    assert set(audience(idea, "partner")) == {idea.author, joined}
    assert set(audience(idea, "reviewers")) == {blind}
    assert set(audience(trial, "partner")) == {team, trial.monitor}


def test_a_token_of_another_centre_reads_nothing():
    author = StaffFactory(role=Role.ADMIN)
    message = said(PilotFactory(running=True), "internal")
    author.limit_to_centre(message.centre_id + 1)

    again = type(author).objects.get(pk=author.pk)
    again.limit_to_centre(message.centre_id)

    assert list(Message.objects.visible_to(author)) == []
    assert list(Message.objects.visible_to(again)) == [message]


def test_a_blind_evaluator_talks_without_being_told_who_proposes():
    idea = IdeaFactory()
    evaluator = EvaluationFactory(idea=idea, state="accepted", blind=True).evaluator
    said(idea, "partner", text=SECRET)

    page = signed_in(evaluator).get(talk(idea, "reviewers"))

    text = page.content.decode()
    assert page.status_code == 200
    assert [word in text for word in (idea.reference, idea.organisation.name, idea.author.name, SECRET)] == [
        True, False, False, False
    ]  # fmt: skip
    assert f'href="{reverse("idea_detail", args=[idea.pk])}"' not in text
    assert signed_in(evaluator).get(talk(idea, "partner")).status_code == 404
    own = signed_in(evaluator).get(reverse("evaluation_detail", args=[evaluator.evaluations.get().pk]))
    assert reverse("idea_talk", args=[idea.pk]) in own.content.decode()


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("role", ["citizen", "rival", "member", "evaluator", "other_coordinator"])
def test_l01_l09_internal_message_is_nowhere_for_whom_it_is_not(
    role, place, django_capture_on_commit_callbacks
):
    world, subjects = scene()
    obj, user = subjects[place], world.users[role]
    obj.__class__.objects.filter(pk=obj.pk).update(publication="public")
    with django_capture_on_commit_callbacks(execute=True):
        message = write_message(
            {subject_name(obj): obj, "channel": "internal", "text": f"{SOUGHT} {SECRET} @{user.name}"},
            actor=world.users["coordinator"],
            uploads=(SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode()),),
        )
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    client, noun = signed_in(user), subject_name(obj)
    file = Attachment.objects.about(message).get()
    addresses = [
        reverse(f"{noun}_detail", args=[obj.pk]),
        talk(obj, "internal"),
        reverse(f"{noun}_talk", args=[obj.pk]),
        reverse("message_detail", args=[message.pk]),
        reverse("message_edit", args=[message.pk]),
        reverse("audit", args=["pilots.message", message.pk]),
        reverse("audit", args=["pilots.idea", obj.pk]),
        reverse("notifications"),
        f"/workspace/search/?q={SOUGHT}",
        f"/workspace/{noun}s/?export=csv",
        "/api/v1/messages/?count=true",
        f"/api/v1/messages/?{noun}={obj.pk}",
        f"/api/v1/messages/{message.pk}/",
        f"/api/v1/{noun}s/{obj.pk}/",
    ]

    answers = {address: client.get(address) for address in addresses}

    shown = {
        address: b"".join(found.streaming_content) if found.streaming else found.content
        for address, found in answers.items()
    }
    assert [address for address, body in shown.items() if SECRET.encode() in body] == []
    assert [answers[address].status_code for address in addresses[3:6]] == [404, 404, 404]
    assert answers[addresses[1]].status_code == 404
    assert answers[f"/api/v1/messages/{message.pk}/"].status_code == 404
    assert client.get(reverse("file", args=[file.pk, file.name])).status_code == 404
    assert list(Notification.objects.filter(reader=user, kind__startswith="pilots.message")) == []
    assert [letter for letter in mail.outbox if user.email in letter.to] == []
    assert [letter for letter in mail.outbox if SECRET in letter.message().as_string()] == []


def test_a01_a_file_is_opened_by_whoever_reads_its_channel():
    world, (idea, _trial, _agreement) = scene()
    uploads = (SimpleUploadedFile("plan.txt", b"Monday"),)
    message = write_message(
        {"idea": idea, "channel": "reviewers", "text": "See the plan."},
        actor=world.users["coordinator"],
        uploads=uploads,
    )
    file = Attachment.objects.about(message).get()

    def opens(role):
        response = signed_in(world.users[role]).get(reverse("file", args=[file.pk, file.name]))
        if response.streaming:
            b"".join(response.streaming_content)
        return response.status_code

    assert {role: opens(role) for role in ("evaluator", "monitor", "auditor", "member", "citizen")} == {
        "evaluator": 200, "monitor": 200, "auditor": 200, "member": 404, "citizen": 404,
    }  # fmt: skip


def test_message_is_told_once_to_each_reader_and_not_to_its_author():
    world, (_idea, trial, _agreement) = scene()
    author, named = world.users["member"], world.users["legal"]

    message = write_message(
        {
            "trial": trial,
            "channel": "partner",
            "text": f"@{named.name} and @{world.users['rival'].name}: today.",
        },
        actor=author,
    )

    told = dict(Notification.objects.order_by("reader").values_list("reader_id", "kind"))
    others = set(audience(trial, "partner").values_list("pk", flat=True)) - {author.pk}
    assert Notification.objects.count() == len(others)
    assert set(told) == others
    assert [pk for pk, kind in told.items() if kind == "pilots.message_mention"] == [named.pk]
    row = Notification.objects.get(reader=named)
    assert (row.object_type, row.object_id, row.bound) == ("pilots.message", message.pk, True)


def test_who_leaves_hears_nothing_more_of_what_they_were_told():
    world, (_idea, trial, _agreement) = scene()
    member = world.users["member"]
    write_message({"trial": trial, "channel": "partner", "text": "Soon."}, actor=world.users["monitor"])
    member.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    page = signed_in(member).get(reverse("notifications")).content.decode()

    assert (trial.title in page, world.users["monitor"].name in page) == (False, False)


@pytest.mark.parametrize(
    ("role", "channel"),
    [("auditor", "internal"), ("member", "internal"), ("evaluator", "partner"), ("citizen", "partner"), ("rival", "partner")],
)  # fmt: skip
def test_a07_who_may_not_write_in_a_channel_writes_nothing(role, channel):
    world, (idea, _trial, _agreement) = scene()
    user = world.users[role]

    with pytest.raises(NotAllowed):
        write_message({"idea": idea, "channel": channel, "text": "Hello"}, actor=user)
    page = signed_in(user).post(talk(idea, channel), {"text": "Hello"})
    api = signed_in(user).post(
        "/api/v1/messages/", {"idea": idea.pk, "channel": channel, "text": "Hello"}, "application/json"
    )

    assert page.status_code == (403 if role == "auditor" else 404)
    assert api.status_code == (400 if role in ("citizen", "rival") else 403)  # to some there is no such idea
    assert (Message.objects.count(), Notification.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_a_message_is_about_one_record_and_only_ideas_have_evaluators():
    world, (idea, trial, _agreement) = scene()
    staff = world.users["coordinator"]

    with pytest.raises(DomainError) as two:
        write_message({"idea": idea, "trial": trial, "channel": "internal", "text": "x"}, actor=staff)
    with pytest.raises(NotAllowed):
        write_message({"trial": trial, "channel": "reviewers", "text": "x"}, actor=staff)
    with pytest.raises(DomainError) as empty:
        write_message({"trial": trial, "channel": "internal", "text": " "}, actor=staff)

    assert (two.value.code, empty.value.code) == ("invalid", "invalid")
    assert Message.objects.count() == 0


def test_message_is_changed_by_its_author_within_minutes_and_the_log_keeps_both():
    author = StaffFactory(role=Role.ADMIN)
    message = write_message(
        {"trial": PilotFactory(), "channel": "internal", "text": "On Monday."}, actor=author
    )

    response = signed_in(author).post(
        reverse("message_edit", args=[message.pk]), {"text": "On Tuesday.", "version": message.version}
    )

    message.refresh_from_db()
    entry = AuditEntry.objects.about(message).get(action="message.edit")
    assert (response.status_code, message.text) == (302, "On Tuesday.")
    assert (entry.before["text"], entry.after["text"]) == ("On Monday.", "On Tuesday.")
    assert "Changed by its author" in signed_in(author).get(talk(message.trial, "internal")).content.decode()


def test_late_or_foreign_change_is_refused_and_changes_nothing():
    trial = PilotFactory()
    author, other = StaffFactory(role=Role.ADMIN), StaffFactory(role=Role.ADMIN)
    message = said(trial, "internal", author=author, text="On Monday.")
    address = reverse("message_edit", args=[message.pk])

    foreign = signed_in(other).post(address, {"text": "Never.", "version": 1})
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(minutes=16))
    late = signed_in(author).post(address, {"text": "Never.", "version": 1})
    opened = signed_in(author).get(address)

    message.refresh_from_db()
    assert (foreign.status_code, late.status_code, opened.status_code) == (403, 422, 302)
    assert "Never." in late.content.decode()
    assert (message.text, message.edited_at, message.version) == ("On Monday.", None, 1)
    assert AuditEntry.objects.count() == 0


def test_r06_second_change_of_a_message_sees_the_first_and_keeps_its_words():
    author = StaffFactory(role=Role.ADMIN)
    message = said(PilotFactory(), "internal", author=author, text="On Monday.")
    edit_message(message, {"text": "On Tuesday."}, actor=author, expected_version=1)

    page = signed_in(author).post(
        reverse("message_edit", args=[message.pk]), {"text": "On Friday.", "version": 1}
    )
    with pytest.raises(DomainError) as stale:
        edit_message(message, {"text": "On Friday."}, actor=author, expected_version=1)

    message.refresh_from_db()
    assert (page.status_code, stale.value.code) == (412, "stale")
    assert [word in page.content.decode() for word in ("On Tuesday.", "On Friday.")] == [True, True]
    assert message.text == "On Tuesday."


def test_text_is_shown_as_it_is_without_links_or_markup():
    staff = StaffFactory(role=Role.ADMIN)
    message = said(PilotFactory(), "internal", text="<b>x</b> https://elsewhere.example/ javascript:alert(1)")

    page = signed_in(staff).get(talk(message.trial, "internal")).content.decode()

    assert "&lt;b&gt;x&lt;/b&gt; https://elsewhere.example/ javascript:alert(1)" in page
    assert 'href="https://elsewhere' not in page


def test_page_says_who_reads_and_offers_only_them_to_mention():
    world, (idea, _trial, _agreement) = scene()

    page = signed_in(world.users["member"]).get(talk(idea, "partner"))

    text = page.content.decode()
    assert page.context["readers"] == (
        "10 people: Platform administrator (1); Auditor (1); Centre coordinator (1); Editor (1); Legal reviewer (1); "
        f"Pilot monitor (2); Decision secretary (1); {world.organisation.name} (2)"
    )
    assert f"@{world.users['coordinator'].name}" in text
    assert f"@{world.users['rival'].name}" not in text
    assert "Nothing has been said yet." in text
    assert [tab["label"] for tab in page.context["tabs"]] == [Channel.PARTNER.label]


def test_refused_message_keeps_what_was_typed():
    staff = StaffFactory(role=Role.ADMIN)
    trial = PilotFactory()

    page = signed_in(staff).post(
        talk(trial, "internal"), {"text": "See this.", "file": SimpleUploadedFile("a.exe", b"MZ")}
    )

    assert page.status_code == 422
    assert "See this." in page.content.decode()
    assert (Message.objects.count(), Attachment.objects.count()) == (0, 0)


def test_reading_a_channel_takes_what_was_told_of_it_for_read_and_no_other():
    world, (idea, _trial, _agreement) = scene()
    for channel in ("internal", "partner"):
        write_message({"idea": idea, "channel": channel, "text": "New."}, actor=world.users["coordinator"])
    client = signed_in(world.users["monitor"])

    before = client.get(reverse("idea_detail", args=[idea.pk])).context["talk"]
    page = client.get(talk(idea, "internal"))
    after = client.get(reverse("idea_detail", args=[idea.pk])).context["talk"]

    assert (before["unread"], after["unread"]) == (2, 1)
    assert [tab["unread"] for tab in page.context["tabs"]] == [0, 0, 1]


def test_record_pages_lead_to_the_conversations_of_who_reads_one():
    world, (idea, trial, agreement) = scene()

    def leads(role, obj):
        response = signed_in(world.users[role]).get(reverse(f"{subject_name(obj)}_detail", args=[obj.pk]))
        return reverse(f"{subject_name(obj)}_talk", args=[obj.pk]) in response.content.decode()

    for obj in (idea, trial, agreement):
        type(obj).objects.filter(pk=obj.pk).update(publication="public")
    assert {role: [leads(role, obj) for obj in (idea, trial, agreement)] for role in ("coordinator", "member", "rival")} == {
        "coordinator": [True] * 3, "member": [True] * 3, "rival": [False] * 3,
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_t09_conversation_costs_the_same_however_long(number, place, django_assert_num_queries):
    world, subjects = scene()
    obj = subjects[place]
    for author in UserFactory.create_batch(number):
        said(obj, "partner", author=author)
    client = signed_in(world.users["member"])
    client.get(talk(obj, "partner"))

    with django_assert_num_queries(9):
        client.get(talk(obj, "partner"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_t09_first_look_at_what_is_new_costs_at_most_twelve_queries(place, django_assert_max_num_queries):
    world, subjects = scene()
    obj = subjects[place]
    for channel in ("internal", "partner"):
        values = {subject_name(obj): obj, "channel": channel, "text": "New."}
        write_message(values, actor=world.users["coordinator"])
    for role in ("member", "monitor"):
        client = signed_in(world.users[role])
        client.get(reverse("notifications"))
        with django_assert_max_num_queries(12):
            client.get(talk(obj, "partner"))


@pytest.mark.parametrize("number", [1, 3])
def test_t09_list_of_messages_costs_the_same_however_long(number, django_assert_num_queries):
    trial = PilotFactory()
    for _time in range(number):
        said(trial, "internal")
    client = signed_in(StaffFactory(role=Role.ADMIN))

    with django_assert_num_queries(4):
        answer = client.get("/api/v1/messages/?channel=internal")

    assert len(answer.json()["results"]) == number


def test_api_writes_reads_and_changes_a_message():
    author = StaffFactory(role=Role.ADMIN)
    trial, client = PilotFactory(), signed_in(author)

    made = client.post(
        "/api/v1/messages/", {"trial": trial.pk, "channel": "internal", "text": "Hello"}, "application/json"
    )
    address = f"/api/v1/messages/{made.json()['id']}/"
    changed = client.patch(
        address, {"text": "Hello all"}, "application/json", headers={"if-match": made["ETag"]}
    )
    stale = client.patch(address, {"text": "Bye"}, "application/json", headers={"if-match": made["ETag"]})

    assert (made.status_code, changed.status_code, stale.status_code) == (201, 200, 412)
    assert client.get(address).json()["text"] == "Hello all"


def test_mentions_are_names_after_an_at_sign_the_longest_first():
    names = {1: "Anna", 2: "Anna Puig", 3: "Jordi", 4: "", 5: "jordi"}

    assert mentioned("@Anna Puig, @Annabel; anna", names) == {2}
    assert mentioned("ask @anna.", names) == {1}
    assert mentioned("@JORDI", names) == {3, 5}
    assert mentioned("@ @nobody", names) == set()


@pytest.mark.django_db(transaction=True)
def test_typing_an_at_sign_offers_who_reads_along(page, live_server):
    world, (idea, _trial, _agreement) = scene()
    type(world.users["monitor"]).objects.filter(pk=world.users["monitor"].pk).update(name="Jordi Puig")
    session = signed_in(world.users["member"]).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + talk(idea, "partner"))

    page.locator("#id_text").press_sequentially("Ask @jor")
    offered = page.locator("[data-mention] button:visible").all_inner_texts()
    page.get_by_role("button", name="@Jordi Puig").click()
    written = page.locator("#id_text").input_value()
    page.get_by_role("button", name="Send the message").click()

    page.get_by_text("Your message is sent.").wait_for()
    assert (offered, written) == (["@Jordi Puig"], "Ask @Jordi Puig ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    told = Notification.objects.filter(kind="pilots.message_mention").values_list("reader_id", flat=True)
    assert list(told) == [world.users["monitor"].pk]
