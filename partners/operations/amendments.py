"""How is a signed agreement changed, suspended or ended by its parties? By an amendment that all of them sign."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.background import enqueue
from cic.core.errors import DomainError
from cic.core.models import StageChange
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from partners.choices import MOVING_KINDS, AgreementState, AmendmentKind, AmendmentState
from partners.models import Agreement, Amendment, AmendmentSignature, Party
from partners.signals import agreement_moved
from partners.transitions import AMENDMENT

from .agreements import move_agreement, party_of, proof, refuse_closed, signature

SIGNED = (AgreementState.IN_FORCE, AgreementState.SUSPENDED)
# Which kinds have which days, and what is said to the others.
DAYS: dict[str, tuple[tuple[str, ...], Any]] = {
    "new_ends_on": (
        (AmendmentKind.EXTENSION,),
        gettext_lazy("Only an extension changes the end as signed."),
    ),
    "effective_on": (
        MOVING_KINDS,
        gettext_lazy("Only a suspension or termination has a day on which it takes effect."),
    ),
    "resumes_on": (
        (AmendmentKind.SUSPENSION,),
        gettext_lazy("Only what is suspended goes on again."),
    ),
}


@operation
def draft_amendment(values: Mapping[str, Any], *, actor: Any) -> Amendment:
    """Begin an amendment (`agreement`, `kind`, `text`, and its days: `new_ends_on`, `effective_on`, `resumes_on`).

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    amendment = Amendment(**values)
    require(actor, "partners.edit_agreement", amendment.agreement)
    agreement = lock(amendment.agreement)
    if agreement.state not in SIGNED:
        raise DomainError("wrong_state", _("Only an agreement in force can be amended."))
    _check_kind(amendment.kind, {name: getattr(amendment, name) for name in DAYS})
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
    """Change an amendment while it is a draft.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", amendment)
    fresh = lock(amendment, expected_version)
    if "agreement" in changes or fresh.state != AmendmentState.DRAFT:
        refuse_closed(sorted(changes))
    days = {name: changes.get(name, getattr(fresh, name)) for name in DAYS}
    _check_kind(changes.get("kind", fresh.kind), days)
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
    """Open an amendment for signature, bring it into force, or give it up.

    In force it changes the agreement: a suspension or termination moves it, at once if its day has come.

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
    due = name == "bring_into_force" and Amendment.objects.to_take_effect().filter(pk=amendment.pk).exists()
    # What moves the agreement at once is told as that move.
    if name in ("open_for_signature", "bring_into_force") and not due:
        enqueue(
            "partners.tell_parties",
            key=f"amendment:{amendment.pk}:{amendment.version}",
            agreement_id=agreement.pk,
            name=f"amendment_{name}",
            from_state=before,
            version=agreement.version,
            amendment=str(amendment),
            effective_on=amendment.effective_on.isoformat() if amendment.effective_on else "",
        )
    if name == "bring_into_force":
        agreement_moved.send(
            sender=Agreement, agreement=agreement, name="amend", from_state=agreement.state, actor=actor
        )
    return take_effect(amendment, actor=actor) if due else amendment


@operation
def take_effect(amendment: Amendment, *, actor: Any) -> Amendment:
    """Suspend or end the agreement as all have signed, once the day has come; by the clock without an actor.

    Raises: NotAllowed; DomainError "wrong_state" or "incomplete".
    """
    agreement, amendment = lock(amendment.agreement), lock(amendment)
    if not Amendment.objects.to_take_effect().filter(pk=amendment.pk).exists():
        raise DomainError("wrong_state", _("It does not wait for its day."))
    changes = {"took_effect_on": timezone.localdate()}
    amendment = edit(amendment, changes, actor=actor, action="take_effect")
    given = {"actor": actor, "note": amendment.text, "authority": amendment.reference}
    if amendment.kind == AmendmentKind.TERMINATION:
        changes = {"terminated_on": amendment.effective_on}
        move_agreement(agreement, "terminate", changes=changes, **given)
    elif agreement.state == AgreementState.IN_FORCE:
        move_agreement(agreement, "suspend", **given)
    return amendment


@operation
def lift_suspension(amendment: Amendment, *, actor: Any) -> Amendment:
    """Let an agreement go on, by the clock, on the day its signed suspension ends.

    What was suspended since on another ground stays so: a person resumes it.
    Raises: NotAllowed; DomainError "wrong_state".
    """
    agreement = lock(amendment.agreement)
    last = StageChange.objects.about(agreement).filter(field="state").last()
    if last is not None and (last.move, last.authority) == ("suspend", amendment.reference):
        move_agreement(agreement, "resume", actor=actor, note=amendment.text, authority=amendment.reference)
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
    """Record that a party has signed an amendment, here or elsewhere.

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


def _check_kind(kind: str, days: Mapping[str, date | None]) -> None:
    """Each kind has its own days. What they may be is asked when it is opened for signature."""
    fields = {
        name: [sentence]
        for name, (kinds, sentence) in DAYS.items()
        if days[name] is not None and kind not in kinds
    }
    if fields:
        detail = " ".join(str(texts[0]) for texts in fields.values())
        raise DomainError("invalid", detail, fields={name: [str(texts[0])] for name, texts in fields.items()})
