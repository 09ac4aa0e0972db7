"""How does a photograph come into the logbook, and who sees it? Whoever sees its entry."""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.choices import Confidentiality
from cic.core.errors import DomainError
from cic.core.files import attach, detach
from cic.core.models import Attachment
from cic.core.operations import audit, operation
from cic.core.permissions import require
from pilots.choices import OVER_STATES
from pilots.models import LogEntry

PHOTO = "photo"
MOST_PHOTOS = 12


@operation
def add_photo(entry: LogEntry, upload: Any, *, actor: Any, description: str) -> Attachment:
    """Hang a photograph on an entry, with words for those who do not see it.

    Raises: NotAllowed; DomainError "invalid" without words or when it is no picture, "limit" beyond twelve.
    """
    require(actor, "pilots.write_log", entry)
    if not description.strip():
        sentence = _("Say what the photograph shows, for those who do not see it.")
        raise DomainError("invalid", sentence, fields={"description": [sentence]})
    require_room(entry)
    attachment = attach(
        entry, upload, actor=actor, kind=PHOTO, title=description, confidentiality=shown_as(entry)
    )
    if not attachment.content_type.startswith("image/"):
        sentence = _("This is not a photograph. We take jpg, png and webp.")
        raise DomainError("invalid", sentence, fields={"photo": [sentence]})
    return attachment


def require_room(entry: LogEntry) -> None:
    """Raise DomainError "limit" for an entry with as many photographs as it may have."""
    if Attachment.objects.about(entry).count() >= MOST_PHOTOS:
        raise DomainError("limit", _("An entry has at most twelve photographs."))


def shown_as(entry: LogEntry) -> str:
    """Who may open the photographs of an entry."""
    return Confidentiality.PUBLIC if entry.is_public else Confidentiality.PARTIES


@operation
def reveal_photos(entry: LogEntry, *, actor: Any) -> None:
    """Have the photographs follow their entry to the public, or back from it."""
    wanted = shown_as(entry)
    for photo in Attachment.objects.about(entry).exclude(confidentiality=wanted):
        before, photo.confidentiality = photo.confidentiality, wanted
        photo.save(update_fields=["confidentiality"])
        audit(
            photo, "edit", actor=actor, before={"confidentiality": before}, after={"confidentiality": wanted}
        )


@operation
def remove_photo(entry: LogEntry, photo: Attachment, *, actor: Any, note: str = "") -> None:
    """Take one photograph of an entry away.

    Raises: NotAllowed; DomainError "wrong_state" when the trial is over.
    """
    require(actor, "pilots.write_log", entry)
    if entry.trial.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    detach(photo, actor=actor, note=note)


@operation
def remove_photos(entry: LogEntry, *, actor: Any) -> None:
    """Take the photographs away with their entry."""
    for photo in Attachment.objects.about(entry):
        detach(photo, actor=actor)
