"""How are lists and single records read? Lists straight from the rows, in pages; records with their tag."""

from collections.abc import Sequence
from decimal import InvalidOperation
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import DataError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.response import Response

from cic.core.models import Translatable

from . import cursors
from .languages import language_asked, speak
from .preconditions import etag_of, not_modified
from .problems import ApiProblem, invalid_parameter, unknown_parameters
from .serializers import Column, columns, hidden_fields

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
LIST_PARAMETERS = ("fields", "order", "cursor", "limit", "count")


def language_parameters(model: Any) -> tuple[str, ...]:
    """`lang`, for nouns whose texts may be translated."""
    return ("lang",) if issubclass(model, Translatable) else ()


class ReadActions:
    """`list` and `retrieve` of a DomainViewSet."""

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What the caller may see, in pages; narrowed, searched and ordered by the parameters."""
        hidden = hidden_fields(self.serializer_class, request.user)
        self.check_list_parameters(hidden)
        shown = self._shown_columns(hidden)
        language = language_asked(request, self.model)
        if language:
            shown = [
                *shown,
                Column("_translations", "translations"),
                Column("_own", self.model.LANGUAGE_PATH),
            ]
        every = self.get_queryset()
        order = self._order(every, request.query_params.get("order", self._usual_order()))
        limit = self._limit()
        text = request.query_params.get("cursor")
        cursor = cursors.decode(order, text, self.model._meta.pk) if text else None
        try:
            rows = self.narrowed(every)
            page = cursors.page_of(rows, [column.path for column in shown], order, cursor, limit)
            count = {"count": rows.order_by().count()} if self._flag("count") else {}
        except (OverflowError, InvalidOperation, DataError) as error:
            # The message of a database names tables; a number no column can hold is all the caller has to know.
            raise ApiProblem("invalid", _("A value is out of range.")) from error
        links = {"next": self._page_address(page.next), "previous": self._page_address(page.previous)}
        results = shaped(shown, page.rows)
        if language:
            speak(results, self.model, language)
        response = Response({"results": results, **links, **count})
        relations = [
            f'<{links[key]}>; rel="{rel}"'
            for key, rel in (("next", "next"), ("previous", "prev"))
            if links[key]
        ]
        if relations:
            response["Link"] = ", ".join(relations)
        return response

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """One record, with its strong ETag. 304 when the caller has it already, after the permission check."""
        self.check_parameters(("fields", *language_parameters(self.model)))
        language_asked(request, self.model)
        obj = self.get_object()
        return self.answer(obj)

    def answer(self, obj: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        """The record as this caller may see it."""
        data = self.represent(obj)
        headers = dict(headers or {})
        if hasattr(obj, "version"):
            headers["ETag"] = etag_of(obj, data)
            if self.request.method in ("GET", "HEAD") and not_modified(self.request, headers["ETag"]):
                return HttpResponse(status=304, headers=headers)
        return Response(data, status=status, headers=headers)

    def represent(self, obj: Any) -> dict[str, Any]:
        """The fields of `obj` for this caller; only those asked for."""
        serializer = self.get_serializer(obj)
        only = self._only(serializer.fields)
        if only is not None:
            serializer = self.get_serializer(obj, context={**self.get_serializer_context(), "only": only})
        data = dict(serializer.data)
        language = language_asked(self.request, self.model)
        if language:
            data |= {"_translations": obj.translations, "_own": obj.text_language}
            speak([data], self.model, language)
        return data

    def check_parameters(self, known: Any) -> None:
        """Refuse every query parameter that is not in `known`. Raises: ApiProblem "unknown_parameter"."""
        unknown = set(self.request.query_params) - set(known)
        if unknown:
            raise unknown_parameters(unknown)

    def check_list_parameters(self, hidden: set[str]) -> None:
        """Refuse what is no parameter of this list, or none for this caller."""
        known = {*LIST_PARAMETERS, *language_parameters(self.model)}
        if self.filterset_class is not None and not known.issuperset(self.request.query_params):
            closed = self.filterset_class.hidden(self.request.user, self.serializer_class.confidential_fields)
            known |= {
                name for name, owner in self.filterset_class.parameters().items() if owner not in closed
            }
        self.check_parameters(known)

    def narrowed(self, rows: Any) -> Any:
        """`rows` through the filterset. Raises: ApiProblem "invalid" naming each parameter at fault."""
        data = self.request.query_params
        if self.filterset_class is None or not set(data) - {*LIST_PARAMETERS, "lang"}:
            return rows
        data = data.copy()
        data.pop("order", None)
        filterset = self.filterset_class(data, queryset=rows, request=self.request, used_only=True)
        wrong = {
            **{name: " ".join(map(str, texts)) for name, texts in filterset.errors.items()},
            **filterset.unclear(),
        }
        if wrong:
            errors = [{"parameter": name, "code": "invalid", "detail": text} for name, text in wrong.items()]
            raise ApiProblem(
                "invalid", " ".join(f"{name}: {text}" for name, text in wrong.items()), errors=errors
            )
        return filterset.qs

    def _shown_columns(self, hidden: set[str]) -> Sequence[Column]:
        shown = [column for column in self.list_columns() if column.name not in hidden]
        only = self._only([column.name for column in shown])
        return [column for column in shown if only is None or column.name in only]

    @classmethod
    def list_columns(cls) -> tuple[Column, ...]:
        """What a list of this noun shows; found out once per class."""
        if "_columns" not in cls.__dict__:
            cls._columns = columns(cls.serializer_class, cls.list_fields or cls.serializer_class.list_fields)
        return cls._columns

    def _only(self, names: Any) -> set[str] | None:
        asked = self.request.query_params.get("fields")
        if asked is None:
            return None
        only = {name.strip() for name in asked.split(",") if name.strip()}
        if only - set(names) or not only:
            wrong = ", ".join(sorted(only - set(names))) or asked
            raise invalid_parameter("fields", _("Not known here: %(names)s.") % {"names": wrong})
        return only

    @classmethod
    def orders(cls, user: Any = None) -> dict[str, str]:
        """What the list may be ordered by, for `user`: name to ORM path."""
        declared = {}
        if cls.filterset_class is not None:
            declared = cls.filterset_class.orders(user, cls.serializer_class.confidential_fields)
        return {"id": "pk", **declared}

    def _usual_order(self) -> str:
        """The order of whoever asks for none: along the range that narrows the list, else the noun's own."""
        narrowed = (
            self.filterset_class.order_of_range(self.request.query_params) if self.filterset_class else ""
        )
        return narrowed or self.default_order

    def _order(self, rows: Any, name: str) -> cursors.Order:
        plain = name.removeprefix("-")
        path = "pk" if plain == "id" else self.orders(self.request.user).get(plain)
        if path is None:
            raise invalid_parameter("order", _("The list cannot be ordered by this."))
        return cursors.order_of(rows, name, path)

    def _limit(self) -> int:
        text = self.request.query_params.get("limit", str(DEFAULT_LIMIT))
        if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT):
            raise invalid_parameter("limit", _("A whole number from 1 to %(max)s.") % {"max": MAX_LIMIT})
        return int(text)

    def _flag(self, name: str) -> bool:
        text = self.request.query_params.get(name, "false")
        if text not in ("true", "false", "1", "0"):
            raise invalid_parameter(name, _("Say true or false."))
        return text in ("true", "1")

    def _page_address(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        kept = [(k, v) for k, values in self.request.query_params.lists() if k != "cursor" for v in values]
        return f"{settings.BASE_URL}{self.request.path}?{urlencode([*kept, ('cursor', cursor)])}"


def shaped(shown: Sequence[Column], rows: Any) -> list[dict[str, Any]]:
    """`rows` (tuples that begin with the values of `shown`) as objects."""
    names = [column.name for column in shown]
    # zip stops at the shorter: the order's value and the id behind the columns are left out.
    results = [dict(zip(names, row, strict=False)) for row in rows]
    for column in shown:
        if column.shape is not None:
            name, shape = column.name, cache(column.shape) if column.few else column.shape
            for result in results:
                if result[name] is not None:
                    result[name] = shape(result[name])
    return results
