"""Which other systems are told of changes in my name, and what became of each message?"""

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cic.core import webhooks as operations
from cic.core.models import Delivery, Webhook
from cic.core.secret_pages import show_once
from cic.core.views import ConfirmPage, CreatePage, ObjectPage, WorkspacePage
from partners.forms.webhooks import WebhookForm

from .tokens import nouns_of_api

PERMISSION = "core.own_webhooks"
MOST_SHOWN = 50


class WebhooksPage(WorkspacePage, TemplateView):
    """One's own webhooks."""

    model = Webhook
    permission = PERMISSION
    template_name = "partners/webhooks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All of them: there are at most ten."""
        self.check()
        columns = (("name", _("Name")), ("url", _("Address")), ("nouns", _("Of what")), ("state", _("State")))
        return super().get_context_data(
            page_title=_("Systems that are told"),
            rows=list(self.get_queryset()),
            columns=[{"key": key, "label": label} for key, label in columns],
            **kwargs,
        )


class Asked:
    """A form about an address: what both the new and the changed one share."""

    form_class = WebhookForm
    template_name = "partners/webhook_form.html"
    noun = "webhook"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the kinds of record."""
        return {**super().get_form_kwargs(), "nouns": nouns_of_api()}  # type: ignore[misc]


class WebhookCreatePage(Asked, CreatePage):
    """Name an address. Its secret is shown once, on the page this leads on to, and nowhere else ever again."""

    permission = PERMISSION
    page_title = gettext_lazy("Have a system told")
    submit_label = gettext_lazy("Make the webhook")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it will and will not be told."""
        lead = _("A message says that a record changed and where to read it, never what is in it.")
        return super().get_context_data(lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Make it."""
        webhook, self.secret = operations.create_webhook(actor=self.request.user, **form.cleaned_data)
        return webhook

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the secret instead of the webhook."""
        response = super().form_valid(form)
        return secret_page(self, self.result, self.secret) if response.status_code == 302 else response


def secret_page(page: Any, webhook: Webhook, secret: str) -> HttpResponse:
    """Lead on to the page that shows a secret, once."""
    address = reverse("webhook_detail", args=[webhook.pk])
    context = {
        "page_title": _("The secret of “%(name)s”") % {"name": webhook.name},
        "secret": secret,
        "copy_label": _("Copy the secret"),
        "warning": _("This is the only time it is shown. Give it to the receiver: it proves who sends."),
        "use": _("Every message is signed as Standard Webhooks says; a library of theirs checks it."),
        "back_url": address,
        "back_label": _("I have kept it"),
        "crumbs": [
            {"label": _("Systems that are told"), "url": reverse("webhook_list")},
            {"label": webhook.name, "url": address},
        ],
    }
    return show_once(page.request, context)


class WebhookDetail(WorkspacePage, TemplateView):
    """One webhook and its latest messages."""

    model = Webhook
    permission = PERMISSION
    template_name = "partners/webhook_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The latest messages, newest first."""
        webhook = self.get_object()
        plurals = dict(nouns_of_api())
        columns = (
            ("event", _("Event")), ("at", _("Last attempt")), ("answer", _("HTTP status")),
            ("took", _("Took")), ("outcome", _("Outcome")), ("again", _("Send again")),
        )  # fmt: skip
        return super().get_context_data(
            object=webhook,
            kinds=[str(plurals.get(name, name)) for name in webhook.nouns],
            deliveries=list(webhook.deliveries.all()[:MOST_SHOWN]),
            columns=[{"key": key, "label": label} for key, label in columns],
            crumbs=[{"label": _("Systems that are told"), "url": reverse("webhook_list")}],
            **kwargs,
        )


class WebhookEditPage(Asked, ObjectPage):
    """Change the address, its name or what it hears of."""

    model = Webhook
    permission = PERMISSION
    page_title = gettext_lazy("Change the webhook")
    done = gettext_lazy("Saved.")

    def get_initial(self) -> dict[str, Any]:
        """What it is now."""
        return {"name": self.object.name, "url": self.object.url, "nouns": self.object.nouns}

    def act(self, form: Any) -> Any:
        """Change it."""
        return operations.edit_webhook(self.object, actor=self.request.user, **form.cleaned_data)


class Deed(ConfirmPage):
    """A question about one webhook."""

    model = Webhook
    noun = "webhook"
    permission = PERMISSION
    asks_reason = False

    def get_success_url(self) -> str:
        """Its page."""
        return reverse("webhook_detail", args=[self.object.pk])


class WebhookStopPage(Deed):
    """Send nothing more."""

    page_title = gettext_lazy("Stop “%(name)s”?")
    lead = gettext_lazy("Nothing more is sent, also of what waits. You can start it again.")
    submit_label = gettext_lazy("Stop the webhook")
    done = gettext_lazy("Stopped.")

    def act(self, form: Any) -> Any:
        """Stop it."""
        operations.stop_webhook(self.object, actor=self.request.user)


class WebhookStartPage(Deed):
    """Send again."""

    mild = True
    page_title = gettext_lazy("Start “%(name)s” again?")
    lead = gettext_lazy("It is told of what happens from now on, not of what happened meanwhile.")
    submit_label = gettext_lazy("Start the webhook")
    done = gettext_lazy("Started.")

    def act(self, form: Any) -> Any:
        """Start it."""
        operations.start_webhook(self.object, actor=self.request.user)


class WebhookRemovePage(Deed):
    """Forget the address, its secret and its log."""

    page_title = gettext_lazy("Remove “%(name)s”?")
    lead = gettext_lazy("Its secret and its log go too. This cannot be taken back.")
    submit_label = gettext_lazy("Remove the webhook")
    done = gettext_lazy("Removed.")

    def act(self, form: Any) -> Any:
        """Remove it."""
        operations.remove_webhook(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        """The list."""
        return reverse("webhook_list")


class WebhookRotatePage(Deed):
    """Give it a new secret."""

    mild = True
    page_title = gettext_lazy("A new secret for “%(name)s”?")
    lead = gettext_lazy("For 24 hours both secrets sign every message, so that the receiver can change over.")
    submit_label = gettext_lazy("Make a new secret")

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, and lead on to it."""
        secret = operations.rotate_secret(self.object, actor=self.request.user)
        return secret_page(self, self.object, secret)


class WebhookPingPage(Deed):
    """Send a message that says nothing happened."""

    mild = True
    page_title = gettext_lazy("Try “%(name)s”")
    lead = gettext_lazy("A message of the kind “ping” is sent. What came of it is in the log within seconds.")
    submit_label = gettext_lazy("Send the message")
    done = gettext_lazy("The message is on its way.")

    def act(self, form: Any) -> Any:
        """Send it."""
        return operations.send_ping(self.object, actor=self.request.user)


class ReplayPage(ConfirmPage):
    """Send one message again."""

    model = Delivery
    permission = PERMISSION
    asks_reason = False
    mild = True
    lead = gettext_lazy("It keeps its id, so a receiver that has it already can tell.")
    submit_label = gettext_lazy("Send it again")
    done = gettext_lazy("The message is on its way again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        title = _("Send “%(event)s” again?") % {"event": self.object.event}
        return super().get_context_data(page_title=title, **kwargs)

    def act(self, form: Any) -> Any:
        """Send it."""
        return operations.replay(self.object, actor=self.request.user)

    def get_cancel_url(self) -> str:
        """Back to its webhook."""
        return reverse("webhook_detail", args=[self.object.webhook_id])

    get_success_url = get_cancel_url


ROUTES = [
    path("webhooks/", WebhooksPage.as_view(), name="webhook_list"),
    path("webhooks/new/", WebhookCreatePage.as_view(), name="webhook_create"),
    path("webhooks/<int:pk>/", WebhookDetail.as_view(), name="webhook_detail"),
    path("webhooks/<int:pk>/edit/", WebhookEditPage.as_view(), name="webhook_edit"),
    path("webhooks/<int:pk>/stop/", WebhookStopPage.as_view(), name="webhook_stop"),
    path("webhooks/<int:pk>/start/", WebhookStartPage.as_view(), name="webhook_start"),
    path("webhooks/<int:pk>/remove/", WebhookRemovePage.as_view(), name="webhook_remove"),
    path("webhooks/<int:pk>/secret/", WebhookRotatePage.as_view(), name="webhook_rotate"),
    path("webhooks/<int:pk>/ping/", WebhookPingPage.as_view(), name="webhook_ping"),
    path("webhook-messages/<uuid:pk>/replay/", ReplayPage.as_view(), name="webhook_replay"),
]
