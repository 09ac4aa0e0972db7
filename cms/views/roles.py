"""Where do `/help/` and `/accessibility/` lead? To the page that plays this part, whatever it is called."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from cms.frame import frame_of

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
