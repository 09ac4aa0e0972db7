"""A citizen asks in public and the city answers, with no script; a neighbour follows by mail without an account."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail

from cic.core.background import run_job
from cic.core.models import Job
from community.models import Comment, Follow
from partners.choices import Role
from tests.factories.cms import make_site
from tests.factories.community import CommentFactory
from tests.factories.partners import PASSWORD, StaffFactory, UserFactory
from tests.factories.trials import PilotFactory

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def checked(page, seen):
    """Keep what axe finds here, and whether the page fits into 320 pixels."""
    found = Axe().run(page, options=RULES).response["violations"]
    seen += [(page.url, row["id"], row["nodes"][0]["html"][:160]) for row in found]
    page.set_viewport_size({"width": 320, "height": 900})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        seen.append((page.url, "wider than 320"))
    page.set_viewport_size({"width": 1280, "height": 900})


def test_citizen_asks_and_the_city_answers(visitor, picture):
    make_site()
    trial = PilotFactory(running=True, publication="public", title="Quiet unloading at night")
    moderator = StaffFactory(role=Role.COORDINATOR, centre=trial.centre, name="Anna Roca", password=PASSWORD)
    citizen = UserFactory(name="Júlia Serra", password=PASSWORD)
    other = CommentFactory(
        trial=trial, text="It is much better now, thank you.\n\nSee https://example.org/noise"
    )
    seen = []

    page = visitor(citizen)
    page.goto(f"/en/pilots/{trial.reference}/")
    page.get_by_role("link", name="Ask a question").click()
    checked(page, seen)
    page.get_by_label("Your words").fill("Do the vans also come on Saturdays?")
    picture(page)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("A moderator reads it now").wait_for()
    checked(page, seen)
    picture(page)

    desk = visitor(moderator)
    desk.goto("/workspace/comments/?state=pending")
    checked(desk, seen)
    picture(desk)
    desk.get_by_role("link", name="Do the vans also come on Saturdays?").click()
    checked(desk, seen)
    picture(desk)
    desk.get_by_role("link", name="Publish").click()
    desk.get_by_role("button", name="Publish").click()
    desk.goto(f"/en/pilots/{trial.reference}/")
    desk.get_by_role("link", name="Answer Júlia Serra").click()
    desk.get_by_label("Your words").fill("Not yet: from Monday to Friday. We measure Saturdays in May.")
    desk.get_by_label("I answer in the name of the city").check()
    picture(desk)
    desk.get_by_role("button", name="Send").click()

    page.goto(f"/en/pilots/{trial.reference}/#comments")
    checked(page, seen)
    picture(page)
    page.goto(f"/en/comments/{other.pk}/report/")
    checked(page, seen)
    picture(page)
    assert Comment.objects.get(official=True).parent.text == "Do the vans also come on Saturdays?"
    assert seen == []


def test_neighbour_follows_by_mail_without_an_account_or_script(visitor, picture):
    make_site()
    trial = PilotFactory(running=True, publication="public", title="Quiet unloading at night")
    seen = []

    page = visitor()
    page.goto(f"/en/pilots/{trial.reference}/")
    page.get_by_role("link", name="Follow by e-mail").click()
    checked(page, seen)
    picture(page)
    page.get_by_label("Your e-mail address").fill("neighbour@example.org")
    page.get_by_role("button", name="Follow").click()
    checked(page, seen)
    picture(page)
    for pk in Job.objects.due().values_list("pk", flat=True):
        run_job(pk)
    path = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail.outbox[-1].body)[1]
    page.goto(path)
    checked(page, seen)
    picture(page)
    page.get_by_role("button", name="Yes, follow it").click()
    page.get_by_text("neighbour@example.org").wait_for()
    checked(page, seen)
    picture(page)

    assert Follow.objects.exclude(confirmed_at=None).count() == 1
    assert seen == []
