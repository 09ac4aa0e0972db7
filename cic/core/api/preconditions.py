"""Does the caller mean the version that is there? Strong entity tags, If-Match and If-None-Match."""

import hashlib
import re
from typing import Any

from django.utils.translation import gettext as _

from .problems import ApiProblem
from .renderers import dumps

_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*')


def etag_of(obj: Any, data: Any) -> str:
    """The strong tag of one representation: record, version, and a digest of what this caller is shown.

    The digest makes it strong: another language, other fields or a changed neighbour give another tag.
    """
    digest = hashlib.sha256(dumps(data)).hexdigest()[:12]
    return f'"{_stem(obj)}-{digest}"'


def _stem(obj: Any) -> str:
    return f"{obj._meta.model_name}-{obj.pk}-{obj.version}"


def _tags(header: str) -> list[str]:
    """The strong tags of a header; weak ones never match (RFC 9110, 13.1.1)."""
    found = (_TAG.fullmatch(part) for part in header.split(","))
    return [match[2] for match in found if match and not match[1]]


def expected_version(request: Any, obj: Any, *, required: bool = True) -> int | None:
    """The version the caller has seen, once it is sure that it is the present one.

    Any representation of the version counts: who read the record in Catalan may write it in English.
    Raises: ApiProblem "precondition_required" without If-Match, "stale" when it names another version.
    """
    header = request.headers.get("If-Match")
    if not hasattr(obj, "version"):
        return None
    if header is None:
        if required:
            raise ApiProblem(
                "precondition_required", _("Send If-Match with the ETag of the version you have read.")
            )
        return None
    if header.strip() == "*":
        return obj.version
    stem = _stem(obj)
    if any(tag == stem or tag.startswith(f"{stem}-") for tag in _tags(header)):
        return obj.version
    raise ApiProblem("stale", _("Somebody changed this since you read it. Read it again before you write."))


def not_modified(request: Any, etag: str) -> bool:
    """Whether the caller already has exactly this representation (weak comparison, as RFC 9110 wants for reads)."""
    header = request.headers.get("If-None-Match", "")
    if header.strip() == "*":
        return True
    found = (_TAG.fullmatch(part) for part in header.split(","))
    return any(match[2] == etag.strip('"') for match in found if match)
