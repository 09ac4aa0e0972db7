"""Does the board show what the list shows, by state and lane, and are cards moved from it?"""

import pytest
from django.urls import reverse

from cic.core.models import StageChange
from partners.choices import Role
from partners.models import Territory
from pilots.choices import TrialState
from pilots.models import Trial
from pilots.views.board import TRIAL_STATES
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import (
    CentreFactory,
    MembershipFactory,
    StaffFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.factories.trials import PilotFactory, PocFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory(name="Mobility")


@pytest.fixture
def coordinator(client, centre):
    user = StaffFactory(role=Role.COORDINATOR, centre=centre)
    client.force_login(user)
    return user


def board(client, **query):
    return client.get(reverse("board"), query)


def laid_out(answer):
    """Lane, column and the references of its cards, without what is empty."""
    return {
        (lane["label"], column["key"]): [card.reference for card in column["cards"]]
        for lane in answer.context["lanes"]
        for column in lane["columns"]
        if column["count"]
    }


@pytest.mark.parametrize("of", ["trials", "ideas"])
@pytest.mark.parametrize("lanes", ["", "centre"])
@pytest.mark.parametrize("count", [1, 3])
def test_board_cost_does_not_grow(
    client, centre, coordinator, django_assert_max_num_queries, of, lanes, count
):
    for _number in range(count):
        PilotFactory(centre=centre, running=True)
        PilotFactory(centre=centre)
        IdeaFactory(centre=centre, state="submitted")

    with django_assert_max_num_queries(12) as asked:
        answer = board(client, of=of, lanes=lanes)

    assert answer.context["count"] == count * (2 if of == "trials" else 1)
    assert (
        len(asked)
        == {("trials", ""): 10, ("trials", "centre"): 11, ("ideas", ""): 7, ("ideas", "centre"): 8}[of, lanes]
    )


def test_columns_hold_what_the_list_holds_under_the_same_filters(client, centre, coordinator):
    running = [PilotFactory(centre=centre, running=True, title=f"Quiet {n}") for n in range(2)]
    poc = PocFactory(centre=centre, title="Quiet concept")
    PilotFactory(centre=centre, running=True, title="Loud", summary="Loud")

    answer = board(client, search="quiet")

    assert laid_out(answer) == {
        ("", "planned"): [poc.reference],
        ("", "running"): [running[1].reference, running[0].reference],
    }
    for lane in answer.context["lanes"]:
        for column in lane["columns"]:
            assert client.get(column["list_url"]).context["count"] == column["count"]
    assert client.get(answer.context["list_url"]).context["count"] == answer.context["count"] == 3


def test_lanes_by_centre_district_and_monitor(client, centre, coordinator):
    district = Territory.objects.create(code="03", name="Sants", kind="district")
    quarter = Territory.objects.create(code="0302", name="Hostafrancs", kind="neighbourhood", parent=district)
    trial = PilotFactory(centre=centre, running=True)
    SiteFactory(trial=trial, territory=quarter)
    SiteFactory(trial=trial, territory=district)
    nowhere = PilotFactory(centre=centre)

    by_district, by_monitor = board(client, lanes="district"), board(client, lanes="monitor")
    by_centre = board(client, lanes="centre")

    assert laid_out(by_centre) == {
        (str(centre), "preparing"): [nowhere.reference], (str(centre), "running"): [trial.reference],
    }  # fmt: skip
    assert laid_out(by_district) == {
        ("Sants", "running"): [trial.reference], ("None given", "preparing"): [nowhere.reference],
    }  # fmt: skip
    assert laid_out(by_monitor) == {
        (str(trial.monitor), "running"): [trial.reference], ("None given", "preparing"): [nowhere.reference],
    }  # fmt: skip
    column = next(c for c in by_district.context["lanes"][0]["columns"] if c["count"])
    assert client.get(column["list_url"]).context["count"] == 1


def test_a_column_shows_its_first_twenty_and_leads_to_the_list(client, centre, coordinator):
    PilotFactory.create_batch(22, centre=centre)

    [lane] = board(client).context["lanes"]

    column = next(c for c in lane["columns"] if c["key"] == "preparing")
    assert (column["count"], len(column["cards"])) == (22, 20)
    assert column["more_url"] == f"{reverse('trial_list')}?state=preparing"


def test_the_menu_sends_a_move_that_needs_nothing_and_leads_to_the_page_of_one_that_asks(
    client, centre, coordinator
):
    PilotFactory(centre=centre, ready=True)

    [lane] = board(client).context["lanes"]

    [card] = next(c for c in lane["columns"] if c["key"] == "ready")["cards"]
    assert [(move["name"], move["url"]) for move in card.moves] == [
        ("prepare_again", ""), ("start", ""), ("cancel", reverse("trial_move", args=[card.pk, "cancel"])),
    ]  # fmt: skip


def test_a_card_is_moved_and_the_board_keeps_its_filters(client, centre, coordinator):
    trial = PilotFactory(centre=centre, ready=True)

    answer = client.post(
        reverse("board_move"),
        {"of": "trials", "card": trial.pk, "move": "prepare_again", "query": "lanes=centre&kind=pilot"},
    )

    trial.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, f"{reverse('board')}?lanes=centre&kind=pilot")
    assert trial.state == "preparing"


