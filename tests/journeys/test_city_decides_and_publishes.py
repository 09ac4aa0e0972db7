"""Can a committee decide, an agreement be kept alive and an outcome be published by pages alone? Jobs 5, 6 and 10."""

from typing import Any

import pytest

from cms.models import CasePage
from partners.choices import Role
from partners.models import Amendment
from pilots.models import Decision, Idea
from tests.factories.cms import evaluated_outcome, make_site
from tests.factories.ideas import CriteriaSetFactory, EvaluationFactory, IdeaFactory, LetterFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    today,
)

from .steps import fill, follow, move, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active")


def test_job_5_a_committee_reads_its_pack_decides_one_by_one_and_tells_all_at_once(centre, visitor, picture):
    company = OrganisationFactory(name="Quiet Wheels")
    author = PartnerFactory(organisation=company)
    LetterFactory(centre=centre)
    criteria = CriteriaSetFactory(name="What counts", centre=centre)
    for title, scores in (("Rubber wheels", [5, 4]), ("Felt under the crates", [1, 2])):
        idea = IdeaFactory(
            centre=centre, state="in_evaluation", title=title, author=author, organisation=company
        )
        for _n in range(2):
            EvaluationFactory(
                idea=idea, state="submitted", recommendation="accept", scored=scores, criteria_set=criteria
            )
    secretary = visitor(StaffFactory(name="Sergi Casals", role=Role.SECRETARY, centre=centre))

    secretary.goto("/workspace/committee/")
    picture(secretary)
    send(secretary, "Make a pack")
    assert secretary.locator("article.pack h2").all_inner_texts()[0].endswith("Rubber wheels")
    picture(secretary)
    for title, verdict in (("Rubber wheels", "accept"), ("Felt under the crates", "decline")):
        secretary.goto("/workspace/committee/")
        row = secretary.locator("main tbody tr", has_text=title)
        with secretary.expect_navigation():
            row.get_by_role("link", name="Record a decision").click()
        fill(
            secretary, verdict=verdict, reasons=f"We read about {title}.", body="Innovation board",
            authority="Minutes of 3 May", members_present="A. Vidal\nB. Soler",
        )  # fmt: skip
        send(secretary, "Record the decision")
    # The second shows the letter that will go; nobody knows yet.
    picture(secretary)
    assert list(Idea.objects.values_list("state", flat=True)) == ["in_evaluation"] * 2

    secretary.goto("/workspace/committee/")
    follow(secretary, "Notify several at once")
    for box in secretary.locator("main input[name=selected]").all():
        box.check()
    send(secretary, "Notify")
    assert dict(Idea.objects.values_list("title", "state")) == {
        "Rubber wheels": "accepted",
        "Felt under the crates": "declined",
    }
    secretary.goto("/workspace/decisions/?stage=told")
    for box in secretary.locator("main input[name=selected]").all():
        box.check()
    send(secretary, "Publish")
    assert secretary.get_by_text("2 decisions are published.").count() == 1
    picture(secretary)
    assert {row.stage for row in Decision.objects.all()} == {"published"}


def test_job_6_an_agreement_that_runs_out_is_extended_from_the_timeline(centre, visitor, picture):
    city = OrganisationFactory(name="City of Barcelona", helix="administration")
    company = OrganisationFactory(name="Quiet Wheels")
    agreement = AgreementFactory(
        title="Streets for trials", centre=centre, in_force=True, parties=[city, company],
        starts_on=today(-300), ends_on=today(60), notice_days=30,
    )  # fmt: skip
    AgreementFactory(
        title="Shade for squares", centre=centre, in_force=True, starts_on=today(-20), ends_on=today(900)
    )
    legal = visitor(StaffFactory(name="Laia Serra", role=Role.LEGAL, centre=centre))

    legal.goto("/workspace/agreements/timeline/")
    picture(legal)
    # Notice can be given for 30 days more; the page says which day is the last.
    assert legal.get_by_text("Runs out in 60 days").count() > 0
    legal.locator("main a", has_text=agreement.reference).first.click()
    legal.wait_for_url(f"**/agreements/{agreement.pk}/")
    follow(legal, "Amend")
    fill(legal, kind="extension", text="A year more on the same terms.", new_ends_on=today(425).isoformat())
    send(legal, "Save the draft")
    move(legal, "open_for_signature")
    for _party in range(2):
        follow(legal, "Record a signature")
        legal.locator("main [name=party]").select_option(index=1)
        fill(legal, signatory_name="Marta Roig")
        send(legal, "Record the signature")
    picture(legal)
    move(legal, "bring_into_force")

    assert Amendment.objects.get().state == "in_force"
    legal.goto("/workspace/agreements/timeline/")
    assert legal.get_by_text("Runs out in 60 days").count() == 0
    picture(legal)


def test_job_10_an_outcome_becomes_a_case_that_a_second_person_approves(centre, visitor, picture):
    make_site()
    outcome = evaluated_outcome(trial_fields={"centre": centre, "title": "Quiet crates"})
    writer = visitor(StaffFactory(name="Nuria Prats", role=Role.COORDINATOR, centre=centre))
    editor = visitor(StaffFactory(name="Eva Mir", role=Role.EDITOR, centre=centre))

    writer.goto(f"/workspace/trials/{outcome.trial_id}/case/")
    send(writer, "Prepare the public case")
    picture(writer)
    # It is filled in from the pilot and its outcome already.
    assert writer.locator("[name=lessons]").input_value() == outcome.lessons
    fill(
        writer, answer="Yes, and it is now the rule.", challenges="Crates rattle at night.",
        solution="Rubber wheels. Ask jordi.privat@example.org for more.",
    )  # fmt: skip
    send(writer, "Save")
    # The check found an address; nobody can ask for approval before it is rewritten or cleared.
    assert writer.get_by_text("jordi.privat@example.org").count() > 0
    picture(writer)
    follow(writer, "Edit")
    fill(writer, solution="Rubber wheels.")
    send(writer, "Save")
    move(writer, "ask")
    case = CasePage.objects.get()
    assert (case.state, case.live) == ("asked", False)

    editor.goto(f"/workspace/cases/{case.pk}/")
    follow(editor, "See it as the public would")
    picture(editor)
    editor.goto(f"/workspace/cases/{case.pk}/")
    move(editor, "approve")
    assert CasePage.objects.get().live is True
    editor.goto(CasePage.objects.get().get_url())
    picture(editor)
