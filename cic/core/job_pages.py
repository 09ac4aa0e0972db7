"""Which mails came back, which jobs were given up, which files are held, and how are they tried again?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from .background import release
from .models import Attachment, Job
from .permissions import can
from .scanning import check_again

SHOWN = 100


class JobsPage(LoginRequiredMixin, TemplateView):
    """What waits for a person: bounced mails, jobs that kept failing, and files found harmful."""

    template_name = "workspace/jobs.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who run the platform."""
        if request.user.is_authenticated and not can(request.user, "core.view_jobs"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The latest first; a mail with the person it was for."""
        rows = list(Job.objects.parked()[:SHOWN])
        people = get_user_model().objects.in_bulk({row.payload.get("user_id") or 0 for row in rows})
        for row in rows:
            row.person = people.get(row.payload.get("user_id"))
            row.address = row.person.email if row.person else row.payload.get("address", "")
        labels = (_("What"), _("For"), _("Why"), _("Given up"), _("Again"))
        return super().get_context_data(
            page_title=_("Mails and jobs given up"),
            rows=rows,
            columns=[{"key": str(number), "label": label} for number, label in enumerate(labels)],
            count=Job.objects.parked().count(),
            held=list(Attachment.objects.harmful().select_related("uploaded_by")[:SHOWN]),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have one job tried again, or one file looked at again."""
        if "file" in request.POST:
            return self._check_again(request)
        chosen = request.POST.get("job", "")
        key = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
        release(get_object_or_404(Job.objects.parked(), pk=key), actor=request.user)
        messages.success(request, _("It is tried again within a minute."))
        return redirect("jobs")

    def _check_again(self, request: HttpRequest) -> HttpResponse:
        try:
            key = UUID(request.POST["file"])
        except ValueError as error:
            raise Http404 from error
        check_again(get_object_or_404(Attachment.objects.harmful(), pk=key), actor=request.user)
        messages.success(request, _("It is looked at again within a minute."))
        return redirect("jobs")


ROUTES = [path("jobs/", JobsPage.as_view(), name="jobs")]
