"""Does a draft save itself while it is written, and lose nothing when that fails?"""

import re

import pytest
from django.urls import reverse

from cic.core.models import AuditEntry
from pilots.models import Idea, IdeaAnnex, IdeaPartner
from tests.factories.ideas import ChallengeFactory, IdeaFactory, IdeaPartnerFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"
TIME = re.compile(r"Saved at \d\d:\d\d")


def answers(challenge=None, **more):
    return {
        "challenge": challenge.pk if challenge else "", "title": "Rubber wheels", "problem": "Noise", "proposal": "Rubber",
        "novelty": "", "beneficiaries": "", "asked_of_city": "", "trl": "", "language": "en", "annex": "", **more,
    }  # fmt: skip


def of(idea, **more):
    return answers(
        **{
            "centre": idea.centre_id,
            "organisation": idea.organisation_id,
            "version": idea.version,
            **more,
        }
    )


def test_first_save_makes_one_draft_and_the_next_changes_it(client):
    challenge, author = ChallengeFactory(publication="public"), PartnerFactory()
    client.force_login(author)

    first = client.post(reverse("idea_draft_new"), answers(challenge, annex="The price")).json()
    second = client.post(
        first["save_url"],
        answers(challenge, problem="More noise", annex="The price", version=first["version"]),
    ).json()

    idea = Idea.objects.get()
    assert TIME.fullmatch(second["words"])
    assert (first["state"], first["edit_url"]) == ("saved", reverse("idea_edit", args=[idea.pk]))
    assert (idea.author, idea.state, idea.problem, idea.version) == (
        author,
        "draft",
        "More noise",
        second["version"],
    )
    assert IdeaAnnex.objects.get().text == "The price"
    assert list(AuditEntry.objects.order_by("position").values_list("action", flat=True)) == [
        "idea.create", "ideaannex.create", "idea.edit",
    ]  # fmt: skip


def test_same_text_saved_again_writes_nothing(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    first = client.post(reverse("idea_draft", args=[idea.pk]), of(idea)).json()
    before = AuditEntry.objects.count()

    again = client.post(reverse("idea_draft", args=[idea.pk]), of(idea, version=first["version"])).json()

    assert (again["state"], again["version"], AuditEntry.objects.count()) == (
        "saved",
        first["version"],
        before,
    )


def test_incomplete_draft_is_not_saved_and_says_what_is_missing(client):
    client.force_login(PartnerFactory())

    response = client.post(reverse("idea_draft_new"), answers(title=""))

    assert (response.status_code, response.json()["state"]) == (422, "refused")
    assert "Choose a challenge, or the centre your idea is for." in response.json()["words"]
    assert "Title: This field is required." in response.json()["words"]
    assert Idea.objects.count() == 0


def test_r06_other_window_is_told_and_overwrites_nothing(client):
    idea = IdeaFactory(state="draft")
    client.force_login(idea.author)
    client.post(reverse("idea_draft", args=[idea.pk]), of(idea, problem="First"))

    response = client.post(reverse("idea_draft", args=[idea.pk]), of(idea, problem="Second"))

    assert (response.status_code, response.json()["state"]) == (412, "stale")
    assert "another window" in response.json()["words"]
    assert Idea.objects.get().problem == "First"


def test_a01_draft_of_another_and_idea_already_sent_do_not_exist(client):
    draft, sent = IdeaFactory(state="draft"), IdeaFactory(state="submitted")
    client.force_login(PartnerFactory())
    foreign = client.post(reverse("idea_draft", args=[draft.pk]), of(draft))
    client.force_login(sent.author)
    own = client.post(reverse("idea_draft", args=[sent.pk]), of(sent))

    assert (foreign.status_code, own.status_code, AuditEntry.objects.count()) == (404, 404, 0)


def test_saving_while_signed_out_leads_to_the_door(client):
    idea = IdeaFactory(state="draft")

    assert client.post(reverse("idea_draft", args=[idea.pk]), of(idea, problem="New")).status_code == 302
    assert Idea.objects.get().problem == idea.problem


def test_draft_addresses_are_no_pages(client):
    client.force_login(PartnerFactory())

    assert client.get(reverse("idea_draft_new")).status_code == 405
    assert client.get(reverse("idea_likes")).status_code == 405


def test_l04_only_public_ideas_are_named_while_one_writes(client):
    public = IdeaFactory(title=f"Quiet unloading {CANARY} by night", publication="public")
    hidden = [
        IdeaFactory(title=f"Quiet unloading {CANARY} by night"),
        IdeaFactory(title=public.title, state="draft"),
    ]
    author = hidden[0].author
    client.force_login(author)

    text = client.post(
        reverse("idea_likes"), {"title": public.title, "problem": "", "proposal": ""}
    ).content.decode()
    alone = client.post(reverse("idea_likes"), {"title": public.title, "own": public.pk}).content.decode()

    assert public.reference in text
    assert [row.reference in text for row in hidden] == [False, False]
    assert CANARY not in alone


@pytest.mark.parametrize("count", [1, 3])
def test_likes_cost_does_not_grow(client, count, django_assert_num_queries):
    IdeaFactory.create_batch(count, title="Quiet unloading by night", publication="public")
    client.force_login(PartnerFactory())
    client.post(reverse("idea_likes"), {"title": "Quiet unloading by night"})

    with django_assert_num_queries(3):  # session, user, the public ones
        text = client.post(reverse("idea_likes"), {"title": "Quiet unloading by night"}).content.decode()

    assert text.count("<li>") == count


@pytest.mark.parametrize("count", [1, 3])
def test_form_cost_does_not_grow_with_the_consortium(client, count, django_assert_num_queries):
    idea = IdeaFactory(state="draft")
    IdeaPartnerFactory.create_batch(count, idea=idea)
    client.force_login(idea.author)
    client.get(reverse("idea_edit", args=[idea.pk]))

    with django_assert_num_queries(11):
        response = client.get(reverse("idea_edit", args=[idea.pk]))

    assert len(response.context["partners"]) == count


def test_form_leads_on_to_the_invitation_and_shows_who_was_invited(client):
    idea = IdeaFactory(state="draft")
    partner = IdeaPartnerFactory(idea=idea)
    client.force_login(idea.author)

    page = client.get(reverse("idea_edit", args=[idea.pk])).content.decode()
    saved = client.post(reverse("idea_edit", args=[idea.pk]), {**of(idea), "invite": "1"})

    assert partner.organisation.name in page
    assert reverse("invitation_detail", args=[partner.pk]) in page
    assert saved.url == reverse("partner_invite", args=[idea.pk])
    assert client.get(saved.url).status_code == 200
    assert IdeaPartner.objects.count() == 1


def sign_in(page, client, user, live_server):
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url},
         {"name": "language", "value": "en", "url": live_server.url}]
    )  # fmt: skip


