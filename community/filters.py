"""How are the lists of comments, groups, debates and people in groups narrowed?"""

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter, by_title
from community.choices import (
    CommentKind,
    CommentState,
    DebateState,
    GroupAccess,
    GroupRole,
    GroupState,
    MemberState,
    ReportReason,
)
from community.models import Comment, Debate, Group, GroupMember
from pilots.models import Challenge, Trial


class CommentFilter(DomainFilter):
    """Query parameters of GET /api/v1/comments/. Instants ISO 8601."""

    confidential_fields = {
        "state": "community.see_comment_state",
        "reported_for": "community.see_comment_state",
    }

    trial = df.ModelMultipleChoiceFilter(queryset=Trial.objects.all(), label=_("Trial"))
    challenge = df.ModelMultipleChoiceFilter(queryset=Challenge.objects.all(), label=_("Challenge"))
    debate = df.ModelMultipleChoiceFilter(queryset=Debate.objects.all(), label=_("Debate"))
    parent = df.NumberFilter(field_name="parent_id", label=_("In answer to"))
    kind = df.MultipleChoiceFilter(choices=CommentKind.choices, label=_("Kind"))
    state = df.MultipleChoiceFilter(choices=CommentState.choices, label=_("State"))
    reported_for = df.MultipleChoiceFilter(choices=ReportReason.choices, label=_("Reported because"))
    official = df.BooleanFilter(label=_("In the name of the city"))
    words = df.CharFilter(field_name="text", lookup_expr="icontains", max_length=100, label=_("Words"))
    order = df.OrderingFilter(fields=("created_at", "published_at"), label=_("Order"))

    class Meta:
        model = Comment
        fields = ()


class GroupFilter(DomainFilter):
    """Query parameters of GET /api/v1/groups/."""

    access = df.MultipleChoiceFilter(choices=GroupAccess.choices, label=_("Who sees it"))
    state = df.MultipleChoiceFilter(choices=GroupState.choices, label=_("State"))
    mine = df.BooleanFilter(method="only_mine", label=_("Groups I am in"))
    order = df.OrderingFilter(fields={"sort_key": "name", "created_at": "created_at"}, label=_("Order"))

    class Meta:
        model = Group
        fields = ()

    def only_mine(self, groups: Any, name: str, value: bool) -> Any:
        """Those one is in, or those one is not in."""
        own = Group.objects.of(self.request.user).values("pk")
        return groups.filter(pk__in=own) if value else groups.exclude(pk__in=own)


class GroupMemberFilter(DomainFilter):
    """Query parameters of GET /api/v1/group-members/."""

    group = df.ModelMultipleChoiceFilter(queryset=Group.objects.all(), label=_("Group"))
    state = df.MultipleChoiceFilter(choices=MemberState.choices, label=_("State"))
    role = df.MultipleChoiceFilter(choices=GroupRole.choices, label=_("Role"))
    order = df.OrderingFilter(fields=("created_at",), label=_("Order"))

    class Meta:
        model = GroupMember
        fields = ()


class DebateFilter(DomainFilter):
    """Query parameters of GET /api/v1/debates/."""

    group = df.ModelMultipleChoiceFilter(queryset=Group.objects.all(), label=_("Group"))
    state = df.MultipleChoiceFilter(choices=DebateState.choices, label=_("State"))
    order = df.OrderingFilter(fields={**by_title("title"), "created_at": "created_at"}, label=_("Order"))

    class Meta:
        model = Debate
        fields = ()
