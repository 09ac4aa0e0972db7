"""Which addresses does the API have? The rooms' nouns, tokens, the document that describes them, and its pages."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, re_path, reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from cic.core.permissions import can

from .keys import TokenViewSet
from .problems import KINDS, invalid_parameter, problem_response, unknown_parameters
from .searching import SearchView
from .viewsets import DomainViewSet, declare

Resource = tuple[str, type[DomainViewSet]]
Resources = Mapping[str, type[DomainViewSet]]


class ResourceRouter(SimpleRouter):
    """DRF's router, without the actions that a noun does not allow."""

    def get_method_map(self, viewset: Any, method_map: Any) -> dict[str, str]:
        """The methods whose action the viewset's `allowed` names; the others are 405."""
        bound = super().get_method_map(viewset, method_map)
        return {method: action for method, action in bound.items() if viewset.permission_of(action)}


class RootView(APIView):
    """The nouns of the API and where they are."""

    permission_classes = (AllowAny,)
    schema = None
    metadata_class = None
    resources: Resources = {}

    def get(self, request: Any) -> Response:
        """One address per noun, and those of the description."""
        nouns = {name: settings.BASE_URL + reverse(f"{name}-list") for name in self.resources}
        pages = {
            "schema": settings.BASE_URL + reverse("api-schema"),
            "docs": settings.BASE_URL + reverse("api-docs"),
        }
        pages["search"] = settings.BASE_URL + reverse("api-search")
        response = Response({"resources": nouns, **pages})
        response["Link"] = f'<{pages["schema"]}>; rel="service-desc", <{pages["docs"]}>; rel="service-doc"'
        declare(request, response)
        return response


class SchemaNegotiation(DefaultContentNegotiation):
    """`?format=json` or `?format=yaml`, besides the Accept header."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """The renderer asked for; JSON for whoever takes anything."""
        asked = request.query_params.get("format")
        if asked is not None:
            for renderer in renderers:
                if renderer.format.removeprefix("openapi-") in (asked, f"openapi-{asked}"):
                    return renderer, renderer.media_type
            raise invalid_parameter("format", "json, yaml")
        return super().select_renderer(request, renderers, format_suffix)


class SchemaView(SpectacularAPIView):
    """The OpenAPI 3.1 document, with those fields only that the caller may read."""

    permission_classes = (AllowAny,)
    content_negotiation_class = SchemaNegotiation
    metadata_class = None
    schema = None
    resources: Resources = {}
    # Built from code alone, so it holds until the process ends: one per language, format and set of readable fields.
    built: MutableMapping[tuple[Any, ...], bytes] = {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The document as JSON or YAML."""
        unknown = set(request.query_params) - {"format"}
        if unknown:
            raise unknown_parameters(unknown)
        renderer = request.accepted_renderer
        rights = tuple(
            can(request.user, permission)
            for viewset in self.resources.values()
            for permission in viewset.serializer_class.confidential_fields.values()
        )
        key = (get_language(), renderer.media_type, rights)
        if key not in self.built:
            document = self._get_schema_response(request).data
            self.built[key] = renderer.render(document, renderer_context={})
        response = HttpResponse(self.built[key], content_type=renderer.media_type)
        declare(request, response)
        return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The pages that describe the API; everything they load comes from this host."""
    return render(request, "core/api_docs.html")


@csrf_exempt
def nothing_here(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """The 404 of every other address under /api/."""
    return problem_response(request, "not_found")


@require_safe
def problem_kind(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem's `type` address says to a person who opens it."""
    kind = KINDS.get(code)
    context = {"code": code, "status": kind[0] if kind else 404, "title": kind[1] if kind else None}
    return render(request, "core/problem_kind.html", context, status=200 if kind else 404)


def _urls_of(name: str, viewset: type[DomainViewSet]) -> list[Any]:
    router = ResourceRouter()
    router.register("", viewset, basename=name)
    return router.urls


def api_urls(resources: Iterable[Resource], pages: Mapping[str, tuple[Any, str]]) -> list[Any]:
    """The patterns below `api/`: the nouns of the rooms in `resources`, and what belongs to all.

    `pages`: what the search finds besides, noun to model and route.
    """
    nouns: dict[str, type[DomainViewSet]] = dict([*resources, ("tokens", TokenViewSet)])
    return [
        path("v1/", RootView.as_view(resources=nouns), name="api-root"),
        path("v1/schema/", SchemaView.as_view(resources=nouns, built={}), name="api-schema"),
        path("v1/docs/", docs, name="api-docs"),
        path(
            "v1/search/",
            SearchView.as_view({"get": "list"}, basename="search", resources=nouns, pages=pages),
            name="api-search",
        ),
        # A list of its own for each noun: most of the others are passed over by their first word.
        *(path(f"v1/{name}/", include(_urls_of(name, viewset))) for name, viewset in nouns.items()),
        re_path(r"^.*$", nothing_here),
    ]
