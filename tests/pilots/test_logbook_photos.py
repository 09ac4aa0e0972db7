"""Does a photograph go where its entry goes, and no further?"""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from cic.core.bins import empty_bin
from cic.core.models import Attachment, AuditEntry, KeptFile
from cms.facts.courses import course_of
from partners.choices import Role
from pilots.models import LogEntry
from pilots.operations import trial_parts
from tests.factories.partners import CentreFactory, PartnerFactory, StaffFactory, today
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def trial():
    return PilotFactory(centre=CentreFactory(), running=True, publication="public")


@pytest.fixture
def monitor(trial, client):
    monitor = StaffFactory(role=Role.COORDINATOR, centre=trial.centre)
    client.force_login(monitor)
    return monitor


def photograph(name="crate.jpg"):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Xanarium"
    Image.new("RGB", (8, 6), "teal").save(file, "JPEG", exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def write(client, trial, **more):
    values = {"happened_on": today().isoformat(), "text": "The crates are here.", **more}
    return client.post(f"/workspace/trials/{trial.pk}/log/new/", values)


def test_photograph_is_kept_without_its_author_and_shown_with_its_words(client, trial, monitor):
    response = write(client, trial, photo=photograph(), description="Four crates on a pavement")

    photo = Attachment.objects.get()
    page = client.get(f"/workspace/trials/{trial.pk}/log/").content.decode()
    assert response.status_code == 302
    assert (photo.kind, photo.title, photo.confidentiality) == (
        "photo",
        "Four crates on a pavement",
        "parties",
    )
    assert b"Xanarium" not in photo.file.read()
    photo.file.close()
    assert 'alt="Four crates on a pavement"' in page
    assert f"/files/{photo.pk}/crate.jpg" in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"photo": "photograph", "description": " "}, "description"),
        ({"photo": "text", "description": "A note"}, "photo"),
    ],
)
def test_refused_photograph_leaves_no_entry_and_keeps_the_text(client, trial, monitor, more, field):
    kinds = {"photograph": photograph(), "text": SimpleUploadedFile("a.txt", b"words", "text/plain")}

    response = write(client, trial, **{**more, "photo": kinds[more["photo"]]})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["text"].value() == "The crates are here."
    assert (LogEntry.objects.count(), Attachment.objects.count()) == (0, 0)


def test_f02_photograph_follows_its_entry_to_the_public_and_back(client, trial, monitor):
    write(client, trial, photo=photograph(), description="Four crates")
    entry, photo = LogEntry.objects.get(), Attachment.objects.get()
    address = f"/files/{photo.pk}/{photo.name}"

    def anybody():
        response = Client().get(address)
        for close in response._resource_closers:
            close()
        shown = [row["url"] for entry in course_of(trial)[0] for row in entry["photos"]]
        return response.status_code, shown

    assert anybody() == (404, [])
    trial_parts.edit_part(entry, {"is_public": True}, actor=monitor)
    assert anybody() == (200, [address])
    trial_parts.edit_part(LogEntry.objects.get(), {"is_public": False}, actor=monitor)
    assert anybody() == (404, [])
    assert AuditEntry.objects.filter(action="attachment.edit").count() == 2


def test_a01_rival_does_not_open_a_photograph_of_the_parties(client, trial, monitor):
    write(client, trial, photo=photograph(), description="Four crates")
    photo = Attachment.objects.get()
    client.force_login(PartnerFactory())

    assert client.get(f"/files/{photo.pk}/{photo.name}").status_code == 404


def test_f06_photograph_goes_with_its_entry(
    client, trial, monitor, tmp_path, django_capture_on_commit_callbacks
):
    write(client, trial, photo=photograph(), description="Four crates")

    with django_capture_on_commit_callbacks(execute=True):
        trial_parts.remove_part(LogEntry.objects.get(), actor=monitor)
        KeptFile.objects.update(until=timezone.now())
        empty_bin()

    assert Attachment.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
