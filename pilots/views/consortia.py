"""How is an organisation invited into a consortium, and where does it answer?"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from cic.core.views import ChildCreatePage, ConfirmPage
from pilots.forms.consortia import InviteForm
from pilots.models import Idea, IdeaPartner
from pilots.operations import consortia
from pilots.operations.consortia import JOINABLE


class InvitePage(ChildCreatePage):
    """Invite an organisation into the consortium of an idea."""

    parent_model = Idea
    noun = "idea"
    permission = "pilots.invite_partner"
    form_class = InviteForm
    page_title = _("Invite an organisation")
    submit_label = _("Invite")
    done = _("The organisation has been invited.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form finds what the person may see."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def act(self, form: Any) -> Any:
        """Record the invitation."""
        given = form.cleaned_data
        values = {
            "idea": self.parent,
            "organisation": given["organisation"],
            "contribution": given["contribution"],
        }
        return consortia.invite_partner(values, actor=self.request.user)


class InvitationPage(ConfirmPage):
    """An invitation: the invited organisation confirms or declines, the proposer takes it back."""

    model = IdeaPartner
    noun = "idea"
    permission = "pilots.view_partner"
    template_name = "pilots/ideas/invitation.html"

    def get_queryset(self) -> Any:
        """Invitations with their idea and organisation."""
        return super().get_queryset().select_related("idea__organisation", "organisation")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the reader may do with it."""
        user, partner = self.request.user, self.object
        joinable = partner.idea.state in JOINABLE
        seen = Idea.objects.visible_to(user).filter(pk=partner.idea_id).exists()
        return super().get_context_data(
            lead="",
            idea=partner.idea,
            idea_url=reverse("idea_detail", args=[partner.idea_id]) if seen else "",
            may_confirm=joinable
            and partner.confirmed_at is None
            and can(user, "pilots.answer_invitation", partner),
            may_end=joinable and can(user, "pilots.end_invitation", partner),
            invited=can(user, "pilots.answer_invitation", partner),
            page_title=gettext("%(organisation)s in the consortium") % {"organisation": partner.organisation},
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Confirm or end it, as the button says."""
        self.confirms = self.request.POST.get("action") == "confirm"
        response = super().form_valid(form)
        if response.status_code == 302:
            said = gettext("You have confirmed.") if self.confirms else gettext("The invitation is ended.")
            messages.success(self.request, said)
        return response

    def act(self, form: Any) -> Any:
        """Call the operation behind the button."""
        given = {"actor": self.request.user, "note": form.cleaned_data["note"]}
        if self.confirms:
            return consortia.confirm_partner(self.object, **given)
        return consortia.end_partner(self.object, **given)

    def get_success_url(self) -> str:
        """The idea, if the reader still sees it; else the list."""
        seen = Idea.objects.visible_to(self.request.user).filter(pk=self.object.idea_id).exists()
        return reverse("idea_detail", args=[self.object.idea_id]) if seen else reverse("idea_list")

    def get_cancel_url(self) -> str:
        """Where one goes who changes their mind."""
        return self.get_success_url()


ROUTES = [
    path("ideas/<int:pk>/invite/", InvitePage.as_view(), name="partner_invite"),
    path("invitations/<int:pk>/", InvitationPage.as_view(), name="invitation_detail"),
]
