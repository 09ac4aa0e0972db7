"""May this person do this to that? One question, one answer, for Python, the API and templates."""

from collections.abc import Callable, Mapping
from typing import Any

import rules

from .errors import NotAllowed

Who = Callable[[Any, Any], bool]


def register(table: Mapping[str, Who]) -> None:
    """Add a room's permissions, each a predicate of (user, object or None)."""
    for name, who in table.items():
        rules.set_perm(name, rules.predicate(who)) if rules.perm_exists(name) else rules.add_perm(
            name, rules.predicate(who)
        )


def can(user: Any, permission: str, obj: Any = None) -> bool:
    """Whether `user` has `permission` on `obj`. Inactive users have none.

    Raises: LookupError for a permission that no room registered, so a typo is not a silent no.
    """
    if not rules.perm_exists(permission):
        raise LookupError(f"No room registers the permission {permission!r}")
    if user.is_authenticated and not user.is_active:
        return False
    return bool(rules.has_perm(permission, user, obj))


def require(user: Any, permission: str, obj: Any = None) -> None:
    """Pass if `user` has `permission` on `obj`; None is the system, which has all.

    Raises: NotAllowed.
    """
    if user is not None and not can(user, permission, obj):
        raise NotAllowed()


def seen(user: Any, obj: Any) -> Any:
    """`obj`, which was read from what is visible to `user`: so `sees` need not ask the database again."""
    obj._seen_by = user.pk
    return obj


def sees(user: Any, obj: Any = None) -> bool:
    """Predicate: whoever the rows are visible to, asked of the very queryset every read starts at."""
    if obj is None or (user.pk is not None and getattr(obj, "_seen_by", None) == user.pk):
        return True
    return bool(type(obj).objects.visible_to(user).filter(pk=obj.pk).exists())
