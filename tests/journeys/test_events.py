"""The city runs an event: a sheet is written, approved and announced; somebody registers; at the door they are checked in."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.cache import cache

from cic.core.background import run_job
from cic.core.models import Job
from events.models import Event, Registration, Session
from partners.choices import Role
from tests.factories.cms import make_site
from tests.factories.events import TemplateSectionFactory, in_days
from tests.factories.partners import PASSWORD, CentreFactory, StaffFactory

from .steps import fill, follow, move, offered, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def checked(page, picture, seen):
    """Keep a picture of the page, what axe finds on it, and whether it fits into 320 pixels."""
    found = Axe().run(page, options=RULES).response["violations"]
    seen += [(page.url, row["id"], row["nodes"][0]["html"][:160]) for row in found]
    page.set_viewport_size({"width": 320, "height": 900})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        seen.append((page.url, "wider than 320"))
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page)


def link_for(address):
    """Where the last mail to this address leads, once everything that waits has been done."""
    while waiting := list(Job.objects.due()):
        for job in waiting:
            run_job(job.pk)
    letters = [letter.body for letter in mail.outbox if letter.to == [address]]
    return re.search(r"https?://[^/\s]+(/\S+)", letters[-1])[1]


def test_city_runs_an_event_from_its_sheet_to_the_door(visitor, picture):
    make_site()
    centre = CentreFactory(publication="public")
    template = TemplateSectionFactory(
        template__name="Plenary sheet", key="concept", title="Concept", is_required=True
    ).template
    TemplateSectionFactory(template=template, key="goals", title="Goals", max_words=5, limit_kind="hard")
    lead = StaffFactory(role=Role.COORDINATOR, centre=centre, name="Anna Roca", password=PASSWORD)
    editor = StaffFactory(role=Role.EDITOR, centre=centre, name="Pau Riera", password=PASSWORD)
    seen, when = [], in_days(9)

    desk = visitor(lead)
    desk.goto("/workspace/events/new/")
    fill(
        desk, title="Quieter vans", kind="workshop", summary="What was tried, and what comes of it.", on=f"{when:%Y-%m-%d}",
        begins="18:00", ends="19:30", capacity="1", centre=str(centre.pk), place="Ca l'Alier", language="en",
        platform_url="https://meet.example.org/room",
    )  # fmt: skip
    checked(desk, picture, seen)
    send(desk, "Save the event")
    event, session = Event.objects.get(), Session.objects.get()
    checked(desk, picture, seen)

    # The sheet: kept while it is written, however long; held back when it is handed in.
    follow(desk, "Quieter vans")
    follow(desk, "Edit")
    fill(desk, template=str(template.pk))
    send(desk, "Save")
    follow(desk, "Write")
    fill(desk, goals="one two three four five six seven")
    desk.locator("[data-autosave][data-tone=good]").wait_for()
    assert Session.objects.get().texts["goals"] == "one two three four five six seven"
    checked(desk, picture, seen)
    send(desk, "Save the sheet")
    assert "submit" not in offered(desk)
    assert desk.locator(".closed li").all_inner_texts() == [
        "“Concept” is empty.",
        "“Goals” has 7 words; at most 5.",
    ]
    checked(desk, picture, seen)
    follow(desk, "Write")
    fill(desk, concept="Why we meet, and who should come.", goals="Decide what stays.")
    send(desk, "Save the sheet")
    follow(desk, "Add")
    fill(desk, name="Salma Haddad", affiliations="Professor, University\nAcoustic Society")
    send(desk, "Add")
    move(desk, "submit")

    # Somebody else reads it and publishes.
    second = visitor(editor)
    second.goto(f"/workspace/sessions/{session.pk}/")
    move(second, "ask_changes", note="Say for whom it is.")
    desk.reload()
    move(desk, "submit")
    second.reload()
    move(second, "approve")
    move(second, "publish")
    desk.goto(f"/workspace/events/{event.pk}/")
    move(desk, "ask_publication")
    second.goto(f"/workspace/events/{event.pk}/")
    move(second, "publish")
    checked(second, picture, seen)

    # Anybody registers, without an account and without a script.
    cache.clear()
    citizen = visitor(script=False)
    citizen.goto("/en/events/")
    picture(citizen)
    citizen.get_by_role("link", name="Quieter vans").click()
    picture(citizen)
    citizen.get_by_role("link", name=re.compile(r"^Take a place ?: Quieter vans")).click()
    citizen.get_by_label("Your name").fill("Zoë Àlvarez")
    citizen.get_by_label("Your e-mail address").fill("zoe@example.org")
    picture(citizen)
    citizen.get_by_role("button", name="Take a place").click()
    citizen.get_by_text("We have sent a mail").wait_for()
    citizen.goto(link_for("zoe@example.org"))
    citizen.get_by_role("button", name="Yes, register me").click()
    citizen.get_by_text("https://meet.example.org/room").wait_for()
    picture(citizen)
    assert Registration.objects.get().state == "confirmed"

    # The second one waits, and gets the place that the first gives back.
    cache.clear()
    late = visitor()
    late.goto(f"/en/register/{session.reference}/")
    checked(late, picture, seen)
    late.get_by_label("Your name").fill("Biel Camps")
    late.get_by_label("Your e-mail address").fill("biel@example.org")
    late.get_by_role("button", name="Join the waiting list").click()
    late.get_by_text("We have sent a mail").wait_for()
    late.goto(link_for("biel@example.org"))
    late.get_by_role("button", name="Yes, register me").click()
    late.get_by_text("On the waiting list").wait_for()
    checked(late, picture, seen)
    citizen.get_by_role("button", name="Give my place back").click()
    citizen.get_by_text("Cancelled").wait_for()
    late.goto(link_for("biel@example.org"))
    late.get_by_role("button", name="Take the place").click()
    late.get_by_text("Confirmed").wait_for()
    for page in ("/en/events/", f"/en/events/{event.reference}/"):
        late.goto(page)
        checked(late, picture, seen)

    # The day has come. At the door, on a telephone, without a script.
    Session.objects.filter(pk=session.pk).update(starts_at=in_days(0.1), ends_at=in_days(0.2))
    door = visitor(lead, script=False)
    door.set_viewport_size({"width": 390, "height": 780})
    door.goto(f"/workspace/sessions/{session.pk}/check-in/")
    door.get_by_label("Name or e-mail").fill("camps")
    door.get_by_role("button", name="Find").click()
    door.get_by_role("button", name="Check in Biel Camps").click()
    door.get_by_text("Biel Camps is in.").wait_for()
    picture(door)
    assert Registration.objects.get(email="biel@example.org").state == "attended"
    door.get_by_role("button", name="Undo Biel Camps").click()
    door.get_by_role("button", name="Check in Biel Camps").click()
    for path in ("check-in", "registrations", "reschedule", "edit"):
        desk.goto(f"/workspace/sessions/{session.pk}/{path}/")
        checked(desk, picture, seen)

    assert Registration.objects.get(email="biel@example.org").state == "attended"
    assert seen == []
