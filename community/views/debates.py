"""What is debated in a group, and how do people begin, contribute, and close with what came of it?"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from cic.core.views import ChildCreatePage, ConfirmPage, DetailPage, EditPage, ListPage
from community.filters import DebateFilter
from community.forms import ContributionForm, DebateForm
from community.models import Debate, Group
from community.models.threads import threads_about
from community.operations import debates as operations
from community.operations.comments import write_comment
from community.transitions import DEBATE

from .comments import THREADS_PER_PAGE, answered_in, page_number, place_of
from .groups import PlainMovePage, crumbs_to


class DebateListPage(ListPage):
    """Debates of all groups the reader reads."""

    model = Debate
    noun = "debate"
    permission = "community.view_debate"
    filterset_class = DebateFilter
    table = DEBATE
    row_template = "community/_debate_row.html"
    page_title = _("Debates")
    columns = (
        ("title", _("Title"), "title"),
        ("group", _("Group"), ""),
        ("state", _("State"), ""),
        ("created_at", _("Begun"), "created_at"),
    )
    export_columns = (
        ("reference", "reference"),
        ("group", "group__reference"),
        ("title", "title"),
        ("text", "text"),
        ("language", "language"),
        ("author", "author__name"),
        ("state", "state"),
        ("conclusions", "conclusions"),
        ("created_at", "created_at"),
        ("closed_at", "closed_at"),
        ("id", "pk"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With where it is debated."""
        return queryset.select_related("group")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(None, here), **kwargs)


