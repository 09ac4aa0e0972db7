"""Does the chain say where a record stands, to each reader only what they may see, at a constant cost?"""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cic.core.chain import in_words, lay_out
from cic.core.choices import Publication
from pilots.calculations.chain import Line, marks
from pilots.models import Challenge, Decision, Idea, Trial
from pilots.models.chains import chain_of, stations_of, with_chain
from pilots.models.descents import came_of, lineage_of
from pilots.operations.replications import replicate_as_pilot
from pilots.operations.trials import decide_poc, derive_trial, move_trial
from tests.factories.partners import (
    AgreementFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    today,
)
from tests.factories.trials import OutcomeFactory, PilotFactory, PocFactory

db = pytest.mark.django_db
SHORT = {"done": "●", "here": "◉", "ahead": "○", "skipped": " ", "stopped": "x"}


def drawn(found):
    """The marks in one line."""
    return "".join(SHORT[mark] for mark in found)


@pytest.mark.parametrize(
    ("line", "marks_drawn"),
    [
        (Line(challenge="open"), "◉○○○○○"),
        (Line(challenge="solved"), "●○○○○○"),
        (Line(challenge="open", idea="draft"), "●◉○○○○"),
        (Line(idea="screening"), "●◉○○○○"),
        (Line(idea="withdrawn"), "●x○○○○"),
        (Line(idea="in_evaluation"), "●●◉○○○"),
        (Line(idea="parked"), "●●◉○○○"),
        (Line(idea="declined"), "●●x○○○"),
        (Line(idea="accepted"), "●●●○○○"),
        (Line(idea="accepted", poc="running"), "●●●◉○○"),
        (Line(idea="accepted", poc="no_go"), "●●●x○○"),
        (Line(idea="accepted", poc="go"), "●●●●○○"),
        (Line(idea="accepted", poc="go", pilot="running"), "●●●●◉○"),
        (Line(idea="accepted", pilot="running"), "●●● ◉○"),
        (Line(idea="accepted", pilot="stopped"), "●●● x○"),
        (Line(idea="accepted", pilot="stopped", case="written"), "●●● x○"),
        (Line(idea="accepted", pilot="cancelled"), "●●● x○"),
        (Line(idea="accepted", pilot="evaluated", case="written"), "●●● ●◉"),
        (Line(idea="accepted", poc="go", pilot="closed", case="public"), "●●●●●●"),
        (Line(idea="accepted", poc="no_go", case="public"), "●●●x ●"),
        (Line(pilot="running"), "    ◉○"),
        (Line(poc="running"), "   ◉○○"),
        (Line(), "○○○○○○"),
    ],
)
def test_marks_follow_the_states(line, marks_drawn):
    assert drawn(marks(line).values()) == marks_drawn


