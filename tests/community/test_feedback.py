"""Does what somebody cannot use reach the contact, without an account, and what programs send nobody?"""

import pytest

from cic.core.models import Job
from partners.choices import Role
from tests.factories.partners import StaffFactory

WORDS = {
    "text": "The map says nothing to my screen reader.",
    "page": "/en/pilots/",
    "address": "me@example.org",
}


@pytest.fixture(autouse=True)
def contact(site, settings):
    """Somebody to write to."""
    settings.CONTACT_EMAIL = "contact@example.org"


def mails():
    """Where each mail of feedback goes, and what it says."""
    rows = Job.objects.filter(task="core.send_mail").values_list("payload", flat=True)
    return [
        (row["address"] or row["user_id"], row["context"])
        for row in rows
        if row["kind"] == "community.feedback"
    ]


def test_feedback_goes_to_the_contact(client):
    response = client.post("/en/accessibility/write/", WORDS)

    assert (response.status_code, response["Location"]) == (302, "/en/accessibility/written/")
    assert client.get(response["Location"]).status_code == 200
    said = {"words": WORDS["text"], "about": WORDS["page"], "address": WORDS["address"]}
    assert mails() == [("contact@example.org", said)]


def test_feedback_without_a_contact_goes_to_the_administrators(client, settings):
    settings.CONTACT_EMAIL = ""
    admin = StaffFactory(role=Role.ADMIN)

    client.post("/en/accessibility/write/", WORDS)

    assert [reader for reader, _said in mails()] == [admin.pk]


def test_empty_feedback_is_refused_and_keeps_what_was_typed(client):
    response = client.post("/en/accessibility/write/", {**WORDS, "text": ""})

    assert response.status_code == 422
    assert 'value="me@example.org"' in response.content.decode()
    assert mails() == []


def test_what_a_program_fills_in_goes_nowhere(client):
    response = client.post("/en/accessibility/write/", {**WORDS, "website": "https://example.org"})

    assert response["Location"] == "/en/accessibility/written/"
    assert mails() == []


def test_t02_feedback_too_often_is_refused(client, monkeypatch):
    monkeypatch.setattr("cic.core.views.public.ASKS_PER_HOUR", 1)
    client.post("/en/accessibility/write/", WORDS)

    response = client.post("/en/accessibility/write/", WORDS)

    assert response.status_code == 429
    assert len(mails()) == 1


def test_statement_says_what_the_checks_found_and_leads_to_the_form(client):
    text = client.get("/en/accessibility/").content.decode()

    assert "axe-core" in text
    assert 'href="/en/accessibility/write/"' in text
