"""Does a need travel from an idea to its published case by pages alone, through the hands of six people?"""

from typing import Any

import pytest

from cms.models import CasePage
from partners.choices import Role
from pilots.models import Decision, Evaluation, Idea, Measurement, Outcome, Trial
from tests.factories.cms import make_site
from tests.factories.ideas import ChallengeFactory, CriteriaSetFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    today,
)

from .steps import fill, follow, move, offered, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(live_server: Any) -> dict[str, Any]:
    """The public site, a centre with a public open need, an agreement in force, and who works there."""
    make_site()
    centre = CentreFactory(name="Night lab", state="active", publication="public")
    organisation = OrganisationFactory(name="Quiet Wheels")
    ChallengeFactory(title="Quiet nights", centre=centre, publication="public")
    agreement = AgreementFactory(title="Streets for trials", in_force=True, centre=centre)
    criteria = CriteriaSetFactory(name="What counts", centre=centre)
    staff = {
        role: StaffFactory(name=f"Nuria {role}", role=role, centre=centre)
        for role in (Role.COORDINATOR, Role.EVALUATOR, Role.SECRETARY, Role.MONITOR, Role.EDITOR)
    }
    partner = PartnerFactory(organisation=organisation)
    return {"partner": partner, "agreement": agreement, "criteria": criteria, **staff}


