"""What picture goes with a page that is shared?"""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from cic.core.caching import PUBLIC
from cms.facts.pictures import of_record
from cms.facts.sharing import Picture, stored_picture
from cms.models import PAGES_WITH_PICTURES as PAGES

from .embedding import frame_in
from .serving import is_reachable


@require_safe
def picture(request: HttpRequest, language: str, kind: str, name: str) -> HttpResponseBase:
    """The picture that goes with a page when it is shared; gone together with the page.

    Raises: Http404.
    """
    frame = frame_in(language)
    with translation.override(language):
        if (kind, name) == ("site", "home"):
            shown: Picture | None = Picture(settings.SITE_NAME)
        elif kind in PAGES:
            shown = _of_page(PAGES[kind].objects.filter(slug=name, locale__language_code=language))
        else:
            shown = of_record(kind, name, frame)
        if shown is None:
            raise Http404
        stored = stored_picture(kind, language, name, shown)
    response = FileResponse(default_storage.open(stored, "rb"), content_type="image/png")
    response["Cache-Control"] = PUBLIC
    return response


def _of_page(found: Any) -> Picture | None:
    page = found.live().first()
    if page is None or not is_reachable(page):
        return None
    return Picture(page.title, stations=(getattr(page, "snapshot", None) or {}).get("chain", ()))
