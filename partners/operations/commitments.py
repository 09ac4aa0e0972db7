"""How is written what each party undertook, promised and gave, and what the committee noted?"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, lock, operation, record, remove, touch
from cic.core.permissions import can, require
from partners.choices import AgreementState
from partners.models import Meeting, Obligation, Resource, ResourceGift

from .agreements import OPEN, open_text, party_of, refuse_closed

SINCE_SIGNATURE = (
    AgreementState.IN_FORCE,
    AgreementState.SUSPENDED,
    AgreementState.EXPIRED,
    AgreementState.TERMINATED,
)


@operation
def add_obligation(values: Mapping[str, Any], *, actor: Any) -> Obligation:
    """Write down what a party undertakes (`agreement`, `party`, `text`, `due_on`).

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    return _add(Obligation(**values), actor)


@operation
def edit_obligation(
    obligation: Obligation,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Obligation:
    """Change an obligation while the text is open; afterwards only the day on which it was fulfilled.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    row = _edit(
        obligation, changes, actor, note=note, expected_version=expected_version, later={"fulfilled_on"}
    )
    if row.fulfilled_on is not None and row.fulfilled_on > timezone.localdate():
        sentence = _("This day has not come yet.")
        raise DomainError("invalid", sentence, fields={"fulfilled_on": [sentence]})
    return row


@operation
def add_resource(values: Mapping[str, Any], *, actor: Any) -> Resource:
    """Write down what a party promises to bring (`agreement`, `party`, `kind`, `promised`, `unit`, `description`, `recipient`).

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    row = _add(Resource(**values), actor)
    _check_recipient(row)
    return row


@operation
def edit_resource(
    resource: Resource,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Resource:
    """Change a promise while the text is open.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    row = _edit(resource, changes, actor, note=note, expected_version=expected_version, later=set())
    _check_recipient(row)
    return row


@operation
def remove_commitment(row: Obligation | Resource, *, actor: Any, note: str = "") -> None:
    """Take an obligation or a promise out of the text while it is open.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    agreement = open_text(row.agreement, actor)
    remove(row, actor=actor, note=note)
    touch(agreement, actor=actor)


@operation
def give(values: Mapping[str, Any], *, actor: Any) -> ResourceGift:
    """Record that part of a promised resource was given (`resource`, `amount`, `given_on`, `note`).

    Whoever records it confirms it for their side; it counts when the other side has confirmed it too.
    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    gift = ResourceGift(**values)
    require(actor, "partners.give", gift.resource)
    agreement = lock(gift.resource.agreement)
    if agreement.state not in SINCE_SIGNATURE:
        raise DomainError("wrong_state", _("Nothing is given before the agreement is in force."))
    _check_day(gift)
    _confirm(gift, _side_of(gift, actor), actor)
    gift = record(gift, actor=actor)
    touch(agreement, actor=actor)
    return gift


@operation
def edit_gift(
    gift: ResourceGift, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> ResourceGift:
    """Correct what was given, until both sides have confirmed it. The other side then confirms anew.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.give", gift)
    agreement, gift = lock(gift.resource.agreement), lock(gift, expected_version)
    if gift.is_confirmed:
        raise DomainError(
            "wrong_state", _("Both sides have confirmed this: record the difference as another gift.")
        )
    if "resource" in changes:
        raise DomainError(
            "invalid", _("A gift stays with its promise."), fields={"resource": [_("Read-only.")]}
        )
    ours = _side_of(gift, actor)
    sides = {"confirmed_by_city": None, "confirmed_by_party": None, f"confirmed_by_{ours}": actor}
    gift = edit(gift, {**changes, **sides}, actor=actor, expected_version=expected_version)
    _check_day(gift)
    touch(agreement, actor=actor)
    return gift


@operation
def confirm_gift(gift: ResourceGift, *, actor: Any, expected_version: int | None = None) -> ResourceGift:
    """Confirm for one's own side what the other side has recorded.

    Raises: NotAllowed; DomainError "stale" or "wrong_state".
    """
    require(actor, "partners.give", gift)
    agreement, gift = lock(gift.resource.agreement), lock(gift, expected_version)
    if gift.is_confirmed:
        raise DomainError("wrong_state", _("Both sides have confirmed this."))
    side = "party" if gift.confirmed_by_city_id else "city"
    if not can(actor, f"partners.confirm_gift_for_{side}", gift):
        raise NotAllowed(_("The other side confirms this."))
    _confirm(gift, side, actor)
    gift = edit(gift, {f"confirmed_by_{side}": actor}, actor=actor, action="confirm")
    touch(agreement, actor=actor)
    return gift


@operation
def remove_gift(gift: ResourceGift, *, actor: Any, note: str = "") -> None:
    """Take back what was recorded by mistake, until both sides have confirmed it.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    require(actor, "partners.give", gift)
    agreement, gift = lock(gift.resource.agreement), lock(gift)
    if gift.is_confirmed:
        raise DomainError("wrong_state", _("Both sides have confirmed this."))
    remove(gift, actor=actor, note=note)
    touch(agreement, actor=actor)


@operation
def add_meeting(values: Mapping[str, Any], *, actor: Any) -> Meeting:
    """Record a meeting of the follow-up committee (`agreement`, `met_on`, `present`, `minutes`).

    Raises: NotAllowed; DomainError "invalid".
    """
    meeting = Meeting(**values)
    require(actor, "partners.edit_agreement", meeting.agreement)
    _check_past("met_on", meeting.met_on)
    meeting = record(meeting, actor=actor)
    touch(meeting.agreement, actor=actor)
    return meeting


@operation
def edit_meeting(
    meeting: Meeting, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Meeting:
    """Correct the minutes of a meeting.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "partners.edit_agreement", meeting)
    if "agreement" in changes:
        raise DomainError(
            "invalid", _("Minutes stay with their agreement."), fields={"agreement": [_("Read-only.")]}
        )
    if "met_on" in changes:
        _check_past("met_on", changes["met_on"])
    return edit(meeting, changes, actor=actor, expected_version=expected_version)


def _add(row: Any, actor: Any) -> Any:
    agreement = open_text(row.agreement, actor)
    party_of(agreement, row.party)
    row = record(row, actor=actor)
    touch(agreement, actor=actor)
    return row


def _edit(
    row: Any,
    changes: Mapping[str, Any],
    actor: Any,
    *,
    note: str,
    expected_version: int | None,
    later: set[str],
) -> Any:
    require(actor, "partners.edit_agreement", row)
    agreement = lock(row.agreement)
    if "agreement" in changes:
        sentence = _("It stays with its agreement.")
        raise DomainError("invalid", sentence, fields={"agreement": [sentence]})
    if agreement.state not in OPEN:
        refuse_closed(sorted(set(changes) - later))
    if "party" in changes:
        party_of(agreement, changes["party"])
    row = edit(row, changes, actor=actor, note=note, expected_version=expected_version)
    touch(agreement, actor=actor)
    return row


def _check_recipient(resource: Resource) -> None:
    """Who receives it is another party of the same agreement."""
    other = resource.recipient
    if other is not None and (other.agreement_id != resource.agreement_id or other.pk == resource.party_id):
        sentence = _("Name another party of this agreement.")
        raise DomainError("invalid", sentence, fields={"recipient": [sentence]})


def _side_of(gift: ResourceGift, actor: Any) -> str:
    """The side for which `actor` speaks; the city's, for those who could speak for both."""
    return "city" if actor is None or can(actor, "partners.confirm_gift_for_city", gift) else "party"


def _confirm(gift: ResourceGift, side: str, actor: Any) -> None:
    """Set one side's confirmation; nobody confirms for both."""
    other = "city" if side == "party" else "party"
    if actor is not None and getattr(gift, f"confirmed_by_{other}_id") == actor.pk:
        raise NotAllowed(_("The other side confirms this."))
    setattr(gift, f"confirmed_by_{side}", actor)


def _check_day(gift: ResourceGift) -> None:
    _check_past("given_on", gift.given_on)


def _check_past(name: str, on: Any) -> None:
    if on is not None and on > timezone.localdate():
        sentence = _("This day has not come yet.")
        raise DomainError("invalid", sentence, fields={name: [sentence]})
