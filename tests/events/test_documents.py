"""Are the documents of a session found by everybody who may open them, and by nobody else?"""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cic.core.errors import NotAllowed
from cic.core.models import Attachment
from events.operations.documents import attach_document
from tests.factories.cms import make_site
from tests.factories.events import SessionFactory
from tests.factories.partners import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
WHO = ("public", "parties", "internal")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def site(db):
    return make_site()


def client_of(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def documents_on(session, staff):
    """One document for each kind of reader."""
    return {
        who: attach_document(
            session, SimpleUploadedFile(f"{who}.csv", who.encode()), actor=staff, confidentiality=who,
            title=f"Paper for {who}", language="ca",
        )
        for who in WHO
    }  # fmt: skip


def opened(user, papers):
    """Which documents open for `user`, by their addresses."""
    client = client_of(user)
    answers = {who: client.get(reverse("file", args=[row.pk, row.name])) for who, row in papers.items()}
    return [who for who, answer in answers.items() if answer.status_code == 200]


def test_public_documents_of_a_published_session_stand_on_the_public_page_and_open(site):
    session = SessionFactory(published=True)
    papers = documents_on(session, StaffFactory(role="coordinator", centre=session.event.centre))

    page = client_of().get(f"/en/events/{session.event.reference}/")
    html = BeautifulSoup(page.content, "html.parser")
    file = client_of().get(html.select_one(".files a")["href"])

    assert [link.get_text() for link in html.select(".files a")] == ["Paper for public"]
    assert html.select_one(".files a [lang]")["lang"] == "ca"
    assert (file.status_code, b"".join(file.streaming_content)) == (200, b"public")
    assert file["X-Content-Type-Options"] == "nosniff"
    for who in ("parties", "internal"):
        assert str(papers[who].pk) not in page.content.decode()


def test_documents_open_for_whom_they_are_and_for_nobody_else():
    chair = UserFactory()
    session = SessionFactory(published=True, chair=chair)
    staff = StaffFactory(role="coordinator", centre=session.event.centre)
    papers = documents_on(session, staff)

    assert opened(None, papers) == ["public"]
    assert opened(UserFactory(), papers) == ["public"]
    assert opened(StaffFactory(role="coordinator"), papers) == list(WHO)  # of all centres
    assert opened(StaffFactory(role="monitor", centre=SessionFactory().event.centre), papers) == ["public"]
    assert opened(chair, papers) == ["public", "parties"]
    assert opened(staff, papers) == list(WHO)


@pytest.mark.parametrize("fields", [{}, {"published": True, "state": "archived", "published_at": None}])
def test_documents_of_a_session_that_is_not_shown_are_nowhere(site, fields):
    session = SessionFactory(published=True)
    hidden = SessionFactory(event=session.event, **fields)
    papers = documents_on(hidden, StaffFactory(role="coordinator", centre=session.event.centre))

    page = client_of().get(f"/en/events/{session.event.reference}/").content.decode()

    assert [who for who in WHO if str(papers[who].pk) in page] == []
    assert opened(None, papers) == []


def test_staff_add_and_remove_a_document_and_say_who_may_open_it():
    session = SessionFactory(published=True)
    client = client_of(StaffFactory(role="coordinator", centre=session.event.centre))
    address = reverse("session_document", args=[session.pk])
    file = {"file": SimpleUploadedFile("agenda.csv", b"9:00,Vans"), "title": "Agenda", "language": "en"}

    refused = client.post(address, file)
    file["file"].seek(0)
    answer = client.post(address, {**file, "confidentiality": "public"})
    [paper] = Attachment.objects.all()
    shown = client.get(answer["Location"]).context["documents"]
    client.post(reverse("session_document_remove", args=[session.pk, paper.pk]))

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["confidentiality"])
    assert [(row["name"], row["confidentiality"], row["locked"]) for row in shown] == [
        ("Agenda", "Everyone", False)
    ]
    assert Attachment.objects.count() == 0


def test_who_does_not_run_the_event_adds_nothing():
    session = SessionFactory(published=True)
    upload = SimpleUploadedFile("a.csv", b"a")

    with pytest.raises(NotAllowed):
        attach_document(session, upload, actor=UserFactory(), confidentiality="public")

    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_documents_cost_the_same_for_one_and_three(site, count, django_assert_num_queries):
    session = SessionFactory(published=True)
    staff = StaffFactory(role="coordinator", centre=session.event.centre)
    for number in range(count):
        upload = SimpleUploadedFile(f"{number}.csv", b"a")
        attach_document(session, upload, actor=staff, confidentiality="public")
    client_of().get("/en/")

    with django_assert_num_queries(7):
        assert client_of().get(f"/en/events/{session.event.reference}/").status_code == 200
