"""Does the portfolio count what the reader may see, under the filters of the list?"""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from cic.core.models import StageChange
from partners.choices import Role
from partners.models import Area, Territory
from pilots.calculations.stays import Stay, stays
from pilots.models import Idea, Trial
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import CentreFactory, OrganisationFactory, StaffFactory, UserFactory
from tests.factories.trials import PilotFactory, SiteFactory, TrialPartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def coordinator(client, centre):
    user = StaffFactory(role=Role.COORDINATOR, centre=centre)
    client.force_login(user)
    return user


def rows(answer, key):
    section = next(section for section in answer.context["sections"] if section.key == key)
    return [(line.label, line.value) for line in section.lines]


def moved(obj, start, end, days, reason=""):
    """A step that was taken so many days after the record was made."""
    return StageChange.objects.create(
        object_type=obj._meta.label_lower, object_id=obj.pk, field="state", move="x", from_state=start, to_state=end,
        effective_at=obj.created_at + timedelta(days=days), reason=reason,
    )  # fmt: skip


def full(centre, number):
    """A trial with something in every section."""
    trial = PilotFactory(centre=centre, running=True, sdgs=[3, 11], trl_in=5, trl_out=7)
    trial.areas.add(
        Area.objects.get_or_create(key=f"area-{number}", defaults={"names": {"en": f"Area {number}"}})[0]
    )
    district, _made = Territory.objects.get_or_create(
        code=f"0{number}", name=f"District {number}", kind="district"
    )
    SiteFactory(trial=trial, territory=district)
    moved(trial, "preparing", "ready", 10)
    moved(IdeaFactory(centre=centre, state="declined"), "in_evaluation", "declined", 5, "Too dear")
    return trial


@pytest.mark.parametrize("count", [1, 3])
def test_portfolio_cost_does_not_grow(client, centre, coordinator, django_assert_num_queries, count):
    for number in range(count):
        full(centre, number)

    with django_assert_num_queries(11):
        answer = client.get(reverse("portfolio"))

    assert answer.context["count"] == count


def test_portfolio_counts_by_area_district_helix_goal_and_gain(client, centre, coordinator):
    trial, other = full(centre, 1), full(centre, 2)
    quarter = Territory.objects.create(
        code="0101", name="Quarter", kind="neighbourhood", parent=Territory.objects.get(name="District 1")
    )
    SiteFactory(trial=trial, territory=quarter)
    SiteFactory(trial=other, territory=quarter)
    university = OrganisationFactory(helix="academia")
    TrialPartnerFactory(trial=trial, organisation=university)
    Trial.objects.filter(pk=other.pk).update(trl_in=6, trl_out=5)

    answer = client.get(reverse("portfolio"))

    assert rows(answer, "area") == [("Area 1", 1), ("Area 2", 1)]
    assert rows(answer, "district") == [("District 1", 2), ("District 2", 1)]
    assert ("Academia", 1) in rows(answer, "helix")
    assert rows(answer, "sdg") == [
        ("3 · Good health and well-being", 2), ("11 · Sustainable cities and communities", 2),
    ]  # fmt: skip
    assert rows(answer, "trl") == [("-1", 1), ("+2", 1)]
    section = next(one for one in answer.context["sections"] if one.key == "trl")
    assert "0.5" in section.sentence


def test_every_count_that_leads_to_the_list_is_the_lists_count(client, centre, coordinator):
    for number in (1, 1, 2):
        full(centre, number)
    query = {"search": "quiet", "state": "running"}

    answer = client.get(reverse("portfolio"), query)

    assert client.get(answer.context["list_url"]).context["count"] == answer.context["count"] == 3
    led = [line for section in answer.context["sections"] for line in section.lines if line.url]
    assert [client.get(line.url).context["count"] for line in led] == [line.value for line in led]
    assert len(led) == 6


