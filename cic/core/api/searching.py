"""/api/v1/search/: what, of every noun, holds these words?"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from cic.core.finding import Found, find, referred_to
from cic.core.models import Searchable
from cic.core.models.tokens import ApiToken
from cic.core.schema import SearchSchema
from cic.core.search import MAX_QUERY_LENGTH

from .parsers import check_charset
from .problems import invalid_parameter, unknown_parameters
from .viewsets import DomainViewSet, declare

EACH = 20


class SearchView(ViewSet):
    """Every noun at once. `count` of a noun is the number of records that the caller can open."""

    permission_classes = (AllowAny,)
    metadata_class = None
    schema = SearchSchema()
    resources: Mapping[str, type[DomainViewSet]] = {}
    # Nouns that are read as pages: by the name of the noun its model, and the route of the page.
    pages: Mapping[str, tuple[Any, str]] = {}

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse a strange charset before anything reads the request, then DRF's own checks."""
        check_charset(request._request, request.content_type)
        super().initial(request, *args, **kwargs)

    def list(self, request: Any) -> Response:
        """Find the records of every noun that hold all the words; a reference finds its record first."""
        unknown = set(request.query_params) - {"q"}
        if unknown:
            raise unknown_parameters(unknown)
        text = request.query_params.get("q", "")
        if not text.strip() or len(text) > MAX_QUERY_LENGTH:
            wanted = _("Say what to look for, in at most %(limit)s characters.") % {"limit": MAX_QUERY_LENGTH}
            raise invalid_parameter("q", wanted)
        offered = {viewset.model: name for name, viewset in self.resources.items()}
        offered |= {model: name for name, (model, _route) in self.pages.items()}
        names = {
            model: name
            for model, name in offered.items()
            if not isinstance(request.auth, ApiToken) or request.auth.permits("read", name)
        }
        nouns = [model for model in names if issubclass(model, Searchable)]
        groups = find(text, request.user, each=EACH, nouns=nouns)
        cited = referred_to(text, request.user)
        if cited is not None and type(cited) not in names:
            cited = None
        return Response(
            {
                "query": text,
                "cited": self._row(names[type(cited)], _found(cited)) if cited is not None else None,
                "results": [
                    {
                        "noun": names[group.model],
                        "count": group.total,
                        "records": [self._row(names[group.model], row) for row in group.rows],
                    }
                    for group in groups
                ],
            }
        )

    def _row(self, name: str, row: Found) -> dict[str, Any]:
        _model, route = self.pages.get(name, (None, f"{name}-detail"))
        url = settings.BASE_URL + reverse(route, args=[row.pk])
        return {"id": row.pk, "reference": row.reference, "title": row.title, "url": url}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what the answer depends on, and who may keep it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        declare(request, response)
        return response


def _found(obj: Any) -> Found:
    title = getattr(obj, "title", None) or getattr(obj, "name", None) or str(obj)
    return Found(obj.pk, obj.reference, title)
