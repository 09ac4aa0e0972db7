"""How does a file come to an idea or to its confidential annex, and away from it?"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cic.core.choices import Confidentiality
from cic.core.errors import DomainError
from cic.core.files import attach, detach
from cic.core.models import Attachment
from cic.core.operations import lock, operation
from cic.core.permissions import require
from pilots.models import Idea, IdeaAnnex

from .ideas import open_fields


@operation
def attach_to_idea(idea: Idea, upload: UploadedFile, *, actor: Any, title: str = "") -> Attachment:
    """Hang a file on an idea that its proposer may still change. Who stands inside of the idea can open it.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    require_open(idea, actor)
    return attach(idea, upload, actor=actor, title=title, confidentiality=Confidentiality.PARTIES)


@operation
def attach_to_annex(annex: IdeaAnnex, upload: UploadedFile, *, actor: Any, title: str = "") -> Attachment:
    """Hang a file on the confidential annex. Who may read the annex can open it, nobody else.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    require_open(annex.idea, actor)
    return attach(annex, upload, actor=actor, title=title, confidentiality=Confidentiality.PARTIES)


@operation
def detach_from_idea(idea: Idea, attachment: Attachment, *, actor: Any) -> None:
    """Remove a file of an idea, or of its annex, while the proposer may still change it.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    require_open(idea, actor)
    detach(attachment, actor=actor)


def require_open(idea: Idea, actor: Any) -> None:
    """Raise NotAllowed or DomainError "wrong_state" unless `actor` may change the idea now."""
    fresh = lock(idea)
    require(actor, "pilots.edit_idea", fresh)
    if not open_fields(fresh):
        label = fresh.get_state_display()
        raise DomainError(
            "wrong_state", _("The idea cannot be changed while it is “%(state)s”.") % {"state": label}
        )
