"""What does a resource inherit? Reading, writing, moving and history, on one set of rules."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.viewsets import GenericViewSet

from cic.core.caching import PUBLIC, is_personal
from cic.core.filters import DomainFilter
from cic.core.permissions import seen
from cic.core.transitions import Table

from .moving import MoveActions
from .parsers import StrictJSONParser, check_charset
from .permissions import MayUseAction
from .reading import ReadActions
from .serializers import DomainSerializer
from .writing import WriteActions

VARY = ("Accept", "Accept-Language", "Authorization")
SAFE = ("GET", "HEAD", "OPTIONS")


def declare(request: HttpRequest, response: HttpResponse) -> None:
    """Say who may keep an answer, and what it depends on (the cookies as well: `SiteLocaleMiddleware` says so).

    What is read without an account is kept like a public page. PrivateResponseMiddleware makes private what
    somebody known gets. A refusal is not worth keeping, and gets no tag: what one may not see answers like
    what is not there.
    """
    patch_vary_headers(response, VARY)
    kept = PUBLIC if request.method in ("GET", "HEAD") and not is_personal(request) else "no-cache"
    response.headers.setdefault("Cache-Control", kept if response.status_code < 400 else "no-store")


class DomainViewSet(ReadActions, WriteActions, MoveActions, GenericViewSet):
    """A noun of the domain under /api/v1/. A room states what differs, in class attributes.

    `serializer_class`, `filterset_class`, `table`: the room's. `allowed`: action to permission; an action
    that is not in it does not exist. `writes`: "create", "edit", "move", "remove" to the room's operations.
    `translate_permission`: who may say it in other languages, once it is there.
    `list_fields`: what a list shows (all plain fields by default). `default_order`: "-id" by default.
    """

    serializer_class: ClassVar[type[DomainSerializer]]
    filterset_class: ClassVar[type[DomainFilter] | None] = None
    table: ClassVar[Table | None] = None
    allowed: ClassVar[Mapping[str, str]] = {}
    writes: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    list_fields: ClassVar[tuple[str, ...]] = ()
    default_order: ClassVar[str] = "-id"
    audit_permission: ClassVar[str] = "core.read_audit"
    translate_permission: ClassVar[str] = ""

    lookup_value_regex = "[0-9]{1,18}"
    parser_classes = (StrictJSONParser,)
    permission_classes = (MayUseAction,)
    metadata_class = None
    filter_backends = ()
    pagination_class = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" not in cls.__dict__ and "serializer_class" in cls.__dict__:
            cls.model = cls.serializer_class.Meta.model

    @classmethod
    def permission_of(cls, action: str | None) -> str | None:
        """The permission an action asks for; None when the noun does not offer it."""
        return cls.allowed.get("moves" if action == "move" else action or "")

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse a strange charset before anything reads the request, then DRF's own checks."""
        check_charset(request._request, request.content_type)
        super().initial(request, *args, **kwargs)

    def check_permissions(self, request: Any) -> None:
        """Count the request first: asking for what is refused costs as well."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Any) -> None:
        """Nothing more: the request was counted before the permissions were asked."""

    def get_queryset(self) -> Any:
        """What the caller may read. A room overrides it to add what its serializer shows."""
        return self.model.objects.visible_to(self.request.user)

    def get_object(self) -> Any:
        """The record, if the caller may see it and has the action's permission on it.

        Raises: Http404 alike for what is not there and what may not be seen; PermissionDenied.
        """
        # Not first(): an order costs, and one row needs none.
        found = list(self.get_queryset().filter(pk=int(self.kwargs["pk"])).order_by()[:1])
        if not found:
            raise Http404
        obj = seen(self.request.user, found[0])
        self.check_object_permissions(self.request, obj)
        return obj

    def options(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Which methods this caller may use here, and nothing about fields."""
        if "pk" in kwargs and not self.get_queryset().filter(pk=int(kwargs["pk"])).exists():
            raise Http404
        offered = [
            method for method in self.allowed_methods if method in SAFE or request.user.is_authenticated
        ]
        return HttpResponse(status=204, headers={"Allow": ", ".join(offered)})

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """405 as a problem."""
        raise exceptions.MethodNotAllowed(request.method)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what the answer depends on, and who may keep it."""
        own_allow = response.get("Allow")
        response = super().finalize_response(request, response, *args, **kwargs)
        if own_allow is not None:
            response["Allow"] = own_allow
        elif response.status_code != 405:
            del response["Allow"]
        declare(request, response)
        return response
