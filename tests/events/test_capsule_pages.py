"""Can capsules and certificates be used from the workspace, by everybody who may, and checked without an account?"""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cic.core.models import Attachment
from cic.core.translations import translate
from events.models import Capsule, Certificate, Taking
from events.operations import certificates
from tests.factories.events import (
    CapsuleFactory,
    CertificateFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    TakingFactory,
)
from tests.factories.partners import CentreFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def text_of(response):
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def test_a_capsule_is_written_published_taken_and_its_certificate_fetched_and_checked(client):
    staff = StaffFactory(role="coordinator", centre=CentreFactory())
    centre = staff.appointments.get().centre
    person = UserFactory(name="Ada Puig", language="en")
    client.force_login(staff)
    values = {
        "title": "Measuring noise", "goals": "Choose where\nRead a level", "text": "## Where\nAt the kerb.\n## How\nhttps://example.org",
        "level": "basic", "minutes": "20", "language": "en", "centre": centre.pk,
    }  # fmt: skip
    client.post("/workspace/capsules/new/", values)
    capsule = Capsule.objects.get()
    client.post(
        reverse("capsule_material", args=[capsule.pk]),
        {
            "file": SimpleUploadedFile("list.csv", b"a,b\n1,2\n"),
            "title": "A sheet to fill in",
            "language": "en",
        },
    )
    assert client.post(reverse("capsule_move", args=[capsule.pk, "publish"]), {}).status_code == 302

    client.force_login(person)
    page = client.get(reverse("capsule_detail", args=[capsule.pk]))
    assert page.status_code == 200
    assert 'href="https://example.org"' in page.content.decode()
    client.post(reverse("capsule_begin", args=[capsule.pk]))
    for number in (1, 2):
        client.post(reverse("capsule_read", args=[capsule.pk, number]))
    complete = reverse("capsule_complete", args=[capsule.pk])
    short = client.post(complete, {"goals": ["1"], "name": "Ada Puig i Mas"})
    assert short.status_code == 422
    assert "Ada Puig i Mas" in short.content.decode()
    done = client.post(complete, {"goals": ["1", "2"], "name": "Ada Puig i Mas"})
    assert (done.status_code, done["Location"]) == (302, reverse("my_certificates"))

    given = Certificate.objects.get()
    paper = client.get(reverse("certificate_file", args=[given.pk]))
    assert paper["Content-Type"] == "application/pdf"
    said = text_of(paper)
    for words in (
        "Ada Puig i Mas",
        "Measuring noise",
        given.reference,
        given.code,
        "Read a level",
        "20 minutes",
    ):
        assert words in said
    client.logout()
    check = client.get(f"/en/certificates/{given.code}/")
    assert "Ada Puig i Mas" in check.content.decode()
    assert person.email not in check.content.decode()
    assert "noindex" in check.content.decode()
    typed = client.post("/en/certificates/", {"code": given.code.lower().replace("-", " ")})
    assert (typed.status_code, typed["Location"]) == (302, f"/en/certificates/{given.code}/")
    assert b"".join(client.get(file_url(capsule)).streaming_content) == b"a,b\n1,2\n"


def file_url(capsule):
    row = Attachment.objects.about(capsule).get()
    return reverse("file", args=[row.pk, row.name])


def test_the_paper_is_in_the_readers_language(client):
    given = CertificateFactory(name="Ada <b> #link Puig")
    Certificate.objects.update(titles={"en": "Measuring noise", "ca": "Mesurar el soroll"})
    given.user.language = "ca"
    given.user.save()
    client.force_login(given.user)

    paper = text_of(
        client.get(reverse("certificate_file", args=[given.pk]), headers={"accept-language": "ca"})
    )

    assert "Mesurar el soroll" in paper
    assert "Ada <b> #link Puig" in paper


def test_a_revoked_certificate_has_no_paper_and_its_page_says_so(client):
    given = CertificateFactory()
    staff = StaffFactory(role="coordinator", centre=given.centre)
    client.force_login(staff)
    address = reverse("certificate_move", args=[given.pk, "revoke"])
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "Somebody else took it."}).status_code == 302

    assert client.get(reverse("certificate_file", args=[given.pk])).status_code == 302
    client.logout()
    said = client.get(f"/en/certificates/{given.code}/").content.decode()
    assert "revoked" in said
    assert "Somebody else took it." not in said


@pytest.mark.parametrize("code", ["", "x", "00000-00000-00000-00000", "<script>", "a" * 61])
def test_a_code_that_is_none_is_said_so_and_kept(client, code):
    answer = client.post("/en/certificates/", {"code": code})

    assert answer.status_code == 422
    assert client.get("/en/certificates/AAAAA-AAAAA-AAAAA-AAAAA/").status_code == 404


def test_a_session_that_gives_certificates_is_fetched_from_ones_own_page(client):
    event = EventFactory(public=True, gives_certificates=True)
    held = SessionFactory(event=event, state="held", starts_at=timezone.now() - timedelta(hours=3))
    place = RegistrationFactory(session=held, state="attended", checked_in_at=timezone.now())
    client.force_login(place.user)

    page = client.get(reverse("my_certificates")).content.decode()
    fetch = reverse("certificate_fetch", args=[place.pk])
    assert fetch in page
    assert client.post(fetch, {"name": ""}).status_code == 422
    client.post(fetch, {"name": "Ada Puig"})

    assert Certificate.objects.get().name == "Ada Puig"
    assert fetch not in client.get(reverse("my_certificates")).content.decode()


