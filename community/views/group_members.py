"""How do people come into a group and out of it, and how do its hosts let them in, invite and remove them?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.permissions import can
from cic.core.views import ChildCreatePage, DetailPage, ListPage
from community.choices import GroupAccess, MemberState
from community.filters import GroupMemberFilter
from community.forms import ComeInForm, GroupInvitationForm
from community.models import Group, GroupMember
from community.operations import group_members as operations
from community.transitions import PLACE, PLACE_ROLE

from .groups import PlainMovePage, crumbs_to


class MemberListPage(ListPage):
    """Who is in the groups one is in, and for hosts who waits and who went."""

    model = GroupMember
    noun = "group_member"
    permission = "community.view_place"
    filterset_class = GroupMemberFilter
    table = PLACE
    row_template = "community/_member_row.html"
    page_title = _("People in groups")
    columns = (
        ("user", _("Person"), ""),
        ("group", _("Group"), ""),
        ("role", _("Role"), ""),
        ("state", _("State"), ""),
        ("created_at", _("Since"), "created_at"),
    )
    export_columns = (
        ("group", "group__reference"),
        ("group_name", "group__name"),
        ("person", "user__name"),
        ("role", "role"),
        ("state", "state"),
        ("joined_at", "joined_at"),
        ("created_at", "created_at"),
        ("id", "pk"),
    )

    def rows(self, queryset: Any) -> Any:
        """With who and where."""
        return queryset.select_related("user", "group")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(None, here), **kwargs)


class MemberPage(DetailPage):
    """One person's way into a group: who, why, and what can be done about it."""

    model = GroupMember
    noun = "group_member"
    permission = "community.view_place"
    tables = (PLACE, PLACE_ROLE)
    template_name = "community/member.html"

    def get_queryset(self) -> Any:
        """With who and where."""
        return super().get_queryset().select_related("user", "group")

    def facts(self) -> list[tuple[Any, Any]]:
        """Which group, what they are in it, since when."""
        place = self.object
        return [
            (_("Group"), place.group.name),
            (_("Role"), place.get_role_display() if place.state == MemberState.MEMBER else ""),
            (_("E-mail"), place.email),
        ]

    def history(self) -> Any:
        """The reasons stay between the person and the hosts."""
        return super().history() if can(self.request.user, "community.read_message", self.object) else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who it is, and why they asked, for who may know."""
        place = self.object
        who = place.user.name if place.user else place.email
        knows = can(self.request.user, "community.read_message", place)
        return super().get_context_data(
            title=who or _("Somebody"),
            crumbs=crumbs_to(place.group, {"label": who or _("Somebody"), "url": ""}),
            message=place.message if knows else "",
            **kwargs,
        )


class MemberMovePage(PlainMovePage):
    """Let in, refuse, take up, decline, take back, leave, remove; make a host, or step down."""

    model = GroupMember
    noun = "group_member"
    permission = "community.view_place"
    tables = (PLACE, PLACE_ROLE)

    def get_queryset(self) -> Any:
        """With who and where."""
        return super().get_queryset().select_related("user", "group")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who, and in which group."""
        place, here = self.object, {"label": self.move.label, "url": ""}
        who = place.user.name if place.user else place.email
        lead = f"{who} · {place.group.name}"
        return super().get_context_data(crumbs=crumbs_to(place.group, here), lead=lead, **kwargs)

    def act(self, form: Any) -> Any:
        """Make the move."""
        note = form.cleaned_data["note"]
        return operations.move_place(self.object, self.move.name, actor=self.request.user, note=note)

    def get_cancel_url(self) -> str:
        """Back to the group."""
        return reverse("group_detail", args=[self.object.group_id])

    def get_success_url(self) -> str:
        """Back to the group; where that is out of sight now, to the list of groups."""
        if Group.objects.visible_to(self.request.user).filter(pk=self.object.group_id).exists():
            return self.get_cancel_url()
        return reverse("group_list")


class ComeInPage(ChildCreatePage):
    """Come into an open group, or ask the hosts of one on request."""

    model = GroupMember
    parent_model = Group
    noun = "group"
    permission = "community.make_place"
    form_class = ComeInForm

    def act(self, form: Any) -> Any:
        """Ask, or come in."""
        place = operations.ask_to_come_in(self.parent, actor=self.request.user, **form.cleaned_data)
        inside = place.state == MemberState.MEMBER
        self.done = (
            _("You are in the group.")
            if inside
            else _("Your wish is sent. You hear by mail what the hosts say.")
        )
        return place  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What one is about to do."""
        is_open = self.parent.access == GroupAccess.OPEN
        title = _("Come into the group") if is_open else _("Ask to come in")
        lead = _("You are in at once: everybody reads what is said there.") if is_open else _("The hosts of the group let you in, or say why not.")  # fmt: skip
        return super().get_context_data(
            page_title=title,
            submit_label=_("Come in") if is_open else _("Ask"),
            lead=lead,
            crumbs=crumbs_to(self.parent, {"label": title, "url": ""}),
            **kwargs,
        )


class InviteToGroupPage(ChildCreatePage):
    """Invite an address into a group."""

    model = GroupMember
    parent_model = Group
    noun = "group"
    permission = "community.edit_group"
    form_class = GroupInvitationForm
    page_title = _("Invite somebody")
    submit_label = _("Send the invitation")
    done = _("The invitation is sent.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(self.parent, here), **kwargs)

    def act(self, form: Any) -> Any:
        """Invite."""
        return operations.invite_to_group(self.parent, form.cleaned_data["email"], actor=self.request.user)


ROUTES = [
    path("groups/<int:pk>/come-in/", ComeInPage.as_view(), name="group_come_in"),
    path("groups/<int:pk>/invite/", InviteToGroupPage.as_view(), name="group_invite"),
    path("group-members/", MemberListPage.as_view(), name="group_member_list"),
    path("group-members/<int:pk>/", MemberPage.as_view(), name="group_member_detail"),
    path("group-members/<int:pk>/moves/<slug:name>/", MemberMovePage.as_view(), name="group_member_move"),
]