@pytest.fixture
def story():
    """A need, its idea, a proof of concept with go and a pilot that runs under an agreement; all internal."""
    agreement = AgreementFactory(in_force=True)
    centre = agreement.centre
    steward = StaffFactory(role="coordinator", centre=centre)
    challenge = Challenge.objects.create(
        reference="N-1", title="Noise at night", need="Quiet", centre=centre, state="open"
    )
    idea = Idea.objects.create(
        reference="I-1", title="Night vans", proposal="Vans", centre=centre, challenge=challenge, state="accepted",
        organisation=OrganisationFactory(), submitted_at=datetime(2026, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    Decision.objects.create(
        reference="D-1", idea=idea, verdict="accept", body="Steering group", authority="Resolution 1", reasons="Cheap to try.",
        decided_on=today(-60), notified_at=datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    poc = PocFactory(
        running=True,
        state="finished",
        idea=idea,
        centre=centre,
        agreement=agreement,
        promoter=idea.organisation,
    )
    decide_poc(
        poc,
        {
            "verdict": "go",
            "body": "Committee",
            "authority": "Minutes 4",
            "reasons": "It works.",
            "decided_on": today(),
        },
        actor=steward,
    )
    pilot = derive_trial(poc, "pilot", actor=steward)
    Trial.objects.filter(pk=pilot.pk).update(
        state="running", started_on=today(-95), starts_on=today(-95), ends_on=today(84)
    )
    pilot.refresh_from_db()
    return {
        "challenge": challenge,
        "idea": idea,
        "poc": poc,
        "pilot": pilot,
        "agreement": agreement,
        "steward": steward,
    }


@db
@pytest.mark.parametrize("noun", ["challenge", "idea", "poc", "pilot"])
def test_chain_of_every_record_of_a_line_is_the_same_line(story, noun):
    chain = chain_of(story[noun], story["steward"])

    assert drawn(row["state"] for row in chain.stations) == "●●●●◉○"
    assert [row.get("url", "") for row in chain.stations] == [
        f"/workspace/challenges/{story['challenge'].pk}/",
        f"/workspace/ideas/{story['idea'].pk}/",
        "",
        f"/workspace/trials/{story['poc'].pk}/",
        f"/workspace/trials/{story['pilot'].pk}/",
        "",
    ]
    assert chain.aside == "day 96 of 180"
    assert (chain.agreement["from_station"], chain.agreement["to_station"]) == ("poc", "pilot")
    assert chain.agreement["url"] == f"/workspace/agreements/{story['agreement'].pk}/"


@db
def test_chain_tells_each_decision_with_its_reason(story):
    stations = {row["key"]: row for row in chain_of(story["pilot"], story["steward"]).stations}

    assert (stations["evaluation"]["note"], stations["evaluation"]["reason"]) == (
        "Steering group",
        "Cheap to try.",
    )
    assert (stations["poc"]["date"], stations["poc"]["reason"]) == (today(), "It works.")
    words = in_words(lay_out(list(stations.values())))
    assert words.startswith("Stage 5 of 6: pilot, running since ")


@db
def test_l09_chain_of_a_public_pilot_names_nothing_that_is_not_public(story):
    Trial.objects.filter(pk=story["pilot"].pk).update(publication=Publication.PUBLIC)

    chain = chain_of(Trial.objects.get(pk=story["pilot"].pk), AnonymousUser())

    assert drawn(row["state"] for row in chain.stations) == "●●●●◉○"
    assert chain.agreement is None
    for row in chain.stations[:4]:
        assert {
            key: value for key, value in row.items() if key not in ("key", "label", "state") and value
        } == {}


@db
def test_l09_lineage_for_the_public_passes_over_what_is_hidden_but_reaches_the_public_need(story):
    Trial.objects.filter(pk=story["pilot"].pk).update(publication=Publication.PUBLIC)
    Challenge.objects.update(publication=Publication.PUBLIC)

    lineage = lineage_of(story["pilot"], AnonymousUser())

    assert [(row.type, row.reference) for row in lineage["came_from"]] == [("pilots.challenge", "N-1")]
    assert lineage["led_to"] == []


@db
def test_lineage_answers_both_ways(story):
    outcome = OutcomeFactory(trial=story["pilot"])
    centre = AgreementFactory().centre
    steward = StaffFactory(role="coordinator")
    copy = replicate_as_pilot(outcome, actor=steward, centre=centre)

    back = lineage_of(copy, steward)["came_from"]
    on = lineage_of(story["challenge"], steward)["led_to"]

    assert [row.type for row in back] == ["pilots.trial", "pilots.idea", "pilots.trial", "pilots.challenge"]
    assert {(row.type, row.id) for row in on} == {
        ("pilots.idea", story["idea"].pk),
        ("pilots.trial", story["poc"].pk),
        ("pilots.trial", story["pilot"].pk),
        ("pilots.outcome", outcome.pk),
        ("pilots.trial", copy.pk),
    }
    assert [row.kind for row in on if row.id == copy.pk and row.type == "pilots.trial"] == ["replicated"]


@db
def test_agreement_knows_all_that_came_of_it_and_shows_each_reader_their_part(story):
    OutcomeFactory(trial=story["pilot"])
    framework = AgreementFactory(in_force=True)
    story["agreement"].framework = framework
    story["agreement"].save()

    for agreement in (story["agreement"], framework):
        came = came_of(agreement, story["steward"])
        assert [len(came.ideas), len(came.trials), len(came.outcomes)] == [1, 2, 1]
    rival = came_of(framework, PartnerFactory())
    assert [rival.ideas, rival.trials, rival.outcomes] == [[], [], []]


@db
def test_pilot_that_came_to_nothing_does_not_stand_for_an_idea_that_goes_on(story):
    PilotFactory(idea=story["idea"], centre=story["idea"].centre, state="cancelled")

    chain = chain_of(story["idea"], story["steward"])
    row = with_chain(Idea.objects.all(), story["steward"]).get()

    assert drawn(station["state"] for station in chain.stations) == "●●●●◉○"
    assert drawn(station["state"] for station in stations_of(row)) == "●●●●◉○"


@db
def test_stopped_pilot_shows_the_reason_where_it_stopped(story):
    stopped = move_trial(story["pilot"], "stop", actor=story["steward"], note="A van was damaged.")

    station = chain_of(stopped, story["steward"]).stations[4]

    assert (station["state"], station["reason"], station["date"]) == (
        "stopped",
        "A van was damaged.",
        today(),
    )


@db
@pytest.mark.parametrize("model", [Challenge, Idea, Trial])
def test_rows_of_a_list_have_the_marks_of_the_detail_without_a_query_more(
    story, model, django_assert_num_queries
):
    steward = story["steward"]
    assert steward.standing is not None

    with django_assert_num_queries(1):
        rows = [stations_of(row) for row in with_chain(model.objects.visible_to(steward), steward)]

    for row in rows:
        assert drawn(station["state"] for station in row) == "●●●●◉○"


@db
@pytest.mark.parametrize("noun", ["challenge", "idea", "poc", "pilot"])
def test_chain_costs_two_queries_however_much_hangs_on_it(story, noun, django_assert_num_queries):
    assert story["steward"].standing is not None
    for number in range(3):
        PocFactory(idea=story["idea"], title=f"Other {number}")

    with django_assert_num_queries(2):  # trials with all they name, decisions
        chain_of(story[noun], story["steward"])


@db
def test_page_of_an_agreement_lists_all_that_came_of_it(story, client, django_assert_max_num_queries):
    OutcomeFactory(trial=story["pilot"])
    client.force_login(story["steward"])
    address = reverse("agreement_came_of_it", args=[story["agreement"].pk])
    client.get(address)

    with django_assert_max_num_queries(12):
        text = client.get(address).content.decode()

    for title in (story["idea"].title, story["poc"].title, story["pilot"].title):
        assert title in text
    client.force_login(PartnerFactory())
    assert client.get(address).status_code == 404
