"""How is an event made, changed and shown, and how does it follow its sessions?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Min

from cic.core.operations import edit, lock, move, operation, record
from cic.core.permissions import require
from events.choices import SessionState
from events.models import Event
from events.transitions import EVENT_PUBLICATION

LINKS = ("organisers",)


@operation
def create_event(values: Mapping[str, Any], *, actor: Any) -> Event:
    """Make an event, internal until it is published.

    Raises: NotAllowed; DomainError "invalid".
    """
    event = Event(**{name: value for name, value in values.items() if name not in LINKS})
    require(actor, "events.create_event", event)
    event = record(event, actor=actor)
    links = {name: values[name] for name in LINKS if values.get(name)}
    return edit(event, links, actor=actor, action="link") if links else event


@operation
def edit_event(
    event: Event, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Event:
    """Change what is said of an event.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "events.edit_event", event)
    if "centre" in changes and changes["centre"] != event.centre:
        require(actor, "events.create_event", Event(centre=changes["centre"]))
    return edit(event, changes, actor=actor, expected_version=expected_version)


@operation
def move_event(
    event: Event,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Event:
    """Take an event along its way to the public: whoever asked for it is not who publishes.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    return move(
        event,
        EVENT_PUBLICATION,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )


@operation
def follow_sessions(event: Event, *, actor: Any) -> Event:
    """Have the event begin with the first and end with the last of its sessions that take place."""
    fresh = lock(event)
    there = fresh.sessions.exclude(state=SessionState.CANCELLED)
    span = there.aggregate(starts_at=Min("starts_at"), ends_at=Max("ends_at"))
    cancelled = not there.exists() and fresh.sessions.exists()
    if cancelled:
        # An event that was called off stands where it would have been.
        span = fresh.sessions.aggregate(starts_at=Min("starts_at"), ends_at=Max("ends_at"))
    return edit(fresh, {**span, "is_cancelled": cancelled}, actor=actor, action="follow_sessions")
