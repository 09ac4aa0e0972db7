"""How is a long public list paged and filtered, with its whole state in the address?"""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, QueryDict

from cic.core.views import chip_words

from . import ANYONE, ROWS_PER_PAGE, page_number

# A filterset asks its request who reads: on a public page that is nobody in particular.
ANYBODY = SimpleNamespace(user=ANYONE)


def each_once(pages: Any, language: str) -> Any:
    """Those of `pages` that a reader of `language` is shown: in it, and of what nobody has put into it yet one version each.

    That is the one in the installation's language, else the oldest.
    """
    same = pages.filter(translation_key=OuterRef("translation_key")).order_by()
    own = Q(locale__language_code=settings.LANGUAGE_CODE)
    first = own | (~Exists(same.filter(own)) & ~Exists(same.filter(pk__lt=OuterRef("pk"))))
    here = Q(locale__language_code=language)
    return pages.filter(here | (~Exists(same.filter(here)) & first))


def address(request: HttpRequest, **changes: Any) -> str:
    """This page with other parameters; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None and (name, value) != ("page", 1):
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def chips(request: HttpRequest, form: Any, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The filters in force, each with the address that takes it away."""
    if not form.is_valid():
        return
    for name in names:
        field = form[name]
        if name in form.changed_data and form.cleaned_data.get(name) not in (None, "", []):
            query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
            for parameter in [key for key in query if key == name or key.startswith(f"{name}_")]:
                del query[parameter]
            query.pop("page", None)
            rest = f"?{query.urlencode()}" if query else ""
            yield {"label": field.label, "value": chip_words(field), "remove_url": f"{request.path}{rest}"}


def paged(
    request: HttpRequest, queryset: Any, dressed: Callable[[Any], Any] | None = None, count: int | None = None
) -> dict[str, Any]:
    """The rows of the page asked for, how many there are in all (unless that is known: `count`), and where to go on.

    `dressed` adds columns to the rows of this page only: what is skipped costs nothing, however far in.
    """
    number = page_number(request.GET.get("page", ""))
    start = (number - 1) * ROWS_PER_PAGE
    count = queryset.count() if count is None else count
    if start >= count:
        rows = []
    elif dressed is None:
        rows = list(queryset[start : start + ROWS_PER_PAGE])
    else:
        keys = list(queryset.values_list("pk", flat=True)[start : start + ROWS_PER_PAGE])
        rows = sorted(dressed(queryset.model.objects.filter(pk__in=keys)), key=lambda row: keys.index(row.pk))
    return {
        "rows": rows,
        "count": count,
        "previous_url": address(request, page=number - 1) if number > 1 else "",
        "next_url": address(request, page=number + 1) if start + ROWS_PER_PAGE < count else "",
    }
