"""Which groups are there for me, what goes on in one, and how do people found, change and close them?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.permissions import can
from cic.core.views import CreatePage, DetailPage, EditPage, ListPage, MovePage
from cic.core.views.details import moves_of, stages_of
from community.choices import CommentState, GroupState, MemberState
from community.filters import GroupFilter
from community.forms import GroupForm
from community.models import Comment, Debate, Follow, Group, GroupMember
from community.operations import groups as operations
from community.permissions import know_role, role_in
from community.transitions import DEBATE, GROUP, PLACE

DEBATES_SHOWN = 50
PEOPLE_SHOWN = 100


def crumbs_to(group: Group | None, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The list of groups, the group, then `more`."""
    crumbs = [{"label": _("Groups"), "url": reverse("group_list")}]
    if group is not None:
        crumbs.append({"label": group.name, "url": reverse("group_detail", args=[group.pk])})
    return [*crumbs, *more]


class GroupListPage(ListPage):
    """Groups the reader knows of: their invitations and their own first."""

    model = Group
    noun = "group"
    permission = "community.view_group"
    filterset_class = GroupFilter
    template_name = "community/groups.html"
    row_template = "community/_group_row.html"
    page_title = _("Groups")
    columns = (
        ("name", _("Name"), "name"),
        ("access", _("Who sees it"), ""),
        ("created_at", _("Founded"), "created_at"),
    )
    create_permission = "community.found_group"
    create_label = _("Found a group")
    export_columns = (
        ("reference", "reference"),
        ("name", "name"),
        ("description", "description"),
        ("language", "language"),
        ("access", "access"),
        ("state", "state"),
        ("created_at", "created_at"),
        ("id", "pk"),
        ("version", "version"),
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, and above it what is the reader's."""
        user = self.request.user
        invited = GroupMember.objects.waiting_for(user).select_related("group").order_by("-pk")
        return super().get_context_data(
            lead=_("People who talk about something together. What is said in a group is read by who reads the group."),
            invitations=list(invited),
            mine=list(Group.objects.of(user).order_by("sort_key", "pk")[:PEOPLE_SHOWN]),
            **kwargs,
        )  # fmt: skip


class GroupPage(DetailPage):
    """One group: its debates, who is in it, and for its hosts who waits."""

    model = Group
    noun = "group"
    permission = "community.view_group"
    edit_permission = "community.edit_group"
    template_name = "community/group.html"

    def history(self) -> Any:
        """The times it was closed, and opened again."""
        return stages_of(self.object, (GROUP,))

    def facts(self) -> list[tuple[Any, Any]]:
        """Who sees it, and what a letter calls it."""
        group = self.object
        return [(_("Who sees it"), group.get_access_display()), (_("Reference"), group.reference)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Debates for who reads them, people for who is inside, what waits for who looks after it."""
        user, group = self.request.user, self.object
        places = list(
            GroupMember.objects.visible_to(user)
            .filter(group=group, state__in=(MemberState.MEMBER, MemberState.ASKED, MemberState.INVITED))
            .select_related("user")
            .order_by("role", "pk")[: PEOPLE_SHOWN * 2]
        )
        own = next((place for place in places if is_own(place, user)), None)
        if own is not None:
            own.group = group
            know_role(user, own)
        role, hosts = role_in(user, group), can(user, "community.edit_group", group)
        reads = bool(role) or group.is_open or hosts
        active = group.state == GroupState.ACTIVE
        context = super().get_context_data(
            title=group.said.name,
            crumbs=crumbs_to(None, {"label": group.name, "url": ""}),
            reads=reads,
            inside=bool(role) or hosts,
            hosts=hosts,
            debates=self.debates() if reads else None,
            members=[place for place in places if place.state == MemberState.MEMBER],
            waiting=[place for place in places if place.state == MemberState.ASKED and hosts],
            invited=[place for place in places if place.state == MemberState.INVITED and hosts],
            place=own,
            own_moves=own_moves(own, user),
            may_ask=own is None and active and can(user, "community.make_place"),
            may_start=can(user, "community.start_debate", group),
            reported=self.reported() if hosts else [],
            follow_url=reverse("follow", args=[group.reference]) if reads and not self.follows() else "",
            public_url=reverse("group_page", args=[group.reference]) if group.is_open else "",
            **kwargs,
        )
        # What cannot be done yet would only be in the way here.
        moves = moves_of(group, (GROUP,), user, self.noun)
        return {**context, "moves": [row for row in moves if row["allowed"]]}

    def debates(self) -> list[Debate]:
        """The open ones first, then the newest."""
        rows = Debate.objects.visible_to(self.request.user).filter(group=self.object).with_talk()
        shown = list(rows.order_by("-state", "-pk")[:DEBATES_SHOWN])
        for row in shown:
            row.badge = DEBATE.badge(row)
        return shown

    def reported(self) -> list[Comment]:
        """What somebody reported, and nobody has looked at."""
        rows = Comment.objects.moderated_by(self.request.user).filter(debate__group=self.object)
        return list(rows.filter(state=CommentState.REPORTED).select_related("debate").order_by("pk"))

    def follows(self) -> bool:
        """Whether the reader hears of it already."""
        return Follow.objects.visible_to(self.request.user).confirmed().filter(group=self.object).exists()


def is_own(place: GroupMember, user: Any) -> bool:
    """Whether it is the reader's own place, or an invitation to their address."""
    return place.user_id == user.pk or (place.user_id is None and place.email == user.email)


def own_moves(place: GroupMember | None, user: Any) -> list[dict[str, Any]]:
    """What somebody may do about their own place, as the moves piece shows it."""
    if place is None:
        return []
    own = ("join", "decline", "withdraw", "leave")
    return [
        {
            "name": row.name,
            "label": row.label,
            "url": reverse("group_member_move", args=[place.pk, row.name]),
            "allowed": row.allowed,
            "blockers": row.blockers,
            "style": row.style,
        }
        for row in PLACE.open_to(user, place)
        if row.name in own
    ]


class GroupCreatePage(CreatePage):
    """Found a group."""

    model = Group
    noun = "group"
    permission = "community.found_group"
    form_class = GroupForm
    page_title = _("Found a group")
    submit_label = _("Found it")
    done = _("The group is there, and you look after it. Invite people, or put a first question.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(None, here), **kwargs)

    def act(self, form: Any) -> Any:
        """Found it."""
        return operations.found_group(form.cleaned_data, actor=self.request.user)


class GroupEditPage(EditPage):
    """What is said of a group, and who sees it."""

    model = Group
    noun = "group"
    permission = "community.edit_group"
    form_class = GroupForm
    page_title = _("Edit the group")
    done = _("The group is saved. Who may not see it any more has lost sight of it.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.page_title, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(self.object, here), **kwargs)

    def act(self, form: Any) -> Any:
        """Save it."""
        return operations.edit_group(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class PlainMovePage(MovePage):
    """A move for a reason, not by a resolution."""

    def get_form(self, form_class: Any = None) -> Any:
        """Without an authority; what is written at length gets room."""
        form = super().get_form(form_class)
        del form.fields["authority"]
        return form


class GroupMovePage(PlainMovePage):
    """Close a group, or open it again."""

    model = Group
    noun = "group"
    permission = "community.edit_group"
    tables = (GROUP,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        here = {"label": self.move.label, "url": ""}
        return super().get_context_data(crumbs=crumbs_to(self.object, here), **kwargs)

    def act(self, form: Any) -> Any:
        """Make the move."""
        note = form.cleaned_data["note"]
        return operations.move_group(self.object, self.move.name, actor=self.request.user, note=note)


ROUTES = [
    path("groups/", GroupListPage.as_view(), name="group_list"),
    path("groups/new/", GroupCreatePage.as_view(), name="group_create"),
    path("groups/<int:pk>/", GroupPage.as_view(), name="group_detail"),
    path("groups/<int:pk>/edit/", GroupEditPage.as_view(), name="group_edit"),
    path("groups/<int:pk>/moves/<slug:name>/", GroupMovePage.as_view(), name="group_move"),
]
NAV = [NavEntry(_("Community"), _("Groups"), "group_list", "community.view_group")]