@pytest.fixture
def writer(page, client, live_server):
    """The page of a draft, opened by its author."""
    idea = IdeaFactory(state="draft")
    sign_in(page, client, idea.author, live_server)
    page.goto(reverse("idea_edit", args=[idea.pk]))
    return page, idea


def write(page, text):
    page.locator("#id_problem").fill(text)
    page.locator("#id_problem").press("End")


@pytest.mark.django_db(transaction=True)
def test_browser_saves_by_itself_and_then_lets_one_leave(writer):
    page, idea = writer
    write(page, "Written and left")

    page.locator(".autosave", has_text="Saved at").wait_for(timeout=15_000)
    page.goto("/workspace/ideas/")

    assert Idea.objects.get(pk=idea.pk).problem == "Written and left"


@pytest.mark.django_db(transaction=True)
def test_browser_goes_on_in_the_draft_it_made(page, client, live_server):
    author = PartnerFactory()
    challenge = ChallengeFactory(publication="public")
    sign_in(page, client, author, live_server)
    page.goto(f"{reverse('idea_create')}?challenge={challenge.pk}")
    page.locator("#id_title").fill("Quiet wheels")
    page.locator(".autosave", has_text="Saved at").wait_for(timeout=15_000)
    idea = Idea.objects.get()
    address = page.url.removeprefix(live_server.url)
    page.locator("#id_problem").fill("Noise")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()

    idea.refresh_from_db()
    assert (address, Idea.objects.count(), idea.problem) == (reverse("idea_edit", args=[idea.pk]), 1, "Noise")


@pytest.mark.django_db(transaction=True)
def test_browser_keeps_the_text_when_saving_fails_and_tries_again(writer):
    page, idea = writer
    page.route("**/draft/", lambda route: route.abort())
    write(page, "On a train")
    page.locator(".autosave", has_text="Saving failed").wait_for(timeout=15_000)
    kept = page.locator("#id_problem").input_value()
    page.unroute("**/draft/")

    page.locator(".autosave", has_text="Saved at").wait_for(timeout=30_000)

    assert (kept, Idea.objects.get(pk=idea.pk).problem) == ("On a train", "On a train")
    assert [error for error in page.console_errors if "ERR_FAILED" not in error] == []
    page.console_errors.clear()


@pytest.mark.django_db(transaction=True)
def test_r06_browser_stops_when_another_window_saved_and_shows_both(writer):
    page, idea = writer
    Idea.objects.filter(pk=idea.pk).update(problem="Theirs", version=idea.version + 1)
    write(page, "Mine")
    page.locator(".autosave", has_text="another window").wait_for(timeout=15_000)
    untouched = Idea.objects.get(pk=idea.pk).problem
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()
    text = page.locator("main").inner_text()

    assert untouched == "Theirs"
    assert ("Theirs" in text, "What was written meanwhile" in text) == (True, True)
    assert page.locator("#id_problem").input_value() == "Mine"
    assert [error for error in page.console_errors if "412" not in error] == []
    page.console_errors.clear()
