"""Which machines have an account, who answers for each, and which keys does it hold?"""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cic.core.models import ApiToken
from cic.core.permissions import can
from cic.core.secret_pages import show_once
from cic.core.views import ConfirmPage, CreatePage, ListPage, ObjectPage, WorkspacePage
from partners.filters.machines import MachineFilter
from partners.forms.machines import MachineForm, MachineTokenForm
from partners.models import Machine, User
from partners.operations import machines as operations

from .tokens import nouns_of_api

MOST_SHOWN = 100


class MachineListPage(ListPage):
    """Machine accounts, apart from people."""

    model = Machine
    permission = "partners.view_machine"
    noun = "machine"
    filterset_class = MachineFilter
    page_title = gettext_lazy("Machine accounts")
    columns = (
        ("name", gettext_lazy("Name"), "name"),
        ("place", gettext_lazy("Belongs to"), ""),
        ("owner", gettext_lazy("Answers for it"), ""),
        ("used", gettext_lazy("Made"), "created_at"),
        ("state", gettext_lazy("State"), ""),
    )
    row_template = "partners/_machine_row.html"
    export_columns = (
        ("name", "user__name"),
        ("organisation", "organisation__name"),
        ("role", "role"),
        ("centre", "centre__name"),
        ("owner", "owner__name"),
        ("is_active", "user__is_active"),
        ("created_at", "created_at"),
    )
    create_permission = "partners.make_machine"
    create_label = gettext_lazy("Make a machine account")

    def rows(self, queryset: Any) -> Any:
        """With what a row shows."""
        return queryset.with_names()

    def _page(self) -> Any:
        """The rows, whose owners are asked together what they are today."""
        rows, page = super()._page()
        User.objects.know_standings([row.owner for row in rows])
        return rows, page


