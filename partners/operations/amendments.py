"""How is a signed agreement changed? By an addendum or an extension that all its parties sign."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from cic.core.background import enqueue
from cic.core.errors import DomainError
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from partners.choices import AgreementState, AmendmentKind, AmendmentState
from partners.models import Agreement, Amendment, AmendmentSignature, Party
from partners.signals import agreement_moved
from partners.transitions import AMENDMENT

from .agreements import party_of, proof, refuse_closed, signature

SIGNED = (AgreementState.IN_FORCE, AgreementState.SUSPENDED)


@operation
def draft_amendment(values: Mapping[str, Any], *, actor: Any) -> Amendment:
    """Begin an addendum or extension (`agreement`, `kind`, `text`, `new_ends_on`).

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    amendment = Amendment(**values)
    require(actor, "partners.edit_agreement", amendment.agreement)
    agreement = lock(amendment.agreement)
    if agreement.state not in SIGNED:
        raise DomainError("wrong_state", _("Only an agreement in force can be amended."))
    _check_kind(amendment.kind, amendment.new_ends_on)
    amendment = record(amendment, actor=actor)
    touch(agreement, actor=actor)
    return amendment


@operation
def edit_amendment(
    amendment: Amendment,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Amendment:
    """Change an addendum or extension while it is a draft.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", amendment)
    fresh = lock(amendment, expected_version)
    if "agreement" in changes or fresh.state != AmendmentState.DRAFT:
        refuse_closed(sorted(changes))
    _check_kind(changes.get("kind", fresh.kind), changes.get("new_ends_on", fresh.new_ends_on))
    return edit(fresh, changes, actor=actor, note=note, expected_version=expected_version)


@operation
def move_amendment(
    amendment: Amendment,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Amendment:
    """Open an amendment for signature, bring it into force, or give it up. It is the agreement that moves on.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "stale".
    """
    # The agreement first: two extensions at once are checked one after the other.
    agreement = lock(amendment.agreement)
    before = amendment.state
    amendment = move(
        amendment,
        AMENDMENT,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    touch(agreement, actor=actor)
    agreement.refresh_from_db()
    if name in ("open_for_signature", "bring_into_force"):
        enqueue(
            "partners.tell_parties",
            key=f"amendment:{amendment.pk}:{amendment.version}",
            agreement_id=agreement.pk,
            name=f"amendment_{name}",
            from_state=before,
            version=agreement.version,
            amendment=str(amendment),
        )
    if name == "bring_into_force":
        agreement_moved.send(
            sender=Agreement, agreement=agreement, name="amend", from_state=agreement.state, actor=actor
        )
    return amendment


@operation
def sign_amendment(
    amendment: Amendment,
    party: Party,
    *,
    actor: Any,
    signed_on: date | None = None,
    signatory_name: str = "",
    document: Any = None,
) -> AmendmentSignature:
    """Record that a party has signed an addendum or extension, here or elsewhere.

    `document` is the signed text: an upload, kept with the amendment, or a file that is there already.

    Raises: NotAllowed; DomainError "invalid", "duplicate" or "wrong_state".
    """
    require(actor, "partners.sign", party)
    agreement, amendment = lock(amendment.agreement), lock(amendment)
    party_of(agreement, party)
    if amendment.state != AmendmentState.PENDING_SIGNATURE:
        raise DomainError("wrong_state", _("This amendment is not open for signature."))
    if amendment.signatures.filter(party=party).exists():
        raise DomainError("duplicate", _("%(party)s has signed it already.") % {"party": party.organisation})
    fields = signature(signed_on, signatory_name or party.signatory_name)
    fields["document"] = proof(amendment, document, actor=actor, title=f"{amendment.reference} · {party}")
    row = record(AmendmentSignature(amendment=amendment, party=party, **fields), actor=actor, action="sign")
    touch(amendment, actor=actor)
    return row


@operation
def create_signature(values: Mapping[str, Any], *, actor: Any) -> AmendmentSignature:
    """As `sign_amendment`, from `amendment`, `party`, `signed_on` and `signatory_name`."""
    rest = {name: value for name, value in values.items() if name in ("signed_on", "signatory_name")}
    return sign_amendment(values["amendment"], values["party"], actor=actor, **rest)


@operation
def retract_amendment_signature(row: AmendmentSignature, *, actor: Any, note: str = "") -> None:
    """Take back a signature recorded by mistake, before the amendment is in force.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    require(actor, "partners.edit_agreement", row)
    amendment = lock(row.amendment)
    if amendment.state != AmendmentState.PENDING_SIGNATURE:
        raise DomainError("wrong_state", _("This amendment is not open for signature."))
    remove(row, actor=actor, note=note)
    touch(amendment, actor=actor)


def _check_kind(kind: str, new_ends_on: date | None) -> None:
    """An addendum moves no end. What an extension may do is asked when it is opened for signature."""
    if kind == AmendmentKind.ADDENDUM and new_ends_on is not None:
        sentence = _("An addendum does not change the end: make it an extension.")
        raise DomainError("invalid", sentence, fields={"new_ends_on": [sentence]})
