"""Can the work be done without any script, and seen in the colours that a person's system forces?"""

import re
from typing import Any

import pytest

from events.models import Registration
from partners.choices import MembershipRole, Role
from pilots.models import Idea, Measurement
from tests.factories.events import RegistrationFactory, SessionFactory, TemplateSectionFactory, in_days
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import (
    CentreFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    today,
)
from tests.factories.trials import MeasurementFactory, PilotFactory

from .steps import fill, follow, move, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active", publication="public")


def propose_an_idea(page: Any, picture: Any) -> None:
    page.goto("/workspace/challenges/")
    follow(page, "Quiet nights")
    follow(page, "Propose an idea")
    fill(
        page, title="Rubber wheels for crates", problem="Crates rattle.", proposal="Rubber wheels.",
        novelty="New here.", beneficiaries="Sleepers.", asked_of_city="Two streets.",
    )  # fmt: skip
    picture(page)
    send(page, "Save the draft")
    move(page, "submit")
    picture(page)


def approve_and_return(page: Any, picture: Any) -> None:
    page.goto("/workspace/measurements/?state=submitted")
    page.locator("main tbody a").first.click()
    page.goto("/workspace/trials/")
    follow(page, "Quiet crates")
    follow(page, "Indicators")
    picture(page)
    page.locator("input[name=selected]").first.check()
    send(page, "Approve")
    page.locator("input[name=selected]").first.check()
    page.locator("input[name=reason]").fill("The meter stood inside.")
    send(page, "Return")
    # A new figure goes in through the cell of its period.
    page.goto(page.url)
    picture(page)


@pytest.mark.parametrize("job", ["partners_2", "city_7"])
def test_job_is_done_without_script(job, centre, visitor, picture):
    company = OrganisationFactory(name="Quiet Wheels")
    if job == "partners_2":
        ChallengeFactory(title="Quiet nights", centre=centre, publication="public")
        person = UserFactory(name="Marta Roig")
        MembershipFactory(user=person, organisation=company, role=MembershipRole.ADMIN)
        propose_an_idea(visitor(person, script=False, forced_colors="active"), picture)
        assert (Idea.objects.get().state, Idea.objects.get().organisation) == ("submitted", company)
        return
    trial = PilotFactory(centre=centre, running=True, title="Quiet crates")
    for day in (-28, -21):
        MeasurementFactory(
            indicator=trial.indicators.get(), state="submitted",
            period_start=today(day), period_end=today(day + 6),
        )  # fmt: skip
    coordinator = StaffFactory(name="Nuria Prats", role=Role.COORDINATOR, centre=centre)
    approve_and_return(visitor(coordinator, script=False, forced_colors="active"), picture)
    assert sorted(Measurement.objects.values_list("state", flat=True)) == ["approved", "returned"]


def test_ideas_are_read_side_by_side_without_script(centre, visitor, picture):
    need = ChallengeFactory(centre=centre, title="Quiet nights")
    for title in ("Rubber wheels", "Felt under the crates", "Night shift by bicycle"):
        IdeaFactory(centre=centre, challenge=need, state="submitted", title=title, problem="Crates rattle.")
    page = visitor(StaffFactory(role=Role.COORDINATOR, centre=centre), script=False, forced_colors="active")

    page.goto("/workspace/triage/")
    page.get_by_role("link", name=re.compile("^Beside ?: ")).first.click()
    page.wait_for_url("**idea=**")
    picture(page)
    for title in ("Rubber wheels", "Felt under the crates"):
        page.get_by_role("checkbox", name=re.compile(f"{title}$")).check()
    send(page, "Start reading")

    picture(page)
    read = Idea.objects.filter(state="screening").values_list("title", flat=True)
    assert sorted(read) == ["Felt under the crates", "Rubber wheels"]


def test_event_is_run_from_its_sheet_to_the_door_without_script(centre, visitor, picture):
    template = TemplateSectionFactory(key="concept", title="Concept", is_required=True).template
    session = SessionFactory(
        event__centre=centre, event__publication="public", title="Quieter vans", template=template,
        starts_at=in_days(0.1), ends_at=in_days(0.2),
    )  # fmt: skip
    lead = visitor(StaffFactory(role=Role.COORDINATOR, centre=centre), script=False, forced_colors="active")
    editor = visitor(StaffFactory(role=Role.EDITOR, centre=centre), script=False)

    lead.goto(f"/workspace/sessions/{session.pk}/")
    follow(lead, "Write")
    fill(lead, concept="Why we meet, and who should come.")
    picture(lead)
    send(lead, "Save the sheet")
    move(lead, "submit")
    editor.goto(f"/workspace/sessions/{session.pk}/")
    move(editor, "approve")
    move(editor, "publish")
    lead.goto(f"/workspace/sessions/{session.pk}/registrations/")
    picture(lead)
    RegistrationFactory(session=session, user=None, name="Zoë Àlvarez", email="zoe@example.org")
    lead.goto(f"/workspace/sessions/{session.pk}/check-in/")
    lead.get_by_role("button", name="Check in Zoë Àlvarez").click()

    lead.get_by_text("Zoë Àlvarez is in.").wait_for()
    picture(lead)
    session.refresh_from_db()
    assert (session.state, Registration.objects.get().state) == ("published", "attended")
