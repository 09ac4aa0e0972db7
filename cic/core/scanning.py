"""Does a file that came in do harm? Until a scanner says no, nobody opens it."""

from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .background import enqueue, notify
from .errors import DomainError
from .models import Attachment
from .operations import audit, operation
from .permissions import require

TIMEOUT_SECONDS = 60


def finding_in(content: BinaryIO) -> str:
    """What the scanner at SCANNER_URL finds in `content`, by the scanner's own name; empty when it finds nothing.

    Raises: clamav_client.clamd.ClamdError when it is away or refuses to look. Source: clamd(8), INSTREAM.
    """
    # An optional package: without SCANNER_URL nothing asks for it.
    from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket, ResponseError

    url = urlsplit(settings.SCANNER_URL)
    scanner = (
        ClamdUnixSocket(unquote(url.path), timeout=TIMEOUT_SECONDS)
        if url.scheme == "clamd+unix"
        else ClamdNetworkSocket(url.hostname or "", url.port or 3310, timeout=TIMEOUT_SECONDS)
    )
    content.seek(0)
    try:
        verdict, name = scanner.instream(content).get("stream", ("", ""))
    except OSError as error:  # it hung up before it had read everything
        raise ResponseError(str(error)) from error
    finally:
        content.seek(0)
    if verdict not in ("OK", "FOUND"):
        raise ResponseError(f"no verdict: {verdict} {name}")
    return (name or verdict) if verdict == "FOUND" else ""


def require_harmless(content: BinaryIO) -> None:
    """Let a file in that is shown at once, such as a picture of a page, only after the scanner has seen it.

    Raises: DomainError "invalid" for one that does harm, and while the scanner is away.
    """
    if not settings.SCANNER_URL:
        return
    from clamav_client.clamd import ClamdError

    try:
        finding = finding_in(content)
    except ClamdError as error:
        sentence = _("Files cannot be checked at the moment, so none is taken. Try again in a few minutes.")
        raise DomainError("invalid", sentence, fields={"file": [sentence]}) from error
    if finding:
        sentence = _("The check found something harmful in this file: %(finding)s.") % {"finding": finding}
        raise DomainError("invalid", sentence, fields={"file": [sentence]})


def hold(attachment: Attachment) -> None:
    """Have nobody open a new file before the scanner has seen it, where there is one. It is saved by the caller."""
    if settings.SCANNER_URL:
        attachment.held_since = timezone.now()


def ask_for_scan(attachment: Attachment) -> None:
    """Have a file that is held looked at, as often as it takes until the scanner answers."""
    if attachment.held_since and not attachment.finding:
        enqueue("core.scan_file", attachment_id=str(attachment.pk))


@operation
def judge(attachment: Attachment, finding: str) -> None:
    """Let a file go that was found harmless; keep one that was not, and tell who brought it.

    Nothing happens to a file that was judged or removed in the meantime.
    """
    waiting = Attachment.objects.select_for_update().waiting().filter(pk=attachment.pk).first()
    if waiting is None:
        return
    before = {"held_since": waiting.held_since, "finding": ""}
    waiting.finding = finding[:200]
    if not finding:
        waiting.held_since = None
    waiting.save(update_fields=["finding", "held_since"])
    after = {"held_since": waiting.held_since, "finding": waiting.finding}
    audit(waiting, "hold" if finding else "let_go", actor=None, before=before, after=after)
    if finding and waiting.uploaded_by_id:
        notify(
            waiting.uploaded_by_id,
            "core.file_held",
            key=f"{waiting.pk}:{waiting.held_since}",
            name=waiting.name,
            finding=waiting.finding,
            path=_place_of(waiting),
        )


def _place_of(attachment: Attachment) -> str:
    try:
        return reverse(f"{attachment.object_type.partition('.')[2]}_detail", args=[attachment.object_id])
    except NoReverseMatch:
        return str(settings.LOGIN_REDIRECT_URL)


@operation
def check_again(attachment: Attachment, *, actor: Any) -> None:
    """Have the scanner look once more at a file that it found harmful: its signatures may have been wrong.

    Raises: NotAllowed; DomainError "wrong_state" for a file that is not held for what was found in it.
    """
    require(actor, "core.view_jobs")
    held = Attachment.objects.select_for_update().harmful().filter(pk=attachment.pk).first()
    if held is None:
        raise DomainError("wrong_state", _("This file is not held any more."))
    before, held.finding, held.held_since = held.finding, "", timezone.now()
    held.save(update_fields=["finding", "held_since"])
    audit(held, "check_again", actor=actor, before={"finding": before}, after={"finding": ""})
    ask_for_scan(held)
