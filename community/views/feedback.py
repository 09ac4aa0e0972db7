"""How does somebody say what they cannot read or use, without an account?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from cic.core.middleware import client_address
from community.choices import ASKS_PER_HOUR
from community.forms import FeedbackForm
from community.operations.feedback import send_feedback
from community.operations.follows import too_often

from .public import PublicPage


@method_decorator(never_cache, name="dispatch")
class FeedbackPage(PublicPage, FormView):
    """Say what cannot be read or used, or ask for it in another form."""

    route = "feedback"
    form_class = FeedbackForm
    page_title = _("Say what you cannot use")
    template_name = "community/feedback.html"
    success_url = reverse_lazy("feedback_sent")

    def crumbs(self) -> Any:
        """From the statement of accessibility."""
        statement = {"label": _("Accessibility"), "url": reverse("accessibility")}
        return [statement, {"label": self.page_title, "url": ""}]

    def get_initial(self) -> dict[str, Any]:
        """The page one came from, if the link says so."""
        return {"page": self.request.GET.get("page", "")[:500]}

    def form_valid(self, form: Any) -> HttpResponse:
        """Count who writes; what a program filled in goes nowhere, and it is not told."""
        if too_often(f"feedback:{client_address(self.request)}", ASKS_PER_HOUR, span_s=3600):
            form.add_error(
                None, _now("Too many have written from where you are. Please try again in an hour.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=429)
        if not form.cleaned_data.pop("website", ""):
            user = self.request.user if self.request.user.is_authenticated else None
            send_feedback(actor=user, **form.cleaned_data)
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same form with what was typed and what to mend."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class FeedbackSentPage(PublicPage, TemplateView):
    """What happens with what was written."""

    route = "feedback_sent"
    page_title = _("Thank you")
    template_name = "community/feedback_sent.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where to go from here."""
        return self.render_to_response(self.get_context_data(statement=reverse("accessibility"), **kwargs))


ROUTES = [
    path("accessibility/write/", FeedbackPage.as_view(), name="feedback"),
    path("accessibility/written/", FeedbackSentPage.as_view(), name="feedback_sent"),
]
