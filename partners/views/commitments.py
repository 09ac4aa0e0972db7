"""How are obligations, promises, gifts and files of an agreement written in the workspace?"""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.files import attach, detach
from cic.core.models import Attachment
from cic.core.permissions import can
from cic.core.views import ConfirmPage
from partners.forms import DocumentForm, FulfilmentForm, GiftForm, ObligationForm, ResourceForm
from partners.models import Agreement, Obligation, Resource, ResourceGift
from partners.operations import commitments as operations
from partners.operations.agreements import OPEN

from .parts import AddPage, PartConfirmPage, PartEditPage, crumbs_to


class ObligationAddPage(AddPage):
    """What a party undertakes."""

    model = Obligation
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = ObligationForm
    page_title = _("Add an obligation")
    submit_label = _("Add the obligation")

    def act(self, form: Any) -> Any:
        """Add it."""
        return operations.add_obligation(self.values(form), actor=self.request.user)


class ObligationEditPage(PartEditPage):
    """Change an obligation; once signed, say when it was fulfilled."""

    model = Obligation
    permission = "partners.edit_agreement"
    form_class = ObligationForm
    page_title = _("Edit the obligation")
    done = _("The obligation is saved.")

    def get_form_class(self) -> Any:
        """All of it while the text is open."""
        return ObligationForm if self.object.agreement.state in OPEN else FulfilmentForm

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_obligation(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class ResourceAddPage(AddPage):
    """What a party promises to bring."""

    model = Resource
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = ResourceForm
    page_title = _("Add a promise")
    submit_label = _("Add the promise")

    def act(self, form: Any) -> Any:
        """Add it."""
        return operations.add_resource(self.values(form), actor=self.request.user)


class ResourceEditPage(PartEditPage):
    """Change a promise, while the text is open."""

    model = Resource
    permission = "partners.edit_agreement"
    form_class = ResourceForm
    page_title = _("Edit the promise")
    done = _("The promise is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_resource(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class CommitmentRemovePage(PartConfirmPage):
    """Take an obligation or a promise out of the text."""

    model = Obligation
    permission = "partners.edit_agreement"
    page_title = _("Remove it from the text")
    submit_label = _("Remove")

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.remove_commitment(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class GiftAddPage(AddPage):
    """Say that part of a promise was given."""

    model = ResourceGift
    parent_model = Resource
    permission = "partners.give"
    noun = "agreement"
    whole = "resource"
    form_class = GiftForm
    page_title = _("Record what was given")
    submit_label = _("Record it")
    done = _("It is recorded, and counts once the other side has confirmed it.")

    def get_initial(self) -> dict[str, Any]:
        """All that was promised and not given yet, given today: right as it is, it is recorded with one press."""
        left = self.parent.promised - sum(gift.amount for gift in self.parent.gifts.all())
        return {"given_on": timezone.localdate(), **({"amount": left} if left > 0 else {})}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Of which promise."""
        crumbs = crumbs_to(self.parent.agreement, self.noun, self.page_title)
        return super().get_context_data(lead=str(self.parent), crumbs=crumbs, **kwargs)

    def act(self, form: Any) -> Any:
        """Record it."""
        return operations.give(self.values(form), actor=self.request.user)

    def get_cancel_url(self) -> str:
        """Back to the agreement."""
        return reverse("agreement_detail", args=[self.parent.agreement_id])


class GiftConfirmPage(PartConfirmPage):
    """Confirm for one's own side."""

    model = ResourceGift
    permission = "partners.give"
    whole = "resource.agreement"
    mild = True
    asks_reason = False
    page_title = _("Confirm what was given")
    submit_label = _("Confirm")
    done = _("Confirmed by both sides: it counts.")

    def get_lead(self) -> str:
        """What is confirmed."""
        return f"{self.object.resource}: {self.object}"

    def act(self, form: Any) -> Any:
        """Confirm."""
        return operations.confirm_gift(self.object, actor=self.request.user)


class GiftRemovePage(PartConfirmPage):
    """Take back what was recorded by mistake."""

    model = ResourceGift
    permission = "partners.give"
    whole = "resource.agreement"
    page_title = _("Remove what was recorded")
    submit_label = _("Remove")

    def get_lead(self) -> str:
        """Which."""
        return f"{self.object.resource}: {self.object}"

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.remove_gift(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class DocumentAddPage(AddPage):
    """Hang a file on an agreement."""

    model = Attachment
    parent_model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = DocumentForm
    page_title = _("Add a file")
    submit_label = _("Add the file")
    done = _("The file is added.")

    def act(self, form: Any) -> Any:
        """Keep it."""
        values = dict(form.cleaned_data)
        return attach(self.parent, values.pop("file"), actor=self.request.user, **values)


class DocumentRemovePage(ConfirmPage):
    """Take a file away."""

    model = Attachment
    noun = "agreement"
    page_title = _("Remove the file")
    submit_label = _("Remove the file")
    done = _("The file is removed.")

    def get_object(self) -> Any:
        """The file, if it hangs on an agreement that the reader keeps."""
        label = Agreement._meta.label_lower
        attachment = get_object_or_404(Attachment, pk=self.kwargs["pk"], object_type=label)
        agreements = Agreement.objects.inside(self.request.user)
        self.agreement = get_object_or_404(agreements, pk=attachment.object_id)
        if not can(self.request.user, "partners.edit_agreement", self.agreement):
            raise Http404
        return attachment

    def act(self, form: Any) -> Any:
        """Do it."""
        detach(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.agreement

    def get_cancel_url(self) -> str:
        """Back to the agreement."""
        return reverse("agreement_detail", args=[self.agreement.pk])

    def get_success_url(self) -> str:
        """Back to the agreement."""
        return self.get_cancel_url()


ROUTES = [
    path("agreements/<int:pk>/obligations/new/", ObligationAddPage.as_view(), name="obligation_create"),
    path("obligations/<int:pk>/edit/", ObligationEditPage.as_view(), name="obligation_edit"),
    path("obligations/<int:pk>/remove/", CommitmentRemovePage.as_view(), name="obligation_remove"),
    path("agreements/<int:pk>/resources/new/", ResourceAddPage.as_view(), name="resource_create"),
    path("resources/<int:pk>/edit/", ResourceEditPage.as_view(), name="resource_edit"),
    path("resources/<int:pk>/remove/", CommitmentRemovePage.as_view(model=Resource), name="resource_remove"),
    path("resources/<int:pk>/gifts/new/", GiftAddPage.as_view(), name="gift_create"),
    path("gifts/<int:pk>/confirm/", GiftConfirmPage.as_view(), name="gift_confirm"),
    path("gifts/<int:pk>/remove/", GiftRemovePage.as_view(), name="gift_remove"),
    path("agreements/<int:pk>/documents/new/", DocumentAddPage.as_view(), name="document_create"),
    path("documents/<uuid:pk>/remove/", DocumentRemovePage.as_view(), name="document_remove"),
]
