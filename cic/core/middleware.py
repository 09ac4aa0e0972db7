"""What happens to every request? It gets an id, one log line, a language, and headers that fit its reader."""

import re
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject, empty

from .caching import is_personal
from .refusals import answer_to, as_problem, carried_over, is_api, too_large

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Parts of an address that open something for whoever holds them.
SECRET_ARGUMENTS = frozenset({"key", "token", "uidb36", "uidb64", "secret", "signature"})
HEALTH = ("/livez", "/readyz")
# Addresses that exist once, not once for each language.
NO_PREFIX = (
    "/.well-known/",
    "/_allauth/",
    "/accounts/",
    "/admin/",
    "/api/",
    "/calendar/",
    "/data/",
    "/documents/",
    "/embed/",
    "/files/",
    "/i18n/",
    "/media/",
    "/oembed",
    "/preview/",
    "/problems/",
    "/share/",
    "/static/",
    "/workspace/",
    *HEALTH,
)
# What programs read without an account: the API, files and catalogue of open data, feeds, oEmbed.
OPEN = re.compile(r"/api/|/data/|/oembed$|/[a-z]{2,3}(-[a-z]+)?/(feeds/|data/cases/)")
OPEN_METHODS = ("GET", "HEAD", "OPTIONS")
ASKED_WITH = "Accept, Accept-Language, If-Modified-Since, If-None-Match, If-Range, Range"
ANSWERED_WITH = "Age, Content-Language, Content-Range, ETag, Last-Modified, Link, Retry-After, X-Request-ID"
MULTIPART_MARGIN_BYTES = 5 * 1024 * 1024
PRIVATE = "private, no-store"

Handler = Callable[[HttpRequest], HttpResponse]
access = structlog.get_logger("cic.access")


class RequestIdMiddleware:
    """Gives each request an id that every log line, audit row and job of it carries, and logs it once."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind the id, answer, log."""
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        start = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        if request.path_info not in HEALTH:
            access.info(
                "request",
                method=request.method,
                path=loggable_path(request),
                status=response.status_code,
                milliseconds=round((time.perf_counter() - start) * 1000, 1),
                user=known_user_id(request),
                address=client_address(request),
            )
        return response


class OpenToSitesMiddleware:
    """Lets scripts of any site read what anybody may read, and nothing by which somebody is known.

    A browser asks first (“preflight”, without cookies) whether it may send more than a plain request: it may
    ask conditionally and for a part, never with a key, and never to write.
    Source: the Fetch standard of the WHATWG, “CORS protocol”.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what the browser asks first; mark what it may hand on."""
        open_to_all = (
            request.method in OPEN_METHODS and OPEN.match(request.path_info) and not is_personal(request)
        )
        if open_to_all and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD"
            response["Access-Control-Allow-Headers"] = ASKED_WITH
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = self.get_response(request)
        if open_to_all and not response.cookies:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = ANSWERED_WITH
        return response


def loggable_path(request: HttpRequest) -> str:
    """The path without the query string, and without the arguments that are secrets."""
    path = request.path_info
    match = request.resolver_match
    for name, value in (match.kwargs if match else {}).items():
        if name in SECRET_ARGUMENTS and value:
            path = path.replace(str(value), "…")
    return path[:500]


def known_user_id(request: HttpRequest) -> Any:
    """The user's id if anything asked for the user; asks nothing by itself."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw; the peer's where there is no proxy."""
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted][:45] if trusted and len(hops) >= trusted else peer


def _keep_error(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Remember what ended a request outside of its view, such as a session that could not be read."""
    if request is not None:
        request.unhandled_error = sys.exc_info()[1]


got_request_exception.connect(_keep_error, dispatch_uid="cic.core.keep_error")


class ProblemMiddleware:
    """Turns refusals and outages into answers that say so; under /api/ every 4xx and 5xx into a problem."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and mend the answer."""
        response = self.get_response(request)
        error = getattr(request, "unhandled_error", None)
        if response.status_code == 500 and error is not None:
            answer = answer_to(request, error)
            if answer is not None:
                response = carried_over(response, answer)
        if response.status_code >= 400 and is_api(request):
            return as_problem(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view raised, if there is an answer to it."""
        return answer_to(request, exception)


class BodySizeMiddleware:
    """Refuses a body by its announced size, before a byte of it is read."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 for what is too large."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() else 0
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
            limit = settings.UPLOAD_MAX_BYTES + MULTIPART_MARGIN_BYTES
        return too_large(request) if length > limit else self.get_response(request)


class SiteLocaleMiddleware(LocaleMiddleware):
    """The language of the address; else the one switched to, that of the user, the browser, the installation."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate it."""
        language = (
            translation.get_language_from_path(request.path_info)
            or self.language_switched_to(request)
            or self.language_of_user(request)
            or translation.get_language_from_request(request)
        )
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def language_switched_to(self, request: HttpRequest) -> str:
        """The language somebody chose in the switch of this browser."""
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return language if language in dict(settings.LANGUAGES) else ""

    def language_of_user(self, request: HttpRequest) -> str:
        """The language somebody who is signed in has chosen; asks nothing about anybody else."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path_info in HEALTH:
            return ""
        language = getattr(get_user(request), "language", "")
        return language if language in dict(settings.LANGUAGES) else ""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Send a page without language to its address with one, and nothing else."""
        path = request.path_info
        if not translation.get_language_from_path(path):
            patch_vary_headers(response, ("Cookie",))
        is_file = "." in path.rpartition("/")[2]
        if response.status_code == 404 and (is_file or path.startswith(NO_PREFIX)):
            response.headers.setdefault("Content-Language", translation.get_language())
            patch_vary_headers(response, ("Accept-Language",))
            return response
        return super().process_response(request, response)


class PrivateResponseMiddleware:
    """Keeps answers made for one reader out of every cache, and lets the editor, alone, run its scripts."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set what the answer needs."""
        response = self.get_response(request)
        if is_personal(request) or response.cookies:
            response["Cache-Control"] = PRIVATE
        if request.path_info.startswith("/admin/"):
            response._csp_replace = settings.CSP_EDITOR_DIRECTIVES
            # The editor shows its previews in a frame of its own.
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response
