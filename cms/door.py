"""Who comes into Wagtail's editor? Those whose roles let them in at this very moment."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import urlencode

from cms.operations.groups import bring_up_to_date

View = Callable[..., HttpResponse]
# What anybody's browser may fetch before it is known who they are: pictures and words of the editor.
OPEN = ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog")


def doorkeeper(view: View) -> View:
    """`view` for those whom their roles of today admit; everybody else learns nothing of what is behind it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.resolver_match and request.resolver_match.url_name in OPEN:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return sign_in(request)
        bring_up_to_date(request.user)
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except MultiValueDictKeyError as error:
            # Its forms expect every field that its own script sends.
            raise BadRequest from error

    return guarded


def sign_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Send to the one sign-in, which knows second factors; then back here."""
    target = request.GET.get("next") or request.get_full_path()
    if target.startswith(reverse("closed-login")):
        target = "/admin/"
    return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Send to the one sign-out."""
    return redirect("account_logout")


def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Parts of Wagtail that would be a second back office, or a way around the audit: not there."""
    raise Http404
