"""What on the public pages wants looking after: links that lead nowhere, pages that nobody touched for a year?"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cic.core.background import enqueue
from cms.choices import LinkFault
from cms.facts.upkeep import stale_pages, written_pages
from cms.models import LinkCheck

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upkeep(request: HttpRequest) -> HttpResponse:
    """The report; a POST asks for another look at all links."""
    if request.method == "POST":
        # Asked twice within a minute it is one look.
        enqueue("cms.check_links", key=f"links:{timezone.now():%Y%m%d%H%M}")
        messages.success(request, _("All links are being looked at. Come back in a moment."))
        return redirect("cms_upkeep")
    return TemplateResponse(request, "cms/editor/upkeep.html", report(request.GET.get("language", "")))


def report(language: str) -> dict[str, Any]:
    """Links that lead nowhere and pages that nobody touched, of one language or of all."""
    checks = LinkCheck.objects.filter(page__live=True).select_related("page__locale").order_by("page__path")
    stale = stale_pages().select_related("locale")
    codes = dict(settings.LANGUAGES)
    if language in codes:
        checks, stale = (
            checks.filter(page__locale__language_code=language),
            stale.filter(locale__language_code=language),
        )
    return {
        "header_title": _("Links and freshness"),
        "broken": [row_of(check) for check in checks.exclude(broken=[])[:SHOWN]],
        "stale": [
            {
                "title": page.title,
                "url": edit_url(page),
                "on": page.last_published_at,
                "language": page.locale.language_code,
            }
            for page in stale[:SHOWN]
        ],
        "stale_count": stale.count(),
        "checked_at": checks.aggregate(first=Min("checked_at"))["first"],
        "pages": written_pages().count(),
        "foreign": settings.LINKS_CHECK_EXTERNAL,
        "languages": codes.items(),
        "language": language,
    }


def row_of(check: LinkCheck) -> dict[str, Any]:
    """A page with its links that lead nowhere."""
    links = [{**row, "why": LinkFault(row["kind"]).label} for row in check.broken]
    page = check.page
    return {"title": page.title, "url": edit_url(page), "language": page.locale.language_code, "links": links}


def edit_url(page: Any) -> str:
    """Where it is mended."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
