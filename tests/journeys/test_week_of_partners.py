"""Can a company of three people do its part by pages alone, as somebody new to the product would try?"""

from typing import Any

import pytest

from partners.choices import MembershipRole
from partners.models import JoinRequest
from pilots.models import ExtensionRequest, Idea, InformationRequest, Measurement, Message
from tests.factories.ideas import ChallengeFactory, IdeaFactory, InformationRequestFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    MembershipFactory,
    ObligationFactory,
    OrganisationFactory,
    ResourceFactory,
    UserFactory,
    today,
)
from tests.factories.trials import PilotFactory, TeamPersonFactory

from .steps import fill, follow, move, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active", publication="public")


@pytest.fixture
def company(live_server: Any) -> Any:
    return OrganisationFactory(name="Quiet Wheels")


@pytest.fixture
def person(company: Any) -> Any:
    """The administrator of the company."""
    person = UserFactory(name="Marta Roig")
    MembershipFactory(user=person, organisation=company, role=MembershipRole.ADMIN)
    return person


def test_jobs_2_and_3_an_idea_is_written_kept_sent_and_followed(centre, company, person, visitor, picture):
    ChallengeFactory(title="Quiet nights", centre=centre, publication="public")
    page = visitor(person)

    page.goto("/workspace/challenges/")
    follow(page, "Quiet nights")
    follow(page, "Propose an idea")
    fill(page, title="Rubber wheels for crates", problem="Crates rattle over state-of-the-art cobbles.")
    page.locator("[data-autosave]").get_by_text("Saved at").wait_for()
    picture(page)
    assert Idea.objects.get().problem == "Crates rattle over state-of-the-art cobbles."
    fill(
        page, proposal="Put them on rubber wheels.", novelty="Nobody has tried it here.",
        beneficiaries="Those who sleep nearby.", asked_of_city="Two streets for six months.",
    )  # fmt: skip
    send(page, "Save the draft")
    move(page, "submit")

    idea = Idea.objects.get()
    assert (idea.state, idea.organisation) == ("submitted", company)
    picture(page)
    assert "In evaluation" not in page.locator("main").inner_text()


def test_job_4_a_request_is_answered_with_only_its_fields_open(
    centre, company, person, script, visitor, picture
):
    idea = IdeaFactory(
        centre=centre, author=person, organisation=company, state="more_information", problem="Crates rattle."
    )
    request = InformationRequestFactory(
        idea=idea, question="How many crates?", fields=["problem"], due_on=today(9)
    )
    page = visitor(person, script=script)

    page.goto("/workspace/")
    page.locator("main").get_by_role("link", name=idea.title).first.click()
    page.wait_for_load_state()
    if f"/requests/{request.pk}/" not in page.url:
        page.goto(f"/workspace/requests/{request.pk}/")
    picture(page)
    assert page.locator("main form.form textarea:not([name=answer])").count() == 1
    fill(page, problem="Forty crates rattle every night.")
    if page.locator("main form.form [name=answer]").count():
        fill(page, answer="Forty.")
    send(page, "Send the answer")

    idea.refresh_from_db()
    assert idea.problem == "Forty crates rattle every night."
    assert InformationRequest.objects.get().answered_at is not None


def test_job_5_the_agreement_is_read_commented_and_signed(centre, company, person, script, visitor, picture):
    city = OrganisationFactory(name="City of Barcelona", helix="administration")
    agreement = AgreementFactory(
        title="Streets for trials", centre=centre, state="pending_signature", parties=[city, company]
    )
    ours = agreement.parties.get(organisation=company)
    ResourceFactory(agreement=agreement, party=ours, kind="hours", promised=120, unit="h")
    ObligationFactory(agreement=agreement, party=ours, text="To lend two vans.")
    page = visitor(person, script=script)

    page.goto("/workspace/agreements/")
    follow(page, "Streets for trials")
    picture(page)
    mine = page.locator("section", has_text="What Quiet Wheels commits itself to").first.inner_text()
    assert ("To lend two vans." in mine, "120" in mine) == (True, True)
    follow(page, "Conversation")
    fill(page, text="Can the vans come from our other depot?")
    send(page, "Send the message")
    picture(page)
    assert (Message.objects.get().agreement, Message.objects.get().channel) == (agreement, "partner")
    page.goto(f"/workspace/agreements/{agreement.pk}/")
    with page.expect_navigation():
        page.locator(f"main a[href='/workspace/parties/{ours.pk}/sign/']").click()
    fill(page, signatory_name="Marta Roig", signatory_position="Director")
    picture(page)
    page.locator("main form.form .form-end button[type=submit]").click()
    page.wait_for_url(f"**/agreements/{agreement.pk}/")

    ours.refresh_from_db()
    assert (ours.signatory_name, ours.signed_on) == ("Marta Roig", today())


def test_jobs_6_and_7_a_figure_is_reported_and_more_time_asked_for(
    centre, company, person, script, visitor, picture
):
    trial = PilotFactory(centre=centre, promoter=company, running=True, title="Quiet crates")
    TeamPersonFactory(trial=trial, user=person)
    page = visitor(person, script=script)

    page.goto(f"/workspace/trials/{trial.pk}/")
    follow(page, "Record a measurement")
    fill(page, period_start=today(-7).isoformat(), period_end=today(-1).isoformat(), value="59.5")
    picture(page)
    send(page, "Record the measurement")
    page.goto(f"/workspace/trials/{trial.pk}/log/")
    follow(page, "Ask for more time")
    fill(page, new_ends_on=today(120).isoformat(), reason="The wheels came late.")
    picture(page)
    page.locator("main form.form .form-end button[type=submit]").click()
    page.wait_for_url("**/log/**")

    measurement = Measurement.objects.get()
    assert (measurement.indicator, float(measurement.value)) == (trial.indicators.get(), 59.5)
    assert ExtensionRequest.objects.get().reason == "The wheels came late."


def test_job_8_a_colleague_is_invited(company, person, script, visitor, picture):
    page = visitor(person, script=script)

    page.goto(f"/workspace/organisations/{company.pk}/")
    follow(page, "Invite a colleague")
    fill(page, email="pau@example.org")
    picture(page)
    send(page, "Send the invitation")

    assert JoinRequest.objects.get().email == "pau@example.org"