def test_nobody_elses_paper_learning_or_draft_opens(client):
    given, draft = CertificateFactory(), CapsuleFactory()
    client.force_login(UserFactory())

    for address in (
        reverse("certificate_detail", args=[given.pk]),
        reverse("certificate_file", args=[given.pk]),
        reverse("capsule_detail", args=[draft.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("capsule_read", args=[given.taking.capsule.pk, 1])).status_code == 404
    assert client.get(reverse("certificate_list")).status_code == 403


def test_a_capsule_is_read_in_the_readers_language_where_it_was_put_into_it(client):
    capsule = CapsuleFactory(published=True)
    texts = {"title": "Mesurar el soroll", "text": "## On\nA la vorera.\n## Com\nDeu minuts."}
    translate(capsule, {"ca": texts}, actor=StaffFactory(role="coordinator", centre=capsule.centre))
    client.force_login(UserFactory(language="ca"))

    page = client.get(
        reverse("capsule_detail", args=[capsule.pk]), headers={"accept-language": "ca"}
    ).content.decode()

    assert "A la vorera." in page
    assert "Choose where to measure" in page


def test_an_anchor_of_javascript_is_no_link(client):
    capsule = CapsuleFactory(published=True, text="## A\n<script>alert(1)</script> javascript:alert(1)")
    client.force_login(UserFactory())

    page = client.get(reverse("capsule_detail", args=[capsule.pk])).content.decode()

    assert "<script>alert" not in page
    assert not re.search(r'href="javascript', page)


def test_begun_ones_stand_first_and_words_narrow(client):
    person = UserFactory()
    new = CapsuleFactory(published=True, title="Another one", level="advanced")
    begun = TakingFactory(user=person).capsule
    client.force_login(person)

    page = client.get(reverse("capsule_catalogue")).content.decode()
    assert page.index(begun.title) < page.index(new.title)
    narrowed = client.get(
        reverse("capsule_catalogue"), {"q": "another", "level": "advanced"}
    ).content.decode()
    assert begun.title not in narrowed
    assert new.title in narrowed


def make(number, person, staff):
    centre = staff.appointments.get().centre
    for _one in range(number):
        capsule = CapsuleFactory(published=True, centre=centre)
        CertificateFactory(taking=TakingFactory(user=person, capsule=capsule, completed=True))
        SessionFactory(published=True, capsule=Capsule.objects.first())


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("name", "most"),
    [("capsule_list", 12), ("capsule_catalogue", 12), ("certificate_list", 12), ("my_certificates", 12)],
)
def test_pages_cost_the_same_for_one_and_three(client, item_count, name, most, django_assert_max_num_queries):
    staff = StaffFactory(role="coordinator", centre=CentreFactory())
    person = staff if name != "capsule_catalogue" else UserFactory()
    make(item_count, person, staff)
    client.force_login(person)
    client.get(reverse(name))

    with django_assert_max_num_queries(most):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_capsules_page_costs_the_same_for_one_and_three(client, item_count, django_assert_max_num_queries):
    staff = StaffFactory(role="coordinator", centre=CentreFactory())
    make(1, staff, staff)
    capsule = Capsule.objects.get()
    SessionFactory.create_batch(item_count, published=True, capsule=capsule)
    TakingFactory.create_batch(item_count, capsule=capsule)
    client.force_login(staff)

    with django_assert_max_num_queries(12):
        assert client.get(reverse("capsule_detail", args=[capsule.pk])).status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("noun", ["capsules", "takings", "certificates"])
def test_api_lists_cost_the_same_for_one_and_three(client, item_count, noun, django_assert_max_num_queries):
    staff = StaffFactory(role="coordinator", centre=CentreFactory())
    make(item_count, staff, staff)
    client.force_login(staff)

    with django_assert_max_num_queries(6):  # two of them for the session and the person
        answer = client.get(f"/api/v1/{noun}/")

    assert len(answer.json()["results"]) == item_count


def test_api_takes_a_capsule_to_its_certificate(client):
    capsule = CapsuleFactory(published=True)
    person = UserFactory()
    client.force_login(person)

    def post(address, **values):
        return client.post(f"/api/v1/{address}", values, content_type="application/json")

    begun = post("takings/", capsule=capsule.pk)
    assert begun.status_code == 201
    number = begun.json()["id"]
    assert post(f"takings/{number}/read/", part=9).status_code in (400, 422)
    assert post(f"takings/{number}/read/", part="1x").status_code == 400
    for part in (1, 2):
        assert post(f"takings/{number}/read/", part=part).status_code == 200
    assert post(f"takings/{number}/complete/", goals=[1], name="Ada").status_code == 409
    done = post(f"takings/{number}/complete/", goals=[1, 2], name="Ada")
    assert (done.status_code, done.json()["state"]) == (200, "completed")

    told = client.get("/api/v1/certificates/").json()["results"]
    assert [row["name"] for row in told] == ["Ada"]
    assert Taking.objects.get().user == person
    client.force_login(UserFactory())
    assert client.get(f"/api/v1/takings/{number}/").status_code == 404


def test_codes_are_as_they_are_typed_and_never_alike():
    codes = {certificates.new_code() for _turn in range(200)}

    assert len(codes) == 200
    assert all(re.fullmatch(r"([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}", code) for code in codes)