def test_a_refused_move_says_why_and_leaves_the_card(client, centre, coordinator):
    trial = PilotFactory(centre=centre, ready=True, skip_reason="", origin=None)
    trial.indicators.all().delete()

    answer = client.post(
        reverse("board_move"), {"of": "trials", "card": trial.pk, "move": "start"}, follow=True
    )

    trial.refresh_from_db()
    assert trial.state == "ready"
    assert f"{trial.reference} stays where it is." in answer.content.decode()
    assert StageChange.objects.about(trial).count() == 0


def test_readers_without_the_right_get_no_menu_and_no_move(client, centre):
    trial = PilotFactory(centre=centre, ready=True, public=True)
    client.force_login(MembershipFactory().user)

    [lane] = board(client).context["lanes"]
    refused = client.post(reverse("board_move"), {"of": "trials", "card": trial.pk, "move": "prepare_again"})

    assert [card.moves for column in lane["columns"] for card in column["cards"]] == [[]]
    assert board(client, lanes="monitor").context["lanes"][0]["label"] == ""
    assert (refused.status_code, Trial.objects.get().state) == (302, "ready")


def test_what_cannot_be_seen_is_neither_shown_nor_moved(client, centre):
    trial = PilotFactory(centre=centre, ready=True)
    client.force_login(UserFactory())

    answer = board(client)
    moved = client.post(reverse("board_move"), {"of": "trials", "card": trial.pk, "move": "prepare_again"})

    assert (answer.context["count"], moved.status_code) == (0, 404)
    for broken in ({"of": "people", "card": trial.pk}, {"of": "trials", "card": "x"}):
        assert client.post(reverse("board_move"), broken).status_code == 404
    assert Trial.objects.get().state == "ready"


def test_ideas_stand_by_state_too(client, centre, coordinator):
    idea = IdeaFactory(centre=centre, state="submitted")

    answer = board(client, of="ideas", lanes="centre")
    client.post(reverse("board_move"), {"of": "ideas", "card": idea.pk, "move": "screen"})

    assert laid_out(answer) == {(str(centre), "submitted"): [idea.reference]}
    idea.refresh_from_db()
    assert idea.state == "screening"


@pytest.mark.django_db(transaction=True)
def test_a_card_is_dragged_and_one_dropped_where_it_cannot_go_stays(page, client, live_server):
    centre = CentreFactory()
    trial = PilotFactory(centre=centre, ready=True)
    PilotFactory(centre=centre, running=True, state="suspended")
    client.force_login(StaffFactory(role=Role.COORDINATOR, centre=centre))
    [(name, cookie)] = [(key, value.value) for key, value in client.cookies.items() if "session" in key]
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('board')}")

    page.drag_and_drop(f"[data-card='{trial.pk}'] .reference", "[data-state=suspended] h3")
    page.get_by_text("It cannot go there").wait_for()
    trial.refresh_from_db()
    assert trial.state == "ready"
    page.drag_and_drop(f"[data-card='{trial.pk}'] .reference", "[data-state=preparing] h3")
    page.get_by_text("was moved").wait_for()

    trial.refresh_from_db()
    assert trial.state == "preparing"


def test_every_state_of_a_trial_has_its_column():
    assert sorted(TRIAL_STATES) == sorted(TrialState.values)


@pytest.mark.parametrize("lanes", ["centre", "district", "monitor"])
def test_every_count_of_every_lane_is_that_of_the_list_behind_it(client, centre, coordinator, lanes):
    north, south = TerritoryFactory(), TerritoryFactory()
    quarter = TerritoryFactory(kind="neighbourhood", parent=north)
    city = TerritoryFactory(kind="municipality")
    TerritoryFactory(parent=city)
    monitor = StaffFactory(role=Role.MONITOR, centre=centre)
    placed = [[quarter, south], [north, None], [None], [city], []]
    for number, territories in enumerate(placed):
        trial = PilotFactory(centre=centre, monitor=monitor if number % 2 else None)
        for territory in territories:
            SiteFactory(trial=trial, territory=territory)
        SiteFactory(trial=trial, territory=south, comparison="alike")

    answer = board(client, lanes=lanes)

    by_lane = {lane["key"]: lane["count"] for lane in answer.context["lanes"]}
    assert (
        by_lane
        == {
            "centre": {centre.pk: 5},
            "district": {north.pk: 2, south.pk: 1, None: 4},
            "monitor": {monitor.pk: 2, None: 3},
        }[lanes]
    )
    for lane in answer.context["lanes"]:
        for column in lane["columns"]:
            assert client.get(column["list_url"]).context["count"] == column["count"]
    if lanes == "district":
        lines = client.get(reverse("portfolio")).context["sections"][1].lines
        assert [line.value for line in lines] == [2, 1]
