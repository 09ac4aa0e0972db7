"""How is a video of a page handed out, so that a player may begin anywhere, and how are its captions?"""

from pathlib import PurePosixPath
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

from cic.core.caching import FRESH_SECONDS

from .opendata import body
from .serving import may_open_document

# What a page plays; every other document is handed over for keeping.
PLAYED = {".mp4": "video/mp4", ".webm": "video/webm", ".vtt": "text/vtt; charset=utf-8"}


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """A document of a public page: a video and its captions to be played, anything else to be kept."""
    if PurePosixPath(document_filename).suffix.lower() not in PLAYED:
        return serve(request, document_id, document_filename)
    found = get_object_or_404(get_document_model(), pk=document_id)
    if found.filename != document_filename:
        raise Http404
    may_open_document(found, request)
    return play(found, request)


def play(found: Any, request: HttpRequest) -> HttpResponseBase:
    """The part of a video, or of its captions, that a player asks for.

    Raises: Http404 when the file is gone.
    """
    try:
        kept = {"name": found.file.name, "size": found.file.size}
        etag = f'"{found.file_hash}"'
        response = body(request, kept, PLAYED[PurePosixPath(found.filename).suffix.lower()], etag, 0)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_exempt = True  # type: ignore[attr-defined]  # django-csp would replace the stricter policy
    return response
