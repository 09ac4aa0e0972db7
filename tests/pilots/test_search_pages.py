"""Is everything found from one box, with JavaScript and without?"""

import pytest

from partners.choices import Role
from tests.core.resource_contract import client_of, queries_of
from tests.factories.ideas import ChallengeFactory, DecisionFactory, IdeaFactory
from tests.factories.partners import (
    PASSWORD,
    AgreementFactory,
    CentreFactory,
    MeetingFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.trials import (
    IndicatorFactory,
    LogEntryFactory,
    MessageFactory,
    OutcomeFactory,
    PilotFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/workspace/search/"


def found(client, text, **headers):
    """The groups of the page: noun to its number."""
    response = client.get(PAGE, {"q": text}, headers=headers)
    assert response.status_code == 200
    return {group["noun"]: group["total"] for group in response.context["groups"]}


@pytest.mark.parametrize("times", [1, 3])
def test_page_costs_the_same_for_one_of_each_and_three(times):
    client = client_of(StaffFactory(role=Role.ADMIN))
    for _n in range(times):
        centre = CentreFactory(name="Zapp")
        AgreementFactory(title="Zapp", centre=centre)
        ChallengeFactory(title="Zapp", centre=centre)
        IdeaFactory(title="Zapp", centre=centre, state="submitted")
        PilotFactory(title="Zapp", centre=centre)

    assert queries_of(lambda: client.get(PAGE, {"q": "zapp"})) <= 12
    assert queries_of(lambda: client.get(PAGE, {"q": "zapp"})) == QUERIES
    assert found(client, "zapp") == dict.fromkeys(
        ["centre", "agreement", "challenge", "idea", "trial"], times
    )


QUERIES = 7  # session, user, standing, all nouns, and the chains of three


def test_a_reference_leads_straight_to_its_record():
    pilot = PilotFactory(reference="P-2026-014")
    client = client_of(StaffFactory(role=Role.ADMIN))

    response = client.get(PAGE, {"q": "p-2026-14"})

    assert (response.status_code, response["Location"]) == (302, f"/workspace/trials/{pilot.pk}/")


def test_what_hangs_on_a_trial_is_found_and_opens_where_it_stands(monkeypatch):
    monkeypatch.setattr("pilots.views.trial_pages.LOG_SHOWN", 2)
    pilot = PilotFactory(reference="P-2026-014")
    oldest, *_others, newest = [LogEntryFactory(trial=pilot, text=f"Zapp {n}") for n in range(4)]
    OutcomeFactory(trial=pilot, summary="It worked.", lessons="Zapp")
    DecisionFactory(idea=IdeaFactory(centre=pilot.centre), reasons="Zapp")
    IndicatorFactory(trial=pilot, name="Zapp")
    MessageFactory(trial=pilot, text="Zapp")
    MeetingFactory(minutes="Zapp")
    client = client_of(StaffFactory(role=Role.ADMIN))

    groups = client.get(PAGE, {"q": "zapp"}).context["groups"]

    assert {group["noun"]: group["total"] for group in groups} == {
        "outcome": 1, "decision": 1, "indicator": 1, "logentry": 4, "message": 1, "meeting": 1,
    }  # fmt: skip
    for group in groups:
        assert group["more"] == ""
        for row in group["rows"]:
            assert client.get(row["url"], follow=True).status_code == 200
    log = f"/workspace/trials/{pilot.pk}/log/"
    assert client.get(f"/workspace/trials/log/{newest.pk}/")["Location"] == f"{log}#log-{newest.pk}"
    further = client.get(f"/workspace/trials/log/{oldest.pk}/")["Location"]
    assert further == f"{log}?from={oldest.pk}#log-{oldest.pk}"
    page = client.get(further)
    assert f'id="log-{oldest.pk}"' in page.content.decode()
    assert page.context["newest_url"] == log
    assert client.get(log).context["earlier_url"] == f"?from={oldest.pk + 1}"


def test_l04_an_internal_entry_of_a_public_logbook_is_not_led_to():
    entry = LogEntryFactory(trial=PilotFactory(publication="public"))
    shown = LogEntryFactory(trial=entry.trial, is_public=True)
    client = client_of(UserFactory())

    assert client.get(f"/workspace/trials/log/{entry.pk}/").status_code == 404
    assert client.get(f"/workspace/trials/log/{shown.pk}/").status_code == 302
    page = client.get(f"/workspace/trials/{entry.trial_id}/log/?from={entry.pk}")
    assert f"log-{entry.pk}" not in page.content.decode()
    assert found(client, entry.text) == {}


def test_l04_somebody_else_is_not_led_to_it_and_finds_nothing():
    PilotFactory(reference="P-2026-014", title="zqhidden")
    client = client_of(UserFactory())

    assert found(client, "P-2026-014") == {}
    assert found(client, "zqhidden") == {}
    assert client.get(PAGE, {"q": "zqother"}).content.count(b"zqhidden") == 0


def test_a_list_is_offered_when_there_are_more_and_it_shows_them_all():
    centre = CentreFactory()
    for n in range(22):
        ChallengeFactory(title=f"Zapp {n}", centre=centre)
    client = client_of(StaffFactory(role=Role.ADMIN))

    (group,) = client.get(PAGE, {"q": "zapp"}).context["groups"]

    assert (len(group["rows"]), group["total"], group["more"]) == (20, 22, "/workspace/challenges/")
    assert client.get(f"{group['more']}?search=zapp").context["count"] == 22


def test_whoever_types_gets_the_list_only():
    PilotFactory(title="Zapp", reference="P-2026-014")
    client = client_of(StaffFactory(role=Role.ADMIN))

    response = client.get(PAGE, {"q": "zapp"}, headers={"hx-request": "true"})

    assert b"<html" not in response.content
    assert response.context["groups"][0]["total"] == 1
    cited = client.get(PAGE, {"q": "P-2026-014"}, headers={"hx-request": "true"})
    assert cited.context["cited"]["title"] == "P-2026-014 · Zapp"


def test_x08_words_come_back_escaped():
    response = client_of(UserFactory()).get(PAGE, {"q": '"><svg onload=alert(1)>'})

    assert b"<svg onload" not in response.content


@pytest.fixture
def desk(page):
    """A browser signed in as somebody of the staff, on a page of the workspace."""
    user = StaffFactory(role=Role.ADMIN)
    pilot = PilotFactory(title="Quiet zapp at night", reference="P-2026-014")
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto("/workspace/trials/")
    return page, pilot


@pytest.mark.django_db(transaction=True)
def test_the_box_is_reached_by_key_and_its_list_walked_by_arrows(desk):
    page, pilot = desk
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("zapp")
    page.wait_for_selector("#search-list a")
    assert page.is_visible("#search-list")

    page.keyboard.press("Escape")
    assert page.is_hidden("#search-list")
    page.keyboard.press("Control+a")
    page.keyboard.type("quiet")
    page.wait_for_selector("#search-list a:has-text('Quiet')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/workspace/trials/{pilot.pk}/")


@pytest.mark.django_db(transaction=True)
def test_enter_leads_to_the_page_of_results(desk):
    page, _pilot = desk
    page.keyboard.press("Control+k")
    page.keyboard.type("zapp")
    page.keyboard.press("Enter")

    page.wait_for_url("**/workspace/search/?q=zapp")
    assert page.locator("main .search-group").count() == 1
