"""How does a request that arrives twice take effect once, and get the same answer both times?"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS

from .api.problems import ApiProblem
from .api.renderers import dumps
from .models.idempotency import IdempotencyKey
from .operations import operation

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_KEPT_HEADERS = ("ETag", "Location")


def request_hash(request: Any) -> str:
    """What was asked: method, full path and body, as one SHA-256 in hexadecimal."""
    # `request.data` is the parsed body; the same values in another order of keys are the same request.
    body = json.dumps(request.data, sort_keys=True, default=str).encode()
    asked = b"\n".join([request.method.encode(), request.get_full_path().encode(), body])
    return hashlib.sha256(asked).hexdigest()


def idempotent(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Make a viewset's action answer a repeated `Idempotency-Key` with its first answer.

    The key is written in the transaction of the effect. A second request with the key waits for
    the first on the unique index (PostgreSQL) or on the write lock (SQLite), then repeats its
    answer; a request that was refused leaves no key, so it may be tried again.
    """

    @functools.wraps(handler)
    def answer(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None or request.method in SAFE_METHODS:
            return handler(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise ApiProblem("invalid", _("An Idempotency-Key has 1 to 128 printable ASCII characters."))
        asked = request_hash(request)
        with transaction.atomic():
            row, new = IdempotencyKey.objects.get_or_create(
                user=request.user,
                key=key,
                defaults={"method": request.method, "path": request.path[:500], "request_hash": asked},
            )
            if not new:
                return _repeated(row, asked)
            response = handler(view, request, *args, **kwargs)
            row.status = response.status_code
            row.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
            # A body that is shown once, such as a new token, is kept nowhere.
            row.body = "" if getattr(view, "shown_once", False) else dumps(response.data).decode()
            row.save()
        return response

    return answer


def _repeated(row: IdempotencyKey, asked: str) -> HttpResponse:
    if row.request_hash != asked:
        raise ApiProblem("key_reused", _("This Idempotency-Key was used with another request."))
    if not row.body:
        raise ApiProblem("already_done", _("This was done already; what it answered is shown only once."))
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(
        row.body.encode(), status=row.status, content_type="application/json", headers=headers
    )


@operation
def forget_old_keys() -> int:
    """Remove the keys no client may repeat any more. Returns how many."""
    count, _kinds = IdempotencyKey.objects.expired().delete()
    return count
