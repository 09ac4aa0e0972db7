"""How are parties added to an agreement, and their signatures recorded, in the workspace?"""

from typing import Any

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms import PartyForm, RetractionForm, SignatureForm
from partners.models import Agreement, Party
from partners.operations import agreements as operations

from .parts import AddPage, PartConfirmPage, PartEditPage, PartPage, signed_files


class PartyAddPage(AddPage):
    """Add an organisation that is to sign."""

    model = Party
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = PartyForm
    page_title = _("Add a party")
    submit_label = _("Add the party")
    done = _("The party is added.")

    def act(self, form: Any) -> Any:
        """Add it."""
        return operations.add_party(self.values(form), actor=self.request.user)


class PartyEditPage(PartEditPage):
    """Role and signatory of a party."""

    model = Party
    permission = "partners.edit_agreement"
    form_class = PartyForm
    page_title = _("Edit the party")
    done = _("The party is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_party(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class PartyRemovePage(PartConfirmPage):
    """Take a party out."""

    model = Party
    permission = "partners.edit_agreement"
    page_title = _("Remove the party")
    submit_label = _("Remove the party")
    done = _("The party is removed.")

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.remove_party(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class SignPage(PartPage):
    """Record that a party has signed, here or elsewhere."""

    model = Party
    permission = "partners.sign"
    form_class = SignatureForm
    page_title = _("Record a signature")
    submit_label = _("Record the signature")
    done = _("The signature is recorded.")

    def get_initial(self) -> dict[str, Any]:
        """What is known of who signs."""
        return {
            "signatory_name": self.object.signatory_name,
            "signatory_position": self.object.signatory_position,
            "signed_on": timezone.localdate(),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the signed documents that are there."""
        return {**super().get_form_kwargs(), "kept": signed_files(self.object.agreement)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For whom; and where to ask before one signs."""
        talk = f"{reverse('agreement_talk', args=[self.object.agreement_id])}?channel=partner"
        more = [{"url": talk, "label": _("Ask or comment first")}]
        return super().get_context_data(lead=str(self.object), more=more, **kwargs)

    def act(self, form: Any) -> Any:
        """Sign, and keep the file that proves it."""
        return operations.sign(self.object, actor=self.request.user, **form.cleaned_data)


class RetractPage(PartPage):
    """Take back a signature recorded by mistake."""

    model = Party
    permission = "partners.edit_agreement"
    form_class = RetractionForm
    page_title = _("Take back the signature")
    submit_label = _("Take it back")
    done = _("The signature is taken back.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose."""
        return super().get_context_data(lead=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.retract_signature(self.object, actor=self.request.user, **form.cleaned_data)


ROUTES = [
    path("agreements/<int:pk>/parties/new/", PartyAddPage.as_view(), name="party_create"),
    path("parties/<int:pk>/edit/", PartyEditPage.as_view(), name="party_edit"),
    path("parties/<int:pk>/remove/", PartyRemovePage.as_view(), name="party_remove"),
    path("parties/<int:pk>/sign/", SignPage.as_view(), name="party_sign"),
    path("parties/<int:pk>/retract/", RetractPage.as_view(), name="party_retract"),
]
