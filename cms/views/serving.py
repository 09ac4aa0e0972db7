"""How is a public page found, guarded, rendered and cached?"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from knox.crypto import hash_token
from wagtail import hooks
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex
from wagtail.views import serve_chain

from cic.core.caching import PUBLIC
from cms.frame import FRAME_DEPTH, frame_of, reachable
from cms.models import PreviewLink, RecordsPage
from cms.permissions import groups_of, may_share


def root(request: HttpRequest) -> HttpResponse:
    """The front door: on to the reader's language."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    response = redirect(f"/{get_language() or settings.LANGUAGE_CODE}/{query}")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """A public page. Stands in for Wagtail's own view: same hooks, fewer queries, and a cache header.

    Raises: Http404.
    """
    try:
        page, args = find(request, path)
    except Http404:
        elsewhere = moved(request)
        if elsewhere is None:
            raise
        return elsewhere
    answer = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        answer = hook(answer)
    for hook in hooks.get_hooks("before_serve_page"):
        result = hook(page, request, args, {})
        if isinstance(result, HttpResponse):
            return result
    response = answer(page, request, args, {})
    if not response.has_header("Cache-Control") and response.status_code == 200:
        response["Cache-Control"] = PUBLIC
    return response


def find(request: HttpRequest, path: str) -> tuple[Page, Any]:
    """The live page at `path` of the language in use, and the arguments to serve it with.

    Raises: Http404.
    """
    frame = frame_of(request)
    home = frame.home()
    if home is None:
        raise Http404
    parts = [part for part in path.split("/") if part]
    node = frame.at(f"{home.url_path}{parts[0]}/") if parts else home
    if node is None:
        raise Http404
    above_open = not (node.closed or home.closed)
    if len(parts) <= 1:
        page = apps.get_model("cms", node.kind).objects.get(pk=node.pk)
        page.is_open = above_open
    else:
        model = apps.get_model("cms", node.kind)
        if issubclass(model, RecordsPage) and (shown := record_of(model, parts[1:])):
            page = model.objects.get(pk=node.pk)
            page.is_open = above_open
            return page, page.resolve_subpage(shown)
        page = deeper(model, f"{home.url_path}{'/'.join(parts)}/")
    if hasattr(page, "resolve_subpage"):
        return page, page.resolve_subpage("/")
    return page, []


def record_of(model: type[RecordsPage], parts: list[str]) -> str:
    """The rest of an address, when a page of records itself answers to it; empty when it is that of a page."""
    rest = "/" + "/".join(parts) + "/"
    try:
        model.get_resolver().resolve(rest)
    except Http404:
        return ""
    return rest


def deeper(above: type[Page], url_path: str) -> Page:
    """A live page further down, whose every ancestor is live too.

    Raises: Http404.
    """
    only = above.clean_subpage_models()
    model = only[0] if len(only) == 1 else Page
    pages = model.objects.live().filter(url_path=url_path)
    beside = getattr(model, "SHOWN_WITH", ())
    page = (pages.select_related(*beside) if beside else pages).first()
    if page is None:
        raise Http404
    steps = range((FRAME_DEPTH + 1) * Page.steplen, len(page.path), Page.steplen)
    if steps and Page.objects.filter(path__in=[page.path[:end] for end in steps], live=False).exists():
        raise Http404
    return page.specific


def is_reachable(page: Page) -> bool:
    """Whether anybody may read `page` now: live, and neither it nor anything above it closed or withdrawn."""
    return reachable(Page.objects.filter(pk=page.pk)).exists()


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition of a picture, as long as a page that anybody may read shows it; editors always see it.

    Raises: Http404.
    """
    model = get_image_model().renditions.rel.related_model
    rendition = model.objects.select_related("image__collection").filter(file=f"images/{name}").first()
    if rendition is None:
        raise Http404
    editor = is_editor(request.user)
    drafted = not editor and shown_by_link(request, rendition.image)
    if not (editor or drafted) and (is_closed(rendition.image.collection) or not is_shown(rendition.image)):
        raise Http404
    try:
        content = rendition.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content)
    response["Cache-Control"] = "private, no-store" if editor or drafted else PUBLIC
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_exempt = True  # type: ignore[attr-defined]  # django-csp would replace the stricter policy
    return response


def is_editor(user: Any) -> bool:
    """Whether the roles of `user` open the page editor today, whether or not they have ever come to its door."""
    return bool(user.is_authenticated and groups_of(user))


def is_closed(collection: Any) -> bool:
    """Whether a collection or one above it is not open to all."""
    above = collection.get_ancestors(inclusive=True)
    return CollectionViewRestriction.objects.filter(collection__in=above).exists()


def is_shown(used: Any) -> bool:
    """Whether a page that anybody may read uses this picture or document."""
    pages = ReferenceIndex.get_references_to(used).filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    wanted = [int(pk) for pk in pages.values_list("object_id", flat=True)]
    return any(is_reachable(page) for page in Page.objects.live().filter(pk__in=wanted))


def may_open_document(document: Any, request: HttpRequest) -> None:
    """Raise Http404 unless a public page links the document and its collection is open; editors always may."""
    editor = is_editor(request.user)
    if editor or shown_by_link(request, document):
        return
    if is_closed(document.collection) or not is_shown(document):
        raise Http404


def link_of(secret: str) -> PreviewLink | None:
    """The link to a draft with this secret, while its time is not over and its maker may still share the page."""
    found = PreviewLink.objects.usable().filter(digest=hash_token(secret))
    link = found.select_related("page", "revision", "made_by").first()
    if link is None or not link.made_by.is_active or not may_share(link.made_by, link.page.specific):
        return None
    return link


def shown_by_link(request: HttpRequest, used: Any) -> bool:
    """Whether a link to a draft goes with the request, and that draft uses this picture or document."""
    secret = request.GET.get("preview", "")
    link = link_of(secret) if 0 < len(secret) < 100 else None
    if link is None:
        return False
    wanted = (ContentType.objects.get_for_model(used).pk, str(used.pk))
    found = ReferenceIndex._extract_references_from_object(link.revision.as_object())
    return any((kind, str(key)) == wanted for kind, key, *_path in found)


def preview(request: HttpRequest, draft: Page) -> HttpResponse:
    """A version of a page as it would look in public; for nobody's cache and nobody's search."""
    request.is_preview = True  # type: ignore[attr-defined]
    with translation.override(draft.locale.language_code):
        response: HttpResponse = draft.serve_preview(request, draft.default_preview_mode).render()
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def moved(request: HttpRequest) -> HttpResponse | None:
    """Where a page went that an editor moved; None when nobody knows."""
    known = Redirect.objects.filter(old_path=Redirect.normalise_path(request.get_full_path())).first()
    return redirect(known.link, permanent=known.is_permanent) if known and known.link else None
