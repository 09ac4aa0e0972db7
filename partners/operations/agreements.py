"""How is an agreement drafted, signed, brought into force, and ended?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import enqueue
from cic.core.errors import DomainError
from cic.core.files import attach
from cic.core.models import Attachment
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from partners.choices import AgreementKind, AgreementState
from partners.models import Agreement, Amendment, Party
from partners.signals import agreement_moved
from partners.transitions import AGREEMENT, AGREEMENT_PUBLICATION, table_of

# The text is open in these states. Later, only what is not part of it.
OPEN = (AgreementState.DRAFT, AgreementState.IN_REVIEW)
NEVER_CLOSED = frozenset({"register_url", "committee", "predecessor"})


@operation
def draft_agreement(values: Mapping[str, Any], *, actor: Any) -> Agreement:
    """Begin an agreement as a draft of its centre.

    Raises: NotAllowed; DomainError "invalid".
    """
    agreement = Agreement(**values)
    require(actor, "partners.edit_agreement", agreement)
    _check_links(agreement, values)
    return record(agreement, actor=actor)


@operation
def draft_successor(agreement: Agreement, *, actor: Any) -> Agreement:
    """Begin the agreement that follows `agreement`: same parties and clauses, no dates, linked to it.

    Raises: NotAllowed; DomainError "duplicate" when it has a successor.
    """
    require(actor, "partners.edit_agreement", agreement)
    agreement = lock(agreement)
    if Agreement.objects.filter(predecessor=agreement).exists():
        raise DomainError("duplicate", _("This agreement has a successor already."))
    kept = (
        "title",
        "kind",
        "language",
        "translations",
        "centre",
        "framework",
        "object",
        "notice_days",
        "committee",
    )
    clauses = ("extension_clause", "confidentiality_clause", "property_clause")
    successor = Agreement(
        **{name: getattr(agreement, name) for name in (*kept, *clauses)}, predecessor=agreement
    )
    record(successor, actor=actor)
    for party in agreement.parties.select_related("organisation").order_by("pk"):
        copy = Party(
            agreement=successor,
            organisation=party.organisation,
            role=party.role,
            signatory_name=party.signatory_name,
            signatory_position=party.signatory_position,
        )
        record(copy, actor=actor)
    return successor


@operation
def edit_agreement(
    agreement: Agreement,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Agreement:
    """Change the text while it is open; afterwards the link to the register, the committee and what it succeeds.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", agreement)
    fresh = lock(agreement, expected_version)
    if fresh.state not in OPEN:
        closed = sorted(
            name for name in changes if name not in NEVER_CLOSED and getattr(fresh, name) != changes[name]
        )
        refuse_closed(closed)
    if changes.get("centre", fresh.centre) != fresh.centre:
        require(actor, "partners.edit_agreement", Agreement(centre=changes["centre"]))
    _check_links(fresh, changes)
    changes = {name: value for name, value in changes.items() if name != "terminated_on"}
    return edit(fresh, changes, actor=actor, note=note, expected_version=expected_version)


