"""How is an author asked for more, and where does the author answer?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from cic.core.views import ChildCreatePage, ObjectPage
from pilots.forms.information_requests import AnswerForm, AskForm
from pilots.models import Idea, IdeaAnnex, InformationRequest
from pilots.operations import information_requests


class RequestCreatePage(ChildCreatePage):
    """Ask the author of an idea for more."""

    parent_model = Idea
    noun = "idea"
    permission = "pilots.ask_for_more"
    form_class = AskForm
    page_title = _("Ask for more")
    submit_label = _("Ask")
    done = _("The author has been asked.")

    def act(self, form: Any) -> Any:
        """Record the request."""
        given = form.cleaned_data
        values = {
            "idea": self.parent,
            "question": given["question"],
            "fields": given["fields_opened"],
            "due_on": given["due_on"],
        }
        return information_requests.ask_for_more(values, actor=self.request.user)


class RequestPage(ObjectPage):
    """A request, and for who proposes the form that answers it: only what was asked is open."""

    model = InformationRequest
    noun = "idea"
    permission = "pilots.view_request"
    template_name = "pilots/ideas/request.html"
    form_class = AnswerForm
    page_title = _("We ask for more")
    submit_label = _("Send the answer")
    done = _("Your answer was sent.")

    def get_queryset(self) -> Any:
        """Requests with their idea."""
        return super().get_queryset().select_related("idea", "asked_by")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form opens the fields of the request."""
        annex = None
        if "annex" in self.object.fields:
            annex = IdeaAnnex.objects.visible_to(self.request.user).filter(idea=self.object.idea_id).first()
        return {**super().get_form_kwargs(), "request": self.object, "annex": annex.text if annex else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it still waits, and whether this reader may answer."""
        waiting = InformationRequest.objects.open().filter(pk=self.object.pk).exists()
        return super().get_context_data(
            idea=self.object.idea,
            waiting=waiting,
            may_answer=waiting and can(self.request.user, "pilots.answer_request", self.object),
            **kwargs,
        )

    def get_cancel_url(self) -> str:
        """Back to the idea."""
        return reverse("idea_detail", args=[self.object.idea_id])

    def get_success_url(self) -> str:
        """Back to the idea."""
        return self.get_cancel_url()

    def act(self, form: Any) -> Any:
        """Answer it."""
        values = {"answer": form.cleaned_data["answer"], "changes": form.changes()}
        return information_requests.answer_request(self.object, values, actor=self.request.user)


ROUTES = [
    path("ideas/<int:pk>/ask/", RequestCreatePage.as_view(), name="request_create"),
    path("requests/<int:pk>/", RequestPage.as_view(), name="request_detail"),
]
