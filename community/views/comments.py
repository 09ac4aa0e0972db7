"""How do people read what was said about a record, say something, report it, and change or take back their own?"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cic.core.permissions import can
from cic.core.views import ConfirmPage, EditPage, ObjectPage, OperationPage, WorkspacePage
from cic.core.views.public import PublicPage
from community.choices import BEFORE, COMMENT_EDIT_MINUTES, COMMENTS_PER_HOUR, OFF
from community.forms import CommentEditForm, CommentForm, ReportForm
from community.models import Comment, Debate
from community.models.comments import SUBJECTS, subject_name
from community.models.subjects import crumbs_of, page_of, readable_record, title_of
from community.models.threads import threads_about, woven
from community.operations import comments as operations
from community.transitions import COMMENT, DEBATE

THREADS_PER_PAGE = 20
ANSWERS_AT_MOST = 300
# Half a minute, as the public pages: what is hidden must be gone within a minute from every cache.
FRESH = "public, max-age=30"


def page_number(request: HttpRequest) -> int:
    """Which page of a long list an address asks for, from 1."""
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def takes_comments(user: Any, subject: Any) -> bool:
    """Whether the page offers to say something: of a debate to who may, of public records to all while that is on."""
    if isinstance(subject, Debate):
        return can(user, "community.contribute", subject)
    return settings.COMMENTS != OFF


def answered_in(subject: Any, number: str) -> Comment:
    """The open comment about `subject` that an address names.

    Raises: Http404.
    """
    open_here = Comment.objects.about(subject).open().with_names()
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    return get_object_or_404(open_here, pk=pk)


class DiscussionPage(PublicPage, TemplateView):
    """All threads about one record, newest first."""

    route = "discussion"
    page_title = _("Comments and questions")
    template_name = "community/discussion.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, the same for all."""
        self.subject = readable_record(kwargs["reference"], SUBJECTS.values(), request.user)
        if self.subject is None:
            raise Http404
        if isinstance(self.subject, Debate):
            self.record, self.indexed = self.subject, self.subject.group.is_open
            self.page_title, self.description = self.subject.said.title, self.subject.said.text
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = FRESH
        return response

    def crumbs(self) -> Any:
        """The record; of a debate the groups, and its own."""
        if isinstance(self.subject, Debate):
            group = self.subject.group
            above = [
                {"label": _("Groups"), "url": reverse("groups")},
                {"label": group.said.name, "url": page_of(group)},
            ]
            return [*above, {"label": self.page_title, "url": ""}]
        return crumbs_of(self.subject, {"label": self.page_title, "url": ""})

    def data(self) -> dict[str, Any]:
        """A debate that everybody reads, by its first words; nobody is named."""
        return {
            "@type": "DiscussionForumPosting",
            "headline": self.subject.title,
            "text": self.subject.text,
            "datePublished": self.subject.created_at.isoformat(),
            "inLanguage": self.subject.language,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The threads of this page."""
        number = page_number(self.request)
        found = threads_about(self.subject, THREADS_PER_PAGE, start=(number - 1) * THREADS_PER_PAGE)
        here, more = self.request.path, found.thread_count > number * THREADS_PER_PAGE
        debate = self.subject if isinstance(self.subject, Debate) else None
        return super().get_context_data(
            subject=self.subject,
            said_title=title_of(self.subject),
            debate=debate,
            badge=DEBATE.badge(debate) if debate else None,
            threads=found.threads,
            takes_comments=takes_comments(self.request.user, self.subject),
            takes_reports=debate is not None,
            write_url=reverse("comment_write", args=[self.subject.reference]),
            previous_url=f"{here}?page={number - 1}" if number > 1 else "",
            next_url=f"{here}?page={number + 1}" if more else "",
            **kwargs,
        )


class WritePage(PublicPage, OperationPage):
    """Say or ask something about a record; `?answer=` names the comment that is answered."""

    route = "comment_write"
    noun = "comment"
    form_class = CommentForm
    template_name = "community/write.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the record and the comment that is answered, for who may speak."""
        self.subject = readable_record(kwargs["reference"], SUBJECTS.values(), request.user)
        if isinstance(self.subject, Debate):
            # What is said in a group is written in the workspace.
            query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
            return redirect(f"{reverse('debate_contribute', args=[self.subject.pk])}{query}")
        if self.subject is None or settings.COMMENTS == OFF:
            raise Http404
        self.answered = None
        if answer := request.GET.get("answer", ""):
            self.answered = answered_in(self.subject, answer)
        if request.user.is_authenticated and not can(request.user, "community.write_comment", self.subject):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the form offers this person."""
        for_city = can(self.request.user, "community.answer_for_city", self.subject)
        return {
            **super().get_form_kwargs(),
            "answering": self.answered is not None,
            "for_city": for_city,
            "asked": self.request.GET.get("kind", ""),
        }

    def act(self, form: Any) -> Any:
        """Say it."""
        values = {subject_name(self.subject): self.subject, "parent": self.answered, **form.cleaned_data}
        return operations.write_comment(
            {**values, "language": get_language() or settings.LANGUAGE_CODE}, actor=self.request.user
        )

    def get_success_url(self) -> str:
        """The comment itself, with what becomes of it."""
        return place_of(self.result)

    def get_cancel_url(self) -> str:
        """Back to the record."""
        return f"{page_of(self.subject)}#comments"

    def crumbs(self) -> Any:
        """The record."""
        return crumbs_of(self.subject, {"label": self.title(), "url": ""})

    def title(self) -> str:
        """What one is about to do."""
        return gettext("Answer") if self.answered is not None else gettext("Comment or ask")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is answered, and who reads it before it shows."""
        user = self.request.user
        return super().get_context_data(
            page_title=self.title(),
            submit_label=_("Send"),
            subject=self.subject,
            answered=self.answered,
            read_before=settings.COMMENTS == BEFORE and not can(user, "community.moderate", self.subject),
            minutes=COMMENT_EDIT_MINUTES,
            per_hour=COMMENTS_PER_HOUR,
            named=user.name,
            **kwargs,
        )


class CommentPage(PublicPage, WorkspacePage, TemplateView):
    """One thread; its author sees what became of a comment, and may change it or take it back."""

    model = Comment
    route = "comment"
    page_title = _("Comments and questions")
    template_name = "community/comment.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Everybody may read what is public: nobody is asked to sign in."""
        return TemplateView.dispatch(self, request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """With what they are about."""
        return super().get_queryset().select_related("trial", "challenge", "debate__group").with_names()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The thread."""
        self.object = self.get_object()
        response = super().get(request, *args, **kwargs)
        if self.object.is_open:
            response["Cache-Control"] = FRESH  # what somebody who signed in gets is private all the same
        return response

    def crumbs(self) -> Any:
        """The record, and its discussion."""
        subject = self.object.subject
        url = reverse("discussion", args=[subject.reference])
        return crumbs_of(subject, {"label": self.page_title, "url": url})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The thread as everybody reads it, and for its author where it stands."""
        comment, user = self.object, self.request.user
        first = Comment.objects.filter(pk=comment.parent_id or comment.pk).begun().values("pk")
        own = user.is_authenticated and comment.author_id == user.pk
        return super().get_context_data(
            comment=comment,
            subject=comment.subject,
            threads=woven(Comment.objects.with_answers(first, ANSWERS_AT_MOST)),
            own=own,
            badge=COMMENT.badge(comment) if own else None,
            may_edit=own and operations.may_change_still(comment, user),
            may_withdraw=own and any(row.name == "withdraw" for row in COMMENT.open_to(user, comment)),
            said_title=title_of(comment.subject),
            takes_comments=takes_comments(user, comment.subject),
            takes_reports=comment.debate_id is not None,
            write_url=reverse("comment_write", args=[comment.subject.reference]),
            moderate_url=reverse("comment_detail", args=[comment.pk])
            if can(user, "community.moderate", comment)
            else "",
            **kwargs,
        )


def place_of(comment: Comment) -> str:
    """The address of a comment in its thread; of a contribution in its debate."""
    if comment.debate_id is not None:
        return f"{reverse('debate_detail', args=[comment.debate_id])}#c{comment.pk}"
    return f"{reverse('comment', args=[comment.pk])}#c{comment.pk}"


class OfComment(PublicPage):
    """A page about one comment, which it leads back to."""

    model = Comment
    template_name = "public/form.html"

    def get_queryset(self) -> Any:
        """With what they are about."""
        return super().get_queryset().select_related("trial", "challenge", "debate__group")  # type: ignore[misc]

    def crumbs(self) -> Any:
        """The record."""
        return crumbs_of(self.object.subject, {"label": self.page_title, "url": ""})  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        """Back to the comment."""
        return place_of(self.object)  # type: ignore[attr-defined]

    get_cancel_url = get_success_url


class ReportPage(OfComment, ObjectPage):
    """Tell the moderators that something is wrong with a comment."""

    route = "comment_report"
    permission = "community.view_comment"
    template_name = "community/about.html"
    form_class = ReportForm
    page_title = _("Report this comment")
    submit_label = _("Report it")
    done = _("Thank you. A moderator looks at it.")

    def get_object(self) -> Any:
        """An open comment of somebody else; of one that was reported already the moderators know."""
        comment = super().get_object()
        if not comment.is_open:
            raise Http404
        if not can(self.request.user, "community.report_comment", comment):
            raise PermissionDenied
        return comment

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form; where moderators know already, that."""
        if not any(row.name == "report" for row in COMMENT.open_to(request.user, self.object)):
            messages.info(request, gettext("The moderators know of this comment already."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        """Report it."""
        given = form.cleaned_data
        return operations.move_comment(
            self.object,
            "report",
            actor=self.request.user,
            note=given["note"],
            changes={"reported_for": given["reported_for"]},
        )


class CommentEditPage(OfComment, EditPage):
    """Change one's own words, while that is open."""

    route = "comment_edit"
    permission = "community.edit_comment"
    form_class = CommentEditForm
    page_title = _("Change your words")
    done = _("Your words are changed. The text of before stays in the log.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form; when its time is over, the comment with the reason."""
        if not operations.may_change_still(self.object, request.user):
            sentence = gettext(
                "A comment can be changed for %(minutes)s minutes, and not once a moderator has read it."
            )
            messages.error(request, sentence % {"minutes": COMMENT_EDIT_MINUTES})
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        """Change them."""
        return operations.edit_comment(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class WithdrawPage(OfComment, ConfirmPage):
    """Take back what one wrote."""

    route = "comment_withdraw"
    permission = "community.edit_comment"
    template_name = "community/about.html"
    page_title = _("Take back what you wrote?")
    submit_label = _("Take it back")
    done = _("It is taken back. Answers to it stay.")

    def act(self, form: Any) -> Any:
        """Take it back."""
        return operations.move_comment(self.object, "withdraw", actor=self.request.user)


ROUTES = [
    path("discussion/<str:reference>/", DiscussionPage.as_view(), name="discussion"),
    path("discussion/<str:reference>/write/", WritePage.as_view(), name="comment_write"),
    path("comments/<int:pk>/", CommentPage.as_view(), name="comment"),
    path("comments/<int:pk>/report/", ReportPage.as_view(), name="comment_report"),
    path("comments/<int:pk>/edit/", CommentEditPage.as_view(), name="comment_edit"),
    path("comments/<int:pk>/withdraw/", WithdrawPage.as_view(), name="comment_withdraw"),
]
