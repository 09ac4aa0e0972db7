"""Do ideas pass through triage many at once, all or none, and does one become two without being lost?"""

import pytest
from django.urls import reverse

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from pilots.choices import IdeaState
from pilots.models import Idea, IdeaAnnex, IdeaPartner, InformationRequest, Lineage
from pilots.operations.triage import ask_many, pass_on, split_idea
from tests.core.resource_contract import client_of, send
from tests.factories.ideas import IdeaAnnexFactory, IdeaFactory, IdeaPartnerFactory
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, today

pytestmark = pytest.mark.django_db

CANARY = "zyxcanary"
PARTS = ({"title": "Wheels", "problem": "Crates"}, {"title": "Carpets", "problem": "Doors"})


def text_of(response):
    return response.content.decode()


def states():
    return sorted(Idea.objects.values_list("state", flat=True))


def test_many_are_passed_on_at_once_and_each_is_audited():
    centre = CentreFactory()
    ideas = IdeaFactory.create_batch(3, centre=centre)

    pass_on([idea.pk for idea in ideas], "screen", actor=StaffFactory(centre=centre))

    assert states() == ["screening"] * 3
    assert AuditEntry.objects.filter(action="idea.screen").count() == 3


def test_a04_own_and_foreign_are_refused_whole_without_a_name(client):
    centre = CentreFactory()
    own = IdeaFactory(centre=centre)
    foreign = IdeaFactory(title=CANARY, publication="public", author=PartnerFactory(name=CANARY))
    client.force_login(StaffFactory(centre=centre))

    for action in ("screen", "evaluate"):
        for other in (foreign.pk, foreign.pk + 1000):
            response = client.post(reverse("idea_triage"), {"action": action, "selected": [own.pk, other]})
            assert response.status_code == 400
            told = " ".join(str(message) for message in response.context["messages"])
            assert (CANARY in told, foreign.reference in told) == (False, False)
            assert told.endswith("Nothing was changed.")
    assert (states(), AuditEntry.objects.count()) == (["submitted"] * 2, 0)


def test_one_in_another_state_stops_all_and_is_named_and_the_ticks_stay(client):
    centre = CentreFactory()
    ready, early = IdeaFactory(centre=centre, state="screening"), IdeaFactory(centre=centre)
    client.force_login(StaffFactory(centre=centre))

    response = client.post(reverse("idea_triage"), {"action": "evaluate", "selected": [ready.pk, early.pk]})

    assert response.status_code == 409
    assert f"{early.reference}: This is not possible while it is “Submitted”." in text_of(response)
    assert text_of(response).count(" checked") == 3  # the two ideas, and the box of the keys
    assert states() == ["screening", "submitted"]


@pytest.mark.parametrize("name", ["withdraw", "merge", "accept", "split", "none", ""])
def test_other_moves_are_not_made_in_bulk(client, name):
    idea = IdeaFactory()
    client.force_login(StaffFactory())

    response = client.post(reverse("idea_triage"), {"action": name, "selected": [idea.pk]})

    assert (response.status_code, states()) == (400, ["submitted"])


def test_many_authors_are_asked_the_same_until_the_same_day(client):
    centre = CentreFactory()
    ideas = IdeaFactory.create_batch(2, centre=centre, state="screening")
    client.force_login(StaffFactory(centre=centre))
    values = {"question": "How loud?", "fields_opened": ["problem"], "due_on": str(today(7))}

    chosen = client.post(reverse("idea_triage"), {"action": "ask", "selected": [idea.pk for idea in ideas]})
    form = text_of(client.get(chosen.url))
    response = client.post(chosen.url, values)

    assert [idea.reference in form for idea in ideas] == [True, True]
    assert response.url == reverse("idea_triage")
    assert states() == ["more_information"] * 2
    assert set(InformationRequest.objects.values_list("question", "due_on")) == {("How loud?", today(7))}


def test_a04_asking_own_and_foreign_asks_nobody_and_keeps_what_was_typed(client):
    centre = CentreFactory()
    own, foreign = IdeaFactory(centre=centre, state="screening"), IdeaFactory(title=CANARY, state="screening")
    client.force_login(StaffFactory(centre=centre))
    values = {"question": "A long question", "due_on": str(today(7))}

    response = client.post(f"{reverse('idea_ask_many')}?idea={own.pk}&idea={foreign.pk}", values)

    assert response.status_code == 422
    assert ("A long question" in text_of(response), CANARY in text_of(response)) == (True, False)
    assert (states(), InformationRequest.objects.count(), Job.objects.count()) == (["screening"] * 2, 0, 0)


