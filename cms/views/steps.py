"""Which step does somebody take with a case: ask, approve, return, withdraw, clear a passage?"""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy

from cic.core.views import ObjectPage
from cms.choices import WRITABLE, CaseState
from cms.facts.checking import findings, obstacles
from cms.facts.freezing import digest, facts_of
from cms.forms import ApprovalForm, ReasonForm, TogetherForm
from cms.models import CasePage
from cms.operations import cases as operations
from cms.operations.case_languages import approve_together, ask_together

from .case_languages import steps_of, untold, versions_of
from .cases import CaseRoute, badge_of, described


class StepPage(CaseRoute, ObjectPage):
    """One step on the way to the public, before it is taken."""

    template_name = "cms/workspace/step.html"
    consequence: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What will follow."""
        return super().get_context_data(
            consequence=self.consequence, state=badge_of(self.object.state), **kwargs
        )


class TogetherPage(StepPage):
    """A step that a case takes in several of its languages at once."""

    template_name = "cms/workspace/together.html"

    def others(self) -> list[CasePage]:
        """The versions in other languages that can take it as well."""
        raise TypeError(f"{type(self).__name__} must say which languages can take it.")

    @cached_property
    def versions(self) -> list[CasePage]:
        """The case in all its languages."""
        return versions_of(self.object, self.request.user)

    @cached_property
    def beside(self) -> list[CasePage]:
        """The versions that can take it as well."""
        return self.others()

    def get_form_kwargs(self) -> dict[str, Any]:
        """Those that can take it as well."""
        return {**super().get_form_kwargs(), "others": self.beside}

    def chosen(self, form: Any) -> list[CasePage]:
        """The case, and the other languages that were ticked."""
        wanted = form.cleaned_data.get("also", [])
        return [self.object, *(page for page in self.beside if str(page.pk) in wanted)]


class AskPage(TogetherPage):
    """Ask a second person to approve it."""

    permission = "cms.edit_case"
    form_class = TogetherForm
    page_title = submit_label = gettext_lazy("Ask for approval")
    consequence = gettext_lazy(
        "Everybody who may approve cases of this centre gets a mail. Until somebody answers, nobody can change it."
    )
    done = gettext_lazy("Approval was asked for.")

    def others(self) -> list[CasePage]:
        """What is written and nobody has asked for; a withdrawn one comes back by a decision of its own."""
        self.waits: list[dict[str, Any]] = []
        found = []
        for page in self.versions:
            if page.state not in WRITABLE or page.state == CaseState.WITHDRAWN:
                continue
            if sentences := obstacles(page):
                self.waits.append({"page": page, "sentences": sentences})
            elif page.pk != self.object.pk:
                found.append(page)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is not said in each language, and what keeps the others from being asked for."""
        asked = [self.object, *self.beside]
        left = [untold(page.newest(), self.versions) for page in asked]
        return super().get_context_data(
            untold=[row for row in left if row],
            waits=self.waits,
            steps=steps_of(self.object, self.versions, "ask"),
            **kwargs,
        )

    def act(self, form: Any) -> Any:
        """Ask."""
        return ask_together(self.chosen(form), actor=self.request.user)[0]


class ApprovePage(TogetherPage):
    """Approve and publish, as the second person."""

    permission = "cms.approve_case"
    form_class = ApprovalForm
    page_title = submit_label = gettext_lazy("Approve and publish")
    consequence = gettext_lazy(
        "It goes public at once, with the figures as they stand now. They stay like this until a correction."
    )
    done = gettext_lazy("The case is public.")

    def others(self) -> list[CasePage]:
        """What waits as well, and the reader neither wrote nor asked for."""
        user = self.request.user
        return [
            page
            for page in self.versions
            if page.pk != self.object.pk
            and page.state == CaseState.ASKED
            and page.current_workflow_task.stands_apart(page, user)
        ]

    def get_initial(self) -> dict[str, Any]:
        """The marks of the facts shown beside."""
        pages = [self.object, *self.beside]
        return {"seen": " ".join(f"{page.pk}:{digest(facts_of(page.newest()))}" for page in pages)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is not said in each language."""
        left = [untold(page.newest(), self.versions) for page in (self.object, *self.beside)]
        return super().get_context_data(
            untold=[row for row in left if row], reads=[self.object, *self.beside], **kwargs
        )

    def act(self, form: Any) -> Any:
        """Approve."""
        given = form.cleaned_data
        pairs = [mark.partition(":") for mark in given["seen"].split()]
        seen = {int(pk): mark for pk, _colon, mark in pairs if pk.isdecimal() and len(pk) < 19}
        return approve_together(self.chosen(form), actor=self.request.user, seen=seen, note=given["note"])[0]


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
