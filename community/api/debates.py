"""/api/v1/debates/: what is debated in groups, for whoever reads the group."""

from cic.core.api import DomainSerializer, DomainViewSet
from community.filters import DebateFilter
from community.models import Debate
from community.operations import debates as operations
from community.transitions import DEBATE


class DebateSerializer(DomainSerializer):
    """A debate; what is said in it are the comments with this `debate`."""

    class Meta:
        model = Debate
        fields = (
            "id", "reference", "group", "title", "text", "language", "author", "state", "conclusions", "closed_at",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("author", "conclusions", "closed_at")


class DebateViewSet(DomainViewSet):
    """Debates of open groups, and of those the caller is in."""

    serializer_class = DebateSerializer
    filterset_class = DebateFilter
    table = DEBATE
    writes = {
        "create": operations.start_debate,
        "edit": operations.edit_debate,
        "move": operations.move_debate,
        "remove": operations.remove_debate,
    }
    allowed = {
        "list": "community.view_debate",
        "retrieve": "community.view_debate",
        "create": "community.start_debate",
        "partial_update": "community.edit_debate",
        "destroy": "community.edit_debate",
        "moves": "community.view_debate",
    }


ROUTES = [("debates", DebateViewSet)]
