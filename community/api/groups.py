"""/api/v1/groups/: which groups there are, for whoever knows of them."""

from cic.core.api import DomainSerializer, DomainViewSet
from community.filters import GroupFilter
from community.models import Group
from community.operations import groups as operations
from community.transitions import GROUP


class GroupSerializer(DomainSerializer):
    """A group: `open` to all, `on_request`, or `hidden` from who is not in it."""

    class Meta:
        model = Group
        fields = (
            "id", "reference", "name", "description", "language", "access", "state", "version", "created_at", "updated_at",
        )  # fmt: skip


class GroupViewSet(DomainViewSet):
    """Groups the caller knows of: hidden ones only if they are in them or invited."""

    serializer_class = GroupSerializer
    filterset_class = GroupFilter
    table = GROUP
    writes = {"create": operations.found_group, "edit": operations.edit_group, "move": operations.move_group}
    allowed = {
        "list": "community.view_group",
        "retrieve": "community.view_group",
        "create": "community.found_group",
        "partial_update": "community.edit_group",
        "moves": "community.view_group",
    }


ROUTES = [("groups", GroupViewSet)]
