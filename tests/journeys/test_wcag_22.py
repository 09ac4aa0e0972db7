"""Do the criteria that WCAG 2.2 added, and that no checker of pages can see, hold when somebody acts?

2.4.11 (focus is never all covered), 2.5.7 (nothing is done by dragging alone) and 3.2.6 (help is always at one place)
are asked of every page in `test_accessibility`; 2.5.8 (targets are large enough) is a rule of axe. Here stands what takes
more than one page.
"""

from typing import Any

import pytest

from partners.choices import MembershipRole, Role
from pilots.models import Idea, Trial
from tests.factories.cms import make_site
from tests.factories.ideas import ChallengeFactory, IdeaFactory
from tests.factories.partners import (
    PASSWORD,
    AgreementFactory,
    CentreFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.trials import PilotFactory, SiteFactory

from .steps import fill, follow, send

# What stays in sight while the page scrolls and takes more than a few lines of it.
STAYING = """() => [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect()
    return ["sticky", "fixed"].includes(getComputedStyle(e).position)
        && box.height > 64 && box.width > 160 && box.bottom > 0 && box.top < innerHeight
}).map(e => e.className)"""
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# What a form asks for: the names of what a person fills in, with what stands there already.
ASKED = """() => Object.fromEntries([...document.querySelectorAll("main form.form [name]")]
    .filter(e => !["hidden", "submit", "button", "file"].includes(e.type) && e.localName !== "button" && e.checkVisibility())
    .filter(e => !["radio", "checkbox"].includes(e.type) || e.checked)
    .map(e => [e.name, e.value]))"""


@pytest.fixture
def centre(live_server: Any) -> Any:
    return CentreFactory(name="Night lab", state="active", publication="public")


def press_through(page: Any, wanted: Any, most: int = 80) -> None:
    """Press Tab until `wanted` has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("Tab did not come to it.")


def test_2_5_7_card_of_a_board_is_moved_with_keys_alone(centre, visitor):
    idea = IdeaFactory(centre=centre, state="submitted", title="Rubber wheels", problem="Crates rattle.")
    page = visitor(StaffFactory(role=Role.COORDINATOR, centre=centre))
    page.goto("/workspace/board/?of=ideas")
    card = page.locator(f"[data-card='{idea.pk}']")
    assert card.get_attribute("draggable") == "true"

    press_through(page, card.locator("summary"))
    page.keyboard.press("Enter")
    way = card.locator("button[data-to=screening]")
    press_through(page, way, 8)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert Idea.objects.get().state == "screening"
    assert page.locator(f"[data-state=screening] [data-card='{idea.pk}']").count() == 1


def test_2_5_7_map_is_moved_and_looked_at_closer_by_pressing(centre, visitor):
    make_site()
    for number, (latitude, longitude) in enumerate((("41.40", "2.15"), ("41.42", "2.19"))):
        trial = PilotFactory(centre=centre, running=True, public=True, title=f"Pilot {number}")
        SiteFactory(trial=trial, latitude=latitude, longitude=longitude)
    page = visitor()
    page.goto("/en/pilots/")
    steps = page.locator("nav.city-steps a")
    ways = steps.evaluate_all("links => links.map(link => link.href)")
    assert len(set(ways)) == len(ways) > 2

    for number, way in enumerate(ways):
        with page.expect_navigation():
            steps.nth(number).click()
        assert page.url == way
        assert page.locator("#map svg.city-marks").count() == 1
        page.goto("/en/pilots/")


def test_3_3_8_signing_in_takes_what_is_pasted_and_asks_no_riddle(centre, visitor):
    person = StaffFactory(role=Role.COORDINATOR, centre=centre)
    page = visitor()
    page.goto("/accounts/login/")
    main = page.locator("main")
    for name, kind in (("login", "email"), ("password", "current-password")):
        assert main.locator(f"[name={name}]").get_attribute("autocomplete") == kind
    # Nothing else is to be solved, drawn or remembered.
    assert main.locator("img, canvas, iframe").count() == 0
    asked = main.locator("input:not([type=hidden]):visible").evaluate_all("all => all.map(e => e.name)")
    assert sorted(asked) == ["login", "password", "remember"]

    # Typed in one place, cut, and pasted where it belongs: as a manager of passwords does.
    for name, text in (("password", PASSWORD), ("login", person.email)):
        page.locator("[name=login]").fill(text)
        page.locator("[name=login]").press("Control+a")
        page.keyboard.press("Control+x")
        page.locator(f"[name={name}]").press("Control+v")
    assert page.locator("[name=password]").input_value() == PASSWORD
    send(page, "Sign in")
    page.goto("/workspace/")
    assert page.locator(".bar-search").count() == 1

    page.goto("/accounts/password/change/")
    kinds = page.locator("main input[type=password]").evaluate_all("all => all.map(e => e.autocomplete)")
    assert sorted(kinds) == ["current-password", "new-password", "new-password"]


def test_3_3_8_new_password_and_code_of_a_second_factor_may_be_filled_in_by_a_program(visitor):
    page = visitor()
    page.goto("/accounts/signup/")
    kinds = page.locator("main input:not([type=hidden]):visible").evaluate_all(
        "all => all.map(e => e.autocomplete)"
    )
    assert "email" in kinds
    assert "new-password" in kinds
    assert all(kinds)
    page.goto("/accounts/password/reset/")
    assert page.locator("main [name=email]").get_attribute("autocomplete") == "email"

    page = visitor(UserFactory())
    page.goto("/accounts/2fa/totp/activate/")
    if page.locator("main [name=password]").count():  # whoever changes it proves who they are first
        page.locator("main [name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/totp/activate/**")
    assert page.locator("main [name=code]").get_attribute("autocomplete") == "one-time-code"


def test_3_3_7_steps_of_planning_a_pilot_ask_nothing_twice(centre, visitor):
    idea = IdeaFactory(
        centre=centre, state="accepted", title="Rubber wheels", proposal="Put crates on rubber wheels."
    )
    AgreementFactory(centre=centre, in_force=True, title="Streets for trials")
    monitor = StaffFactory(role=Role.MONITOR, centre=centre)
    page = visitor(StaffFactory(role=Role.COORDINATOR, centre=centre))

    page.goto(f"/workspace/trials/prepare/?idea={idea.pk}")
    first = page.evaluate(ASKED)
    # What the idea says is there already.
    assert first["title"] == idea.title
    assert idea.proposal in first["summary"]
    assert first["centre"] == str(centre.pk)
    fill(page, monitor=str(monitor.pk))
    with page.expect_navigation():
        page.locator("main form.form .form-end button[type=submit]").click()
    trial = Trial.objects.get()
    known, repeated = set(first), {}
    for step in ("places", "permits", "team", "indicators", "dates"):
        page.goto(f"/workspace/trials/{trial.pk}/prepare/{step}/")
        asked = page.evaluate(ASKED)
        repeated |= {f"{step}: {name}": value for name, value in asked.items() if name in first and not value}
        known |= set(asked)
    page.goto(f"/workspace/trials/{trial.pk}/prepare/basics/")

    # A place, a permit and an indicator have names of their own.
    assert {name for name in repeated if not name.endswith((": name", ": title"))} == set()
    assert len(known) > 15
    first["monitor"] = str(monitor.pk)
    del first["centre"]  # it stays where it was made
    assert page.evaluate(ASKED) == first


def test_3_3_7_who_signed_up_is_not_asked_again_who_they_are(centre, visitor):
    make_site()
    company = OrganisationFactory(name="Quiet Wheels")
    person = UserFactory(name="Marta Roig")
    MembershipFactory(user=person, organisation=company, role=MembershipRole.ADMIN)
    need = ChallengeFactory(title="Quiet nights", centre=centre, publication="public")
    page = visitor(person)

    page.goto(f"/en/challenges/{need.reference}/")
    follow(page, "Propose an idea")
    asked = page.evaluate(ASKED)
    assert asked["challenge"] == str(need.pk)
    assert asked["organisation"] == str(company.pk)
    assert not {"email", "name", "phone"} & set(asked)
    # What does not pass comes back with all that was typed.
    typed = {"title": "Rubber wheels", "problem": "Crates rattle.", "proposal": "Put them on wheels."}
    fill(page, **typed)
    send(page, "Save the draft")
    page.goto(f"/workspace/ideas/{Idea.objects.get().pk}/edit/")
    kept = page.evaluate(ASKED)
    assert {name: kept[name] for name in typed} == typed

    page.goto("/en/accessibility/write/")
    again = page.evaluate(ASKED)
    assert again.get("email", person.email) == person.email
    page.goto(f"/en/follow/{need.reference}/")
    again = page.evaluate(ASKED)
    assert again.get("email", person.email) == person.email


def test_1_4_10_at_four_times_the_size_nothing_scrolls_sideways_or_stays_over_the_text(centre, visitor):
    make_site()
    PilotFactory(centre=centre, running=True, public=True)
    page = visitor(StaffFactory(role=Role.COORDINATOR, centre=centre))
    # 1280 × 1024 at 400 %.
    page.set_viewport_size({"width": 320, "height": 256})
    for path in ("/workspace/", "/workspace/trials/", "/workspace/ideas/new/", "/en/", "/en/pilots/"):
        page.goto(path)
        page.evaluate("scrollTo(0, 400)")

        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.evaluate(STAYING) == [], path
