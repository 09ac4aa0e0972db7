"""How does somebody follow a record or a search, with or without an account, and how do they end it?"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from cic.core.errors import DomainError
from cic.core.views import add_refusal
from cic.core.views.public import AskingPage, PublicPage
from community.choices import CONFIRM_HOURS, Frequency
from community.forms import FollowForm
from community.models import Follow
from community.models.follows import FOLLOWED
from community.models.searches import in_words, spelled
from community.models.subjects import named, page_of, readable_record
from community.operations import follows as operations


class FollowPage(AskingPage):
    """Ask to hear of one record, or of new pilots that fit a search: by one button, or from an address."""

    route = "follow"
    counted_as = "follow"
    form_class = FollowForm
    page_title = _("Follow")
    template_name = "community/follow.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find what is to be followed. Nobody is asked to sign in."""
        self.subject = self.find()
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> Any:
        """The record of the address that the reader may read.

        Raises: Http404.
        """
        record = readable_record(self.kwargs["reference"], FOLLOWED.values(), self.request.user)
        if record is None:
            raise Http404
        return record

    def what(self) -> str:
        """What is followed, in words."""
        return named(self.subject)

    def back(self) -> str:
        """Where one came from."""
        return page_of(self.subject)

    def crumbs(self) -> Any:
        """What is followed."""
        return [{"label": self.what(), "url": self.back()}, {"label": self.page_title, "url": ""}]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who signed in gives no address."""
        return {**super().get_form_kwargs(), "known": self.request.user.is_authenticated}

    def act(self, form: Any) -> HttpResponse:
        """Follow, or ask the address to confirm."""
        user = self.request.user if self.request.user.is_authenticated else None
        language = get_language() or settings.LANGUAGE_CODE
        try:
            operations.follow(self.subject, actor=user, language=language, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        if user is not None:
            messages.success(self.request, gettext("You follow this now."))
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        """The list of what one follows; for an address, what happens next."""
        return reverse("my_follows" if self.request.user.is_authenticated else "follow_asked")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is followed."""
        return super().get_context_data(
            what=self.what(), submit_label=_("Follow"), cancel_url=self.back(), hours=CONFIRM_HOURS, **kwargs
        )


class FollowSearchPage(FollowPage):
    """Ask to hear of new pilots that fit the filters of the address."""

    route = "follow_search"

    def find(self) -> str:
        """The search, in its one spelling."""
        return spelled(self.request.GET)[:500]

    def what(self) -> str:
        """The filters in words."""
        return in_words(self.subject)

    def back(self) -> str:
        """The front page: which page the catalogue is on, only the public room knows."""
        return f"/{get_language()}/"


class AskedPage(PublicPage, TemplateView):
    """What happens after an address was given: the same for every address."""

    route = "follow_asked"
    page_title = _("Look into your mail")
    template_name = "community/follow_asked.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How long the link holds."""
        return super().get_context_data(hours=CONFIRM_HOURS, **kwargs)


@method_decorator(never_cache, name="dispatch")
class ConfirmFollowPage(PublicPage, TemplateView):
    """The link of the mail: GET asks, POST confirms, once. Programs that open every link of a mail change nothing."""

    route = "follow_confirm"
    page_title = _("Follow")
    template_name = "community/follow_confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What would be followed; 410 for a link that is used or too old."""
        asked = operations.asked_by(kwargs["token"])
        context = self.get_context_data(
            what=operations.subject_in_words(asked) if asked is not None else "", **kwargs
        )
        return self.render_to_response(context, status=200 if asked is not None else 410)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm, and show what this address follows."""
        try:
            row = operations.confirm_follow(kwargs["token"])
        except DomainError:
            return self.render_to_response(self.get_context_data(what="", **kwargs), status=410)
        return redirect(reverse("following", args=[operations.reader_token(row.reader)]))


class Ending:
    """What the list of follows can do: hear more or less often, end one, end all."""

    reader = ""
    actor: Any = None

    def rows(self) -> list[Follow]:
        """What the reader follows, latest first."""
        return list(Follow.objects.of(self.reader).confirmed().with_subjects().order_by("-pk"))

    def shown(self) -> list[dict[str, Any]]:
        """Each with its words and where it is read; what is not public any more has neither."""
        return [
            {
                "pk": row.pk,
                "what": operations.subject_in_words(row) if row.is_open else _("Something no longer public"),
                "url": page_of(row.record) if row.record is not None and row.is_open else "",
                "frequency": row.frequency,
            }
            for row in self.rows()
        ]

    def change(self, data: Any) -> None:
        """Do what the form asks for; what is not the reader's does not exist."""
        if data.get("action") == "all" or data.get("List-Unsubscribe") == "One-Click":
            operations.end_follows(Follow.objects.of(self.reader), actor=self.actor)
            return
        number = data.get("follow", "")
        row = next((row for row in self.rows() if str(row.pk) == number), None)
        if row is None:
            raise Http404
        if data.get("action") == "end":
            operations.end_follows([row], actor=self.actor)
        elif data.get("frequency") in Frequency.values:
            operations.change_frequency(row, data["frequency"], actor=self.actor)


@method_decorator([csrf_exempt, never_cache], name="dispatch")  # the signed address is the proof (RFC 8058)
class FollowingPage(Ending, PublicPage, TemplateView):
    """What one reader follows, for whoever has their mails; a mail program ends all of it with one POST."""

    route = "following"
    page_title = _("What you follow")
    template_name = "community/following.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read whose it is from the address.

        Raises: Http404.
        """
        self.reader = operations.reader_of(kwargs["token"])
        if not self.reader:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End or change, and show what is left."""
        self.change(request.POST)
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        address = "" if self.reader.startswith("user:") else self.reader
        return super().get_context_data(
            follows=self.shown(), ways=Frequency.choices, address=address, **kwargs
        )


class MyFollowsPage(Ending, LoginRequiredMixin, TemplateView):
    """What somebody who signed in follows."""

    template_name = "community/my_follows.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Their own."""
        self.reader, self.actor = f"user:{request.user.pk}", request.user
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """End or change, and show what is left."""
        self.change(request.POST)
        messages.success(request, gettext("Kept."))
        return redirect("my_follows")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        return super().get_context_data(
            page_title=_("What I follow"), follows=self.shown(), ways=Frequency.choices, **kwargs
        )


ROUTES = [
    path("follow/", FollowSearchPage.as_view(), name="follow_search"),
    path("follow/asked/", AskedPage.as_view(), name="follow_asked"),
    path("follow/confirm/<str:token>/", ConfirmFollowPage.as_view(), name="follow_confirm"),
    path("follow/mine/<str:token>/", FollowingPage.as_view(), name="following"),
    path("follow/<str:reference>/", FollowPage.as_view(), name="follow"),
]
OWN = [path("following/", MyFollowsPage.as_view(), name="my_follows")]
