"""What do you hold on me, and how do I leave?"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from cic.core.errors import DomainError
from cic.core.middleware import PRIVATE
from cic.core.views import CreatePage, WorkspacePage, add_refusal
from partners.forms.my_data import ErasureForm
from partners.models import DataExport
from partners.models.exports import digest_of
from partners.operations.erasure import erase_account
from partners.operations.exports import ask_for_export


class OwnExports(WorkspacePage):
    """What the reader asked for in this very session and may still fetch."""

    model = DataExport
    permission = "core.own_tokens"

    def get_queryset(self) -> Any:
        """Another session does not even learn that there is one."""
        session = digest_of(self.request.session.session_key or "")
        return super().get_queryset().living().filter(session_digest=session)


class MyDataPage(OwnExports, TemplateView):
    """What there is to ask for, the copy that was asked for, and the way out."""

    template_name = "partners/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest copy and how far it is."""
        export = self.get_queryset().first()
        return super().get_context_data(
            page_title=_("My data"),
            export=export,
            progress=progress_of(export) if export and not export.ready_at else None,
            **kwargs,
        )


def progress_of(export: DataExport) -> dict[str, Any]:
    """What the progress piece shows of a copy that is being made."""
    words = _("%(done)d of %(total)d kinds of record") % {"done": export.done, "total": export.total}
    return {
        "id": "export",
        "label": _("Putting your data together"),
        "done": export.done,
        "total": export.total,
        "words": words if export.total else _("It begins in a moment."),
        "finished": bool(export.ready_at),
        "failed": "",
        "poll_url": reverse("my_data_progress", args=[export.pk]),
    }


class ExportProgress(OwnExports, View):
    """The progress piece alone, for htmx; once it is over, the whole page is asked for again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The piece as it stands."""
        export = self.get_object()
        response = render(request, "pieces/_progress.html", progress_of(export))
        if export.ready_at:
            response["HX-Refresh"] = "true"
        return response


@method_decorator(reauthentication_required, name="dispatch")
class ExportAsk(WorkspacePage, View):
    """Ask for a copy. Whoever only found the screen open is asked for the password first."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Have it made."""
        ask_for_export(actor=request.user, session_key=request.session.session_key)
        return redirect("my_data")


@method_decorator(reauthentication_required, name="dispatch")
class ExportFile(OwnExports, View):
    """The copy itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes, for this person, in this session, on this day."""
        export = get_object_or_404(self.get_queryset().exclude(ready_at=None), pk=kwargs["pk"])
        try:
            content = export.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            content, as_attachment=True, filename="my-data.zip", content_type="application/zip"
        )
        response["Cache-Control"] = PRIVATE
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ErasePage(CreatePage):
    """Delete one's account: what goes, what stays, the password once more."""

    permission = "core.own_tokens"
    template_name = "partners/erase.html"
    form_class = ErasureForm
    page_title = gettext_lazy("Delete my account")
    submit_label = gettext_lazy("Delete my account for good")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the reader."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_cancel_url(self) -> str:
        """Back to one's data."""
        return reverse("my_data")

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it and say goodbye; or say what is still in the way."""
        try:
            erase_account(self.request.user, actor=self.request.user)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        logout(self.request)
        return render(self.request, "partners/erased.html", {"page_title": _("Your account is deleted")})


ROUTES = [
    path("my-data/", MyDataPage.as_view(), name="my_data"),
    path("my-data/ask/", ExportAsk.as_view(), name="my_data_ask"),
    path("my-data/exports/<int:pk>/progress/", ExportProgress.as_view(), name="my_data_progress"),
    path("my-data/exports/<int:pk>/download/", ExportFile.as_view(), name="my_data_download"),
    path("my-data/delete/", ErasePage.as_view(), name="my_data_erase"),
]
