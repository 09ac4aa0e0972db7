"""How do people invite, answer, change and end memberships in the workspace?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from partners.forms import EndForm, HandOverForm, InvitationForm, MembershipForm
from partners.models import JoinRequest, Membership, Organisation
from partners.operations import memberships as operations
from partners.transitions import JOIN_REQUEST

from .parts import AddPage, DayMovePage, PartEditPage, PartPage


class InvitePage(AddPage):
    """Invite an address into an organisation."""

    model = JoinRequest
    parent_model = Organisation
    permission = "partners.manage_members"
    noun = whole = "organisation"
    form_class = InvitationForm
    page_title = _("Invite a colleague")
    submit_label = _("Send the invitation")
    done = _("The invitation is sent.")

    def act(self, form: Any) -> Any:
        """Invite."""
        return operations.invite(self.parent, actor=self.request.user, **form.cleaned_data)


class JoinRequestMovePage(DayMovePage):
    """Accept, decline or take back."""

    model = JoinRequest
    permission = "partners.view_join_request"
    noun = "join_request"
    tables = (JOIN_REQUEST,)
    done = _("Done.")

    def get_form(self, form_class: Any = None) -> Any:
        """No authority is needed for this."""
        form = super().get_form(form_class)
        del form.fields["authority"]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who, and into which organisation."""
        people = [{"label": _("People"), "url": reverse("people")}, {"label": self.move.label, "url": ""}]
        return super().get_context_data(crumbs=people, lead=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Make the move."""
        return operations.move_join_request(
            self.object, self.move.name, actor=self.request.user, note=form.cleaned_data["note"]
        )

    def get_cancel_url(self) -> str:
        """Back to people."""
        return reverse("people")

    def get_success_url(self) -> str:
        """Back to people."""
        return reverse("people")


class MembershipEditPage(PartEditPage):
    """Role and position of a member."""

    model = Membership
    permission = "partners.change_membership"
    noun = whole = whole_noun = "organisation"
    form_class = MembershipForm
    page_title = _("Edit the membership")
    done = _("The membership is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose it is."""
        return super().get_context_data(lead=str(self.object.user), **kwargs)

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_membership(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class MembershipEndPage(PartPage):
    """Let a person go, or leave."""

    model = Membership
    permission = "partners.end_membership"
    noun = whole = whole_noun = "organisation"
    form_class = EndForm
    page_title = _("End the membership")
    submit_label = _("End it")
    done = _("The membership has ended.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose it is."""
        return super().get_context_data(lead=str(self.object), **kwargs)

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.end_membership(self.object, actor=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        """Where one's organisations are: it may be out of sight now."""
        return reverse("people")


class HandOverPage(PartPage):
    """Make another member the administrator."""

    model = Membership
    permission = "partners.change_membership"
    noun = whole = whole_noun = "organisation"
    form_class = HandOverForm
    page_title = _("Hand over")
    submit_label = _("Hand over")
    done = _("The organisation has a new administrator.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the membership, whose colleagues are the choices."""
        return {**super().get_form_kwargs(), "membership": self.object}

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.hand_over(self.object, form.cleaned_data["successor"], actor=self.request.user)


ROUTES = [
    path("organisations/<int:pk>/invite/", InvitePage.as_view(), name="invitation_create"),
    path(
        "join-requests/<int:pk>/moves/<slug:name>/", JoinRequestMovePage.as_view(), name="join_request_move"
    ),
    path("memberships/<int:pk>/edit/", MembershipEditPage.as_view(), name="membership_edit"),
    path("memberships/<int:pk>/end/", MembershipEndPage.as_view(), name="membership_end"),
    path("memberships/<int:pk>/hand-over/", HandOverPage.as_view(), name="membership_hand_over"),
]
