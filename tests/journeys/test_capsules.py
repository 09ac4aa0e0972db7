"""A partner registers for a session, takes a capsule and fetches the certificates; somebody checks one without an account."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from events.models import Certificate, Registration, Session
from events.operations import registrations
from partners.choices import Role
from tests.factories.cms import make_site
from tests.factories.events import CapsuleFactory, CertificateFactory, EventFactory, SessionFactory, in_days
from tests.factories.partners import PASSWORD, CentreFactory, PartnerFactory, StaffFactory

from .steps import follow, send
from .test_events import RULES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def checked(page, picture, seen):
    """Keep a picture of the page, and what axe finds on it."""
    found = Axe().run(page, options=RULES).response["violations"]
    seen += [(page.url, row["id"], row["nodes"][0]["html"][:160]) for row in found]
    picture(page)


def paper_of(page, link):
    """What stands on the PDF behind a link."""
    with page.expect_download() as download:
        page.locator("main").get_by_role("link", name=re.compile(link)).first.click()
    content = download.value.path().read_bytes()
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)


def test_a_partner_registers_learns_and_is_certified(visitor, picture):
    make_site()
    centre = CentreFactory(name="Night lab", publication="public", state="active")
    capsule = CapsuleFactory(published=True, centre=centre, title="Measuring noise")
    event = EventFactory(public=True, centre=centre, title="Quieter vans", gives_certificates=True)
    SessionFactory(published=True, event=event, title="First results", capsule=capsule)
    person = PartnerFactory(name="Ada Puig", password=PASSWORD)
    staff = StaffFactory(role=Role.COORDINATOR, centre=centre)
    seen = []
    page = visitor(person)

    # From the product: events, the event, its session, a place.
    page.goto("/workspace/events/")
    follow(page, "Quieter vans")
    follow(page, "First results")
    assert page.locator("main").get_by_role("link", name="Measuring noise").count() == 1
    follow(page, "Take a place")
    send(page, "Take a place")
    assert Registration.objects.get().state == "confirmed"

    # A capsule, part by part.
    page.goto("/workspace/learn/")
    checked(page, picture, seen)
    follow(page, "Measuring noise")
    checked(page, picture, seen)
    send(page, "Begin")
    for title in ("Where", "How"):
        send(page, f"I have read this {title}")
    checked(page, picture, seen)
    page.get_by_label("Choose where to measure").check()
    page.locator("main [name=name]").fill("Ada Puig i Mas")
    page.get_by_label("Read a sound level").check()
    send(page, "Complete, and get the certificate")
    checked(page, picture, seen)
    said = paper_of(page, "Download the PDF")
    given = Certificate.objects.get()
    for words in (
        "Ada Puig i Mas",
        "Measuring noise",
        "Read a sound level",
        "Night lab",
        given.reference,
        given.code,
    ):
        assert words in said

    # She came to the session too.
    Session.objects.update(starts_at=in_days(0.1), ends_at=in_days(0.2))
    registrations.move_registration(Registration.objects.get(), "check_in", actor=staff)
    page.goto("/workspace/certificates/mine/")
    follow(page, "Get the certificate First results")
    checked(page, picture, seen)
    send(page, "Make the certificate")
    assert "First results" in paper_of(page, "PDF First results")

    # Somebody she showed it to, without an account.
    stranger = visitor()
    stranger.goto("/en/certificates/")
    checked(stranger, picture, seen)
    stranger.locator("main [name=code]").fill(given.code.lower())
    send(stranger, "Check it")
    told = stranger.locator("main").inner_text()
    assert "This certificate is genuine and holds." in told
    assert "Ada Puig i Mas" in told
    assert person.email not in told
    checked(stranger, picture, seen)
    assert seen == []


def test_staff_write_a_capsule_and_revoke_a_certificate(visitor, picture):
    make_site()
    given = CertificateFactory(name="Ada Puig")
    staff = StaffFactory(role=Role.COORDINATOR, centre=given.centre)
    seen = []
    page = visitor(staff)
    for address in (
        "/workspace/capsules/new/",
        "/workspace/capsules/",
        f"/workspace/capsules/{given.taking.capsule.pk}/",
        "/workspace/certificates/",
    ):
        page.goto(address)
        checked(page, picture, seen)
    follow(page, "Ada Puig")
    checked(page, picture, seen)
    page.locator("main a[data-move=revoke]").click()
    page.locator("main [name=note]").fill("Somebody else took it.")
    send(page, "Revoke the certificate")
    checked(page, picture, seen)

    stranger = visitor()
    stranger.goto(f"/en/certificates/{given.code}/")
    assert "It holds no longer" in stranger.locator("main").inner_text()
    checked(stranger, picture, seen)
    assert seen == []
