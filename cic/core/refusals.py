"""What does somebody see when a request cannot be answered? A problem under /api/, a page elsewhere."""

import errno

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .api.problems import BY_STATUS, KINDS, MEDIA_TYPE, problem_response
from .errors import DomainError

RETRY_SECONDS = "5"
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
POSTGRESQL_DISK_FULL = "53100"
# Not to be carried over when a body is replaced.
BODY_HEADERS = (
    "content-type",
    "content-length",
    "content-encoding",
    "content-language",
    "etag",
    "last-modified",
)


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path_info.startswith("/api/")


def answer_to(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer to a request that ended in `error`, or None when the error is a fault of ours."""
    if isinstance(error, DomainError):
        return refusal(request, error.status, error.detail, code=error.code)
    if isinstance(error, RequestDataTooBig):
        return too_large(request)
    if is_no_space(error):
        return refusal(
            request, 507, _("There is no room left to store this. The administrator has been told.")
        )
    if isinstance(error, OperationalError | InterfaceError):
        detail = _("The database does not answer just now. Nothing was changed. Try again in a moment.")
        return refusal(request, 503, detail, headers={"Retry-After": RETRY_SECONDS})
    return None


def too_large(request: HttpRequest) -> HttpResponse:
    """The answer to a body that is larger than it may be."""
    limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
    return refusal(
        request, 413, _("This is too large. A file may have up to %(limit)s MB.") % {"limit": limit}
    )


def is_no_space(error: BaseException) -> bool:
    """Whether a disk is full, here or at the database."""
    if isinstance(error, OSError):
        return error.errno in NO_SPACE
    if isinstance(error, OperationalError):
        sqlstate = getattr(error.__cause__, "sqlstate", "")
        return sqlstate == POSTGRESQL_DISK_FULL or "disk is full" in str(error)
    return False


def refusal(
    request: HttpRequest, status: int, detail: str, *, code: str = "", headers: dict[str, str] | None = None
) -> HttpResponse:
    """A problem or a page with `status` and one sentence. The page needs neither database nor session."""
    if is_api(request):
        return problem_response(request, kind_of(status, code), detail, status=status, headers=headers)
    page = render_to_string("problem.html", {"status": status, "title": title_of(status), "detail": detail})
    return HttpResponse(page, status=status, headers=headers or {})


def kind_of(status: int, code: str = "") -> str:
    """The kind of problem for a status, or `code` when there is such a kind."""
    if code in KINDS:
        return code
    if status in BY_STATUS:
        return BY_STATUS[status]
    same = (name for name, (kind_status, _title) in KINDS.items() if kind_status == status)
    return next(same, "unavailable" if status > 500 else "internal" if status == 500 else "malformed")


def title_of(status: int) -> str:
    """The heading of the page for a status."""
    return {
        403: _("You may not do this"),
        404: _("There is nothing here"),
        409: _("This is not possible just now"),
        412: _("Somebody was faster"),
        413: _("This is too large"),
        503: _("Back in a moment"),
        507: _("No room left"),
    }.get(
        status, _("Something in the request is not right") if status < 500 else _("Something went wrong here")
    )


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response` as a problem with the same status, headers and cookies."""
    if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    kind = kind_of(response.status_code)
    return carried_over(response, problem_response(request, kind, status=response.status_code))


def carried_over(old: HttpResponse, new: HttpResponse) -> HttpResponse:
    """`new` with the headers that middleware gave to `old`, and its cookies."""
    for name, value in old.items():
        if name.lower() not in BODY_HEADERS and name not in new:
            new[name] = value
    new.cookies.update(old.cookies)
    # Its files only: `old.close()` would tell Django that the request is over, and end its connection.
    for closer in old._resource_closers:
        closer()
    return new
