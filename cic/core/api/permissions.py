"""May this caller do this here? The viewset's table of actions, the token's scopes, and the domain's permissions."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission

from cic.core.models.tokens import ApiToken
from cic.core.permissions import can


class MayUseAction(BasePermission):
    """Ask `can` for the permission that the viewset's `allowed` names for the action.

    Actions without an object are asked here, the others once the object has been found among the
    visible ones: so what a caller may not see is 404, and what they may see but not do is 403.
    """

    WITHOUT_OBJECT = ("list", "create", "upsert")

    def has_permission(self, request: Any, view: Any) -> bool:
        """Whether the action is offered at all, to this caller and through this token."""
        action = getattr(view, "action", None)
        permission = view.permission_of(action) if hasattr(view, "permission_of") else None
        if request.method == "OPTIONS":
            return True
        if permission is None:
            raise exceptions.MethodNotAllowed(request.method)
        safe = request.method in SAFE_METHODS
        if not safe and not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken):
            verb = "read" if safe else "write"
            if not request.auth.permits(verb, view.basename):
                raise exceptions.PermissionDenied(
                    _("This token lacks the scope %(scope)s.") % {"scope": f"{view.basename}:{verb}"}
                )
        return action not in self.WITHOUT_OBJECT or can(request.user, permission)

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        """Whether the caller has the action's permission on `obj`."""
        if request.method == "OPTIONS":
            return True
        return can(request.user, view.permission_of(view.action), obj)
