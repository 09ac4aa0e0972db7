"""How does a file come in, and who gets it out again?"""

import hashlib
import re
import zipfile
from pathlib import PurePosixPath
from typing import Any

import puremagic
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .choices import Confidentiality
from .errors import DomainError
from .models import Attachment, KeptFile, Said
from .operations import audit, operation, remove, snapshot, touch
from .permissions import can
from .pictures import PICTURES, BadPicture, cleaned
from .scanning import ask_for_scan, hold
from .texts import clean_text

ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
MAGIC = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
TEXTS = {".csv": "text/csv", ".txt": "text/plain"}
SHOWN_INLINE = tuple(PICTURES)
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The last part of `name` without control or direction marks, at most 150 characters, extension kept."""
    name = PurePosixPath(clean_text(name.replace("\\", "/"), multiline=False)).name.lstrip(". ")
    name = re.sub(r'[<>:"|?*/\x00]', "_", name) or "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: 149 - len(extension)]}{dot}{extension}" if dot else name[:150]


def content_type_of(upload: UploadedFile, name: str) -> str:
    """The media type that content and extension agree on.

    Raises: DomainError "invalid" when they do not, or when the type is not accepted.
    """
    extension = PurePosixPath(name).suffix.lower()
    head = upload.read(8192)
    upload.seek(0)
    if extension in MAGIC and _starts_like(head, MAGIC[extension]):
        return MAGIC[extension]
    if extension in ZIPPED and head.startswith(b"PK"):
        _check_archive(upload)
        return ZIPPED[extension]
    if (
        extension in TEXTS
        and b"\x00" not in head
        and not head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<svg", b"<?xml"))
    ):
        return TEXTS[extension]
    accepted = ", ".join(sorted(kind.lstrip(".") for kind in (*MAGIC, *ZIPPED, *TEXTS)))
    raise _refusal(
        _("This file is not what its name says, or of a kind we do not take. We take: %(kinds)s.")
        % {"kinds": accepted}
    )


def _starts_like(head: bytes, content_type: str) -> bool:
    try:
        return any(match.mime_type == content_type for match in puremagic.magic_string(head))
    except puremagic.PureError:
        return False


def _check_archive(upload: UploadedFile) -> None:
    try:
        with zipfile.ZipFile(upload) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(sum(part.compress_size for part in parts), 1)
            climbs = any(part.filename.startswith("/") or ".." in part.filename.split("/") for part in parts)
            nested = any(part.filename.lower().endswith((".zip", ".7z", ".rar")) for part in parts)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise _refusal(_("This file is damaged.")) from error
    finally:
        upload.seek(0)
    if climbs or nested or unpacked > MAX_UNPACKED_BYTES or unpacked / packed > MAX_RATIO:
        raise _refusal(_("This file holds more than it should."))


def without_metadata(upload: UploadedFile, content_type: str) -> UploadedFile:
    """The picture alone: not where it was taken, by whom, with what, nor anything behind its end.

    Raises: DomainError "invalid" when it cannot be read as a picture.
    """
    try:
        content = cleaned(upload, content_type)
    except BadPicture as error:
        raise _refusal(_("This file is damaged.")) from error
    return SimpleUploadedFile(upload.name or "", content, content_type)


def _refusal(sentence: str) -> DomainError:
    return DomainError("invalid", sentence, fields={"file": [sentence]})


@operation
def attach(
    obj: models.Model,
    upload: UploadedFile,
    *,
    actor: Any,
    kind: str = "document",
    title: str = "",
    language: str = "",
    confidentiality: str = Confidentiality.PARTIES,
) -> Attachment:
    """Hang a file on `obj`: type by content, checksum, stored under a name nobody can guess.

    Raises: DomainError "invalid" for an empty, too large, damaged or unwelcome file.
    """
    if not upload.size:
        raise _refusal(_("This file is empty."))
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise _refusal(
            _("This file is larger than %(limit)s MB.") % {"limit": settings.UPLOAD_MAX_BYTES // 1024**2}
        )
    name = safe_name(upload.name or "")
    content_type = content_type_of(upload, name)
    if content_type in PICTURES:
        upload = without_metadata(upload, content_type)
    digest = hashlib.sha256()
    attachment = Attachment(
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        kind=kind,
        title=clean_text(title, multiline=False),
        language=language,
        confidentiality=confidentiality,
        name=name,
        content_type=content_type,
        size_bytes=upload.size,
        uploaded_by=actor,
    )
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    attachment.checksum = digest.hexdigest()
    hold(attachment)
    attachment.file.save(name, upload, save=False)
    try:
        attachment.save(force_insert=True)
    except Exception:
        # No file without its row.
        attachment.file.storage.delete(attachment.file.name)
        raise
    audit(attachment, "attach", actor=actor, after=snapshot(attachment))
    ask_for_scan(attachment)
    touch(obj, actor=actor)
    return attachment


@operation
def detach(attachment: Attachment, *, actor: Any, note: str = "") -> None:
    """Remove a file: no address opens it any more. Its bytes wait for thirty days in case it is brought back."""
    KeptFile.objects.create(stored=attachment.file.name)
    remove(attachment, actor=actor, note=note)


def subject_of(attachment: Attachment, user: Any) -> models.Model | None:
    """What the file hangs on, if `user` may open the file; else None.

    Public files open for everyone who may read the record; those of the parties for those inside of
    it; internal ones for whom the room lets in.
    """
    records = apps.get_model(attachment.object_type).objects
    inside = attachment.confidentiality != Confidentiality.PUBLIC and hasattr(records.all(), "inside")
    readable = records.inside(user) if inside else records.visible_to(user)
    subject = readable.filter(pk=attachment.object_id).first()
    if subject is None:
        return None
    if attachment.confidentiality == Confidentiality.INTERNAL and not can(
        user, "core.open_internal_file", subject
    ):
        return None
    return subject


def file_row(attachment: Attachment, *, tells_whom: bool = False) -> dict[str, Any]:
    """A file as the piece shows it; `tells_whom`: with who may open it. One that is held has no address, but a reason.

    Whoever asks must have found out that the reader may open it.
    """
    row = {
        "pk": attachment.pk,
        "name": Said.of(str(attachment), attachment.language),
        "url": "" if attachment.held_since else reverse("file", args=[attachment.pk, attachment.name]),
        "held": _held_because(attachment),
        "language": attachment.get_language_display(),
        "size": attachment.size_bytes,
        "on": attachment.created_at,
    }
    if tells_whom:
        row["confidentiality"] = attachment.get_confidentiality_display()
        row["locked"] = attachment.confidentiality != Confidentiality.PUBLIC
    return row


def _held_because(attachment: Attachment) -> str:
    if attachment.finding:
        return _(
            "Held back: the check found something harmful (%(finding)s). Put a clean one in its place."
        ) % {"finding": attachment.finding}
    return _("It is being checked, and opens once that is done.") if attachment.held_since else ""


def files_of(obj: models.Model, user: Any, *, inside: bool, among: Any = None) -> list[dict[str, Any]]:
    """The files of `obj` that the reader may open, as rows. `inside`: whether they stand inside of the record.

    `among`: files that were fetched already, those of other records too.
    """
    internal = inside and can(user, "core.open_internal_file", obj)
    readable = {
        Confidentiality.PUBLIC,
        *([Confidentiality.PARTIES] * inside),
        *([Confidentiality.INTERNAL] * internal),
    }
    return [
        file_row(row, tells_whom=True)
        for row in (Attachment.objects.about(obj) if among is None else among)
        if row.object_type == obj._meta.label_lower and row.confidentiality in readable
    ]


@require_safe
def serve(request: HttpRequest, pk: Any, name: str) -> HttpResponseBase:
    """The bytes of a file, after the permission check; never as something a browser would run."""
    attachment = Attachment.objects.filter(pk=pk).first()
    if attachment is None or attachment.held_since or subject_of(attachment, request.user) is None:
        raise Http404
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=attachment.content_type not in SHOWN_INLINE,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_exempt = True  # type: ignore[attr-defined]  # django-csp would replace the stricter policy
    return response
