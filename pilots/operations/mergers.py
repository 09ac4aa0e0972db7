"""How do two ideas that say the same become one, with both originals kept?"""

from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import lock, move, operation
from cic.core.permissions import require
from pilots.choices import LineageKind
from pilots.models import Decision, Idea
from pilots.transitions.ideas import IDEA, WAITING

from .evaluations import lock_evaluations
from .lineage import link
from .readers import proposers_of, tell


@operation
def merge_ideas(
    idea: Idea, into: Idea, *, actor: Any, note: str, expected_version: int | None = None
) -> Idea:
    """Let `idea` go on in `into`: both stay readable to whom they were, the link is kept, the author is told.

    The mail names nothing of the other idea: it may be a rival's. Returns the merged one.
    Raises: NotAllowed; DomainError "invalid", "wrong_state", "incomplete" or "stale".
    """
    if idea.pk == into.pk:
        refusal = {"merged_into": [_("Choose another idea.")]}
        raise DomainError("invalid", _("An idea cannot go on in itself."), fields=refusal)
    # Always in the order of their ids, so that two mergers never wait for each other.
    locked = {one.pk: lock(one) for one in sorted((idea, into), key=lambda one: one.pk)}
    fresh, other = locked[idea.pk], locked[into.pk]
    require(actor, "pilots.triage_ideas", fresh)
    require(actor, "pilots.triage_ideas", other)
    if other.state not in WAITING:
        sentence = _("The other idea is “%(state)s”: nothing can go on in it.") % {
            "state": other.get_state_display()
        }
        raise DomainError("wrong_state", sentence, fields={"merged_into": [sentence]})
    if Decision.objects.untold().filter(idea__in=[fresh, other]).exists():
        raise DomainError("wrong_state", _("One of the two ideas is decided already."))
    if not note.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"note": [_("Give the reason.")]})
    merged = move(
        fresh,
        IDEA,
        "merge",
        actor=actor,
        note=note,
        changes={"merged_into": other},
        expected_version=expected_version,
    )
    link(LineageKind.MERGED, merged, other, actor=actor, note=note)
    lock_evaluations(merged, actor=actor)
    tell(proposers_of(merged), "pilots.idea_merged", merged, reason=note)
    return merged
