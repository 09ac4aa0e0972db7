"""Which roles stand behind the permissions of this room, and where do they hold?"""

from typing import Any

from cic.core.permissions import Who
from cic.core.permissions import sees as sees
from partners.choices import Role
from partners.models import standing_of

STEERING = (Role.COORDINATOR, Role.ADMIN)
DECIDING = (Role.SECRETARY, Role.COORDINATOR, Role.ADMIN)
PUBLISHING = (Role.EDITOR, Role.COORDINATOR, Role.ADMIN)
TRANSLATORS = (*PUBLISHING, Role.MONITOR)


def centre_of(obj: Any) -> int | None:
    """Id of the centre an object belongs to, by itself or through what it hangs on."""
    if hasattr(obj, "centre_id"):
        return obj.centre_id
    for name in ("idea", "trial", "criteria_set", "evaluation", "outcome"):
        parent = getattr(obj, name, None)
        if parent is not None:
            return centre_of(parent)
    return None


def holds(*roles: str) -> Who:
    """A predicate: one of `roles` holds in the object's centre; without an object, anywhere."""

    def predicate(user: Any, obj: Any = None) -> bool:
        standing = standing_of(user)
        return standing.has_somewhere(roles) if obj is None else standing.has(roles, centre_of(obj))

    return predicate


def signed_in(user: Any, obj: Any = None) -> bool:
    """Anybody who is signed in."""
    return bool(user.is_authenticated)


def everybody(user: Any, obj: Any = None) -> bool:
    """Anybody, visitors included."""
    return True


def nobody(user: Any, obj: Any = None) -> bool:
    """Nobody: the clock, or another record, does this."""
    return False


def sees_inside(user: Any, obj: Any = None) -> bool:
    """Like `sees`, but only for people who are signed in."""
    return signed_in(user) and sees(user, obj)


steers = holds(*STEERING)
decides = holds(*DECIDING)
edits_for_the_public = holds(*PUBLISHING)
translates = holds(*TRANSLATORS)
