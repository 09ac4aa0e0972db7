"""What has been counted already, and still holds because nobody wrote anything since?"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from cic.core.models import AuditEntry

# However quiet the house, nothing is kept for longer; units: seconds.
KEPT_S = 60


class Kept:
    """What one public page counted, for the next reader of the same address. One query, whatever it keeps.

    Every write leaves an audit row, so the number of the newest one says whether anything may have changed.
    """

    def __init__(self, request: HttpRequest, *, without: tuple[str, ...] = ()) -> None:
        newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        pairs = sorted(
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if value and name not in without
        )
        told = hashlib.sha256(repr(pairs).encode()).hexdigest()
        self.key = f"public:{request.path.split('/', 2)[-1]}:{newest}:{told}"

    def get(self, name: str, count: Callable[[], Any]) -> Any:
        """What is kept under `name`, or what `count` finds now. It holds figures and ids, never words of a language."""
        return cache.get_or_set(f"{self.key}:{name}", count, KEPT_S)
