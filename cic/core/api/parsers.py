"""What may a body hold? One JSON object in UTF-8, of sane size, depth and numbers, without control characters."""

import hashlib
import json
import math
import re
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from cic.core.charsets import foreign_charset

from .problems import ApiProblem

MAX_DEPTH = 20
MAX_DIGITS = 30
# C0 controls but tab and line breaks, DEL, C1 controls, and surrogates that no database stores.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def check_charset(request: Any, media_type: str = "") -> None:
    """Refuse any charset but UTF-8, and compressed bodies: both have been used to blow up small requests.

    Raises: UnsupportedMediaType.
    """
    if foreign_charset(request):
        # Django would decode the query string in it as well.
        request.encoding = "utf-8"
        raise UnsupportedMediaType(media_type or "", detail=_("Only UTF-8 is understood."))
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() not in ("", "identity"):
        raise UnsupportedMediaType(media_type or "", detail=_("Compressed bodies are not understood."))


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("number")
    value = int(text)
    if not -(2**63) <= value < 2**64:  # what no column holds and no answer could repeat
        raise ValueError("number")
    return value


def _float(text: str) -> float:
    value = float(text) if len(text) <= 4 * MAX_DIGITS else math.inf
    if not math.isfinite(value):
        raise ValueError("number")
    return value


def _constant(text: str) -> Any:
    raise ValueError("number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate")
    return found


def check_values(data: Any) -> None:
    """Refuse control characters in any key or text, and nesting deeper than MAX_DEPTH.

    Raises: ParseError.
    """
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if _CONTROLS.search(value):
                raise ParseError(_("A text holds control characters."))
        elif isinstance(value, dict | list):
            if depth > MAX_DEPTH:
                raise ParseError(_("The body is nested too deeply."))
            parts = (*value.keys(), *value.values()) if isinstance(value, dict) else value
            waiting.extend((part, depth + 1) for part in parts)


class StrictJSONParser(BaseParser):
    """One JSON object, or a 400 that says why not."""

    media_type = "application/json"
    accepts: tuple[type, ...] = (dict,)

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The object of the body.

        Raises: ParseError 400; ApiProblem "too_large" 413.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise ApiProblem("too_large", _("The body is larger than this server accepts."))
        try:
            data = json.loads(
                raw.decode("utf-8"),
                parse_int=_integer,
                parse_float=_float,
                parse_constant=_constant,
                object_pairs_hook=_object,
            )
        except (ValueError, RecursionError) as error:
            reason = {
                "number": _("A number is out of range."),
                "duplicate": _("A key occurs twice in one object."),
            }.get(str(error), _("The body is not JSON in UTF-8."))
            raise ParseError(reason) from error
        if not isinstance(data, self.accepts):
            raise ParseError(_("The body must be a JSON object."))
        check_values(data)
        return data


class JSONListParser(StrictJSONParser):
    """A JSON object or a JSON list."""

    accepts = (dict, list)


class SentFile(File):
    """The body of a request as a file; as text its SHA-256, so that the same body is the same request."""

    def __init__(self, content: Any, name: str, checksum: str) -> None:
        super().__init__(content, name)
        self.checksum = checksum

    def __str__(self) -> str:
        return self.checksum


class FileBodyParser(BaseParser):
    """A body that is a file: copied to the disk in blocks, never held whole."""

    suffix = ""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> SentFile:
        """The file. Raises: ApiProblem "too_large" 413."""
        copy = tempfile.TemporaryFile(prefix="body-")  # noqa: SIM115 - closed with the request
        digest, size = hashlib.sha256(), 0
        while block := stream.read(1 << 16):
            size += len(block)
            if size > settings.UPLOAD_MAX_BYTES:
                copy.close()
                raise ApiProblem("too_large", _("The body is larger than this server accepts."))
            digest.update(block)
            copy.write(block)
        copy.seek(0)
        sent = SentFile(copy, f"body{self.suffix}", digest.hexdigest())
        # Django closes the files of a request when it has been answered.
        parser_context["request"]._request._files = MultiValueDict({"body": [sent]})  # type: ignore[index]
        return sent


class CSVFileParser(FileBodyParser):
    """text/csv."""

    media_type, suffix = "text/csv", ".csv"


class NDJSONFileParser(FileBodyParser):
    """One JSON object a line."""

    media_type, suffix = "application/x-ndjson", ".ndjson"


class SpreadsheetFileParser(FileBodyParser):
    """XLSX."""

    media_type, suffix = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
