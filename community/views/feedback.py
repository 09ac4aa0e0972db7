"""How does somebody say what they cannot read or use, without an account?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.views.public import AskingPage, PublicPage
from community.forms import FeedbackForm
from community.operations.feedback import send_feedback


class FeedbackPage(AskingPage):
    """Say what cannot be read or used, or ask for it in another form."""

    route = "feedback"
    counted_as = "feedback"
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

    def act(self, form: Any) -> HttpResponse:
        """Send it on."""
        user = self.request.user if self.request.user.is_authenticated else None
        send_feedback(actor=user, **form.cleaned_data)
        return redirect(self.get_success_url())


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