def test_need_becomes_a_published_case_through_the_pages_of_six_roles(people, visitor):
    # A partner answers the need.
    partner = visitor(people["partner"])
    partner.goto("/workspace/challenges/")
    follow(partner, "Quiet nights")
    follow(partner, "Propose an idea")
    fill(
        partner,
        title="Rubber wheels for crates",
        problem="Crates rattle over cobbles.",
        proposal="Put them on rubber wheels.",
        novelty="Nobody has tried it here.",
        beneficiaries="Those who sleep nearby.",
        asked_of_city="Two streets for six months.",
        annex="The wheels cost 41 euro each, less by the hundred.",
    )
    send(partner, "Save the draft")
    move(partner, "submit")

    idea = Idea.objects.get()
    idea_page = f"/workspace/ideas/{idea.pk}/"
    assert (idea.state, idea.author, idea.challenge.title) == ("submitted", people["partner"], "Quiet nights")
    assert offered(partner) == ["withdraw"]

    # The coordinator reads it and gives it to an evaluator.
    coordinator = visitor(people[Role.COORDINATOR])
    coordinator.goto("/workspace/triage/")
    follow(coordinator, "Rubber wheels for crates")
    move(coordinator, "screen")
    move(coordinator, "evaluate")
    follow(coordinator, "Assign evaluators")
    coordinator.get_by_label("Nuria evaluator").check()
    fill(coordinator, criteria_set=str(people["criteria"].pk))
    send(coordinator, "Assign")

    evaluation = Evaluation.objects.get()
    assert (evaluation.idea.state, evaluation.state) == ("in_evaluation", "assigned")
    assert evaluation.evaluator == people[Role.EVALUATOR]

    # The evaluator declares to have no conflict, scores and hands in.
    evaluator = visitor(people[Role.EVALUATOR])
    evaluator.goto(f"/workspace/evaluations/{evaluation.pk}/")
    assert evaluator.get_by_text("Crates rattle over cobbles.").count() == 0
    move(evaluator, "accept")
    assert evaluator.get_by_text("Crates rattle over cobbles.").count() == 1
    for criterion, score in zip(evaluation.criteria_set.criteria.all(), ("5", "4"), strict=True):
        fill(evaluator, **{f"score_{criterion.pk}": score, f"why_{criterion.pk}": "It is cheap to try."})
    fill(evaluator, recommendation="accept")
    send(evaluator, "Save and hand in")

    evaluation = Evaluation.objects.get()
    assert (evaluation.state, evaluation.recommendation) == ("submitted", "accept")
    assert list(evaluation.scores.order_by("criterion__position").values_list("score", flat=True)) == [5, 4]

    # The secretary records what the board decided, tells the author, then everybody.
    secretary = visitor(people[Role.SECRETARY])
    secretary.goto(idea_page)
    follow(secretary, "Record a decision")
    fill(
        secretary,
        verdict="accept",
        reasons="It can be tried at once.",
        body="Innovation board",
        authority="Minutes of 3 May",
    )
    send(secretary, "Record the decision")
    assert Idea.objects.get().state == "in_evaluation"
    move(secretary, "tell")
    assert Idea.objects.get().state == "accepted"
    move(secretary, "publish")
    assert Decision.objects.get().stage == "published"
    partner.goto(idea_page)
    assert partner.get_by_text("It can be tried at once.").count() > 0

    # The coordinator plans a pilot from the idea step by step, runs and measures it.
    coordinator.goto(idea_page)
    follow(coordinator, "Plan a pilot")
    fill(coordinator, summary="Crates roll on rubber wheels in two streets.")
    fill(coordinator, monitor=str(people[Role.MONITOR].pk), agreement=str(people["agreement"].pk))
    fill(coordinator, skip_reason="The wheels are sold already.")
    send(coordinator, "Save and go on")
    fill(coordinator, name="Carrer Gran", latitude="41.3751", longitude="2.1492")
    send(coordinator, "Add")
    follow(coordinator, "Go on")
    assert "It has no indicator." in coordinator.locator("aside").inner_text()
    for _step in ("permits", "team"):
        follow(coordinator, "Go on")
    fill(coordinator, name="Noise at night", unit="dB(A)", direction="down", baseline="66", target="60")
    send(coordinator, "Add")
    follow(coordinator, "Go on")
    fill(coordinator, starts_on=today().isoformat(), ends_on=today(180).isoformat())
    send(coordinator, "Save and finish")
    trial = Trial.objects.get()
    trial_page = f"/workspace/trials/{trial.pk}/"
    assert (trial.idea, trial.promoter, trial.state) == (idea, idea.organisation, "preparing")

    indicator = trial.indicators.get()
    coordinator.goto(trial_page)
    move(coordinator, "make_ready")
    move(coordinator, "start")
    trial.refresh_from_db()
    assert (trial.state, trial.started_on) == ("running", today())

    follow(coordinator, "Record a measurement")
    fill(coordinator, period_start=today().isoformat(), period_end=today().isoformat(), value="59")
    send(coordinator, "Record the measurement")
    measurement = Measurement.objects.get()
    assert (measurement.indicator, measurement.value, measurement.state) == (indicator, 59, "submitted")
    coordinator.goto(f"/workspace/indicators/{indicator.pk}/")
    with coordinator.expect_navigation():
        coordinator.locator("main").get_by_role("link", name="Approve").click()
    with coordinator.expect_navigation():
        coordinator.locator("main form.form .form-end button[type=submit]").click()
    assert Measurement.objects.get().state == "approved"

    coordinator.goto(trial_page)
    move(coordinator, "end")
    move(
        coordinator,
        "evaluate",  # leads to the outcome while there is none
        verdict="adopted",
        summary="It is quieter by seven decibels.",
        lessons="Drivers like it too.",
    )
    outcome = Outcome.objects.get()
    outcome_page = f"/workspace/outcomes/{outcome.pk}/"
    assert (outcome.trial, outcome.verdict) == (trial, "adopted")
    coordinator.goto(trial_page)
    move(coordinator, "evaluate")
    move(coordinator, "ask_publication")
    trial.refresh_from_db()
    assert (trial.state, trial.publication) == ("evaluated", "in_review")
    assert "publish" not in offered(coordinator)

    # The editor is the second person; an outcome is asked for once its trial is public.
    editor = visitor(people[Role.EDITOR])
    editor.goto(trial_page)
    move(editor, "publish")
    for page in (outcome_page, idea_page):
        coordinator.goto(page)
        move(coordinator, "ask_publication")
        editor.goto(page)
        move(editor, "publish")
    trial.refresh_from_db()
    outcome.refresh_from_db()
    assert (trial.publication, outcome.publication) == ("public", "public")

    # The coordinator prepares the case and asks for approval; only the editor can give it.
    coordinator.goto("/workspace/cases/")
    follow(coordinator, "Rubber wheels for crates")
    send(coordinator, "Prepare the public case")
    fill(coordinator, answer="Yes, and it is now the rule in two districts.")
    send(coordinator, "Save")
    case = CasePage.objects.get()
    coordinator.goto(f"/workspace/cases/{case.pk}/")
    move(coordinator, "ask")
    assert (CasePage.objects.get().state, CasePage.objects.get().live) == ("asked", False)
    assert "approve" not in offered(coordinator)

    editor.goto(f"/workspace/cases/{case.pk}/")
    move(editor, "approve")
    case = CasePage.objects.get()
    assert (case.live, case.locale.language_code) == (True, "en")

    # Anybody reads it, and walks back to the need.
    citizen = visitor()
    citizen.goto(case.get_url())
    assert citizen.get_by_role("heading", level=1).inner_text() == "Rubber wheels for crates"
    assert citizen.get_by_text("Yes, and it is now the rule in two districts.").count() == 1
    cells = citizen.locator("main table tbody tr").first.locator("th, td").all_inner_texts()
    assert [cell.splitlines()[0].strip().replace("\xa0", " ") for cell in cells] == [
        "Noise at night",
        "66 dB(A)",
        "60 dB(A)",
        "59 dB(A)",
        "yes",
    ]
    assert citizen.get_by_text("It can be tried at once.").count() == 1
    assert "41 euro" not in citizen.content()
    with citizen.expect_navigation():
        citizen.locator("main .chain-story .chain-name a").first.click()
    assert citizen.get_by_role("heading", level=1).inner_text() == "Quiet nights"
    assert citizen.get_by_text("Deliveries wake people up.").count() == 1
