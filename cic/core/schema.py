"""How does the OpenAPI document describe the resources, from the viewsets alone?"""

import re
from typing import Any

import django_filters as df
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.encoding import force_str
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import SAFE_METHODS
from rest_framework.serializers import SerializerMethodField

from .api.moving import HistorySerializer, MoveSerializer, OpenMovesSerializer
from .api.problems import MEDIA_TYPE
from .api.reading import DEFAULT_LIMIT, MAX_LIMIT, language_parameters
from .api.serializers import DomainSerializer
from .filters import parameters_of
from .search import MAX_QUERY_LENGTH

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable address of this kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence a person can act on."},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "blockers": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body (RFC 6901)."},
                    "parameter": {"type": "string", "description": "Name of the query parameter."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
MEANINGS = {
    "400": "Something in the request is not right; `errors` says what.",
    "401": "Neither a session nor a valid token.",
    "403": "Visible to the caller, but not theirs to do.",
    "404": "Not there, or not to be seen by the caller.",
    "405": "Not offered at this address.",
    "406": "No such format.",
    "409": "The present state stands against it; `blockers` says what.",
    "412": "Another version is there by now.",
    "413": "The body is too large.",
    "415": "The body is not JSON in UTF-8.",
    "422": "The Idempotency-Key belongs to another request.",
    "428": "If-Match is missing.",
    "429": "Too many requests; wait for Retry-After seconds.",
    "503": "Not available just now; wait for Retry-After seconds.",
}
ALWAYS = ("400", "401", "403", "406", "429", "503")
WRITING = ("405", "409", "413", "415", "422")
TAKES_IF_MATCH = ("move", "upsert", "split")
NAMES = {"retrieve": "get", "partial_update": "edit", "destroy": "remove"}
VERBS = {"PATCH": "_edit", "PUT": "_set", "DELETE": "_remove"}
STANDARD = ("list", "retrieve", "create", "partial_update", "destroy", "upsert", "moves", "move", "history")


def only_api(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Keep our own resources: Wagtail has an internal API of its own that is none of this document's business."""
    return [row for row in endpoints if row[0].startswith("/api/v1/")]


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Bearer …`."""

    target_class = "cic.core.tokens.ScopedTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token, made at /api/v1/tokens/."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made at /api/v1/tokens/ or in the account.",
        }


class LabelFieldSchema(OpenApiSerializerFieldExtension):
    """A label is a text in the caller's language."""

    target_class = "cic.core.api.serializers.LabelField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """A read-only string."""
        return {"type": "string", "readOnly": True}


class TranslationsFieldSchema(OpenApiSerializerFieldExtension):
    """Texts by language and field."""

    target_class = "cic.core.api.languages.TranslationsField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Read with origin and whether the source has changed; a plain text is enough to write one."""
        read = {
            "type": "object",
            "required": ["text"],
            "properties": {
                "text": {"type": "string"},
                "origin": {"type": "string", "enum": ["human", "machine"]},
                "outdated": {"type": "boolean"},
            },
        }
        text = read if direction == "response" else {"oneOf": [{"type": ["string", "null"]}, read]}
        return {
            "type": "object",
            "description": "Language, then field, then text.",
            "additionalProperties": {"type": "object", "additionalProperties": text},
        }


def _parameter(
    name: str, schema: dict[str, Any], where: str = "query", text: str = "", **more: Any
) -> dict[str, Any]:
    found = {"name": name, "in": where, "schema": schema, **more}
    return {**found, "description": text} if text else found


def filter_parameters(filterset: Any, hidden: set[str]) -> list[dict[str, Any]]:
    """The query parameters of a filterset, but for the hidden ones and `order`."""
    return [
        _parameter(
            parameter,
            _filter_schema(filter_),
            text=force_str(filter_.extra.get("help_text") or filter_.label or ""),
        )
        for name, filter_ in filterset.base_filters.items()
        if name not in hidden and name != "order"
        for parameter in parameters_of(name, filter_)
    ]


def _filter_schema(filter_: Any) -> dict[str, Any]:
    if isinstance(filter_, df.ModelMultipleChoiceFilter):
        return {"type": "array", "items": {"type": "integer"}}
    if isinstance(filter_, df.ModelChoiceFilter):
        return {"type": "integer"}
    if isinstance(filter_, df.MultipleChoiceFilter | df.ChoiceFilter):
        choices = filter_.extra.get("choices", ())
        keys = [str(key) for key, _label in (choices() if callable(choices) else choices)]
        one = {"type": "string", "enum": keys} if keys else {"type": "string"}
        return {"type": "array", "items": one} if isinstance(filter_, df.MultipleChoiceFilter) else one
    for kind, schema in (
        (df.BooleanFilter, {"type": "boolean"}),
        ((df.DateFromToRangeFilter, df.DateFilter), {"type": "string", "format": "date"}),
        ((df.IsoDateTimeFromToRangeFilter, df.IsoDateTimeFilter), {"type": "string", "format": "date-time"}),
        ((df.DateTimeFromToRangeFilter, df.DateTimeFilter), {"type": "string", "format": "date-time"}),
        ((df.RangeFilter, df.NumberFilter), {"type": "number"}),
        (df.UUIDFilter, {"type": "string", "format": "uuid"}),
    ):
        if isinstance(filter_, kind):
            return schema
    length = filter_.extra.get("max_length")
    return {"type": "string", "maxLength": length} if length else {"type": "string"}


def _may_be_empty(field: Any) -> bool:
    """Whether the column a field shows, or a reference on the way to it, may be NULL."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    for part in (field.source or "").split("."):
        if model is None:
            return False
        try:
            column = model._meta.get_field(part)
        except FieldDoesNotExist:
            # What the database works out may come to nothing.
            return field.read_only and not isinstance(field, SerializerMethodField)
        if getattr(column, "null", False):
            return True
        model = column.related_model
    return False


class DomainSchema(AutoSchema):
    """Describes a DomainViewSet: parameters from its filterset, bodies from its serializer, refusals from its rules."""

    @property
    def action(self) -> str:
        """The viewset's action behind the operation."""
        return getattr(self.view, "action", None) or self.method.lower()

    def get_operation_id(self) -> str:
        """Such as `trials_list`, `trials_move`."""
        verb = "" if self.action in STANDARD else VERBS.get(self.method, "")
        return f"{self.view.basename}_{NAMES.get(self.action, self.action)}{verb}".replace("-", "_")

    def get_tags(self) -> list[str]:
        """The noun."""
        return [self.view.basename]

    def get_summary(self) -> str:
        """The first sentence of the action's docstring."""
        text = " ".join((getattr(self.view, self.action).__doc__ or "").split())
        return re.split(r"(?<=[.;]) ", text, maxsplit=1)[0].rstrip(".;")

    def get_description(self) -> str:
        """The action's docstring, then the noun's."""
        texts = (getattr(self.view, self.action).__doc__, type(self.view).__doc__)
        return "\n\n".join(" ".join(text.split()) for text in texts if text)

    def get_auth(self) -> list[dict[str, Any]]:
        """A token or a session; reading needs neither, it only shows less."""
        auths = super().get_auth()
        return [*auths, {}] if self.method in SAFE_METHODS and {} not in auths else auths

    def get_request_serializer(self) -> Any:
        """The body: the noun, what goes with a move, or what an action of the room's own asks."""
        if self.action == "move":
            return MoveSerializer
        own = self.view.serializer_class
        noun = type(self.view).serializer_class
        if self.method == "POST" and self.action not in STANDARD:
            # Such an action takes a body only where it names a serializer of its own, with fields.
            return own if own is not noun and own().fields else None
        return None if self.method in ("GET", "DELETE") else super().get_request_serializer()

    def _get_request_body(self, direction: Any = "request") -> Any:
        return super()._get_request_body(direction) if self.get_request_serializer() is not None else None

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> Any:
        meta = super()._get_serializer_field_meta(field, direction)
        # DRF drops `allow_null` from what is read-only; the answer may be empty all the same.
        if direction == "response" and _may_be_empty(field):
            meta["nullable"] = True
        return meta

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, DomainSerializer):
            if direction == "response":
                # `?fields=` leaves out any of them.
                schema.pop("required", None)
            else:
                schema["additionalProperties"] = False
        return schema

    def _resolve_path_parameters(self, variables: Any) -> list[dict[str, Any]]:
        known: dict[str, tuple[dict[str, Any], str]] = {
            "pk": ({"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, "Identifier."),
            "id": ({"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, "Identifier."),
            "name": (
                {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"},
                "Name of the move, from the list of moves.",
            ),
            "source": ({"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,40}$"}, "The other system."),
            "external_id": ({"type": "string", "pattern": "^[^/]{1,120}$"}, "The record's identifier there."),
        }
        return [
            _parameter(name, known[name][0], "path", known[name][1], required=True)
            if name in known
            else _parameter(name, {"type": "string"}, "path", required=True)
            for name in variables
        ]

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = self._resolve_path_parameters(re.findall(r"{(\w+)}", self.path))
        if self.action == "list":
            parameters += self._list_parameters()
        if self.action in ("list", "retrieve"):
            parameters.append(
                _parameter("fields", {"type": "string"}, text="Only these fields, parted by commas.")
            )
            parameters += [
                _parameter(
                    name,
                    {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]},
                    text="Texts in this language, where they are translated; `said` names the language of each.",
                )
                for name in language_parameters(self.view.model)
            ]
        headers = {
            "Idempotency-Key": self.method in ("POST", "PATCH", "PUT"),
            "If-Match": self._versioned and (self._needs_if_match or self.action in TAKES_IF_MATCH),
            "If-None-Match": self.action == "retrieve" and self._versioned,
        }
        parameters += [
            _parameter(
                name, {"type": "string"}, "header", required=name == "If-Match" and self._needs_if_match
            )
            for name, wanted in headers.items()
            if wanted
        ]
        return parameters

    @property
    def _needs_if_match(self) -> bool:
        return self._versioned and self.method in ("PATCH", "DELETE")

    @property
    def _versioned(self) -> bool:
        return any(field.name == "version" for field in self.view.model._meta.concrete_fields)

    def _list_parameters(self) -> list[dict[str, Any]]:
        view, user = self.view, getattr(self.view.request, "user", None)
        confidential = view.serializer_class.confidential_fields
        orders = [sign + name for name in view.orders(user) for sign in ("", "-")]
        found = [
            _parameter("order", {"type": "string", "enum": orders, "default": view.default_order}),
            _parameter("cursor", {"type": "string"}, text="A place in the list, from `next` or `previous`."),
            _parameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            ),
            _parameter(
                "count", {"type": "boolean", "default": False}, text="Whether to count all that match."
            ),
        ]
        if view.filterset_class is not None:
            found += filter_parameters(view.filterset_class, view.filterset_class.hidden(user, confidential))
        return found

    def _problems(self) -> list[str]:
        codes = set(ALWAYS)
        if "{" in self.path:
            codes.add("404")
        if self.method not in SAFE_METHODS:
            codes |= set(WRITING)
        if self._needs_if_match:
            codes |= {"412", "428"}
        elif self.action in TAKES_IF_MATCH and self._versioned:
            codes.add("412")
        return sorted(codes)

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        problem = self._component("Problem", PROBLEM)
        return {
            **self._successes(direction),
            **{
                code: {"description": MEANINGS[code], "content": {MEDIA_TYPE: {"schema": problem}}}
                for code in self._problems()
            },
        }

    def _successes(self, direction: Any) -> dict[str, Any]:
        if self.action == "destroy":
            return {"204": {"description": "Removed."}}
        serializer: Any = {"moves": OpenMovesSerializer, "history": HistorySerializer}.get(self.action)
        if serializer is None:
            serializer = type(self.view).serializer_class(context=self.view.get_serializer_context())
        component = self.resolve_serializer(serializer, direction)
        schema = self._page(component) if self.action == "list" else component.ref
        content = {"application/json": {"schema": schema}}
        tag = {"ETag": {"schema": {"type": "string"}, "description": "Strong tag of this version."}}
        tagged = (
            {"headers": tag} if self._versioned and self.action not in ("list", "moves", "history") else {}
        )
        made = {"description": "Made.", "content": content, **tagged}
        done = {"description": "Done.", "content": content, **tagged}
        if self.action == "create":
            return {"201": made}
        found = {"200": done}
        if self.action == "upsert" or (self.method == "POST" and self.action not in STANDARD):
            found["201"] = made
        if self.action == "retrieve" and self._versioned:
            found["304"] = {"description": "The caller has it already."}
        return found

    def _page(self, component: Any) -> dict[str, Any]:
        names = [column.name for column in self.view.list_columns()]
        properties = {
            name: component.schema["properties"][name]
            for name in names
            if name in component.schema["properties"]
        }
        row = self._component(f"{component.name}InList", {"type": "object", "properties": properties})
        link = {"type": ["string", "null"], "format": "uri"}
        page = {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": {"type": "array", "items": row},
                "next": link,
                "previous": link,
                "count": {"type": "integer", "description": "Only with `count=true`."},
            },
        }
        return self._component(f"{component.name}Page", page)

    def _component(self, name: str, schema: dict[str, Any]) -> dict[str, str]:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return component.ref


class SearchSchema(DomainSchema):
    """Describes the search, which is no noun: one parameter, and records of every noun in the answer."""

    _versioned = False  # type: ignore[assignment]

    def get_operation_id(self) -> str:
        """One operation, one name."""
        return "search"

    def get_request_serializer(self) -> Any:
        """There is no body."""

    def _get_parameters(self) -> list[dict[str, Any]]:
        words = {"type": "string", "minLength": 1, "maxLength": MAX_QUERY_LENGTH, "pattern": r"\S"}
        return [
            _parameter("q", words, text="All of these words; the last may be a beginning.", required=True)
        ]

    def _successes(self, direction: Any) -> dict[str, Any]:
        names = ("id", "reference", "title", "url")
        kinds = {"id": {"type": "integer"}, "url": {"type": "string", "format": "uri"}}
        record = {
            "type": "object",
            "required": list(names),
            "properties": {name: kinds.get(name, {"type": "string"}) for name in names},
        }
        noun = {
            "type": "object",
            "required": ["noun", "count", "records"],
            "properties": {
                "noun": {"type": "string"},
                "count": {"type": "integer"},
                "records": {"type": "array", "items": record},
            },
        }
        found = {
            "type": "object",
            "required": ["query", "cited", "results"],
            "properties": {
                "query": {"type": "string"},
                "cited": {"anyOf": [record, {"type": "null"}]},
                "results": {"type": "array", "items": noun},
            },
        }
        content = {"application/json": {"schema": self._component("SearchResults", found)}}
        return {"200": {"description": "Done.", "content": content}}
