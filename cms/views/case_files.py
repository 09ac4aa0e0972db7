"""How does somebody take the figures of one case away, as JSON or as a table?"""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cic.core.caching import PUBLIC
from cic.core.exports import csv_lines
from cms.context import address_of
from cms.frame import absolute, frame_of
from cms.models import CasePage

from .serving import is_reachable

# The columns of the open tables of indicators and measurements, one row for each measurement.
COLUMNS = (
    "trial", "name", "kind", "unit", "baseline", "baseline_text", "target", "target_text", "actual", "actual_text",
    "met", "period_start", "period_end", "value", "not_measured_because",
)  # fmt: skip


def public_case(slug: str) -> CasePage:
    """A case that anybody may open in the language in use.

    Raises: Http404.
    """
    found = (
        CasePage.objects.live()
        .filter(slug=slug, locale__language_code=get_language(), snapshot__isnull=False)
        .first()
    )
    if found is None or not is_reachable(found):
        raise Http404
    return found


@require_safe
def case_data(request: HttpRequest, slug: str) -> HttpResponse:
    """The frozen figures of a public case as JSON.

    Raises: Http404.
    """
    found = public_case(slug)
    frozen = found.snapshot
    names = ("trial", "verdict", "started_on", "ended_on", "cost_eur", "products")
    later = ("budget_eur", "evidence", "stopped")
    data = {
        "title": found.title,
        "url": absolute(address_of(found.url_path, get_language() or "", frame_of(request))),
        "published_at": found.first_published_at,
        "changed_at": found.last_published_at,
        **{key: frozen[key] for key in names},
        # Cases approved before these were kept have none.
        **{key: frozen.get(key) for key in later},
        "indicators": frozen["table"],
        "corrections": [
            {"on": row.made_on, "what": row.what, "why": row.why}
            for row in found.corrections.all()
            if row.made_on
        ],
    }
    return JsonResponse(
        data, headers={"Cache-Control": PUBLIC}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@require_safe
def case_table(request: HttpRequest, slug: str) -> HttpResponse:
    """The frozen figures of a public case as CSV: a row for each measurement, or for an indicator without any.

    Raises: Http404.
    """
    found = public_case(slug)
    text = "".join(csv_lines(COLUMNS, rows_of(found.snapshot), bom=True))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.csv"'
    response["Cache-Control"] = PUBLIC
    return response


def rows_of(frozen: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """One row for each measurement."""
    for row in frozen["table"]:
        said = [row.get(name) for name in COLUMNS[1:10]]
        met = "" if row["met"] is None else str(row["met"]).lower()
        for entry in row["series"] or [{}]:
            missing = entry.get("note", "") if entry.get("value") is None else ""
            yield (
                frozen["trial"]["reference"], *said, met, entry.get("from"), entry.get("on"), entry.get("value"), missing,
            )  # fmt: skip