@operation
def move_agreement(
    agreement: Agreement,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Agreement:
    """Take an agreement along its states or towards the public register; its parties are told.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "stale".
    """
    table = table_of(name, AGREEMENT, AGREEMENT_PUBLICATION)
    before = getattr(agreement, table.field)
    agreement = move(
        agreement,
        table,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    agreement_moved.send(sender=Agreement, agreement=agreement, name=name, from_state=before, actor=actor)
    if table is AGREEMENT:
        enqueue(
            "partners.tell_parties",
            key=f"agreement:{agreement.pk}:{agreement.version}",
            agreement_id=agreement.pk,
            name=name,
            from_state=before,
            version=agreement.version,
        )
    return agreement


@operation
def add_party(values: Mapping[str, Any], *, actor: Any) -> Party:
    """Add an organisation to those that are to sign (`agreement`, `organisation`, `role`, who signs).

    Raises: NotAllowed; DomainError "invalid" or "wrong_state".
    """
    party = Party(**values)
    open_text(party.agreement, actor)
    party = record(party, actor=actor)
    touch(party.agreement, actor=actor)
    return party


@operation
def edit_party(
    party: Party,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Party:
    """Change a party's role or who signs for it, until it has signed. The signature itself is `sign`.

    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", party)
    agreement, party = lock(party.agreement), lock(party, expected_version)
    if set(changes) & {"agreement", "signed_on"}:
        raise DomainError(
            "invalid", _("A signature is recorded as such."), fields={"signed_on": [_("Read-only.")]}
        )
    if party.signed_on is not None:
        refuse_closed(sorted(changes))
    if agreement.state not in OPEN:
        refuse_closed(sorted(set(changes) & {"organisation", "role"}))
    party = edit(party, changes, actor=actor, note=note, expected_version=expected_version)
    touch(agreement, actor=actor)
    return party


@operation
def remove_party(party: Party, *, actor: Any, note: str = "") -> None:
    """Take an organisation out of those that are to sign.

    Raises: NotAllowed; DomainError "wrong_state", or "limit" while it has obligations or resources.
    """
    agreement = open_text(party.agreement, actor)
    remove(party, actor=actor, note=note)
    touch(agreement, actor=actor)


@operation
def set_parties(agreement: Agreement, rows: Sequence[Mapping[str, Any]], *, actor: Any) -> None:
    """Have these sign and no others, each with `organisation`, `role` and who signs: as one by one on the agreement's page.

    Raises: NotAllowed; DomainError "duplicate", "invalid", "limit" or "wrong_state".
    """
    wanted = {row["organisation"]: row for row in rows}
    if len(wanted) < len(rows):
        sentence = _("An organisation is a party once.")
        raise DomainError("duplicate", sentence, fields={"parties": [sentence]})
    for party in agreement.parties.select_related("agreement", "organisation").order_by("pk"):
        row = wanted.pop(party.organisation, None)
        if row is None:
            remove_party(party, actor=actor)
        elif changes := {name: value for name, value in row.items() if getattr(party, name) != value}:
            edit_party(party, changes, actor=actor)
    for row in wanted.values():
        add_party({**row, "agreement": agreement}, actor=actor)


@operation
def sign(
    party: Party,
    *,
    actor: Any,
    signed_on: date | None = None,
    signatory_name: str = "",
    signatory_position: str = "",
    document: Any = None,
    note: str = "",
    expected_version: int | None = None,
) -> Party:
    """Record that a party has signed, here or elsewhere: who, and on which day (today unless given).

    `document` is the signed text: an upload, kept with the agreement, or a file that is there already.
    Raises: NotAllowed; DomainError "invalid", "stale" or "wrong_state".
    """
    require(actor, "partners.sign", party)
    agreement, party = lock(party.agreement), lock(party, expected_version)
    if agreement.state != AgreementState.PENDING_SIGNATURE:
        raise DomainError("wrong_state", _("This agreement is not open for signature."))
    if party.signed_on is not None:
        raise DomainError(
            "wrong_state", _("%(party)s has signed it already.") % {"party": party.organisation}
        )
    changes = signature(signed_on, signatory_name or party.signatory_name)
    if signatory_position:
        changes["signatory_position"] = signatory_position
    changes["document"] = proof(agreement, document, actor=actor, title=f"{agreement.reference} · {party}")
    party = edit(party, changes, actor=actor, note=note, action="sign")
    touch(agreement, actor=actor)
    return party


@operation
def retract_signature(party: Party, *, actor: Any, note: str) -> Party:
    """Take back a signature recorded by mistake, before the agreement is in force. Its file stays among the files.

    Raises: NotAllowed; DomainError "incomplete" or "wrong_state".
    """
    require(actor, "partners.edit_agreement", party)
    agreement = lock(party.agreement)
    if agreement.state != AgreementState.PENDING_SIGNATURE:
        raise DomainError("wrong_state", _("This agreement is not open for signature."))
    if not note.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"note": [_("Give the reason.")]})
    party = edit(
        party, {"signed_on": None, "document": None}, actor=actor, note=note, action="retract_signature"
    )
    touch(agreement, actor=actor)
    return party


@operation
def expire_agreement(agreement: Agreement) -> Agreement:
    """End an agreement whose effective end is over; for the clock.

    Raises: DomainError "wrong_state" or "incomplete" when it is not.
    """
    return move_agreement(agreement, "expire", actor=None)


def signature(signed_on: date | None, signatory_name: str) -> dict[str, Any]:
    """The fields of a signature.

    Raises: DomainError "invalid" for a day to come or a signature of nobody.
    """
    signed_on = signed_on or timezone.localdate()
    fields: dict[str, list[str]] = {}
    if signed_on > timezone.localdate():
        fields["signed_on"] = [_("This day has not come yet.")]
    if not signatory_name.strip():
        fields["signatory_name"] = [_("Say who signed.")]
    if fields:
        raise DomainError(
            "invalid", " ".join(text for texts in fields.values() for text in texts), fields=fields
        )
    return {"signed_on": signed_on, "signatory_name": signatory_name}


@operation
def proof(whole: Agreement | Amendment, document: Any, *, actor: Any, title: str) -> Attachment | None:
    """The file that proves a signature under `whole`: kept from an upload, or one that hangs there already.

    Raises: DomainError "invalid", beside the field `document`.
    """
    if document is None:
        return None
    if isinstance(document, Attachment):
        if not Attachment.objects.about(whole).filter(pk=document.pk).exists():
            sentence = _("This file does not belong here.")
            raise DomainError("invalid", sentence, fields={"document": [sentence]})
        return document
    try:
        return attach(whole, document, actor=actor, kind="signed", title=title)
    except DomainError as error:
        fields = {"document" if name == "file" else name: said for name, said in error.fields.items()}
        raise DomainError(error.code, error.detail, fields=fields) from error


def open_text(agreement: Agreement, actor: Any) -> Agreement:
    """The agreement, locked, if its text may still be changed by `actor`.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    require(actor, "partners.edit_agreement", agreement)
    fresh = lock(agreement)
    if fresh.state not in OPEN:
        raise DomainError("wrong_state", _("The text is closed: it is open only as a draft and in review."))
    return fresh


def refuse_closed(names: list[str]) -> None:
    """Refuse to change these fields, if there are any.

    Raises: DomainError "wrong_state".
    """
    if names:
        sentence = _("This is part of what was signed or is being signed. Use an amendment.")
        raise DomainError("wrong_state", sentence, fields={name: [sentence] for name in names})


def party_of(agreement: Agreement, party: Party) -> None:
    """Refuse a party of another agreement.

    Raises: DomainError "invalid".
    """
    if party.agreement_id != agreement.pk:
        sentence = _("This is not a party of the agreement.")
        raise DomainError("invalid", sentence, fields={"party": [sentence]})


def _check_links(agreement: Agreement, values: Mapping[str, Any]) -> None:
    framework, predecessor = values.get("framework"), values.get("predecessor")
    if framework is not None and framework.kind != AgreementKind.FRAMEWORK:
        sentence = _("This is not a framework agreement.")
        raise DomainError("invalid", sentence, fields={"framework": [sentence]})
    if predecessor is not None:
        others = Agreement.objects.filter(predecessor=lock(predecessor))
        if others.exclude(pk=agreement.pk).exists():
            sentence = _("This agreement has a successor already.")
            raise DomainError("duplicate", sentence, fields={"predecessor": [sentence]})
    for name, other in (("framework", framework), ("predecessor", predecessor)):
        if agreement.pk is not None and _leads_back(agreement, name, other):
            sentence = _("An agreement cannot point to itself.")
            raise DomainError("invalid", sentence, fields={name: [sentence]})


def _leads_back(agreement: Agreement, name: str, other: Agreement | None) -> bool:
    """Whether from `other` the link `name` leads to `agreement`, however many are between."""
    passed: set[int] = set()
    pk = other.pk if other is not None else None
    while pk is not None and pk not in passed:
        if pk == agreement.pk:
            return True
        passed.add(pk)
        pk = Agreement.objects.values_list(f"{name}_id", flat=True).get(pk=pk)
    return False
