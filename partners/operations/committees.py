"""How is written what a follow-up committee agreed, and that it was done?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove, touch
from cic.core.permissions import require
from partners.models import Agreement, CommitteeAction

from .agreements import party_of


@operation
def agree_action(values: Mapping[str, Any], *, actor: Any) -> CommitteeAction:
    """Write down what a meeting agreed (`meeting`, `text`, `party`, `person`, `due_on`).

    Raises: NotAllowed; DomainError "invalid".
    """
    action = CommitteeAction(**values)
    require(actor, "partners.edit_agreement", action.meeting)
    _check(action)
    action = record(action, actor=actor)
    touch(action.meeting, actor=actor)
    return action


@operation
def edit_action(
    action: CommitteeAction, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> CommitteeAction:
    """Correct what was agreed.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "partners.edit_agreement", action)
    if "meeting" in changes or "done_on" in changes:
        fields = {name: [_("Read-only.")] for name in ("meeting", "done_on") if name in changes}
        raise DomainError("invalid", _("These fields cannot be set."), fields=fields)
    action = edit(action, changes, actor=actor, expected_version=expected_version)
    _check(action)
    touch(action.meeting, actor=actor)
    return action


@operation
def finish_action(
    action: CommitteeAction, *, actor: Any, done_on: date | None = None, note: str = ""
) -> CommitteeAction:
    """Say that it was done, today unless it was before.

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    require(actor, "partners.finish_action", action)
    action = lock(action)
    if action.done_on is not None:
        raise DomainError("wrong_state", _("This is done already."))
    done_on = done_on or timezone.localdate()
    if not action.meeting.met_on <= done_on <= timezone.localdate():
        sentence = _("It was done between the meeting and today.")
        raise DomainError("invalid", sentence, fields={"done_on": [sentence]})
    action = edit(action, {"done_on": done_on}, actor=actor, note=note, action="finish")
    touch(action.meeting, actor=actor)
    return action


@operation
def reopen_action(action: CommitteeAction, *, actor: Any, note: str) -> CommitteeAction:
    """Take back that it was done.

    Raises: NotAllowed; DomainError "incomplete" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", action)
    action = lock(action)
    if action.done_on is None:
        raise DomainError("wrong_state", _("This is not done yet."))
    if not note.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"note": [_("Give the reason.")]})
    action = edit(action, {"done_on": None}, actor=actor, note=note, action="reopen")
    touch(action.meeting, actor=actor)
    return action


@operation
def remove_action(action: CommitteeAction, *, actor: Any, note: str = "") -> None:
    """Take out what was written down by mistake.

    Raises: NotAllowed.
    """
    require(actor, "partners.edit_agreement", action)
    remove(action, actor=actor, note=note)
    touch(action.meeting, actor=actor)


def _check(action: CommitteeAction) -> None:
    """A party of this agreement does it, a person who may read of it, and not before the meeting."""
    agreement = action.meeting.agreement
    party_of(agreement, action.party)
    if action.due_on < action.meeting.met_on:
        sentence = _("This day comes before the meeting.")
        raise DomainError("invalid", sentence, fields={"due_on": [sentence]})
    if action.person and not Agreement.objects.inside(action.person).filter(pk=agreement.pk).exists():
        sentence = _("This person may not read the agreement, so would never hear of it.")
        raise DomainError("invalid", sentence, fields={"person": [sentence]})
