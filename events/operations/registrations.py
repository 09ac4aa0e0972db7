"""How does somebody get a place, wait for one, give it back, and how is it known who came?

Places are given one after the other: each operation locks the session first, then the registration.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import enqueue
from cic.core.errors import DomainError, NotAllowed, from_validation
from cic.core.hours import moment_in_words
from cic.core.models import StageChange
from cic.core.operations import audit, lock, move, operation
from cic.core.permissions import require
from cic.core.search import DERIVED, derive
from cic.core.tally import DAY_S, too_often
from cic.core.texts import clean_text
from events.calculations.seats import has_seat
from events.choices import (
    ASKS_PER_ADDRESS_AND_DAY,
    CONFIRM_HOURS,
    GUESTS_PER_DAY,
    OFFER_HOURS,
    SEATED,
    RegistrationState,
)
from events.models import Registration, Session
from events.transitions import REGISTRATION
from partners.models.users import fold_address
from partners.operations.addresses import mail_address

from .certificates import revoke_of_place
from .mailing import tell

BY_LINK = "link of a mail"
UNDOING = ("undo_check_in", "wait_again")


@operation
def register(session: Session, *, actor: Any) -> Registration:
    """Register who signed in: confirmed while there are places, else on the waiting list. Twice is once.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    if actor is None:
        raise NotAllowed()
    fresh = _open(session)
    require(actor, "events.register", fresh)
    row = _row_of(fresh, fold_address(actor.email), actor.name, actor.language, user=actor, actor=actor)
    return _place(row, fresh, actor=actor) if row.state == RegistrationState.PENDING else row


@operation
def ask_to_register(
    session: Session, *, actor: Any = None, name: str, email: str, language: str
) -> Registration | None:
    """Register a name and an address, which is asked to confirm first.

    None when the address was written to too often today. Whoever asks is told the same in every case, so that
    nobody learns who comes. Raises: DomainError "wrong_state" or "invalid".
    """
    fresh = _open(session)
    address = mail_address(email)
    if not clean_text(name, multiline=False):
        sentence = _("Say your name.")
        raise DomainError("invalid", sentence, fields={"name": [sentence]})
    if _written_to_often(address):
        return None
    row = _row_of(fresh, address, name, language, user=None, actor=actor)
    kind = "confirm" if row.state == RegistrationState.PENDING else "known"
    # Once a minute: who presses the button twice gets one mail, who lost it can ask for another.
    tell(row, f"events.registration_{kind}", key=f"{row.pk}:{row.version}:{timezone.now():%Y%m%d%H%M}")
    return row


@operation
def register_guest(
    session: Session, *, actor: Any, name: str, email: str, language: str, only_tried: bool = False
) -> Registration:
    """Write somebody down for a session, by whoever runs it: the address is asked to confirm first.

    An address that is on the list, whatever became of it, stays as it is and gets no further mail. What is
    `only_tried`, and undone by the caller, counts for no day.
    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "limit".
    """
    require(actor, "events.check_in", session)
    fresh = _open(session)
    address = mail_address(email)
    row = Registration.objects.filter(session=fresh, email=address).first()
    if row is None:
        row = _row_of(fresh, address, name, language, user=None, actor=actor)
        if not only_tried:
            _refuse_many(address, actor)
        tell(row, "events.registration_confirm")
    return row


def _refuse_many(address: str, actor: Any) -> None:
    """Refuse one more mail to an address that got enough today, or from somebody who sent enough. Raises: DomainError "limit"."""
    if actor is not None and too_often(f"guests:{actor.pk}", GUESTS_PER_DAY, span_s=DAY_S):
        raise DomainError("limit", _("You have put down enough people today. Go on tomorrow."))
    if _written_to_often(address):
        raise DomainError(
            "limit", _("This address has been written to often enough today. Try again tomorrow.")
        )


def _written_to_often(address: str) -> bool:
    digest = hashlib.sha256(address.encode()).hexdigest()[:24]
    return too_often(f"register-address:{digest}", ASKS_PER_ADDRESS_AND_DAY, span_s=DAY_S)