def test_asking_one_that_is_not_read_yet_asks_nobody():
    centre = CentreFactory()
    ideas = [IdeaFactory(centre=centre, state="screening"), IdeaFactory(centre=centre)]
    values = {"question": "How loud?", "fields": [], "due_on": today(7)}

    with pytest.raises(DomainError) as refusal:
        ask_many([idea.pk for idea in ideas], values, actor=StaffFactory(centre=centre))

    assert refusal.value.code == "wrong_state"
    assert refusal.value.detail.startswith(f"{ideas[1].reference}: ")
    assert (states(), InformationRequest.objects.count()) == (["screening", "submitted"], 0)


def test_split_keeps_the_original_and_links_both_parts():
    idea = IdeaFactory(state="screening", title="Wheels and carpets")
    IdeaAnnexFactory(idea=idea, text="The price")
    IdeaPartnerFactory(idea=idea, confirmed=True)

    first, second = split_idea(idea, PARTS, actor=StaffFactory(centre=idea.centre), note="Two proposals.")

    idea.refresh_from_db()
    assert (idea.state, idea.title) == (IdeaState.SPLIT, "Wheels and carpets")
    for part, texts in zip((first, second), PARTS, strict=True):
        part.refresh_from_db()
        assert (part.title, part.problem, part.proposal) == (texts["title"], texts["problem"], idea.proposal)
        assert (part.author, part.organisation, part.state) == (idea.author, idea.organisation, "screening")
        assert (part.submitted_at, part.merged_into) == (idea.submitted_at, None)
        assert IdeaAnnex.objects.get(idea=part).text == "The price"
        assert IdeaPartner.objects.get(idea=part).confirmed_at is not None
    links = Lineage.objects.order_by("to_id").values_list("kind", "from_id", "to_id")
    assert list(links) == [("split", idea.pk, first.pk), ("split", idea.pk, second.pk)]
    mail = Job.objects.get(task="core.send_mail")
    assert (mail.payload["kind"], mail.payload["user_id"]) == ("pilots.idea_split", idea.author_id)


@pytest.mark.parametrize(
    "state", ["draft", "in_evaluation", "more_information", "accepted", "merged", "split"]
)
def test_split_of_what_is_not_in_triage_is_refused(state):
    idea = IdeaFactory(state=state)

    with pytest.raises(DomainError) as refusal:
        split_idea(idea, PARTS, actor=StaffFactory(), note="Two.")

    assert (refusal.value.code, states(), Lineage.objects.count()) == ("wrong_state", [state], 0)


@pytest.mark.parametrize(
    ("parts", "note", "code"),
    [
        (PARTS[:1], "Two.", "invalid"),
        (PARTS, " ", "incomplete"),
        (({"title": "A"}, {"title": " "}), "Two.", "invalid"),
        (({"title": "A", "organisation": None}, {"title": "B"}), "Two.", "invalid"),
    ],
)
def test_split_without_parts_titles_or_reason_changes_nothing(parts, note, code):
    idea = IdeaFactory()

    with pytest.raises(DomainError) as refusal:
        split_idea(idea, parts, actor=StaffFactory(), note=note)

    assert (refusal.value.code, states(), AuditEntry.objects.count()) == (code, ["submitted"], 0)


