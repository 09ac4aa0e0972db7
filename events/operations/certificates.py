"""How does somebody get a certificate, and how is it taken back?

What was earned is locked first: two who ask at the same moment get the same certificate.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, from_validation
from cic.core.models import Translatable
from cic.core.operations import audit, lock, move, next_references, operation
from cic.core.permissions import require
from cic.core.search import derive
from cic.core.texts import clean_text
from events.calculations.capsules import goals_of
from events.choices import CertificateState
from events.models import Certificate, Registration, Taking
from events.transitions import CERTIFICATE

# No letter that is taken for a digit: codes are typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUPS, GROUP_LENGTH = 4, 5


def new_code() -> str:
    """A verification code nobody guesses (99 bits), in groups that can be typed from paper."""
    groups = ("".join(secrets.choice(ALPHABET) for _place in range(GROUP_LENGTH)) for _group in range(GROUPS))
    return "-".join(groups)


def said_in_all(record: Translatable, name: str) -> dict[str, str]:
    """What the field `name` says in each language it was put into."""
    found = {record.text_language: getattr(record, name)}
    for code, entries in record.translations.items():
        if entries.get(name, {}).get("text"):
            found[code] = entries[name]["text"]
    return found


@operation
def issue_for_taking(taking: Taking, *, name: str, actor: Any) -> Certificate:
    """The certificate of a completed capsule, with the name its holder agreed to. The second time, the same one.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    fresh = lock(taking)
    require(actor, "events.edit_taking", fresh)
    if fresh.completed_at is None:
        raise DomainError("wrong_state", _("The capsule is not completed yet."))
    known = Certificate.objects.filter(taking=fresh).order_by("-pk").first()
    if known is not None:
        return _unless_revoked(known)
    capsule = fresh.capsule
    goals = {code: goals_of(text) for code, text in said_in_all(capsule, "goals").items()}
    return _issue(
        Certificate(
            user=fresh.user,
            taking=fresh,
            centre=capsule.centre,
            language=capsule.text_language,
            titles=said_in_all(capsule, "title"),
            goals=goals,
            minutes=capsule.minutes,
            earned_on=timezone.localdate(fresh.completed_at),
        ),
        name,
        actor=actor,
    )


@operation
def issue_for_attendance(registration: Registration, *, name: str, actor: Any) -> Certificate:
    """The certificate of having been at a session, with the name its holder agreed to. The second time, the same one.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    fresh = lock(registration)
    require(actor, "events.view_registration", fresh)
    if not fresh.earns_certificate:
        raise DomainError("wrong_state", _("There is no certificate for this place."))
    require(actor, "events.fetch_certificate", fresh)
    session = fresh.session
    since = fresh.checked_in_at or fresh.asked_at
    # One that was revoked before somebody was checked in anew says nothing of this time.
    known = Certificate.objects.filter(registration=fresh, issued_at__gte=since).order_by("-pk").first()
    if known is not None:
        return _unless_revoked(known)
    began = session.starts_at or since
    minutes = round((session.ends_at - began).total_seconds() / 60) if session.ends_at else 0
    titles = said_in_all(session, "title")
    return _issue(
        Certificate(
            user=fresh.user,
            registration=fresh,
            centre=session.event.centre,
            language=session.text_language,
            titles=titles,
            goals={},
            minutes=minutes,
            earned_on=timezone.localdate(began, session.tz),
        ),
        name,
        actor=actor,
    )


def _unless_revoked(certificate: Certificate) -> Certificate:
    if not certificate.is_valid:
        raise DomainError("wrong_state", _("This certificate was revoked."))
    return certificate


def _issue(certificate: Certificate, name: str, *, actor: Any) -> Certificate:
    """Give it a number and a code, save it, and audit that without the name: the log outlives both."""
    certificate.name = clean_text(name, multiline=False)
    if not certificate.name:
        sentence = _("Say the name that stands on the certificate.")
        raise DomainError("invalid", sentence, fields={"name": [sentence]})
    certificate.issuer = str(certificate.centre.name if certificate.centre else settings.SITE_NAME)[:250]
    certificate.code = new_code()
    certificate.reference = next_references(Certificate.REFERENCE_PREFIX)[0]
    derive(certificate)
    try:
        certificate.full_clean(exclude=["source", "external_id"])
    except ValidationError as error:
        raise from_validation(error) from error
    certificate.save(force_insert=True)
    of = {"taking": certificate.taking_id, "registration": certificate.registration_id}
    audit(certificate, "issue", actor=actor, after={name: value for name, value in of.items() if value})
    return certificate


@operation
def move_certificate(
    certificate: Certificate,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Certificate:
    """Revoke a certificate, with a reason; its public page says so from then on.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    own = {"revoked_at": timezone.now()} if name == "revoke" else {}
    return move(
        certificate, CERTIFICATE, name, actor=actor, note=note, authority=authority,
        changes={**(changes or {}), **own}, effective_at=effective_at, expected_version=expected_version,
    )  # fmt: skip


@operation
def revoke_of_place(registration: Registration, *, actor: Any) -> int:
    """Revoke what was given for a check-in that was taken back; how many."""
    rows = Certificate.objects.filter(registration=registration, state=CertificateState.VALID)
    for row in rows:
        move(
            row, CERTIFICATE, "revoke", actor=actor, note=_("The check-in was taken back."),
            changes={"revoked_at": timezone.now()},
        )  # fmt: skip
    return len(rows)
