"""Which comments wait for a moderator, and what becomes of them?"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.views import DetailPage, ListPage, MovePage, OperationPage
from community.filters import CommentFilter
from community.forms import HideManyForm
from community.models import Comment
from community.models.subjects import page_of, title_of
from community.operations import comments as operations
from community.transitions import COMMENT

MOST_AT_ONCE = 200


def chosen_ids(values: Any) -> list[int]:
    """The ids among what an address or a form says."""
    return list(dict.fromkeys(int(pk) for pk in values if pk.isdecimal() and len(pk) < 19))[:MOST_AT_ONCE]


def chosen(user: Any, ids: list[int]) -> list[Comment]:
    """The comments of these ids, all of which `user` moderates.

    Raises: DomainError "invalid" when one of them is not theirs to moderate.
    """
    found = list(Comment.objects.moderated_by(user).filter(pk__in=ids).order_by("pk"))
    if len(found) != len(ids):
        raise DomainError("invalid", str(_("One of these comments is no longer here. Choose again.")))
    return found


class QueuePage(ListPage):
    """Comments on what the reader moderates; those that wait, and those reported, by a filter in the address."""

    model = Comment
    noun = "comment"
    permission = "community.open_queue"
    filterset_class = CommentFilter
    quiet_filters = ("trial", "challenge", "debate", "parent")
    template_name = "community/queue.html"
    row_template = "community/_queue_row.html"
    page_title = _("Comments of the public")
    table = COMMENT
    columns = (
        ("text", _("Comment"), ""),
        ("subject", _("About"), ""),
        ("state", _("State"), ""),
        ("created_at", _("Written"), "created_at"),
    )
    export_columns = (
        ("id", "pk"),
        ("trial", "trial__reference"),
        ("challenge", "challenge__reference"),
        ("debate", "debate__reference"),
        ("kind", "kind"),
        ("state", "state"),
        ("reported_for", "reported_for"),
        ("official", "official"),
        ("author", "author__name"),
        ("text", "text"),
        ("created_at", "created_at"),
        ("published_at", "published_at"),
    )
    ACTIONS = (
        {"name": "publish", "label": _("Publish"), "style": "main"},
        {"name": "restore", "label": _("Leave public")},
        {"name": "hide", "label": _("Hide"), "style": "warn"},
    )
    picked: frozenset[int] = frozenset()

    def get_queryset(self) -> Any:
        """Those the reader moderates."""
        return Comment.objects.moderated_by(self.request.user)

    def rows(self, queryset: Any) -> Any:
        """With who wrote about what."""
        return queryset.select_related("author", "trial", "challenge", "debate")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, and which of them were ticked."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.picked, row.about = row.pk in self.picked, title_of(row.subject)
        here = reverse("comment_list")
        waiting = f"{here}?{urlencode({'state': 'pending'})}"
        reported = f"{here}?{urlencode({'state': 'reported'})}"
        return {**context, "actions": self.ACTIONS, "waiting_url": waiting, "reported_url": reported}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take what was ticked one step: all, or none with the reason why and the same ticks."""
        self.check()
        name, ids = request.POST.get("action", ""), chosen_ids(request.POST.getlist("selected"))
        if name == "hide" and ids:
            return redirect(f"{reverse('comment_hide_many')}?{urlencode([('comment', pk) for pk in ids])}")
        try:
            if name not in ("publish", "restore"):
                COMMENT.find("")
            done = operations.moderate_many(chosen(request.user, ids), name, actor=request.user)
        except DomainError as error:
            messages.error(request, error.detail)
            self.picked = frozenset(ids)
            response = self.get(request, *args, **kwargs)
            response.status_code = 400 if error.status == 404 else error.status
            return response
        words = ngettext("%(count)d comment is public.", "%(count)d comments are public.", len(done))
        messages.success(request, words % {"count": len(done)})
        return redirect(request.get_full_path())


class HideManyPage(OperationPage):
    """Hide several comments for one reason: all of them, or none."""

    noun = "comment"
    permission = "community.open_queue"
    template_name = "community/hide_many.html"
    form_class = HideManyForm
    page_title = _("Hide these comments")
    submit_label = _("Hide them")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who moderate."""
        if request.user.is_authenticated:
            self.check()
            self.ids = chosen_ids(request.GET.getlist("comment"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The comments it is about."""
        rows = Comment.objects.moderated_by(self.request.user).filter(pk__in=self.ids)
        return super().get_context_data(comments=rows.select_related("author").order_by("pk"), **kwargs)

    def act(self, form: Any) -> Any:
        """Hide them."""
        user = self.request.user
        rows = operations.moderate_many(
            chosen(user, self.ids), "hide", actor=user, note=form.cleaned_data["note"]
        )
        words = ngettext("%(count)d comment is hidden.", "%(count)d comments are hidden.", len(rows))
        messages.success(self.request, words % {"count": len(rows)})
        return rows

    def get_success_url(self) -> str:
        """Back to the queue."""
        return reverse("comment_list")


class ModeratePage(DetailPage):
    """One comment as its moderator sees it: what was said, where, why it was reported, what came of it."""

    model = Comment
    noun = "comment"
    permission = "community.moderate"
    template_name = "community/moderate.html"
    tables = (COMMENT,)

    def get_queryset(self) -> Any:
        """With who wrote about what."""
        return (
            super().get_queryset().select_related("author", "trial", "challenge", "debate__group", "parent")
        )

    def facts(self) -> list[tuple[Any, Any]]:
        """Who wrote it, when, about what, and why it was reported."""
        comment = self.object
        return [
            (_("About"), comment.subject),
            (_("Author"), comment.author),
            (_("In the name of the city"), _("yes") if comment.official else ""),
            (_("Language"), comment.get_language_display()),
            (_("Reported because"), comment.get_reported_for_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way to where it stands in public, and what a moderator does with it."""
        comment = self.object
        context = super().get_context_data(
            title=comment.get_kind_display(),
            subject_url=page_of(comment.subject),
            thread_url=reverse("comment", args=[comment.pk]),
            **kwargs,
        )
        own = {action["name"] for action in QueuePage.ACTIONS}
        return {**context, "moves": [row for row in context["moves"] if row["name"] in own]}


class CommentMovePage(MovePage):
    """Publish, hide, leave public."""

    model = Comment
    noun = "comment"
    permission = "community.moderate"
    tables = (COMMENT,)

    def get_form(self, form_class: Any = None) -> Any:
        """Without an authority: a comment is hidden for a reason, not by a resolution."""
        form = super().get_form(form_class)
        del form.fields["authority"]
        return form

    def act(self, form: Any) -> Any:
        """Make the move."""
        given = dict(form.cleaned_data)
        note = given.pop("note")
        return operations.move_comment(
            self.object, self.move.name, actor=self.request.user, note=note, changes=given
        )


ROUTES = [
    path("comments/", QueuePage.as_view(), name="comment_list"),
    path("comments/hide/", HideManyPage.as_view(), name="comment_hide_many"),
    path("comments/<int:pk>/", ModeratePage.as_view(), name="comment_detail"),
    path("comments/<int:pk>/moves/<slug:name>/", CommentMovePage.as_view(), name="comment_move"),
]
NAV = [NavEntry(_("Public site"), _("Comments"), "comment_list", "community.open_queue")]
