"""Does a file come in only as what it is, and go out only to whom it concerns?"""

import io
import zipfile
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cic.core.bins import empty_bin
from cic.core.errors import DomainError
from cic.core.files import MAX_UNPACKED_BYTES, attach, detach, safe_name
from cic.core.models import Attachment, AuditEntry, KeptFile
from tests.factories.partners import (
    AgreementFactory,
    AppointmentFactory,
    MembershipFactory,
    PartyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return content.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return content.getvalue()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def agreement():
    return AgreementFactory(state="in_review")


def hang(agreement, name="minutes.png", content=None, **given):
    return attach(agreement, SimpleUploadedFile(name, content or png()), actor=UserFactory(), **given)


def address(attachment):
    return f"/files/{attachment.pk}/{attachment.name}"


def test_attach_keeps_type_size_and_checksum(agreement):
    attachment = hang(agreement)

    assert (attachment.content_type, attachment.size_bytes, len(attachment.checksum)) == (
        "image/png",
        len(png()),
        64,
    )
    assert AuditEntry.objects.filter(action="attachment.attach").count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("page.html", png()),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("list.csv", b"<!doctype html><p>"),
        ("table.csv", b"a,b\x00"),
        ("empty.txt", b""),
        ("program.exe", b"MZ\x90\x00"),
        ("sheet.xlsx", b"PK\x03\x04 broken"),
        ("letter.docx", archive({"../../etc/passwd": b"x"})),
        ("nested.docx", archive({"inner.zip": b"x"})),
        ("bomb.xlsx", archive({"sheet.xml": b"0" * (MAX_UNPACKED_BYTES // 40)})),
    ],
)
def test_f01_f03_x04_unwelcome_file_is_refused_and_nothing_is_kept(agreement, tmp_path, name, content):
    with pytest.raises(DomainError) as refusal:
        hang(agreement, name, content)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["file"])
    assert Attachment.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_f01_too_large_is_refused(agreement, settings):
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(DomainError) as refusal:
        hang(agreement)

    assert refusal.value.code == "invalid"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("contrato\u202egpj.exe", "contratogpj.exe"),
        ("CON.txt", "_CON.txt"),
        (".htaccess", "htaccess"),
        ('a"\r\nX: y.pdf', "a_ X_ y.pdf"),
        ("nul\x00l.txt", "null.txt"),
        ("ç" * 300 + ".pdf", "ç" * 146 + ".pdf"),
        ("", "file"),
    ],
)
def test_f01_x09_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


def test_f02_file_of_a_hidden_record_is_not_there(agreement, client):
    attachment = hang(agreement)

    anonymous = client.get(address(attachment))
    client.force_login(UserFactory())
    stranger = client.get(address(attachment))
    nothing = client.get("/files/00000000-0000-4000-8000-000000000000/minutes.png")

    assert [anonymous.status_code, stranger.status_code, nothing.status_code] == [404, 404, 404]


def test_f02_party_opens_it_and_no_cache_keeps_it(agreement, client):
    attachment = hang(agreement)
    member = MembershipFactory(organisation=PartyFactory(agreement=agreement).organisation).user
    client.force_login(member)

    response = client.get(address(attachment))

    assert response.status_code == 200
    assert sha256(b"".join(response.streaming_content)).hexdigest() == attachment.checksum
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_f02_party_does_not_open_what_is_internal(agreement, client):
    attachment = hang(agreement, confidentiality="internal")
    member = MembershipFactory(organisation=PartyFactory(agreement=agreement).organisation).user
    legal = AppointmentFactory(role="legal", centre=agreement.centre).user

    client.force_login(member)
    refused = client.get(address(attachment)).status_code
    client.force_login(legal)
    opened = client.get(address(attachment))
    opened.close()

    assert (refused, opened.status_code) == (404, 200)


def test_i07_download_name_splits_no_header(agreement, client):
    attachment = hang(agreement, 'acta "final"\r\nX-Evil: 1 ñ.txt', b"text")
    client.force_login(AppointmentFactory(role="legal", centre=agreement.centre).user)

    response = client.get(f"/files/{attachment.pk}/x")
    response.close()

    assert "X-Evil" not in response.headers
    assert response["Content-Disposition"].startswith("attachment; filename")


def test_k17_missing_bytes_are_a_404(agreement, client):
    attachment = hang(agreement)
    default_storage.delete(attachment.file.name)
    client.force_login(AppointmentFactory(role="legal", centre=agreement.centre).user)

    assert client.get(address(attachment)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_f06_detached_file_is_gone(agreement, client, tmp_path):
    attachment = hang(agreement)
    where = address(attachment)
    legal = AppointmentFactory(role="legal", centre=agreement.centre).user

    detach(attachment, actor=legal)

    client.force_login(legal)
    assert client.get(where).status_code == 404
    KeptFile.objects.update(until=timezone.now())
    empty_bin()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
