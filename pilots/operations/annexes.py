"""How is what an idea tells in confidence written?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove
from cic.core.permissions import require
from pilots.models import Idea, IdeaAnnex

from .ideas import open_fields, refuse_closed


@operation
def create_annex(values: Mapping[str, Any], *, actor: Any) -> IdeaAnnex:
    """Add the confidential annex of an idea (`idea`, `text`). Like the rest: in a draft, or when asked.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "duplicate".
    """
    idea = open_for_annex(values["idea"], actor)
    if IdeaAnnex.objects.filter(idea=idea).exists():
        raise DomainError("duplicate", _("The idea has a confidential annex already: change that one."))
    return record(IdeaAnnex(idea=idea, text=values["text"]), actor=actor)


@operation
def edit_annex(
    annex: IdeaAnnex, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> IdeaAnnex:
    """Change the text of an annex.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    open_for_annex(annex.idea, actor)
    if set(changes) - {"text"}:
        raise DomainError("invalid", _("An annex stays with its idea."), fields={"idea": [_("Read-only.")]})
    return edit(annex, changes, actor=actor, expected_version=expected_version)


@operation
def write_annex(idea: Idea, text: str, *, actor: Any) -> IdeaAnnex | None:
    """Make the annex of `idea` say `text`, whether it was there or not. An empty text takes it away."""
    annex = IdeaAnnex.objects.filter(idea=idea).first()
    if annex is None:
        return create_annex({"idea": idea, "text": text}, actor=actor) if text.strip() else None
    if not text.strip():
        open_for_annex(idea, actor)
        remove(annex, actor=actor)
        return None
    return edit_annex(annex, {"text": text}, actor=actor)


def open_for_annex(idea: Idea, actor: Any) -> Idea:
    """The idea, locked, if `actor` may write its annex now.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    fresh = lock(idea)
    require(actor, "pilots.edit_idea", fresh)
    refuse_closed(fresh, ["annex"], open_fields(fresh))
    return fresh
