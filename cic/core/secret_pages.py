"""How does whoever made a secret get to read it, once, whatever they reload?"""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .middleware import PRIVATE
from .sealing import seal, unseal

KEPT = "secret_to_show"
# Between the answer that leads on and the page it leads to.
WAITS_S = 300


def show_once(request: HttpRequest, context: Mapping[str, Any]) -> HttpResponse:
    """Lead on to the page that shows a secret; until it is asked for, the session keeps it sealed.

    `context` is that of workspace/secret.html. Making a secret is answered by a redirect, so that a
    reloaded page makes no second one.
    """
    request.session[KEPT] = {
        "sealed": seal(json.dumps(context, default=str)),
        "until": timezone.now().timestamp() + WAITS_S,
        "back_url": str(context["back_url"]),
    }
    return redirect("secret")


@login_required
@require_safe
def secret(request: HttpRequest) -> HttpResponse:
    """The secret the reader has just made, in an answer that nothing may keep; whoever comes again is told so.

    Raises: Http404 for who has made none.
    """
    kept = request.session.get(KEPT)
    if kept is None:
        raise Http404
    context = {"page_title": _("This was shown once"), "back_url": kept["back_url"]}
    # A look ahead by a program is not the reader's.
    if request.method == "GET" and kept.get("until", 0) > timezone.now().timestamp():
        context = json.loads(unseal(kept["sealed"]))
        request.session[KEPT] = {"back_url": kept["back_url"]}
    response = render(request, "workspace/secret.html", context)
    response["Cache-Control"] = PRIVATE
    return response


ROUTES = [path("secret/", secret, name="secret")]