def test_split_is_for_who_triages_the_centre():
    idea = IdeaFactory()

    for person in (idea.author, StaffFactory(centre=CentreFactory()), StaffFactory(role=Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            split_idea(idea, PARTS, actor=person, note="Two.")

    assert states() == ["submitted"]


def test_split_page_begins_with_the_whole_and_both_pages_lead_to_each_other(client):
    idea = IdeaFactory(problem="Crates rattle.")
    client.force_login(StaffFactory(centre=idea.centre))
    address = reverse("idea_split", args=[idea.pk])
    names = ("title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city")
    values = {f"{part}_{name}": f"{part} {name}" for part in ("first", "second") for name in names}

    page = text_of(client.get(address))
    refused = client.post(address, {**values, "note": ""})
    response = client.post(address, {**values, "note": "Two proposals."})
    part = Idea.objects.get(title="second title")

    assert page.count("Crates rattle.") == 2
    assert (refused.status_code, "second problem" in text_of(refused)) == (422, True)
    assert response.url == reverse("idea_detail", args=[idea.pk])
    assert "second title" in text_of(client.get(response.url))
    assert f"{idea.reference}</span> {idea.title}" in text_of(
        client.get(reverse("idea_detail", args=[part.pk]))
    )
    client.force_login(idea.author)
    assert "Continues as several ideas" in text_of(client.get(response.url))


def test_idea_beside_the_list_is_the_one_of_the_address(client):
    centre = CentreFactory()
    texts = dict.fromkeys(("title", "problem", "proposal", "novelty", "beneficiaries"), "Something else")
    first, second = IdeaFactory(centre=centre, organisation=None, **texts), IdeaFactory(centre=centre)
    client.force_login(StaffFactory(centre=centre))

    whole = client.get(reverse("idea_triage"), {"idea": first.pk})
    part = client.get(
        reverse("idea_triage"), {"idea": first.pk}, headers={"hx-request": "true", "hx-target": "beside"}
    )

    assert whole.context["looked_at"] == first
    assert (second.reference in text_of(whole), second.reference in text_of(part)) == (True, False)
    assert text_of(part).lstrip().startswith("<section")


@pytest.mark.parametrize("idea", ["0", "x", "9" * 30, "²", "-1"])
def test_address_of_no_idea_shows_the_first(client, idea):
    there = IdeaFactory()
    client.force_login(StaffFactory())

    assert client.get(reverse("idea_triage"), {"idea": idea}).context["looked_at"] == there


def test_foreign_idea_is_not_shown_beside(client):
    foreign = IdeaFactory(title=CANARY)
    client.force_login(StaffFactory(centre=CentreFactory()))

    for headers in ({}, {"hx-request": "true", "hx-target": "beside"}):
        assert CANARY not in text_of(
            client.get(reverse("idea_triage"), {"idea": foreign.pk}, headers=headers)
        )


def sign_in(page, client, user, live_server):
    client.force_login(user)
    for name, value in (("session", client.cookies["session"].value), ("language", "en")):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.mark.django_db(transaction=True)
def test_browser_walks_ticks_and_looks_by_keys(page, client, live_server):
    centre = CentreFactory()
    older, newer = IdeaFactory.create_batch(2, centre=centre)
    sign_in(page, client, StaffFactory(centre=centre), live_server)
    page.goto(reverse("idea_triage"))

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.locator("#beside", has_text=older.reference).wait_for()
    page.keyboard.press("x")
    ticked = page.locator(".pick-row input:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    page.keyboard.press("k")
    page.keyboard.press("?")
    helped = page.locator("#keys").is_visible()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.locator(".pick-row input").first.focus()
    page.keyboard.press("x")
    unchanged = page.locator(".pick-row input:checked").count()
    page.locator("[data-row]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('idea_detail', args=[newer.pk])}")

    assert (ticked, helped, unchanged) == ([str(older.pk)], True, 1)


def test_split_by_a_program_answers_with_the_parts():
    idea = IdeaFactory(state="screening")
    client, body = (
        client_of(StaffFactory(centre=idea.centre)),
        {"parts": list(PARTS), "note": "Two proposals."},
    )
    address = f"/api/v1/ideas/{idea.pk}/split/"

    stale = send(client, "POST", address, body, if_match='"idea-1-99-x"')
    one = send(client, "POST", address, {**body, "parts": body["parts"][:1]})
    author = send(client_of(idea.author), "POST", address, body)
    made = send(client, "POST", address, body, idempotency_key="split-1")
    again = send(client, "POST", address, body, idempotency_key="split-1")

    assert [r.status_code for r in (stale, one, author, made, again)] == [412, 400, 403, 201, 201]
    assert (
        made.json()
        == again.json()
        == {"ideas": sorted(Idea.objects.exclude(pk=idea.pk).values_list("pk", flat=True))}
    )
    assert list(Idea.objects.filter(pk__in=made.json()["ideas"]).order_by("pk").values_list("title", "problem")) == [
        ("Wheels", "Crates"), ("Carpets", "Doors"),
    ]  # fmt: skip
