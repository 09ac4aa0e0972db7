"""/api/v1/comments/: what is said in public about trials and challenges, and in debates."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet
from community.filters import CommentFilter
from community.models import Comment
from community.operations import comments
from community.transitions import COMMENT


class CommentSerializer(DomainSerializer):
    """A comment, a question or an answer (`parent`). `author_name` is the city's where it speaks for the city."""

    author_name = serializers.CharField(read_only=True)
    confidential_fields = {"state": "community.see_comment_state"}
    list_fields = (
        "id", "trial", "challenge", "debate", "parent", "kind", "text", "language", "official", "author_name", "state",
        "published_at", "edited_at", "created_at", "updated_at", "version",
    )  # fmt: skip

    class Meta:
        model = Comment
        fields = (
            "id", "trial", "challenge", "debate", "parent", "kind", "text", "language", "official", "author_name", "state",
            "published_at", "edited_at", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("state", "published_at", "edited_at")


class CommentViewSet(DomainViewSet):
    """Public comments and those of debates one reads, one's own, and for moderators all of their centre or group."""

    serializer_class = CommentSerializer
    filterset_class = CommentFilter
    table = COMMENT
    writes = {
        "create": comments.write_comment,
        "edit": comments.edit_comment,
        "move": comments.move_comment,
    }
    allowed = {
        "list": "community.view_comment",
        "retrieve": "community.view_comment",
        "create": "community.write_comment",
        "partial_update": "community.edit_comment",
        "moves": "community.view_comment",
    }

    def get_queryset(self) -> Any:
        """Comments with the name they are signed by."""
        return super().get_queryset().with_names()


ROUTES = [("comments", CommentViewSet)]
