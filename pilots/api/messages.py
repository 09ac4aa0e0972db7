"""/api/v1/messages/: what is said about ideas, trials and agreements, for those who read the conversation."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from pilots.filters.messages import MessageFilter
from pilots.models import Message
from pilots.operations import messages


class MessageSerializer(DomainSerializer):
    """A message in one channel of one idea, trial or agreement. Its author may change `text` for fifteen minutes."""

    author_name = serializers.CharField(source="author.name", read_only=True)
    list_fields = (
        "id", "idea", "trial", "agreement", "channel", "author_name", "text", "edited_at", "created_at",
        "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Message
        fields = (
            "id", "idea", "trial", "agreement", "channel", "author_name", "text", "edited_at", "created_at",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("edited_at",)


class MessageViewSet(DomainViewSet):
    """Messages in the channels that the caller reads."""

    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    writes = {"create": messages.write_message, "edit": messages.edit_message}
    allowed = {
        "list": "pilots.view_message",
        "retrieve": "pilots.view_message",
        "create": "pilots.write_message",
        "partial_update": "pilots.edit_message",
    }

    def get_queryset(self) -> Any:
        """Messages with the name of who wrote them."""
        return super().get_queryset().select_related("author")


ROUTES = [("messages", MessageViewSet)]
