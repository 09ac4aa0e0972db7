"""/api/v1/group-members/: who asks to come into a group, is invited, is in it, or went."""

from typing import Any

from cic.core.api import DomainSerializer, DomainViewSet
from cic.core.transitions import Table
from community.filters import GroupMemberFilter
from community.models import GroupMember
from community.operations import group_members as operations
from community.transitions import PLACE, PLACE_ROLE


class GroupMemberSerializer(DomainSerializer):
    """A person's wish to come into a group, or (with `email`) an invitation to an address; in the end their place in it."""

    # Why somebody asks is between them and the hosts.
    confidential_fields = {"message": "community.read_message"}
    list_fields = (
        "id", "group", "user", "email", "role", "state", "joined_at", "version", "created_at", "updated_at",
    )  # fmt: skip

    class Meta:
        model = GroupMember
        fields = (
            "id", "group", "user", "email", "message", "role", "state", "joined_at", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("user", "role", "joined_at")


class GroupMemberViewSet(DomainViewSet):
    """One's own, who is in one's groups, and all of the groups one hosts."""

    serializer_class = GroupMemberSerializer
    filterset_class = GroupMemberFilter
    table = PLACE
    writes = {"create": operations.create_place, "move": operations.move_place}
    allowed = {
        "list": "community.view_place",
        "retrieve": "community.view_place",
        "create": "community.make_place",
        "moves": "community.view_place",
    }

    def tables_of(self, obj: Any) -> list[Table]:
        """The way in and out, and who looks after the group."""
        return [PLACE, PLACE_ROLE]


ROUTES = [("group-members", GroupMemberViewSet)]
