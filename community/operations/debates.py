"""How does a group begin a debate, and end it with what came of it?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cic.core.background import notify_all
from cic.core.operations import edit, lock, move, operation, record, remove
from cic.core.permissions import require
from community.choices import OPEN_STATES
from community.models import Comment, Debate, GroupMember
from community.transitions import DEBATE
from partners.models import User

from .groups import require_active


@operation
def start_debate(values: Mapping[str, Any], *, actor: Any) -> Debate:
    """Put a question to a group one is in (`group`, `title`, `text`, `language`).

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    group = lock(values["group"])
    require_active(group)
    require(actor, "community.start_debate", group)
    return record(Debate(**{**values, "group": group}, author=actor), actor=actor)


@operation
def edit_debate(
    debate: Debate, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Debate:
    """Change its title or text, while it is open; both texts stay in the log. It stays in its group.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    fresh = lock(debate, expected_version)
    require(actor, "community.edit_debate", fresh)
    return edit(fresh, {name: value for name, value in values.items() if name != "group"}, actor=actor)


@operation
def move_debate(
    debate: Debate,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Debate:
    """Close with conclusions, of which all who took part hear, or open again.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete", "invalid" or "stale".
    """
    lock(debate.group)
    given = dict(changes or {})
    given["closed_at"] = timezone.now() if name == "close" else None
    debate = move(
        debate,
        DEBATE,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=given,
        effective_at=effective_at,
        expected_version=expected_version,
    )
    if name == "close":
        _tell_who_took_part(debate, actor)
    return debate


@operation
def remove_debate(debate: Debate, *, actor: Any, note: str = "") -> None:
    """Take away a debate in which nobody spoke yet; it is in the bin for thirty days.

    Raises: NotAllowed; DomainError "limit" once somebody contributed: such a debate is closed.
    """
    fresh = lock(debate)
    require(actor, "community.edit_debate", fresh)
    remove(fresh, actor=actor, note=note)


def _tell_who_took_part(debate: Debate, actor: Any) -> None:
    """Its author and whoever contributed, as far as they are still in the group."""
    spoke = Comment.objects.filter(debate=debate, state__in=OPEN_STATES).values("author_id")
    inside = GroupMember.objects.present().filter(group_id=debate.group_id).values("user_id")
    readers = User.objects.filter(pk__in=inside).exclude(pk=getattr(actor, "pk", None))
    notify_all(
        readers.filter(pk__in=spoke) | readers.filter(pk=debate.author_id),
        "community.group_debate_closed",
        key=f"{debate.pk}:{debate.version}",
        reference=debate.reference,
        title=debate.own.title,
        group=debate.group.own.name,
        conclusions=debate.own.conclusions,
        path=reverse("debate_detail", args=[debate.pk]),
    )
