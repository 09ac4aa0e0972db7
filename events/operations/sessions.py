"""How is a session planned, its sheet written, moved to another hour, called off, and who hears of it?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.background import enqueue, notify_all
from cic.core.errors import DomainError, NotAllowed
from cic.core.hours import hours_in_words
from cic.core.operations import edit, lock, move, operation, record, touch
from cic.core.permissions import can, require
from cic.core.texts import clean_text
from events.choices import OVER_STATES, SessionState
from events.models import Event, Session
from events.transitions import SESSION
from partners.models import User

from .events import create_event, follow_sessions
from .mailing import facts_of, session_path, tell_concerned

# What moves it to another hour: `reschedule` says so to those who registered.
HOURS = ("starts_at", "ends_at", "zone")
MOST_CHARACTERS = 60_000


@operation
def create_session(values: Mapping[str, Any], *, actor: Any) -> Session:
    """Plan a session of an event, as a draft.

    Raises: NotAllowed; DomainError "invalid".
    """
    session = Session(**values)
    if session.event_id is not None:
        require(actor, "events.create_session", session)
        if "zone" not in values:
            session.zone = session.event.zone
        if "language" not in values:
            session.language = session.event.language
    session = record(session, actor=actor)
    follow_sessions(session.event, actor=actor)
    touch(session.event, actor=actor)
    return session


@operation
def plan_event(values: Mapping[str, Any], first: Mapping[str, Any], *, actor: Any) -> Event:
    """Make an event with its first session: of the same title, at the hours and with the places of `first`.

    Without hours there is no session yet. Raises: NotAllowed; DomainError "invalid".
    """
    event = create_event(values, actor=actor)
    if first.get("starts_at") is not None:
        create_session({"event": event, "title": event.title, **first}, actor=actor)
        event.refresh_from_db()
    return event


@operation
def edit_session(
    session: Session, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Session:
    """Change what is said of a session. Once it is published its hours change by `reschedule` only.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    require(actor, "events.edit_session", session)
    if "event" in changes and changes["event"] != session.event:
        sentence = _("It stays with its event.")
        raise DomainError("invalid", sentence, fields={"event": [sentence]})
    fresh = lock(session, expected_version)
    moved = [name for name in HOURS if name in changes and changes[name] != getattr(fresh, name)]
    if moved and fresh.published_at is not None:
        sentence = _("It is announced: move it to another hour, and those who registered are told.")
        raise DomainError("wrong_state", sentence, fields={name: [sentence] for name in moved})
    changed = edit(fresh, changes, actor=actor, expected_version=expected_version)
    if moved:
        follow_sessions(changed.event, actor=actor)
    if changed.capacity != fresh.capacity:
        enqueue("events.promote_waiting", session_id=changed.pk)
    return changed


def may_write_still(session: Session, user: Any) -> bool:
    """Whether the sheet is open; once it was handed in, to who runs the event and did not write it."""
    if session.is_being_written:
        return True
    return session.chair_id != user.pk and can(user, "events.edit_session", session)


def require_writing(session: Session, actor: Any) -> None:
    """Refuse what its writer would change once it was handed in: what is approved is what is announced.

    Raises: DomainError "wrong_state".
    """
    if actor is None or may_write_still(session, actor):
        return
    if session.state == SessionState.SUBMITTED:
        raise DomainError("wrong_state", _("The sheet is being read; ask for it back to change it."))
    raise DomainError("wrong_state", _("The sheet is approved. Ask who runs the event to change it."))


@operation
def save_sheet(
    session: Session, texts: Mapping[str, str], *, actor: Any, expected_version: int | None = None
) -> Session:
    """Keep the words of a sheet, however many there are: limits are checked when it is handed in.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(session, expected_version)
    require(actor, "events.write_sheet", fresh)
    if fresh.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    require_writing(fresh, actor)
    known = {section.key for section in fresh.template.sections.all()} if fresh.template else set()
    unknown = sorted(set(texts) - known)
    if unknown:
        raise DomainError(
            "invalid",
            _("The template has no such section."),
            fields={key: [_("Not known here.")] for key in unknown},
        )
    long = [key for key, text in texts.items() if len(text) > MOST_CHARACTERS]
    if long:
        sentence = _("A section holds %(limit)d characters at most.") % {"limit": MOST_CHARACTERS}
        raise DomainError("invalid", sentence, fields={key: [sentence] for key in long})
    clean = {key: clean_text(text, multiline=True) for key, text in texts.items()}
    return edit(fresh, {"texts": {**fresh.texts, **clean}}, actor=actor, action="save_sheet")


@operation
def move_session(
    session: Session,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Session:
    """Take a session along: hand in, ask for changes, approve, publish, hold, put away, or cancel.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    own: dict[str, Any] = {"published_at": timezone.now()} if name == "publish" else {}
    was_announced = session.published_at is not None
    moved = move(
        session,
        SESSION,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes={**(changes or {}), **own},
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if name == "cancel":
        follow_sessions(moved.event, actor=actor)
        if was_announced:
            tell_concerned(moved, "events.session_cancelled", reason=note)
    if name in ("submit", "ask_changes", "approve"):
        _tell_of_sheet(moved, name, actor, note)
    return moved


def _tell_of_sheet(session: Session, name: str, actor: Any, note: str) -> None:
    """Tell those who approve that a sheet waits, or its writer what came of it."""
    if name == "submit":
        readers = list(
            User.objects.appointed(["coordinator", "editor"], session.centre_id).values_list("pk", flat=True)
        )
        kind = "events.sheet_submitted"
    else:
        readers = [session.chair_id] if session.chair_id else []
        kind = "events.sheet_changes" if name == "ask_changes" else "events.sheet_approved"
    told = [reader for reader in readers if actor is None or reader != actor.pk]
    facts = {**facts_of(session), "path": session_path(session)}
    notify_all(told, kind, key=f"{session.pk}:{session.version}", **facts, note=note)


@operation
def reschedule(
    session: Session,
    *,
    actor: Any,
    starts_at: datetime,
    ends_at: datetime,
    zone: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> Session:
    """Move a session to other hours; what it was to be is kept, and those who registered are told.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(session, expected_version)
    require(actor, "events.edit_session", fresh)
    if fresh.state in OVER_STATES:
        raise DomainError("wrong_state", _("This is over; it is no longer changed."))
    hours = {"starts_at": starts_at, "ends_at": ends_at, "zone": zone or fresh.zone}
    if all(getattr(fresh, name) == value for name, value in hours.items()):
        return fresh
    if fresh.starts_at is not None and fresh.published_at is not None:
        hours |= {"previous_starts_at": fresh.starts_at, "previous_ends_at": fresh.ends_at}
    moved = edit(fresh, hours, actor=actor, action="reschedule", note=note)
    follow_sessions(moved.event, actor=actor)
    # Whoever was reminded of the old hour is reminded of the new one.
    moved.registrations.exclude(reminded_at=None).update(reminded_at=None)
    if moved.published_at is not None:
        before = hours_in_words(fresh.starts_at, fresh.ends_at, fresh.zone)
        tell_concerned(moved, "events.session_moved", reason=note, before=before)
    return moved


@operation
def hold_over_sessions(*, actor: Any = None, now: datetime | None = None) -> int:
    """Take published sessions whose end has passed for held; how many there were."""
    if actor is not None:
        raise NotAllowed()
    over = list(Session.objects.to_be_held(now).order_by("pk"))
    for session in over:
        move(session, SESSION, "hold", actor=None, note="ends_at")
    return len(over)
