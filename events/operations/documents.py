"""How does a document come to hang on a session, and how does it go?"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from cic.core.files import attach, detach
from cic.core.models import Attachment
from cic.core.operations import lock, operation
from cic.core.permissions import require
from events.models import Session


@operation
def attach_document(
    session: Session,
    upload: UploadedFile,
    *,
    actor: Any,
    confidentiality: str,
    title: str = "",
    language: str = "",
) -> Attachment:
    """Hang a file on a session. A public one opens for whoever may read the session, so for everybody once that is shown.

    Raises: NotAllowed; DomainError "invalid".
    """
    fresh = lock(session)
    require(actor, "events.edit_session", fresh)
    return attach(fresh, upload, actor=actor, title=title, language=language, confidentiality=confidentiality)


@operation
def detach_document(session: Session, attachment: Attachment, *, actor: Any, note: str = "") -> None:
    """Take a file off a session.

    Raises: NotAllowed.
    """
    require(actor, "events.edit_session", lock(session))
    detach(attachment, actor=actor, note=note)