def _open(session: Session) -> Session:
    """The session, locked, while somebody may register."""
    fresh = lock(session)
    if not fresh.takes_registrations:
        raise DomainError("wrong_state", _("Registration is closed."))
    return fresh


def _row_of(session: Session, email: str, name: str, language: str, *, user: Any, actor: Any) -> Registration:
    """The registration of an address, locked; a new or renewed one begins anew."""
    row = Registration.objects.select_for_update().filter(session=session, email=email).first()
    if row is None:
        row = Registration(
            session=session, email=email, name=clean_text(name, multiline=False), language=language, user=user
        )
        derive(row)
        try:
            row.full_clean(exclude=["source", "external_id"])
        except ValidationError as error:
            raise from_validation(error) from error
        row.save(force_insert=True)
        # Neither name nor address: the log outlives both.
        audit(row, "ask", actor=actor, after={"session": session.pk, "by": "account" if user else "address"})
        return row
    asks_anew = row.state in (RegistrationState.PENDING, RegistrationState.CANCELLED)
    if asks_anew and (user is not None or row.user_id is None):
        # Whoever typed the address before may have been a stranger: who asks last says who comes.
        row.name, row.language = clean_text(name, multiline=False), language
    if asks_anew:
        row.asked_at = timezone.now()
    if asks_anew or (user is not None and row.user_id is None):
        row.user = row.user or user
        _keep_who(row)
    if row.state == RegistrationState.CANCELLED:
        again = {"asked_at": row.asked_at, "waiting_since": None, "reminded_at": None}
        row = move(row, REGISTRATION, "ask_again", actor=None, changes=again)
    return row


def _keep_who(row: Registration) -> None:
    """Save who a known registration is of. Not by an edit: the log outlives names."""
    derive(row)
    try:
        row.full_clean(exclude=["source", "external_id"])
    except ValidationError as error:
        raise from_validation(error) from error
    row.save(update_fields=["name", "language", "user", "asked_at", *DERIVED])


def _place(row: Registration, session: Session, *, actor: Any) -> Registration:
    """Give a place, or the last one on the waiting list: nobody passes those who wait."""
    taken = Registration.objects.filter(session=session, state__in=SEATED).count()
    queue = Registration.objects.filter(session=session).waiting().exists()
    authority = "" if actor is not None else BY_LINK
    if has_seat(session.capacity, taken) and not queue:
        row = move(row, REGISTRATION, "confirm", actor=None, authority=authority)
        tell(row, "events.registration_confirmed")
    else:
        waits = {"waiting_since": timezone.now()}
        row = move(row, REGISTRATION, "wait", actor=None, authority=authority, changes=waits)
        tell(row, "events.registration_waiting")
    return row


@operation
def confirm_address(registration: Registration, *, actor: Any = None) -> Registration:
    """The address said yes: a place, or the waiting list. A second time changes nothing.

    Raises: DomainError "wrong_state".
    """
    session = lock(registration.session)
    row = lock(registration)
    if row.state != RegistrationState.PENDING:
        return row
    if not session.takes_registrations:
        raise DomainError("wrong_state", _("Registration is closed."))
    if row.asked_at <= timezone.now() - timedelta(hours=CONFIRM_HOURS):
        raise DomainError("wrong_state", _("This link has been used, or is too old. Ask once more."))
    return _place(row, session, actor=actor)