def test_median_days_are_those_of_ended_stays():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    steps = [("running", at, at + timedelta(days=days)) for days in (2, 4, 9)]

    assert stays([*steps, ("ready", None, at), ("ready", at, at + timedelta(hours=12))]) == [
        Stay("running", 4.0, 3), Stay("ready", 0.5, 1),
    ]  # fmt: skip


def test_portfolio_tells_how_long_states_last_from_the_beginning_on(client, centre, coordinator):
    for days in (10, 20, 60):
        trial = PilotFactory(centre=centre)
        moved(trial, "preparing", "ready", days)
        moved(trial, "ready", "running", days + 3)

    answer = client.get(reverse("portfolio"))

    assert rows(answer, "stays") == [("Preparing", 20.0), ("Ready to start", 3.0)]


def test_ideas_that_stopped_are_told_with_their_latest_reasons(client, centre, coordinator):
    for reason in ("Too dear", "Too dear", "Not ours"):
        moved(IdeaFactory(centre=centre, state="declined"), "in_evaluation", "declined", 3, reason)
    taken_up = IdeaFactory(centre=centre, state="in_evaluation")
    moved(taken_up, "in_evaluation", "declined", 3, "Appealed")
    elsewhere = IdeaFactory(centre=CentreFactory(), state="declined")
    moved(elsewhere, "in_evaluation", "declined", 3, "Secret elsewhere")

    answer = client.get(reverse("portfolio"), {"centre": centre.pk})

    assert rows(answer, "stops") == [("In evaluation → Declined", 3)]
    [line] = next(one for one in answer.context["sections"] if one.key == "stops").lines
    assert sorted(line.more.split(" · ")) == ["Not ours", "Too dear"]
    assert Idea.objects.count() == 5


def test_what_cannot_be_read_is_not_counted(client, centre):
    full(centre, 1)
    shown = full(centre, 2)
    Trial.objects.filter(pk=shown.pk).update(publication="public")
    client.force_login(UserFactory())

    answer = client.get(reverse("portfolio"))

    assert (answer.context["count"], rows(answer, "area")) == (1, [("Area 2", 1)])
    assert (rows(answer, "stays"), rows(answer, "stops")) == ([], [])


def test_the_tables_are_downloaded_as_one_csv(client, centre, coordinator):
    trial = full(centre, 1)
    Area.objects.update(names={"en": "=cmd"})

    answer = client.get(reverse("portfolio"), {"export": "csv"})

    found = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["section"], row["row"], row["value"]) for row in found][:2] == [
        ("By area", "'=cmd", "1"), ("By district", "District 1", "1"),
    ]  # fmt: skip
    assert found[-1]["remark"] == "Too dear"
    assert trial.pk


def test_the_tables_are_downloaded_as_a_workbook(client, centre, coordinator):
    full(centre, 1)

    answer = client.get(reverse("portfolio"), {"export": "xlsx"})

    assert answer["Content-Disposition"] == 'attachment; filename="portfolio.xlsx"'
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_where_ideas_stop_obeys_area_district_and_goal_of_their_challenge(client, centre, coordinator):
    area = Area.objects.create(key="water", names={"en": "Water"})
    district = Territory.objects.create(code="09", name="Nou", kind="district")
    asked = ChallengeFactory(centre=centre, sdgs=[6])
    asked.areas.add(area)
    asked.territories.add(
        Territory.objects.create(code="091", name="Prat", kind="neighbourhood", parent=district)
    )
    for challenge in (asked, ChallengeFactory(centre=centre, sdgs=[3]), None):
        idea = IdeaFactory(centre=centre, state="declined", challenge=challenge)
        moved(idea, "in_evaluation", "declined", 5)

    for query, count in (({}, 3), ({"area": area.pk}, 1), ({"territory": district.pk}, 1), ({"sdg": 6}, 1)):
        found = rows(client.get(reverse("portfolio"), query), "stops")
        assert [value for _label, value in found] == [count]
