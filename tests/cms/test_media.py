"""Does nothing come into the library, or before the public, that the scanner has not seen?"""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cic.core.choices import Confidentiality
from cic.core.files import attach
from cic.core.scanning import judge
from cms.operations.photos import checked
from pilots.models.photos import photos_of
from tests.core.ports import free_port
from tests.core.scanner import EICAR, FOUND, Scanner
from tests.factories.cms import staff
from tests.factories.partners import UserFactory
from tests.factories.trials import LogEntryFactory, PilotFactory

AWAY = "Files cannot be checked at the moment, so none is taken. Try again in a few minutes."


@pytest.fixture
def editor(site, client):
    client.force_login(staff("editor"))
    return client


@pytest.fixture
def away(settings):
    """A scanner is set, and nobody answers there."""
    settings.SCANNER_URL = f"clamd://127.0.0.1:{free_port()}"


def picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("picture.png", content.getvalue(), "image/png")


def send(client, kind, upload):
    return client.post(f"/admin/{kind}/add/", {"title": "Rules", "collection": 1, "file": upload})


@pytest.mark.clamd
def test_f05_editor_gets_nothing_harmful_into_the_library(editor, settings, tmp_path):
    with Scanner(tmp_path) as scanner:
        settings.SCANNER_URL = scanner.url
        refused = send(editor, "documents", SimpleUploadedFile("rules.txt", EICAR))
        kept = get_document_model().objects.count()
        taken = send(editor, "documents", SimpleUploadedFile("rules.txt", b"Be kind."))
        shown = send(editor, "images", picture())

    sentence = f"The check found something harmful in this file: {FOUND}."
    assert (refused.context["form"].errors["file"], kept) == ([sentence], 0)
    assert taken.status_code == 302
    with get_document_model().objects.get().file.open() as stored:
        assert stored.read() == b"Be kind."
    assert (shown.status_code, get_image_model().objects.count()) == (302, 1)


@pytest.mark.parametrize("kind", ["documents", "images"])
def test_f05_nothing_comes_into_the_library_while_the_scanner_is_away(editor, away, kind):
    refused = send(
        editor, kind, picture() if kind == "images" else SimpleUploadedFile("rules.txt", b"Be kind.")
    )

    assert refused.context["form"].errors["file"] == [AWAY]
    assert refused.context["form"]["title"].value() == "Rules"
    assert (get_document_model().objects.count(), get_image_model().objects.count()) == (0, 0)


def test_f05_photograph_of_a_case_is_refused_while_the_scanner_is_away(away):
    with pytest.raises(ValidationError) as refused:
        checked(picture())

    assert refused.value.message_dict == {"upload": [AWAY]}


def test_f05_photograph_is_not_public_before_it_was_seen(away, client, site):
    trial = PilotFactory(running=True, publication="public")
    entry = LogEntryFactory(trial=trial, is_public=True)
    photo = attach(
        entry,
        picture(),
        actor=UserFactory(),
        kind="photo",
        title="A van",
        confidentiality=Confidentiality.PUBLIC,
    )
    page = f"/en/pilots/{trial.reference}/"
    assert str(photo.pk) not in client.get(page).content.decode()
    assert [row["held"] for row in photos_of([entry])[entry.pk]] == [True]

    judge(photo, "")

    assert str(photo.pk) in client.get(page).content.decode()
