"""Where do `/help/`, `/accessibility/`, `/record/P-2026-014/` and `/record/cases/7/` lead? To the page of that part or record, wherever it stands."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.context import address_of
from cms.frame import frame_of
from cms.models import CasePage, WordedPage
from community.models import Debate, Group

from .serving import serve_page


def by_role(request: HttpRequest, role: str) -> HttpResponseBase:
    """On to the page of a role in the language of the address.

    Raises: Http404.
    """
    node = frame_of(request).of_role(role)
    if node is None:
        raise Http404
    # Where the page is called like its part, this is its address.
    return serve_page(request, f"{node.slug}/") if node.url == request.path else redirect(node.url)


# The page on which records of a prefix are shown.
SHOWN_ON = {
    "A": "agreementspage",
    "C": "centrespage",
    "E": "eventspage",
    "I": "challengespage",
    "K": "eventspage",
    "N": "challengespage",
    "P": "pilotspage",
    "S": "eventspage",
}
# Groups and what is debated in them have pages of their own room.
IN_GROUPS = {model.REFERENCE_PREFIX: model.PAGE for model in (Group, Debate)}


@require_safe
def by_reference(request: HttpRequest, reference: str) -> HttpResponseBase:
    """On to the page of the record that a letter or a mail names by its reference; that page says whether it is public.

    Raises: Http404.
    """
    if route := IN_GROUPS.get(reference.partition("-")[0]):
        return redirect(reverse(route, args=[reference]))
    kind = SHOWN_ON.get(reference.partition("-")[0], "")
    address = frame_of(request).address(kind, f"{reference}/") if kind else ""
    if not address:
        raise Http404
    return redirect(address)


@require_safe
def found_page(request: HttpRequest, model: type[WordedPage], pk: int) -> HttpResponseBase:
    """On to a page that was found: a case to the work on it for staff of its centre, a draft to who edits it; else as all read it.

    Raises: Http404.
    """
    page = get_object_or_404(model.objects.sought_by(request.user).select_related("locale"), pk=pk)
    if model is CasePage and CasePage.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("cms_case_detail", pk=pk)
    if not model.objects.open_to_all().filter(pk=pk).exists():
        return redirect("wagtailadmin_pages:edit", pk)
    return redirect(address_of(page.url_path, page.locale.language_code, frame_of(request)))
