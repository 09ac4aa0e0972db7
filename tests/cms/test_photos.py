"""Do photographs and translations of a case come in through the workspace, and leave nobody out?"""

import io

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Collection

from cms.models import CasePage
from cms.permissions import EDITORS
from partners.choices import Role
from tests.factories.cms import case_of, make_world, publish, staff
from tests.factories.partners import CentreFactory

# Wagtail leaves the file that it makes a size of a picture in to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def jpeg(name="van.jpg", place=True):
    data, exif = io.BytesIO(), Image.Exif()
    if place:
        exif[0x010E] = "Xanarium"  # what the camera wrote down
    Image.new("RGB", (1200, 800), "teal").save(data, "JPEG", exif=exif)
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def two(**more):
    return {
        "upload_0": jpeg("van.jpg"), "description_0": "A van at the kerb.", "caption_0": "At night",
        "upload_1": jpeg("ramp.jpg"), "description_1": "A rubber ramp.", **more,
    }  # fmt: skip


def status(client, address):
    response = client.get(address)
    # Not response.close(): that also ends the request, and with it the test's connection.
    for close in response._resource_closers:
        close()
    return response.status_code


def photos(case):
    rows = CasePage.objects.get(pk=case.pk).get_latest_revision_as_object().photos.all()
    return [(row.description, row.caption, row.decorative) for row in rows]


def test_two_photographs_come_in_without_what_the_camera_knew_and_go_public_with_the_case(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))

    response = client.post(f"/workspace/cases/{case.pk}/photos/", two())
    public = publish(CasePage.objects.get(pk=case.pk))
    client.logout()
    page = client.get(f"/en/cases/{public.slug}/")
    shown = BeautifulSoup(page.content, "html.parser").select(".gallery img")

    assert response["Location"] == f"/workspace/cases/{case.pk}/"
    assert photos(case) == [("A van at the kerb.", "At night", False), ("A rubber ramp.", "", False)]
    assert [image["alt"] for image in shown] == ["A van at the kerb.", "A rubber ramp."]
    assert client.get(shown[0]["src"]).status_code == 200
    for image in get_image_model().objects.all():
        with image.file.open("rb") as kept:
            assert b"Xanarium" not in kept.read()


def test_photographs_of_a_draft_are_seen_by_those_whose_roles_of_today_let_them(site, client):
    case = case_of(make_world("Vans").outcome)
    centre = case.outcome.trial.centre
    writer, secretary = staff(Role.EDITOR, centre), staff(Role.SECRETARY, centre)
    client.force_login(writer)
    client.post(f"/workspace/cases/{case.pk}/photos/", two())
    page = BeautifulSoup(client.get(f"/workspace/cases/{case.pk}/").content, "html.parser")
    address = page.select_one(".thumbs img")["src"]

    # Nobody of them has ever opened the page editor.
    seen = []
    for reader in (writer, secretary, staff(Role.MONITOR, centre), None):
        client.logout() if reader is None else client.force_login(reader)
        seen.append(status(client, address))
    client.force_login(writer)
    writer.groups.add(Group.objects.get(name=EDITORS))
    writer.appointments.all().delete()

    assert seen == [200, 200, 404, 404]
    assert status(client, address) == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description_0": ""}, "description_0"),
        ({"decorative_0": "on"}, "decorative_0"),
        ({"upload_0": SimpleUploadedFile("van.jpg", b"<svg onload=alert(1)>", "image/jpeg")}, "upload_0"),
        ({"upload_0": ""}, "upload_0"),
        ({"description_1": ""}, "description_1"),
    ],
)
def test_a_photograph_that_is_refused_keeps_the_words_and_changes_nothing(
    site, client, tmp_path, changes, field
):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))
    before = case.latest_revision_id

    response = client.post(f"/workspace/cases/{case.pk}/photos/", two(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "At night" in response.content.decode()
    assert "Choose your files again" in response.content.decode()
    assert (photos(case), CasePage.objects.get(pk=case.pk).latest_revision_id) == ([], before)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_photograph_is_described_anew_and_taken_away(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))
    address = f"/workspace/cases/{case.pk}/photos/"
    client.post(address, two())

    client.post(address, {"description_0": "A van.", "remove_1": "on", "description_1": "A rubber ramp."})

    assert photos(case) == [("A van.", "", False)]


def test_photographs_of_a_public_case_change_with_a_correction(site, client):
    case = publish(case_of(make_world("Vans").outcome))
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))
    address = f"/workspace/cases/{case.pk}/photos/"

    refused = client.post(address, two())
    taken = client.post(address, two(what="Two photographs.", why="They were missing."))

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["what", "why"])
    assert taken.status_code == 302
    assert [len(photos(case)), CasePage.objects.get(pk=case.pk).photos.count()] == [2, 0]


def test_r06_photographs_on_an_older_version_are_refused(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))

    response = client.post(f"/workspace/cases/{case.pk}/photos/", two(revision=case.latest_revision_id - 1))

    assert response.status_code == 422
    assert photos(case) == []


def test_words_of_a_photograph_are_checked_like_all_others(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))

    client.post(f"/workspace/cases/{case.pk}/photos/", two(caption_0="Ask ada@association.example."))

    assert (
        "ada@association.example"
        in client.get(f"/workspace/cases/{case.pk}/").context["open_findings"][0]["excerpt"]
    )


def test_a_case_begins_in_another_language_with_photographs_and_figures(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))
    client.post(f"/workspace/cases/{case.pk}/photos/", two())
    address = f"/workspace/cases/{case.pk}/translate/"

    response = client.post(address, {"language": "ca"})

    copy = CasePage.objects.get(locale__language_code="ca")
    assert response["Location"] == f"/workspace/cases/{copy.pk}/edit/"
    assert (copy.live, copy.outcome_id, copy.state) == (False, case.outcome_id, "draft")
    assert photos(copy) == photos(case)
    page = client.get(f"/workspace/cases/{copy.pk}/edit/")
    assert "Yes, and it is now the rule in two districts." in page.content.decode()
    assert client.post(address, {"language": "ca"}).status_code == 422
    assert CasePage.objects.count() == 2


@pytest.mark.parametrize("part", ["photos", "translate"])
def test_a01_an_editor_of_another_centre_finds_neither(site, client, part):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, CentreFactory()))

    assert client.get(f"/workspace/cases/{case.pk}/{part}/").status_code == 404


def test_photographs_are_kept_in_a_collection_of_their_own(site, client):
    case = case_of(make_world("Vans").outcome)
    client.force_login(staff(Role.EDITOR, case.outcome.trial.centre))

    client.post(f"/workspace/cases/{case.pk}/photos/", two())

    assert {image.collection.name for image in get_image_model().objects.all()} == {"Photographs of cases"}
    assert Collection.objects.filter(name="Photographs of cases").count() == 1
