"""Which mails came back, which jobs were given up, and how does an administrator have them tried again?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from .background import release
from .models import Job
from .permissions import can

SHOWN = 100


class JobsPage(LoginRequiredMixin, TemplateView):
    """What was given up and waits for a person: bounced mails and jobs that kept failing."""

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
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have one tried again."""
        chosen = request.POST.get("job", "")
        key = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
        release(get_object_or_404(Job.objects.parked(), pk=key), actor=request.user)
        messages.success(request, _("It is tried again within a minute."))
        return redirect("jobs")


ROUTES = [path("jobs/", JobsPage.as_view(), name="jobs")]
