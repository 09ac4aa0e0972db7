"""How many requests may one person, program or address make in a minute?"""

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from cic.core import tally


class BurstThrottle(BaseThrottle):
    """A number per minute, for each signed-in person, and for each address of those who are not."""

    def __init__(self) -> None:
        self.left_s = 60

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether this one is within the limit. Addresses come from the last trusted proxy, never from the client."""
        signed_in = request.user.is_authenticated
        group = "user" if signed_in else "anon"
        limit = int(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][group].split("/")[0])
        ident = request.user.pk if signed_in else self.get_ident(request)
        used, self.left_s = tally.count(f"api-{group}:{ident}")
        return used <= limit

    def wait(self) -> float:
        """Seconds until the next one is allowed."""
        return float(self.left_s)
