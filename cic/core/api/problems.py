"""How does the API say no? As RFC 9457 problem details, the same for every refusal under /api/."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from cic.core.errors import DomainError

from .renderers import dumps

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

# code → (status, title). The code is the last part of the stable `type` address.
KINDS: dict[str, tuple[int, Any]] = {
    "invalid": (400, gettext_lazy("Something in the request is not right")),
    "malformed": (400, gettext_lazy("The request cannot be read")),
    "unknown_parameter": (400, gettext_lazy("A parameter is not known here")),
    "not_authenticated": (401, gettext_lazy("Sign in or send a valid token")),
    "not_allowed": (403, gettext_lazy("You may not do this")),
    "not_found": (404, gettext_lazy("There is nothing here")),
    "unknown_move": (404, gettext_lazy("There is no such move")),
    "method_not_allowed": (405, gettext_lazy("This cannot be done at this address")),
    "not_acceptable": (406, gettext_lazy("No such format")),
    "wrong_state": (409, gettext_lazy("Not possible in the present state")),
    "incomplete": (409, gettext_lazy("Something has to be done first")),
    "limit": (409, gettext_lazy("A limit stands against it")),
    "duplicate": (409, gettext_lazy("It is there already")),
    "already_done": (409, gettext_lazy("This request has been answered before")),
    "stale": (412, gettext_lazy("Somebody changed it in the meantime")),
    "too_large": (413, gettext_lazy("The request is too large")),
    "unsupported_media_type": (415, gettext_lazy("This kind of body is not understood")),
    "key_reused": (422, gettext_lazy("The key belongs to another request")),
    "precondition_required": (428, gettext_lazy("Say which version you mean")),
    "throttled": (429, gettext_lazy("Too many requests")),
    "internal": (500, gettext_lazy("Something went wrong here")),
    "unavailable": (503, gettext_lazy("The service is not available just now")),
}
# What goes with a move stands beside its changes.
BESIDE = ("note", "effective_at")
BY_STATUS = {400: "malformed", 403: "not_allowed", 404: "not_found", 413: "too_large", 503: "unavailable"}


class ApiProblem(exceptions.APIException):
    """A refusal of the API itself, by the code of KINDS.

    `errors` are dicts with "pointer" or "parameter", and "detail".
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.code = code
        self.status_code = KINDS[code][0]
        self.errors = list(errors)
        self.headers = dict(headers or {})


def unknown_parameters(names: Iterable[str]) -> ApiProblem:
    """The 400 that names every parameter nobody knows."""
    names = sorted(names)
    errors = [
        {"parameter": name, "code": "unknown_parameter", "detail": _("Not known here.")} for name in names
    ]
    return ApiProblem(
        "unknown_parameter", _("Not known here: %(names)s.") % {"names": ", ".join(names)}, errors=errors
    )


def invalid_parameter(name: str, detail: str) -> ApiProblem:
    """The 400 for one parameter whose value is not right."""
    errors = [{"parameter": name, "code": "invalid", "detail": detail}]
    return ApiProblem("invalid", f"{name}: {detail}", errors=errors)


def problem_response(
    request: Any,
    code: str,
    detail: str = "",
    *,
    status: int | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> HttpResponse:
    """The problem `code` as an answer to `request`."""
    kind_status, title = KINDS[code]
    status = status or kind_status
    body: dict[str, Any] = {
        "type": f"{settings.BASE_URL}/problems/{code}",
        "title": str(title),
        "status": status,
        "detail": detail or str(title),
        "instance": request.path,
        "code": code,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "errors": list(errors),
        **extra,
    }
    return HttpResponse(dumps(body), status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def pointer(*parts: Any) -> str:
    """A JSON pointer as a URI fragment (RFC 6901, section 6)."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def flatten(detail: Any, path: tuple[Any, ...] = ()) -> list[dict[str, str]]:
    """The sentences of a DRF ValidationError, however nested, each with its JSON pointer."""
    if isinstance(detail, Mapping):
        return [
            error
            for key, value in detail.items()
            for error in flatten(
                value, path if key in ("non_field_errors", NON_FIELD_ERRORS) else (*path, key)
            )
        ]
    if isinstance(detail, list | tuple):
        plain = all(isinstance(item, str) for item in detail)
        return [
            error
            for index, item in enumerate(detail)
            for error in flatten(item, path if plain else (*path, index))
        ]
    return [{"pointer": pointer(*path), "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def _domain(request: Any, exc: DomainError) -> HttpResponse:
    inside = getattr(exc, "inside", ())
    errors = [
        {
            "pointer": pointer(
                *(() if name == NON_FIELD_ERRORS else (name,) if name in BESIDE else (*inside, name))
            ),
            "code": exc.code,
            "detail": text,
        }
        for name, texts in exc.fields.items()
        for text in texts
    ]
    code = exc.code if exc.code in KINDS else BY_STATUS.get(exc.status, "invalid")
    extra = {"blockers": exc.blockers} if exc.blockers else {}
    return problem_response(request, code, exc.detail, status=exc.status, errors=errors, **extra)


def _framework(request: Any, exc: exceptions.APIException) -> HttpResponse:
    headers: dict[str, str] = {}
    if isinstance(exc, ApiProblem):
        return problem_response(request, exc.code, str(exc.detail), errors=exc.errors, headers=exc.headers)
    if isinstance(exc, exceptions.ValidationError):
        errors = flatten(exc.detail)
        return problem_response(request, "invalid", " ".join(e["detail"] for e in errors), errors=errors)
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    code = {
        exceptions.ParseError: "malformed",
        exceptions.AuthenticationFailed: "not_authenticated",
        exceptions.NotAuthenticated: "not_authenticated",
        exceptions.PermissionDenied: "not_allowed",
        exceptions.NotFound: "not_found",
        exceptions.MethodNotAllowed: "method_not_allowed",
        exceptions.NotAcceptable: "not_acceptable",
        exceptions.UnsupportedMediaType: "unsupported_media_type",
        exceptions.Throttled: "throttled",
    }.get(type(exc), "internal")
    detail = "" if code in ("not_found", "internal") else str(exc.detail)
    return problem_response(request, code, detail, status=exc.status_code, headers=headers)


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None for what is nobody's refusal: it is a 500, and logged as one."""
    request = context["request"]
    if isinstance(exc, DomainError):
        return _domain(request, exc)
    if isinstance(exc, Http404):
        return problem_response(request, "not_found")
    if isinstance(exc, PermissionDenied):
        return problem_response(request, "not_allowed")
    if isinstance(exc, exceptions.APIException):
        return _framework(request, exc)
    if isinstance(exc, OperationalError | InterfaceError):
        logger.exception("The database did not answer")
        return problem_response(request, "unavailable", headers={"Retry-After": "5"})
    return None
