"""What was thrown away of late, and how does one get it back?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cic.core import bins
from cic.core.errors import DomainError
from cic.core.models.bin import KEPT_DAYS
from cic.core.views import WorkspacePage
from partners.filters.audits import nouns
from partners.models.bins import removals_known_to

MOST = 200


class BinPage(WorkspacePage, TemplateView):
    """Removals of the last thirty days that the reader could have made, each with the way back."""

    template_name = "partners/bin.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows: what it was, of what, who removed it, until when it is kept."""
        user = self.request.user
        rows = bins.offered(bins.removed(removals_known_to(user))[:MOST], user)
        words = dict(nouns())
        for row in rows:
            row.noun = words.get(row.object_type, row.object_type)
        return super().get_context_data(page_title=_("Removed of late"), rows=rows, days=KEPT_DAYS, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Bring one back (`restore`), or say why not."""
        position = request.POST.get("restore", "")
        if not position.isdecimal() or len(position) > 18:
            raise Http404
        known = bins.removed(removals_known_to(request.user)).filter(position=position)
        found = bins.offered(known, request.user)
        if not found:
            raise Http404
        try:
            record = bins.restore(found[0], actor=request.user)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, _("%(record)s is back.") % {"record": record})
        return redirect("bin")


ROUTES = [path("bin/", BinPage.as_view(), name="bin")]
