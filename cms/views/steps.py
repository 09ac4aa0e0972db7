"""Which step does somebody take with a case: ask, approve, return, withdraw, clear a passage?"""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy

from cic.core.views import ObjectPage
from cms.facts.cases import preview_of
from cms.facts.checking import findings
from cms.facts.freezing import digest
from cms.forms import ApprovalForm, NothingForm, PhotosForm, ReasonForm, TranslateForm
from cms.operations import cases as operations
from cms.operations.photos import write_photos

from .cases import CaseRoute, badge_of, described, languages_left


class StepPage(CaseRoute, ObjectPage):
    """One step on the way to the public, before it is taken."""

    template_name = "cms/workspace/step.html"
    consequence: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What will follow."""
        return super().get_context_data(
            consequence=self.consequence, state=badge_of(self.object.state), **kwargs
        )


class AskPage(StepPage):
    """Ask a second person to approve it."""

    permission = "cms.edit_case"
    form_class = NothingForm
    page_title = submit_label = gettext_lazy("Ask for approval")
    consequence = gettext_lazy(
        "Everybody who may approve cases of this centre gets a mail. Until somebody answers, nobody can change it."
    )
    done = gettext_lazy("Approval was asked for.")

    def act(self, form: Any) -> Any:
        """Ask."""
        return operations.ask_for_approval(self.object, actor=self.request.user)


class ApprovePage(StepPage):
    """Approve and publish, as the second person."""

    permission = "cms.approve_case"
    form_class = ApprovalForm
    page_title = submit_label = gettext_lazy("Approve and publish")
    consequence = gettext_lazy(
        "It goes public at once, with the figures as they stand now. They stay like this until a correction."
    )
    done = gettext_lazy("The case is public.")

    def get_initial(self) -> dict[str, Any]:
        """The mark of the facts shown beside."""
        return {"seen": digest(preview_of(self.object.newest()))}

    def act(self, form: Any) -> Any:
        """Approve."""
        given = form.cleaned_data
        return operations.approve_case(
            self.object, actor=self.request.user, seen=given["seen"], note=given["note"]
        )


class ReturnPage(StepPage):
    """Give it back with a comment."""

    permission = "cms.approve_case"
    form_class = ReasonForm
    page_title = submit_label = gettext_lazy("Return with a comment")
    consequence = gettext_lazy("Whoever asked gets your comment by mail and can change the case again.")
    done = gettext_lazy("The case was returned.")

    def act(self, form: Any) -> Any:
        """Return."""
        return operations.return_case(self.object, actor=self.request.user, note=form.cleaned_data["reason"])


class WithdrawPage(StepPage):
    """Take it back from the public."""

    permission = "cms.withdraw_case"
    form_class = ReasonForm
    page_title = submit_label = gettext_lazy("Withdraw from the public")
    consequence = gettext_lazy("The page, its feed entry, its data and its search results disappear at once.")
    done = gettext_lazy("The case is no longer public.")

    def act(self, form: Any) -> Any:
        """Withdraw."""
        return operations.withdraw_case(
            self.object, actor=self.request.user, note=form.cleaned_data["reason"]
        )


class WaivePage(StepPage):
    """Let one finding pass, with the reason."""

    permission = "cms.edit_case"
    form_class = ReasonForm
    page_title = submit_label = gettext_lazy("Clear this passage")
    done = gettext_lazy("The passage was cleared.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the passage; there is no page for one that is not there."""
        if request.user.is_authenticated:
            self.object = self.get_object()
            draft = self.object.newest()
            wanted = kwargs["fingerprint"]
            self.finding = next((row for row in findings(draft) if row.fingerprint == wanted), None)
            if self.finding is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The passage in words."""
        return super().get_context_data(finding=described(self.finding), **kwargs)

    def get_success_url(self) -> str:
        """Back to the case."""
        return self.get_cancel_url()

    def act(self, form: Any) -> Any:
        """Clear it."""
        reason = form.cleaned_data["reason"]
        return operations.waive_finding(
            self.object, self.kwargs["fingerprint"], actor=self.request.user, reason=reason
        )


class PhotosPage(CaseRoute, ObjectPage):
    """The photographs of a case: add, describe, take away."""

    permission = "cms.edit_case"
    template_name = "cms/workspace/photos.html"
    form_class = PhotosForm
    page_title = gettext_lazy("Photographs")
    submit_label = gettext_lazy("Save the photographs")
    done = gettext_lazy("The photographs are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The case, and its newest version."""
        draft = self.object.newest()
        return {**super().get_form_kwargs(), "case": self.object, "draft": draft}

    def act(self, form: Any) -> Any:
        """Write a version with them."""
        given = form.cleaned_data
        correction = {name: given[name] for name in ("what", "why") if name in given}
        return write_photos(
            self.object, form.rows(), actor=self.request.user, seen_revision=given["revision"], **correction
        )


class TranslatePage(CaseRoute, ObjectPage):
    """Begin the case in another language."""

    permission = "cms.edit_case"
    form_class = TranslateForm
    page_title = gettext_lazy("Write it in another language")
    submit_label = gettext_lazy("Make the draft")
    done = gettext_lazy("The draft holds the original: write it anew, field by field.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The languages it is not in yet."""
        return {**super().get_form_kwargs(), "languages": languages_left(self.object)}

    def act(self, form: Any) -> Any:
        """Make the draft, and go on with it."""
        language = form.cleaned_data["language"]
        self.object = operations.translate_case(self.object, language, actor=self.request.user)
        return self.object