@operation
def move_registration(
    registration: Registration,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Registration:
    """Take an offered place, give a place back, check somebody in or take that back. A freed place goes on by itself.

    Whoever was let in from the waiting list is on it again when that is taken back: a slip gives nobody a place.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    session = lock(registration.session)
    known = lock(registration, expected_version)
    now = timezone.now()
    if name == "accept" and known.offered_until is not None and known.offered_until <= now:
        raise DomainError("wrong_state", _("The offer has ended; the place went to the next one who waits."))
    own: dict[str, Any] = {}
    if name in ("accept", "cancel", "check_in"):
        own["offered_until"] = None
    if name == "undo_check_in" and _came_from(known) == RegistrationState.WAITLISTED:
        name = "wait_again"
    if name == "check_in":
        own["checked_in_at"] = now
    elif name in UNDOING:
        own["checked_in_at"] = None
    elif name == "cancel":
        own["waiting_since"] = None
    had_seat = known.state in SEATED
    row = move(
        known, REGISTRATION, name, actor=actor, note=note, authority=authority,
        changes={**(changes or {}), **own}, effective_at=effective_at, expected_version=expected_version,
    )  # fmt: skip
    if name in UNDOING:
        revoke_of_place(row, actor=actor)
    elif name == "accept":
        tell(row, "events.registration_confirmed")
    elif name == "cancel":
        tell(row, "events.registration_cancelled")
        if had_seat:
            enqueue("events.promote_waiting", session_id=session.pk)
    return row


def _came_from(registration: Registration) -> str:
    """In which state somebody stood when they were checked in."""
    steps = StageChange.objects.about(registration).filter(field="state", move="check_in")
    return steps.order_by("-pk").values_list("from_state", flat=True).first() or ""


@operation
def answer_by_link(registration: Registration, answer: str, *, actor: Any = None) -> Registration:
    """Do what the page of a mail's link offers: "confirm", "accept" or "cancel".

    Raises: DomainError "wrong_state" or "unknown_move".
    """
    if answer == "confirm":
        return confirm_address(registration, actor=actor)
    if answer not in ("accept", "cancel"):
        raise DomainError("unknown_move", _("There is no such answer."))
    return move_registration(registration, answer, actor=actor, authority=BY_LINK)


@operation
def promote_waiting(session: Session, *, actor: Any = None) -> int:
    """Offer each free place to who has waited longest; how many were offered."""
    fresh = lock(session)
    now = timezone.now()
    if not fresh.is_to_come or fresh.starts_at is None or fresh.starts_at <= now:
        return 0
    taken = fresh.seats_taken()
    until = min(now + timedelta(hours=OFFER_HOURS), fresh.starts_at)
    offered = 0
    for row in fresh.registrations.waiting():
        if not has_seat(fresh.capacity, taken + offered):
            break
        row = move(row, REGISTRATION, "offer", actor=None, changes={"offered_until": until})
        tell(row, "events.registration_offered", until=moment_in_words(until, fresh.zone))
        offered += 1
    return offered


@operation
def lapse_offers(session: Session, *, actor: Any = None, now: datetime | None = None) -> int:
    """Let the offers lapse that nobody took in time, and go on to the next; how many lapsed."""
    fresh = lock(session)
    rows = list(fresh.registrations.lapsed(now).order_by("pk"))
    for row in rows:
        row = move(row, REGISTRATION, "lapse", actor=None, changes={"offered_until": None})
        tell(row, "events.registration_lapsed")
    if rows:
        promote_waiting(fresh)
    return len(rows)


@operation
def close_check_in(session: Session, *, actor: Any) -> int:
    """Note of everybody who has a place and was not checked in that they did not come; how many.

    Raises: NotAllowed; DomainError "wrong_state" before it begins.
    """
    fresh = lock(session)
    require(actor, "events.check_in", fresh)
    if fresh.starts_at is None or fresh.starts_at > timezone.now():
        raise DomainError("wrong_state", _("It has not begun yet."))
    rows = list(fresh.registrations.filter(state=RegistrationState.CONFIRMED).order_by("pk"))
    for row in rows:
        move(row, REGISTRATION, "miss", actor=actor)
    return len(rows)


@operation
def remind_registered(*, actor: Any = None, now: datetime | None = None) -> int:
    """Remind everybody whose session is within a day and who was not reminded yet; how many.

    Due and not yet sent, whenever the clock comes by: no window to fall through.
    """
    if actor is not None:
        raise NotAllowed()
    now = now or timezone.now()
    due = Registration.objects.to_remind(now).select_for_update(of=("self",))
    rows = list(due.select_related("session__event").order_by("pk")[:500])
    for row in rows:
        tell(row, "events.reminder", key=f"{row.pk}:{row.session.starts_at:%Y%m%dT%H%M%SZ}")
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return len(rows)


@operation
def forget_unconfirmed(*, actor: Any = None, now: datetime | None = None) -> int:
    """Forget the names and addresses that nobody confirmed in time; how many."""
    if actor is not None:
        raise NotAllowed()
    return Registration.objects.unconfirmed(now).delete()[0]
