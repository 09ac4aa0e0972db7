"""Where do `/help/` and `/accessibility/` lead? To the page that plays this part, whatever it is called."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from cms.frame import frame_of


def by_role(request: HttpRequest, role: str) -> HttpResponse:
    """On to the page of a role in the language of the address.

    Raises: Http404.
    """
    node = frame_of(request).of_role(role)
    if node is None:
        raise Http404
    return redirect(node.url)
