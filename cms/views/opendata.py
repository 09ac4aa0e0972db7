"""How do people and programs reach the open tables: an overview, a dictionary for each, and the files?"""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cic.core.caching import FRESH_SECONDS
from cms.context import addresses_of_route, around, crumbs_to
from cms.facts import ANYONE, described
from cms.facts.datasets import DATASETS, LICENCE, LICENCE_NAME, Dataset
from cms.facts.tables import MEDIA_TYPES
from cms.frame import absolute
from cms.models import Release
from cms.operations.releases import mark_of

# A file that nobody has looked at for so long is compared with its source before it is handed out.
TRUSTED = timedelta(seconds=45)
RETRY_SECONDS = 20
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
NAMES = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def overview(request: HttpRequest) -> HttpResponse:
    """All open tables."""
    releases = {row.dataset: row for row in Release.objects.visible_to(ANYONE)}
    tables = [shown(dataset, releases.get(key)) for key, dataset in DATASETS.items()]
    title = _("Open data")
    description = _("What the centres try and what comes of it, as tables to download, free to use again.")
    context = around(
        request,
        addresses_of_route("data"),
        title=title,
        description=description,
        crumbs=crumbs_to(request, title),
        data=described.catalogue(title, description, reverse("data"), tables),
    )
    response = render(request, "cms/data.html", {**context, **_licence(), "tables": tables})
    response["Link"] = ", ".join(
        [
            f'<{LICENCE}>; rel="license"',
            f'<{absolute("/data/catalog.ttl")}>; rel="describedby"; type="text/turtle"',
            f'<{absolute("/api/v1/schema/")}>; rel="service-desc"',
        ]
    )
    return response


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def dictionary(request: HttpRequest, key: str) -> HttpResponse:
    """One table: what each field means, and its files.

    Raises: Http404.
    """
    dataset = DATASETS.get(key)
    if dataset is None:
        raise Http404
    table = shown(dataset, Release.objects.visible_to(ANYONE).filter(dataset=key).first())
    context = around(
        request,
        addresses_of_route("dictionary", key),
        title=str(dataset.title),
        description=str(dataset.description),
        crumbs=crumbs_to(request, str(dataset.title), (_("Open data"), reverse("data"))),
        data=described.table(dataset, table),
    )
    columns = list(dataset.columns())
    response = render(
        request, "cms/dictionary.html", {**context, **_licence(), "table": table, "columns": columns}
    )
    response["Link"] = ", ".join(links(dataset))
    return response


def shown(dataset: Dataset, release: Release | None) -> dict[str, Any]:
    """What the pages tell of a table. Without a release, the files are still being written."""
    files = []
    for name in dataset.formats if release else ():
        files.append(
            {
                "format": name,
                "name": NAMES[name],
                "url": file_address(dataset, name),
                "size": filesizeformat(release.files[name]["size"]),
                "bytes": release.files[name]["size"],
                "sha256": release.files[name]["sha256"],
            }
        )
    return {
        "key": dataset.key,
        "title": dataset.title,
        "description": dataset.description,
        "url": reverse("dictionary", args=[dataset.key]),
        "release": release,
        "files": files,
    }


def _licence() -> dict[str, str]:
    return {"licence_url": LICENCE, "licence_name": LICENCE_NAME}


def file_address(dataset: Dataset, name: str) -> str:
    """Where a file of a table is."""
    return reverse("data-file", args=[dataset.key, name])


def links(dataset: Dataset) -> list[str]:
    """RFC 8288: the licence and the other files of a table."""
    files = [
        f'<{absolute(file_address(dataset, name))}>; rel="alternate"; type="{MEDIA_TYPES[name].split(";")[0]}"'
        for name in dataset.formats
    ]
    return [f'<{LICENCE}>; rel="license"', *files]


@require_safe
def download(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """One file: whole, a part of it, or nothing when the reader has it already.

    Raises: Http404.
    """
    dataset = DATASETS.get(key)
    if dataset is None or name not in dataset.formats:
        raise Http404
    release = Release.objects.visible_to(ANYONE).filter(dataset=key).first()
    if release is None or not is_true(dataset, release):
        return unavailable()
    kept = release.files[name]
    etag, changed = f'"{kept["sha256"]}"', int(release.changed_at.timestamp())
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag, last_modified=changed)
    if response is None:
        try:
            response = body(request, kept, MEDIA_TYPES[name], etag, changed)
        except FileNotFoundError:
            return unavailable()
    if response.status_code in (200, 206):
        response["Content-Disposition"] = f'attachment; filename="{key}.{name}"'
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Accept-Ranges"] = "bytes"
    # Asked anew each time: what was withdrawn must not live on in a cache.
    response["Cache-Control"] = "public, no-cache"
    response["Link"] = ", ".join([*links(dataset), _described_by(dataset)])
    return response


def _described_by(dataset: Dataset) -> str:
    page = addresses_of_route("dictionary", dataset.key)[settings.LANGUAGE_CODE]
    return f'<{absolute(page)}>; rel="describedby"; type="text/html"'


def is_true(dataset: Dataset, release: Release) -> bool:
    """Whether the files hold what is public now; asks the source only when nobody has looked lately."""
    return timezone.now() - release.checked_at < TRUSTED or mark_of(dataset) == release.mark


def unavailable() -> HttpResponse:
    """The files are being written: better none than one that holds what was withdrawn."""
    text = _("This file is being written. Try again in a moment.")
    response = HttpResponse(f"{text}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def body(
    request: HttpRequest, kept: dict[str, Any], media_type: str, etag: str, changed: int
) -> HttpResponseBase:
    """The bytes asked for (RFC 9110, one range)."""
    size = kept["size"]
    span = wanted(request, size, etag, changed)
    if span == ():
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    file = default_storage.open(kept["name"], "rb")
    if span is None:
        answer = FileResponse(file, content_type=media_type)
        answer["Content-Length"] = str(size)
        return answer
    first, last = span
    file.seek(first)
    part = FileResponse(_Part(file, last - first + 1), status=206, content_type=media_type)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return part


def wanted(request: HttpRequest, size: int, etag: str, changed: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte asked for; None for all of it, an empty tuple for a range that is not there."""
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or found.groups() == ("", ""):
        return None
    condition = request.headers.get("If-Range")
    if condition and condition != etag and parse_http_date_safe(condition) != changed:
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
        return (start, end) if int(last) and size else ()
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    return (start, end) if start < size else ()


class _Part:
    """A file that ends after so many bytes."""

    def __init__(self, file: Any, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int = -1) -> bytes:
        """At most what is left."""
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.file.close()


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def catalogue_file(request: HttpRequest, name: str) -> HttpResponse:
    """The DCAT catalogue of all tables.

    Raises: Http404.
    """
    # A graph library is heavy to load, and only this asks for it.
    from cms.facts.catalogue import FORMATS, catalogue

    if name not in FORMATS:
        raise Http404
    releases = {row.dataset: row for row in Release.objects.visible_to(ANYONE).order_by("pk")}
    syntax, media_type = FORMATS[name]
    text = catalogue(releases).serialize(format=syntax)
    response = HttpResponse(text, content_type=media_type)
    others = [
        f'<{absolute(f"/data/catalog.{other}")}>; rel="alternate"; type="{kind.split(";")[0]}"'
        for other, (_syntax, kind) in FORMATS.items()
        if other != name
    ]
    page = absolute(addresses_of_route("data")[settings.LANGUAGE_CODE])
    response["Link"] = ", ".join(
        [f'<{LICENCE}>; rel="license"', *others, f'<{page}>; rel="describedby"; type="text/html"']
    )
    return response
