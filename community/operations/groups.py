"""How is a group founded, changed, closed, and kept from being nobody's?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.operations import edit, edit_many, lock, move, operation, record
from cic.core.permissions import require
from community.choices import GroupRole, GroupState, MemberState
from community.models import Group, GroupMember
from community.transitions import GROUP, PLACE_ROLE


@operation
def found_group(values: Mapping[str, Any], *, actor: Any) -> Group:
    """Found a group (`name`, `description`, `language`, `access`), whose first host one is.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "community.found_group")
    group = record(Group(**values), actor=actor)
    place = GroupMember(
        group=group,
        user=actor,
        role=GroupRole.HOST,
        state=MemberState.MEMBER,
        joined_at=timezone.now(),
    )
    record(place, actor=actor)
    return group


@operation
def edit_group(
    group: Group, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Group:
    """Change what is said of a group, and who sees it: from that moment on, in every channel.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    fresh = lock(group, expected_version)
    require(actor, "community.edit_group", fresh)
    require_active(fresh)
    return edit(fresh, values, actor=actor)


@operation
def move_group(
    group: Group,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
) -> Group:
    """Close a group, or open it again. What was said in a closed group is read as before.

    Raises: NotAllowed; DomainError "unknown_move", "wrong_state", "incomplete" or "stale".
    """
    return move(
        group,
        GROUP,
        name,
        actor=actor,
        note=note,
        authority=authority,
        changes=changes,
        effective_at=effective_at,
        expected_version=expected_version,
    )


@operation
def hand_on_groups(*, actor: Any = None) -> int:
    """Give groups whose last host is gone to who is in them longest; close those that nobody is in. How many there were.

    Raises: NotAllowed for anybody but the system.
    """
    if actor is not None:
        raise NotAllowed()
    groups = list(Group.objects.without_host().select_for_update(of=("self",)).order_by("pk"))
    for group in groups:
        heir = GroupMember.objects.present().filter(group=group).order_by("joined_at", "pk").first()
        if heir is None:
            closed = [(group, {"state": GroupState.CLOSED})]
            edit_many(closed, actor=None, note=_("Nobody is in it any more."), action="close")
        else:
            move(heir, PLACE_ROLE, "make_host", actor=None, note=_("Its last host is gone."))
    return len(groups)


def require_active(group: Group) -> None:
    """Refuse what is not done in a closed group. Raises: DomainError "wrong_state"."""
    if group.state == GroupState.CLOSED:
        raise DomainError("wrong_state", _("The group is closed."))
