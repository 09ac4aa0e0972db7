"""Which programs act for me, how do I let one in, and how do I shut it out again?"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from cic.core import tokens as operations
from cic.core.models import ApiToken
from cic.core.secret_pages import show_once
from cic.core.views import ConfirmPage, CreatePage, WorkspacePage
from cic.core.webhooks import nouns
from partners.forms.tokens import TokenForm
from partners.models import Centre

MOST_SHOWN = 100


def nouns_of_api() -> list[tuple[str, Any]]:
    """The kinds of record a scope may name, each with its plural."""
    return [(name, model._meta.verbose_name_plural) for name, model in nouns().values()]


class TokensPage(WorkspacePage, TemplateView):
    """One's own tokens, those that are over included."""

    model = ApiToken
    permission = "core.own_tokens"
    template_name = "partners/tokens.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tokens, the newest first, each with its centre."""
        self.check()
        rows = list(self.get_queryset()[:MOST_SHOWN])
        centres = Centre.objects.in_bulk({row.centre_id for row in rows if row.centre_id})
        for row in rows:
            row.centre = centres.get(row.centre_id)
        columns = (
            ("name", _("Name")),
            ("scopes", _("What it may do")),
            ("centre", _("Centre")),
            ("created", _("Made")),
            ("used", _("Last used")),
            ("expires", _("Expires")),
            ("state", _("State")),
            ("revoke", _("Revoke")),
        )
        return super().get_context_data(
            page_title=_("Programs with a key of mine"),
            rows=rows,
            columns=[{"key": key, "label": label} for key, label in columns],
            several=sum(not row.is_over for row in rows) > 1,
            **kwargs,
        )


class TokenCreatePage(CreatePage):
    """Make a key. It is shown once, on the page this leads on to, and nowhere else ever again."""

    permission = "core.own_tokens"
    template_name = "partners/token_form.html"
    form_class = TokenForm
    page_title = gettext_lazy("Let a program in")
    submit_label = gettext_lazy("Make the key")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the reader and the kinds of record."""
        return {**super().get_form_kwargs(), "user": self.request.user, "nouns": nouns_of_api()}

    def get_cancel_url(self) -> str:
        """Back to the list."""
        return reverse("tokens")

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, and lead on to its key."""
        token, key = operations.issue_token(actor=self.request.user, **form.values())
        context = {
            "page_title": _("The key of “%(name)s”") % {"name": token.name},
            "secret": key,
            "copy_label": _("Copy the key"),
            "warning": _("This is the only time it is shown. Keep it where the program keeps its secrets."),
            "use": _("The program sends it with each request, as in:"),
            "example": f"Authorization: Bearer {token.hint}…",
            "back_url": reverse("tokens"),
            "back_label": _("I have kept it"),
            "crumbs": [
                {"label": _("Programs with a key of mine"), "url": reverse("tokens")},
                {"label": token.name, "url": ""},
            ],
        }
        return show_once(self.request, context)


class TokenRevokePage(ConfirmPage):
    """Shut one program out."""

    model = ApiToken
    permission = "core.own_tokens"
    asks_reason = False
    page_title = gettext_lazy("Revoke “%(name)s”?")
    submit_label = gettext_lazy("Revoke the key")
    done = gettext_lazy("The key is revoked: the next request with it is refused.")

    def get_lead(self) -> str:
        """Who is refused."""
        lead = _("The program that holds it (%(hint)s…) is refused at once. This cannot be taken back.")
        return lead % {"hint": self.object.hint}

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.revoke_token(self.object, actor=self.request.user)

    def get_cancel_url(self) -> str:
        """Back to the list."""
        return reverse("tokens")

    get_success_url = get_cancel_url


class RevokeAllPage(CreatePage):
    """Shut all programs out at once; also where one arrives after a new password."""

    permission = "core.own_tokens"
    template_name = "workspace/confirm.html"
    form_class = forms.Form
    submit_label = gettext_lazy("Revoke all keys")

    def live(self) -> Any:
        """The reader's tokens that still work."""
        return ApiToken.objects.visible_to(self.request.user).usable()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The question; without keys there is none, and the day goes on."""
        if not self.live().exists():
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many, and why one might."""
        count = self.live().count()
        held = ngettext(
            "%(count)d program holds a key of yours.", "%(count)d programs hold a key of yours.", count
        )
        why = _(
            "A new password does not end that. If somebody else may have known your password, revoke them."
        )
        return super().get_context_data(
            page_title=_("Revoke all keys?"), lead=f"{held % {'count': count}} {why}", **kwargs
        )

    def act(self, form: Any) -> Any:
        """Do it."""
        count = operations.revoke_tokens(actor=self.request.user)
        done = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", count)
        messages.success(self.request, done % {"count": count})
        return count

    def get_cancel_url(self) -> str:
        """To the list, where each can be revoked alone."""
        return reverse("tokens")

    get_success_url = get_cancel_url


ROUTES = [
    path("tokens/", TokensPage.as_view(), name="tokens"),
    path("tokens/new/", TokenCreatePage.as_view(), name="token_create"),
    path("tokens/revoke-all/", RevokeAllPage.as_view(), name="tokens_revoke_all"),
    path("tokens/<int:pk>/revoke/", TokenRevokePage.as_view(), name="token_revoke"),
]