class MachineCreatePage(CreatePage):
    """Make an account for a machine."""

    model = Machine
    permission = "partners.make_machine"
    noun = "machine"
    form_class = MachineForm
    page_title = gettext_lazy("Make a machine account")
    submit_label = gettext_lazy("Make the account")
    done = gettext_lazy("The account is made. Now give it a key.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the reader."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it is for."""
        lead = _(
            "For a program that is nobody's own: it signs in nowhere, has its own keys and its own name in the log of "
            "changes. You answer for it; when you may no longer, it stops until somebody else takes it over."
        )
        return super().get_context_data(lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Make it."""
        return operations.make_machine(form.cleaned_data, actor=self.request.user)


class MachinePage(WorkspacePage, TemplateView):
    """One machine: what it is, who answers for it, and its keys."""

    model = Machine
    permission = "partners.view_machine"
    noun = "machine"
    template_name = "partners/machine_detail.html"

    def get_queryset(self) -> Any:
        """With names."""
        return super().get_queryset().with_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The machine and its keys, the newest first; keys only for who may answer for it."""
        machine = self.get_object()
        manages = can(self.request.user, "partners.answer_for_machine", machine)
        columns = (
            ("name", _("Name")), ("scopes", _("What it may do")), ("used", _("Last used")),
            ("expires", _("Expires")), ("state", _("State")), ("revoke", _("Revoke")),
        )  # fmt: skip
        return super().get_context_data(
            object=machine,
            page_title=machine.user.name,
            manages=manages,
            rows=list(ApiToken.objects.filter(user_id=machine.user_id)[:MOST_SHOWN]) if manages else [],
            columns=[{"key": key, "label": label} for key, label in columns],
            audit_url=reverse("audit", args=["partners.machine", machine.pk])
            if can(self.request.user, "core.read_audit", machine)
            else "",
            crumbs=[{"label": _("Machine accounts"), "url": reverse("machine_list")}],
            **kwargs,
        )


class MachineKeyPage(ObjectPage):
    """Make a key for a machine. It is shown once, on the page this leads on to."""

    model = Machine
    permission = "partners.answer_for_machine"
    noun = "machine"
    template_name = "partners/token_form.html"
    form_class = MachineTokenForm
    page_title = gettext_lazy("A new key")
    submit_label = gettext_lazy("Make the key")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form's arguments, with the reader and the kinds of record."""
        return {**super().get_form_kwargs(), "user": self.request.user, "nouns": nouns_of_api()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose key it will be."""
        return super().get_context_data(lead=str(self.object), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, and lead on to it."""
        token, key = operations.issue_machine_token(self.object, actor=self.request.user, **form.values())
        address = reverse("machine_detail", args=[self.object.pk])
        return show_once(
            self.request,
            {
                "page_title": _("The key of “%(name)s”") % {"name": token.name},
                "secret": key,
                "copy_label": _("Copy the key"),
                "warning": _(
                    "This is the only time it is shown. Keep it where the program keeps its secrets."
                ),
                "use": _("The program sends it with each request, as in:"),
                "example": f"Authorization: Bearer {token.hint}…",
                "back_url": address,
                "back_label": _("I have kept it"),
                "crumbs": [
                    {"label": _("Machine accounts"), "url": reverse("machine_list")},
                    {"label": str(self.object), "url": address},
                ],
            },
        )


class MachineKeyRevokePage(ConfirmPage):
    """Shut one key of a machine out."""

    model = ApiToken
    template_name = "workspace/confirm.html"
    form_class = forms.Form
    submit_label = gettext_lazy("Revoke the key")
    done = gettext_lazy("The key is revoked: the next request with it is refused.")

    def get_queryset(self) -> Any:
        """Keys of machines the reader may know of."""
        known = Machine.objects.visible_to(self.request.user)
        return ApiToken.objects.filter(user__machine__in=known).select_related("user__machine")

    def check(self, obj: Any = None) -> None:
        """Asked of the machine whose key it is."""
        self.permission = "partners.answer_for_machine"
        super().check(obj.user.machine if obj else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        lead = _("The program that holds it (%(hint)s…) is refused at once. This cannot be taken back.")
        return super().get_context_data(
            page_title=_("Revoke “%(name)s”?") % {"name": self.object.name},
            lead=lead % {"hint": self.object.hint},
            **kwargs,
        )

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.revoke_machine_token(self.object, actor=self.request.user)

    def get_cancel_url(self) -> str:
        """Back to its machine."""
        return reverse("machine_detail", args=[self.object.user.machine.pk])

    get_success_url = get_cancel_url


class Deed(ConfirmPage):
    """A question about one machine."""

    model = Machine
    noun = "machine"
    permission = "partners.answer_for_machine"
    title: Any = ""
    lead: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question, with its name."""
        title = self.title % {"name": self.object}
        return super().get_context_data(page_title=title, lead=self.lead, **kwargs)


class MachineStopPage(Deed):
    """Refuse all its keys."""

    title = gettext_lazy("Stop “%(name)s”?")
    lead = gettext_lazy("Each of its keys is refused at once. You can start it again.")
    submit_label = gettext_lazy("Stop the machine")
    done = gettext_lazy("Stopped.")

    def act(self, form: Any) -> Any:
        """Stop it."""
        note = form.cleaned_data["note"]
        return operations.set_working(self.object, actor=self.request.user, works=False, note=note)


class MachineStartPage(Deed):
    """Let its keys open again what they say."""

    title = gettext_lazy("Start “%(name)s” again?")
    lead = gettext_lazy("Those of its keys that are neither revoked nor over work again.")
    submit_label = gettext_lazy("Start the machine")
    done = gettext_lazy("Started.")

    def act(self, form: Any) -> Any:
        """Start it."""
        note = form.cleaned_data["note"]
        return operations.set_working(self.object, actor=self.request.user, works=True, note=note)


class MachineTakeOverPage(Deed):
    """Answer for it from now on."""

    title = gettext_lazy("Answer for “%(name)s”?")
    lead = gettext_lazy(
        "What it does is then done on your word: it works as long as you may give it what it is."
    )
    submit_label = gettext_lazy("Take it over")
    done = gettext_lazy("You answer for it now.")

    def act(self, form: Any) -> Any:
        """Take it over."""
        note = form.cleaned_data["note"]
        return operations.take_over(self.object, actor=self.request.user, note=note)


ROUTES = [
    path("machines/", MachineListPage.as_view(), name="machine_list"),
    path("machines/new/", MachineCreatePage.as_view(), name="machine_create"),
    path("machines/<int:pk>/", MachinePage.as_view(), name="machine_detail"),
    path("machines/<int:pk>/key/", MachineKeyPage.as_view(), name="machine_key"),
    path("machines/<int:pk>/stop/", MachineStopPage.as_view(), name="machine_stop"),
    path("machines/<int:pk>/start/", MachineStartPage.as_view(), name="machine_start"),
    path("machines/<int:pk>/take-over/", MachineTakeOverPage.as_view(), name="machine_take_over"),
    path("machine-keys/<int:pk>/revoke/", MachineKeyRevokePage.as_view(), name="machine_key_revoke"),
]