class DebatePage(DetailPage):
    """One debate: the question, what was said, what came of it, and for who is in the group a place to say something."""

    model = Debate
    noun = "debate"
    permission = "community.view_debate"
    tables = (DEBATE,)
    edit_permission = "community.edit_debate"
    template_name = "community/debate.html"

    def get_queryset(self) -> Any:
        """With its group and who began it."""
        return super().get_queryset().select_related("group", "author")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The threads of this page, and the form."""
        user, debate = self.request.user, self.object
        number = page_number(self.request)
        found = threads_about(debate, THREADS_PER_PAGE, start=(number - 1) * THREADS_PER_PAGE)
        here, more = self.request.path, found.thread_count > number * THREADS_PER_PAGE
        contributes = can(user, "community.contribute", debate)
        moderates = can(user, "community.moderate", debate)
        may_edit = can(user, "community.edit_debate", debate)
        return super().get_context_data(
            title=debate.said.title,
            crumbs=crumbs_to(debate.group, {"label": debate.title, "url": ""}),
            debate=debate,
            threads=found.threads,
            comment_count=found.comment_count,
            takes_comments=contributes,
            takes_reports=True,
            moderates=moderates,
            write_url=reverse("debate_contribute", args=[debate.pk]),
            form=contribution_form(user, debate) if contributes else None,
            remove_url=reverse("debate_remove", args=[debate.pk])
            if may_edit and not found.comment_count
            else "",
            previous_url=f"{here}?page={number - 1}" if number > 1 else "",
            next_url=f"{here}?page={number + 1}" if more else "",
            **kwargs,
        )


def contribution_form(user: Any, debate: Debate, *args: Any) -> ContributionForm:
    """The form to say something in `debate`."""
    return ContributionForm(*args, for_city=can(user, "community.answer_for_city", debate))


class StartDebatePage(ChildCreatePage):
    """Put a question to the group."""

    model = Debate
    parent_model = Group
    noun = "group"
    permission = "community.start_debate"
    form_class = DebateForm
    page_title = _("Start a debate")
    submit_label = _("Start it")
    done = _("The debate has begun.")

    def get_initial(self) -> dict[str, Any]:
        """In the language the group is written in."""
        return {"language": self.parent.language}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(self.parent, here), **kwargs)

    def act(self, form: Any) -> Any:
        """Start it."""
        return operations.start_debate({**form.cleaned_data, "group": self.parent}, actor=self.request.user)

    def get_success_url(self) -> str:
        """The debate."""
        return reverse("debate_detail", args=[self.result.pk])


class OfDebate:
    """A page about one debate."""

    model = Debate
    noun = "debate"
    page_title: Any = ""

    def get_queryset(self) -> Any:
        """With its group."""
        return super().get_queryset().select_related("group")  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        debate = self.object  # type: ignore[attr-defined]
        way = {"label": debate.title, "url": reverse("debate_detail", args=[debate.pk])}
        here = {"label": self.get_title(), "url": ""}
        return super().get_context_data(crumbs=crumbs_to(debate.group, way, here), **kwargs)  # type: ignore[misc]

    def get_title(self) -> Any:
        """What one is about to do."""
        return self.page_title


class DebateEditPage(OfDebate, EditPage):
    """Title and text of a debate, while it is open."""

    permission = "community.edit_debate"
    form_class = DebateForm
    page_title = _("Edit the debate")
    done = _("The debate is saved. The text of before stays in the log.")

    def act(self, form: Any) -> Any:
        """Save it."""
        return operations.edit_debate(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class DebateMovePage(OfDebate, PlainMovePage):
    """Close with conclusions, or open again."""

    permission = "community.view_debate"
    tables = (DEBATE,)

    def get_title(self) -> Any:
        """The move."""
        return self.move.label

    def get_form(self, form_class: Any = None) -> Any:
        """Room for conclusions; they are the reason."""
        form = super().get_form(form_class)
        if "conclusions" in form.fields:
            form.fields["conclusions"].widget = forms.Textarea(attrs={"rows": 10})
            form.fields["conclusions"].help_text = _("What was agreed, what stays open, and what happens next. Whoever took part gets it by mail.")  # fmt: skip
            del form.fields["note"]
        return form

    def act(self, form: Any) -> Any:
        """Make the move."""
        given = dict(form.cleaned_data)
        note = given.pop("note", "")
        return operations.move_debate(
            self.object, self.move.name, actor=self.request.user, note=note, changes=given
        )


class DebateRemovePage(OfDebate, ConfirmPage):
    """Take away a debate in which nobody spoke."""

    permission = "community.edit_debate"
    page_title = _("Remove this debate?")
    submit_label = _("Remove it")
    done = _("The debate is removed. It is in the bin for thirty days.")

    def act(self, form: Any) -> Any:
        """Remove it."""
        operations.remove_debate(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object

    def get_success_url(self) -> str:
        """Back to the group."""
        return reverse("group_detail", args=[self.object.group_id])


class ContributePage(ChildCreatePage):
    """Say something in a debate; `?answer=` names what is answered."""

    parent_model = Debate
    noun = "debate"
    permission = "community.contribute"
    form_class = ContributionForm
    template_name = "community/contribute.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find what is answered."""
        self.answered = None
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the form offers this person; and whom they answer."""
        if answer := self.request.GET.get("answer", ""):
            self.answered = answered_in(self.parent, answer)
        for_city = can(self.request.user, "community.answer_for_city", self.parent)
        return {**super().get_form_kwargs(), "for_city": for_city}

    def act(self, form: Any) -> Any:
        """Say it."""
        language = get_language() or settings.LANGUAGE_CODE
        values = {"debate": self.parent, "parent": self.answered, "language": language, **form.cleaned_data}
        return write_comment(values, actor=self.request.user)

    def get_success_url(self) -> str:
        """What was said, in its place."""
        return place_of(self.result)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is answered, and the way back."""
        title = _("Answer") if self.answered is not None else _("Contribute")
        debate = {"label": self.parent.title, "url": self.get_cancel_url()}
        return super().get_context_data(
            page_title=title,
            submit_label=_("Send"),
            answered=self.answered,
            crumbs=crumbs_to(self.parent.group, debate, {"label": title, "url": ""}),
            **kwargs,
        )


ROUTES = [
    path("groups/<int:pk>/debates/new/", StartDebatePage.as_view(), name="debate_create"),
    path("debates/", DebateListPage.as_view(), name="debate_list"),
    path("debates/<int:pk>/", DebatePage.as_view(), name="debate_detail"),
    path("debates/<int:pk>/edit/", DebateEditPage.as_view(), name="debate_edit"),
    path("debates/<int:pk>/remove/", DebateRemovePage.as_view(), name="debate_remove"),
    path("debates/<int:pk>/contribute/", ContributePage.as_view(), name="debate_contribute"),
    path("debates/<int:pk>/moves/<slug:name>/", DebateMovePage.as_view(), name="debate_move"),
]
