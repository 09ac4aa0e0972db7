"""What do people see of an amendment, and how do they sign it?"""

from typing import Any

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.files import file_row
from cic.core.formats import day
from cic.core.permissions import can
from cic.core.views import ListPage
from partners.choices import AmendmentState
from partners.filters import AmendmentFilter
from partners.forms import AmendmentForm, SigningForm
from partners.models import Agreement, Amendment, AmendmentSignature
from partners.operations import amendments as operations
from partners.transitions import AMENDMENT

from .parts import (
    AddPage,
    DayMovePage,
    ObjectDetailPage,
    PartConfirmPage,
    PartEditPage,
    PartPage,
    signed_files,
)


class AmendmentListPage(ListPage):
    """Amendments of the agreements the reader stands inside of."""

    model = Amendment
    permission = "partners.view_commitment"
    noun = "amendment"
    filterset_class = AmendmentFilter
    table = AMENDMENT
    page_title = _("Amendments of agreements")
    columns = (
        ("reference", _("Reference"), "reference"),
        ("agreement", _("Agreement"), ""),
        ("kind", _("Kind"), ""),
        ("new_ends_on", _("New end"), "new_ends_on"),
        ("effective_on", _("Takes effect on"), "effective_on"),
        ("state", _("State"), ""),
    )
    row_template = "partners/_amendment_row.html"
    export_columns = (
        ("reference", "reference"),
        ("agreement", "agreement__reference"),
        ("kind", "kind"),
        ("text", "text"),
        ("new_ends_on", "new_ends_on"),
        ("effective_on", "effective_on"),
        ("resumes_on", "resumes_on"),
        ("took_effect_on", "took_effect_on"),
        ("state", "state"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the agreement."""
        return queryset.select_related("agreement")


class AmendmentDetailPage(ObjectDetailPage):
    """One amendment, with its signatures."""

    model = Amendment
    permission = "partners.view_commitment"
    noun = "amendment"
    tables = (AMENDMENT,)
    edit_permission = "partners.edit_agreement"
    template_name = "partners/amendment_detail.html"
    list_title = _("Amendments of agreements")

    def get_queryset(self) -> Any:
        """With its agreement."""
        return super().get_queryset().select_related("agreement")

    def facts(self) -> list[tuple[Any, Any]]:
        """What stands aside."""
        row = self.object
        return [
            (_("Kind"), row.get_kind_display()),
            (_("New end"), day(row.new_ends_on)),
            (_("Takes effect on"), day(row.effective_on)),
            (_("Goes on again on"), day(row.resumes_on)),
            (_("Took effect on"), day(row.took_effect_on)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With who has signed and who has not."""
        row, user = self.object, self.request.user
        signatures = {
            signature.party_id: signature for signature in row.signatures.select_related("document")
        }
        parties = list(row.agreement.parties.select_related("organisation").order_by("pk"))
        for party in parties:
            party.agreement = row.agreement
            party.signature = signatures.get(party.pk)
            if party.signature and party.signature.document:
                party.signature.file = file_row(party.signature.document)
        signing = row.state == AmendmentState.PENDING_SIGNATURE
        open_to_reader = [p for p in parties if p.signature is None and can(user, "partners.sign", p)]
        agreement = {
            "label": row.agreement.reference,
            "url": reverse("agreement_detail", args=[row.agreement_id]),
        }
        context = super().get_context_data(
            title=row.get_kind_display(),
            parties=parties,
            may_sign=signing and bool(open_to_reader),
            may_retract=signing and can(user, "partners.edit_agreement", row),
            crumbs=[
                {"label": _("Agreements"), "url": reverse("agreement_list")},
                agreement,
                {"label": row.reference, "url": ""},
            ],
            **kwargs,
        )
        if row.state != AmendmentState.DRAFT:
            context["edit_url"] = ""
        return context


class AmendmentAddPage(AddPage):
    """Draft an amendment."""

    model = Amendment
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = AmendmentForm
    page_title = _("Amend the agreement")
    submit_label = _("Save the draft")
    done = _("The draft is saved. Next: open it for signature.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With how long it runs, and how far the law lets it go."""
        agreement = Agreement.objects.with_effective_end().get(pk=self.parent.pk)
        lead = ""
        if agreement.legal_limit_on:
            lead = gettext(
                "It runs until %(end)s. By law all its extensions together may reach %(limit)s, and are agreed before it ends."
            ) % {"end": day(agreement.effective_ends_on), "limit": day(agreement.legal_limit_on)}
        return super().get_context_data(lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Draft it."""
        return operations.draft_amendment(self.values(form), actor=self.request.user)

    def get_success_url(self) -> str:
        """The amendment's own page."""
        return reverse("amendment_detail", args=[self.result.pk])


class AmendmentEditPage(PartEditPage):
    """Change the draft."""

    model = Amendment
    permission = "partners.edit_agreement"
    form_class = AmendmentForm
    page_title = _("Edit the amendment")
    done = _("The amendment is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_amendment(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )

    def get_success_url(self) -> str:
        """The amendment's own page."""
        return reverse("amendment_detail", args=[self.object.pk])


class AmendmentMovePage(DayMovePage):
    """Open for signature, bring into force, abandon."""

    model = Amendment
    permission = "partners.view_commitment"
    noun = "amendment"
    tables = (AMENDMENT,)
    done = _("Done.")

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return operations.move_amendment(obj, name, actor=self.request.user, **given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what it does to the agreement, and when."""
        assert self.move is not None
        on = self.object.effective_on
        if self.move.name == "bring_into_force" and on is not None:
            kwargs["consequence"] = gettext(
                "The agreement follows on %(day)s, at once if that day has come; its parties and who looks after what is tried under it are told."
            ) % {"day": day(on)}
        return super().get_context_data(**kwargs)


class AmendmentSignPage(PartPage):
    """Record that a party has signed."""

    model = Amendment
    permission = "partners.view_commitment"
    form_class = SigningForm
    page_title = _("Record a signature")
    submit_label = _("Record the signature")
    done = _("The signature is recorded.")

    def get_initial(self) -> dict[str, Any]:
        """Signed today, unless it was before."""
        return {"signed_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the parties for which the reader may sign, and that have not."""
        parties = self.object.agreement.parties.select_related("organisation", "agreement")
        open_to_reader = [p.pk for p in parties if can(self.request.user, "partners.sign", p)]
        signed = self.object.signatures.values("party_id")
        choices = parties.filter(pk__in=open_to_reader).exclude(pk__in=signed)
        return {**super().get_form_kwargs(), "parties": choices, "kept": signed_files(self.object)}

    def act(self, form: Any) -> Any:
        """Sign."""
        return operations.sign_amendment(self.object, actor=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        """The amendment's own page."""
        return reverse("amendment_detail", args=[self.object.pk])


class AmendmentRetractPage(PartConfirmPage):
    """Take back a signature recorded by mistake."""

    model = AmendmentSignature
    permission = "partners.edit_agreement"
    whole = "amendment"
    whole_noun = "amendment"
    page_title = _("Take back the signature")
    submit_label = _("Take it back")
    done = _("The signature is taken back.")

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.retract_amendment_signature(
            self.object, actor=self.request.user, note=form.cleaned_data["note"]
        )
        return self.object


ROUTES = [
    path("amendments/", AmendmentListPage.as_view(), name="amendment_list"),
    path("agreements/<int:pk>/amendments/new/", AmendmentAddPage.as_view(), name="amendment_create"),
    path("amendments/<int:pk>/", AmendmentDetailPage.as_view(), name="amendment_detail"),
    path("amendments/<int:pk>/edit/", AmendmentEditPage.as_view(), name="amendment_edit"),
    path("amendments/<int:pk>/sign/", AmendmentSignPage.as_view(), name="amendment_sign"),
    path("amendments/<int:pk>/moves/<slug:name>/", AmendmentMovePage.as_view(), name="amendment_move"),
    path("amendment-signatures/<int:pk>/retract/", AmendmentRetractPage.as_view(), name="amendment_retract"),
]
