"""Where does somebody ask for a long list as a file, see how far it is, and fetch it?"""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from .errors import DomainError
from .exports import ask_export, listed
from .formats import figure, instant
from .models import Export, ExportFormat, Job


class AskPage(LoginRequiredMixin, TemplateView):
    """A list too long to be waited for: how many rows, in which format, and a button. Asking is a POST."""

    template_name = "workspace/export_ask.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, its number of rows, and the formats."""
        address = self.request.GET.get("list", "")
        parts = urlsplit(address)
        try:
            page = listed(parts.path, parts.query, self.request.user)
        except (DomainError, ValueError) as error:
            raise Http404 from error
        return super().get_context_data(
            page_title=_("Download %(list)s") % {"list": page.page_title},
            list_title=page.page_title,
            address=address,
            back_url=address,
            count=page.found.count(),
            formats=ExportFormat.choices,
            chosen=self.request.GET.get("format", ExportFormat.CSV),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have it written."""
        parts = urlsplit(request.POST.get("list", ""))
        try:
            ask_export(parts.path, parts.query, request.POST.get("format", ""), actor=request.user)
        except DomainError as error:
            messages.error(request, error.detail)
        return redirect("export_list")


class ExportsPage(LoginRequiredMixin, TemplateView):
    """The reader's own files: how far each is, and until when it can be fetched."""

    template_name = "workspace/exports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Those that last, newest first."""
        exports = list(Export.objects.visible_to(self.request.user)[:50])
        return super().get_context_data(
            page_title=_("Downloads"), rows=[row_of(each) for each in with_jobs(exports)], **kwargs
        )


class ExportProgress(LoginRequiredMixin, View):
    """One line of that page, for who waits on it; without htmx, the page."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The line."""
        export = get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("export_list")
        return render(request, "workspace/_export.html", {"row": row_of(with_jobs([export])[0])})


class ExportFile(LoginRequiredMixin, View):
    """The file itself: its owner's alone, for a day."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """The bytes; nobody else's, not too late, never as something a browser would run."""
        export = get_object_or_404(Export.objects.visible_to(request.user).exclude(finished_at=None), pk=pk)
        try:
            content = export.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        kind = ExportFormat(export.format)
        name = f"{slugify(export.title) or 'list'}.{kind.extension}"
        response = FileResponse(content, as_attachment=True, filename=name, content_type=kind.content_type)
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def with_jobs(exports: list[Export]) -> list[Export]:
    """`exports` with `given_up`: whether the work on them was."""
    keys = [f"export:{export.pk}" for export in exports]
    parked = set(Job.objects.parked().filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    for export in exports:
        export.given_up = f"export:{export.pk}" in parked  # type: ignore[attr-defined]
    return exports


def row_of(export: Any) -> dict[str, Any]:
    """An export as its line shows it."""
    finished = export.finished_at is not None
    return {
        "pk": export.pk,
        "title": export.title,
        "format": export.get_format_display(),
        "asked_at": export.created_at,
        "done": export.done,
        "total": export.total,
        "words": _("%(done)s of %(total)s rows")
        % {"done": figure(export.done), "total": figure(export.total)},
        "finished": finished,
        "failed": _("This could not be written. Ask for it again.") if export.given_up else "",
        "poll_url": reverse("export_progress", args=[export.pk]),
        "file_url": reverse("export_file", args=[export.pk]) if finished else "",
        "until": instant(export.expires_at) if finished else "",
    }


ROUTES = [
    path("exports/", ExportsPage.as_view(), name="export_list"),
    path("exports/new/", AskPage.as_view(), name="export_ask"),
    path("exports/<uuid:pk>/", ExportProgress.as_view(), name="export_progress"),
    path("exports/<uuid:pk>/file/", ExportFile.as_view(), name="export_file"),
]
