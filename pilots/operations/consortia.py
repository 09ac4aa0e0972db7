"""How does an organisation come into the consortium of an idea, and out of it?"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import notify_all
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove
from cic.core.permissions import require
from cic.core.tally import refuse_asked_often
from partners.choices import CLOSED_STATES
from pilots.choices import INVITATIONS_PER_DAY, IdeaState
from pilots.models import Idea, IdeaPartner
from pilots.transitions.consortia import CONSORTIUM
from pilots.transitions.ideas import WAITING

from .readers import administrators_of, facts_of, page_of, proposers_of

JOINABLE = (IdeaState.DRAFT, *WAITING)


@operation
def invite_partner(values: Mapping[str, Any], *, actor: Any) -> IdeaPartner:
    """Invite an organisation (`idea`, `organisation`, `contribution`) and tell its administrators.

    Raises: NotAllowed; DomainError "invalid", "duplicate", "limit" or "wrong_state".
    """
    idea = lock(values["idea"])
    require(actor, "pilots.invite_partner", idea)
    require_joinable(idea)
    organisation = values["organisation"]
    refusal = ""
    if organisation.pk == idea.organisation_id:
        refusal = _("This organisation proposes the idea.")
    elif organisation.state in CLOSED_STATES:
        refusal = _("This organisation cannot take part.")
    elif IdeaPartner.objects.filter(idea=idea, organisation=organisation).exists():
        refusal = _("This organisation has been invited already.")
    if refusal:
        raise DomainError("invalid", refusal, fields={"organisation": [refusal]})
    partner = record(
        IdeaPartner(idea=idea, organisation=organisation, contribution=values.get("contribution") or ""),
        actor=actor,
    )
    tell_invited(partner, actor=actor)
    return partner


@operation
def edit_partner(
    partner: IdeaPartner, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> IdeaPartner:
    """Change what a consortium member is said to bring. A confirmed member confirms again.

    Raises: NotAllowed; DomainError "invalid", "wrong_state" or "stale".
    """
    idea = lock(partner.idea)
    require(actor, "pilots.edit_partner", partner)
    require_joinable(idea)
    if set(changes) - {"contribution"}:
        closed = {name: [_("Read-only.")] for name in changes if name != "contribution"}
        raise DomainError("invalid", _("Invite another organisation instead."), fields=closed)
    fresh = lock(partner, expected_version)
    if changes.get("contribution", fresh.contribution) == fresh.contribution:
        return fresh
    return edit(fresh, {**changes, "confirmed_at": None}, actor=actor)


@operation
def confirm_partner(
    partner: IdeaPartner, *, actor: Any, note: str = "", expected_version: int | None = None
) -> IdeaPartner:
    """Say yes to an invitation, for one's own organisation, and tell the author.

    Raises: NotAllowed; DomainError "wrong_state" or "stale".
    """
    idea = lock(partner.idea)
    require(actor, "pilots.answer_invitation", partner)
    require_joinable(idea)
    require_taking_part(partner)
    fresh = lock(partner, expected_version)
    if fresh.confirmed_at is not None:
        raise DomainError("wrong_state", _("Your organisation has confirmed already."))
    fresh = edit(fresh, {"confirmed_at": timezone.now()}, actor=actor, note=note, action="confirm")
    _tell_author(fresh, "pilots.partner_confirmed", note)
    return fresh


@operation
def move_partner(
    partner: IdeaPartner, name: str, *, actor: Any, note: str = "", expected_version: int | None = None
) -> IdeaPartner:
    """Confirm: the one move there is.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state" or "stale".
    """
    CONSORTIUM.find(name)
    return confirm_partner(partner, actor=actor, note=note, expected_version=expected_version)


@operation
def end_partner(
    partner: IdeaPartner, *, actor: Any, note: str = "", expected_version: int | None = None
) -> None:
    """Decline an invitation, leave a consortium, or take an invitation back. The audit row keeps who it was.

    Raises: NotAllowed; DomainError "wrong_state" or "stale".
    """
    idea = lock(partner.idea)
    require(actor, "pilots.end_invitation", partner)
    require_joinable(idea)
    fresh = lock(partner, expected_version)
    remove(fresh, actor=actor, note=note)
    if actor is None or actor.pk not in proposers_of(idea):
        _tell_author(partner, "pilots.partner_declined", note)


@operation
def tell_invited(partner: IdeaPartner, *, actor: Any) -> None:
    """Tell those who answer for the organisation that it is invited.

    Raises: DomainError "limit" when `actor` has them told too often, taking the invitations back.
    """
    if actor is not None:
        refuse_asked_often("consortium", actor, partner.organisation, INVITATIONS_PER_DAY)
    facts = facts_of(partner.idea) | {
        "organisation": partner.organisation.name,
        "path": page_of("invitations", partner),
    }
    readers = administrators_of(partner.organisation_id)
    notify_all(readers, "pilots.partner_invited", key=f"{partner.pk}:{partner.version}", **facts)


def require_taking_part(partner: IdeaPartner) -> None:
    """Raise DomainError "wrong_state" when its organisation was suspended or merged since it was invited."""
    if partner.organisation.state in CLOSED_STATES:
        raise DomainError("wrong_state", _("This organisation cannot take part."))


def require_joinable(idea: Idea) -> None:
    """Raise DomainError "wrong_state" once nobody comes in or goes any more."""
    if idea.state not in JOINABLE:
        raise DomainError("wrong_state", _("The consortium of this idea is settled."))


def _tell_author(partner: IdeaPartner, kind: str, note: str) -> None:
    facts = facts_of(partner.idea) | {"organisation": partner.organisation.name, "reason": note}
    key = f"{partner.idea_id}:{partner.organisation_id}:{partner.version}"
    notify_all(proposers_of(partner.idea), kind, key=key, **facts)
