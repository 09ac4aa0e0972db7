"""What does every page of the workspace ask of its reader?"""

from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import (
    HttpRequest,
)
from django.shortcuts import get_object_or_404

from cic.core.permissions import can, seen


class WorkspacePage(LoginRequiredMixin):
    """A page for people who have signed in. `permission` is asked of the object, or of nothing."""

    model: ClassVar[type[models.Model]]
    permission: ClassVar[str] = ""
    noun: ClassVar[str] = ""  # url names: <noun>_list, <noun>_detail, <noun>_edit, <noun>_move
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_queryset(self) -> Any:
        """What the reader may see; everything else does not exist."""
        return self.model.objects.visible_to(self.request.user)  # type: ignore[attr-defined]

    def get_object(self) -> Any:
        """The object of this address.

        Raises: Http404 when the reader may not see it, PermissionDenied when they may not do this.
        """
        obj = seen(self.request.user, get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"]))
        self.check(obj)
        return obj

    def check(self, obj: Any = None) -> None:
        """Raise PermissionDenied unless the reader has this page's permission."""
        if self.permission and not can(self.request.user, self.permission, obj):
            raise PermissionDenied
