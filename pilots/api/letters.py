"""/api/v1/letters/: in which words a centre tells of a decision, in each language."""

from typing import Any

from cic.core.api import DomainSerializer, DomainViewSet
from pilots.filters.letters import LetterFilter
from pilots.models import Letter
from pilots.operations import letters


class LetterSerializer(DomainSerializer):
    """A centre's words for one verdict in one language; `{reasons}` and other names in braces stand for the facts."""

    list_fields = ("id", "centre", "verdict", "language", "subject", "created_at", "updated_at", "version")

    class Meta:
        model = Letter
        fields = (
            "id", "centre", "verdict", "language", "subject", "text", "created_at", "updated_at", "version"
        )  # fmt: skip


class LetterViewSet(DomainViewSet):
    """Letters of the centres in which the caller records decisions. Only the words of one that is there can be changed."""

    serializer_class = LetterSerializer
    filterset_class = LetterFilter
    writes = {
        "create": letters.write_letter,
        "edit": letters.edit_letter,
        "remove": letters.remove_letter,
    }
    allowed = {
        "list": "pilots.edit_letter",
        "retrieve": "pilots.edit_letter",
        "create": "pilots.edit_letter",
        "partial_update": "pilots.edit_letter",
        "destroy": "pilots.edit_letter",
        "history": "pilots.edit_letter",
    }

    def get_queryset(self) -> Any:
        """With the centre, where one letter is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("centre")


ROUTES = [("letters", LetterViewSet)]
