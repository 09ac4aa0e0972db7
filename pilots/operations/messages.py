"""How is something said in a conversation, who is told of it, and until when may its author change it?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify_all
from cic.core.choices import Confidentiality
from cic.core.errors import DomainError
from cic.core.files import attach
from cic.core.operations import edit, lock, operation, record
from cic.core.permissions import require
from pilots.calculations.mentions import mentioned
from pilots.choices import MESSAGE_EDIT_MINUTES
from pilots.models import Message
from pilots.models.messages import SUBJECTS, audience, subject_name


@operation
def write_message(
    values: Mapping[str, Any], *, actor: Any, uploads: tuple[UploadedFile, ...] = ()
) -> Message:
    """Say `text` in `channel` of one `idea`, `trial` or `agreement`, with files; tell the others who read it.

    Raises: NotAllowed; DomainError "invalid".
    """
    message = Message(**values, author=actor)
    if sum(values.get(name) is not None for name in SUBJECTS) != 1:
        sentence = _("A message is about one idea, one trial or one agreement.")
        raise DomainError("invalid", sentence, fields={"idea": [sentence]})
    require(actor, "pilots.write_message", message)
    message = record(message, actor=actor)
    for upload in uploads:
        # Opened by whoever sees the message, and by nobody else.
        attach(message, upload, actor=actor, confidentiality=Confidentiality.PARTIES)
    _tell_readers(message, actor)
    return message


def _tell_readers(message: Message, actor: Any) -> None:
    """Each other reader once; who is named hears that they are. The words stay here: a mail only says where they are."""
    subject = message.subject
    readers = list(audience(subject, message.channel).exclude(pk=getattr(actor, "pk", None)))
    named = mentioned(message.text, {reader.pk: reader.name for reader in readers})
    facts = {
        "reference": subject.reference,
        "title": subject.own.title,
        "author": str(actor or ""),
        "channel": message.channel,
        "path": reverse("message_detail", args=[message.pk]),
        "page_path": page_of_talk(subject),
    }
    others = [reader for reader in readers if reader.pk not in named]
    called = [reader for reader in readers if reader.pk in named]
    notify_all(called, "pilots.message_mention", key=str(message.pk), **facts)
    notify_all(others, "pilots.message_written", key=str(message.pk), **facts)


def page_of_talk(subject: Any) -> str:
    """The address of a record's conversations."""
    return reverse(f"{subject_name(subject)}_talk", args=[subject.pk])


@operation
def edit_message(
    message: Message, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Message:
    """Change the text of one's own message while that is open; both texts stay in the log.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(message, expected_version)
    require(actor, "pilots.edit_message", fresh)
    if not may_change_still(fresh):
        raise DomainError(
            "wrong_state",
            _("A message can be changed for %(minutes)s minutes. Write another one.")
            % {"minutes": MESSAGE_EDIT_MINUTES},
        )
    text = values.get("text", fresh.text)
    if text == fresh.text:
        return fresh
    return edit(fresh, {"text": text, "edited_at": timezone.now()}, actor=actor)


def may_change_still(message: Message) -> bool:
    """Whether its minutes are not over."""
    return timezone.now() - message.created_at < timedelta(minutes=MESSAGE_EDIT_MINUTES)
