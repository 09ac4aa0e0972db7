"""What does an answer look like on the wire?"""

from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # Never 1E+3: a reader should not need to know about exponents to read an amount.
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def dumps(data: Any) -> bytes:
    """`data` as JSON: decimals as strings, dates ISO 8601, instants in UTC with Z."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class FastJSONRenderer(BaseRenderer):
    """JSON through orjson. There is no browsable form: a page of the API shows nothing a program would not get."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """The body; empty for an answer without one."""
        return b"" if data is None else dumps(data)


class JSONNegotiation(DefaultContentNegotiation):
    """DRF's choice of a renderer, without weighing what leaves no choice."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """The first renderer for whoever takes anything, or just what it makes."""
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        if accepted in ("*/*", renderers[0].media_type):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
