"""Addresses that end in every way a request can end, for the tests of middleware."""

import errno

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from rest_framework.views import APIView

from cic.core.errors import DomainError, NotAllowed
from cic.core.health import livez, readyz

ERRORS = {
    "domain": lambda: DomainError("wrong_state", "It is closed already."),
    "allowed": lambda: NotAllowed("Not yours."),
    "missing": lambda: Http404("no"),
    "denied": lambda: PermissionDenied("no"),
    "suspicious": lambda: SuspiciousOperation("no"),
    "database": lambda: OperationalError("server closed the connection"),
    "full": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "database-full": lambda: OperationalError("database or disk is full"),
    "ours": lambda: RuntimeError("secret inside"),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    """End as asked."""
    raise ERRORS[kind]()


class Fail(APIView):
    """End as asked, within the API's framework."""

    authentication_classes = permission_classes = throttle_classes = ()

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """End as asked."""
        raise ERRORS[kind]()


@require_GET
def language(request: HttpRequest, key: str = "") -> HttpResponse:
    """Say which language the answer has."""
    return HttpResponse(get_language())


def me(request: HttpRequest) -> HttpResponse:
    """Ask who it is."""
    return HttpResponse(str(request.user.pk))


def tell(request: HttpRequest) -> HttpResponse:
    """Leave a message for the next page."""
    messages.info(request, "done")
    return HttpResponse("ok")


def post(request: HttpRequest) -> HttpResponse:
    """Take a form or a body."""
    return HttpResponse(str(len(request.POST)))


pages = [
    path("language/", language),
    path("reset/<str:key>/", language),
    path("me/", me),
    path("tell/", tell),
    path("post/", post),
    path("fail/<str:kind>/", fail),
]
urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    path("api/v1/framework/<str:kind>/", Fail.as_view()),
    path("api/v1/", include(pages)),
    path("admin/", include(pages)),
    path("en/", include(pages)),
    path("ca/", include(pages)),
    path("", include(pages)),
]
