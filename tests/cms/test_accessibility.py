"""Does axe find anything in the pages of this room, wide and narrow, and does each fit into 320 pixels?"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from cms.operations.releases import refresh
from partners.choices import Role
from tests.factories.cms import case_of, make_site, make_world, publish, staff
from tests.factories.ideas import IdeaAnnexFactory

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
ANNEX = "The unit price of the rubber wheels is forty euros, and we will not go below thirty."


def violations(page):
    """What axe finds, as rule and first place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(row["id"], row["nodes"][0]["html"][:120]) for row in found]


@pytest.fixture
def shown(transactional_db, settings, tmp_path):
    """A site with one whole line, a draft with findings, and the files of open data."""
    settings.MEDIA_ROOT = tmp_path
    make_site()
    world, other = make_world("Quiet vans"), make_world("Compost")
    case = publish(case_of(world.outcome))
    IdeaAnnexFactory(idea=other.idea, text=ANNEX)
    draft = case_of(other.outcome, lessons=ANNEX)
    refresh()
    return world, case, draft


@pytest.mark.journey
def test_every_page_of_the_room_is_accessible_wide_and_narrow(shown, page, live_server, client):
    world, case, draft = shown
    addresses = [
        "/en/", "/en/pilots/?search=quiet", f"/en/pilots/{world.trial.reference}/", "/en/challenges/",
        f"/en/challenges/{world.challenge.reference}/", f"/en/challenges/{world.idea.reference}/", "/en/cases/",
        f"/en/cases/{case.slug}/", "/en/centres/", f"/en/centres/{world.centre.reference}/", "/en/agreements/",
        f"/en/agreements/{world.agreement.reference}/", "/en/search/?q=quiet", "/en/accessibility/", "/en/about/",
        "/en/data/", "/en/data/pilots/", "/en/data/agreements/", f"/embed/en/pilots/{world.trial.reference}/",
        "/workspace/cases/", f"/workspace/cases/{draft.pk}/", f"/workspace/cases/{draft.pk}/edit/",
        f"/workspace/cases/{case.pk}/withdraw/", f"/workspace/cases/{draft.pk}/preview/",
    ]  # fmt: skip
    client.force_login(staff(Role.COORDINATOR))
    page.context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    wrong = {}
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            found = violations(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(("scrolls", f"wider than {width}"))
            if found:
                wrong[f"{width} {address}"] = found

    assert wrong == {}
