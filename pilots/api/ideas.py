"""/api/v1/ideas/: what is proposed. The confidential annex is a resource of its own."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, LabelField, StrictSerializer
from cic.core.api.preconditions import expected_version
from cic.core.errors import NotAllowed
from cic.core.idempotency import idempotent
from cic.core.permissions import can
from pilots.filters.ideas import IdeaFilter
from pilots.models import Idea
from pilots.operations import ideas, triage
from pilots.transitions.ideas import IDEA, IDEA_PUBLICATION

MOST_PARTS = 20


class IdeaSerializer(DomainSerializer):
    """An idea. `state` is what the staff say, `state_label` what proposers and citizens read.

    A decision shows in `state` once its author was told. `author` is named to those inside of the idea;
    `open_fields` are those its proposer may change now; `merged_into` names only what the caller may see.
    """

    state_label = LabelField(source="state", labels=IDEA.public_labels)
    author = serializers.SerializerMethodField()
    merged_into = serializers.SerializerMethodField()
    open_fields = serializers.SerializerMethodField()
    list_fields = (
        "id", "reference", "title", "trl", "language", "challenge", "centre", "organisation", "state",
        "state_label", "publication", "submitted_at", "review_on", "created_at", "updated_at", "version",
        "source", "external_id",
    )  # fmt: skip

    class Meta:
        model = Idea
        fields = (
            "id", "reference", "title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city", "trl",
            "language", "challenge", "centre", "organisation", "author", "state", "state_label", "publication",
            "public_from", "submitted_at", "answer_by", "review_on", "merged_into", "open_fields", "translations", "created_at",
            "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("public_from", "submitted_at", "answer_by", "review_on", "source", "external_id")
        extra_kwargs = {"centre": {"required": False}}

    def get_author(self, idea: Idea) -> str | None:
        """The author's name, for those inside."""
        if idea.author_id is None or not can(self.context["request"].user, "pilots.view_idea_inside", idea):
            return None
        return str(idea.author)

    def get_merged_into(self, idea: Idea) -> int | None:
        """The id of the idea it goes on in, if the caller may see that one."""
        user = self.context["request"].user
        seen = idea.merged_into_id and Idea.objects.visible_to(user).filter(pk=idea.merged_into_id).exists()
        return idea.merged_into_id if seen else None

    def get_open_fields(self, idea: Idea) -> list[str]:
        """What the caller may change now; nothing unless the idea is theirs."""
        mine = can(self.context["request"].user, "pilots.edit_idea", idea)
        return [name for name in ideas.open_fields(idea) if name != "annex"] if mine else []


class IdeaPartSerializer(StrictSerializer):
    """One of the ideas that another is split into."""

    title = serializers.CharField(max_length=250)
    problem = serializers.CharField(required=False, allow_blank=True)
    proposal = serializers.CharField(required=False, allow_blank=True)
    novelty = serializers.CharField(required=False, allow_blank=True)
    beneficiaries = serializers.CharField(required=False, allow_blank=True)
    asked_of_city = serializers.CharField(required=False, allow_blank=True)


class SplitSerializer(StrictSerializer):
    """Two or more parts, and why they are not one idea. What a part does not say it takes over from the original."""

    parts = IdeaPartSerializer(many=True, allow_empty=False)
    note = serializers.CharField(max_length=4000)

    def validate_parts(self, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Not more than somebody reads at once."""
        if len(parts) > MOST_PARTS:
            raise serializers.ValidationError(_("At most %(count)d parts.") % {"count": MOST_PARTS})
        return parts


class IdeaViewSet(DomainViewSet):
    """Ideas the caller may see. What follows from a request or a decision is no move here: record that instead."""

    serializer_class = IdeaSerializer
    translate_permission = "pilots.translate"
    filterset_class = IdeaFilter
    table = IDEA
    writes = {"create": ideas.propose, "edit": ideas.edit_idea, "move": ideas.move_idea}
    allowed = {
        "list": "pilots.view_idea",
        "retrieve": "pilots.view_idea",
        "create": "pilots.propose_idea",
        "partial_update": "pilots.edit_idea",
        # An import knows its records again by these ids: who proposes does not choose what it finds.
        "upsert": "pilots.triage_ideas",
        "moves": "pilots.view_idea",
        "history": "pilots.view_idea",
        "split": "pilots.triage_ideas",
    }

    def get_queryset(self) -> Any:
        """Ideas the caller may see, with the name of the author."""
        return super().get_queryset().select_related("author", "challenge")

    def tables_of(self, obj: Any) -> list[Any]:
        """Its way, and its way to the public."""
        return [IDEA, IDEA_PUBLICATION]

    def _row(self, obj: Any, name: str) -> Any:
        if name in ideas.EFFECTS:
            raise NotAllowed(_("This follows from a decision or a request; record that instead."))
        return super()._row(obj, name)

    @action(detail=True, methods=["post"], serializer_class=SplitSerializer)
    @idempotent
    def split(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Let it go on as several ideas; the original stays as it was written. Answers with the ids of the parts.

        Each part has the same author, organisations and annex, and waits where the original waited.
        """
        self.check_parameters(())
        idea = self.get_object()
        version = expected_version(request, idea, required=False)
        values = self.checked_values(self.get_serializer(data=request.data))
        parts = triage.split_idea(idea, actor=request.user, expected_version=version, **values)
        return Response({"ideas": [part.pk for part in parts]}, status=201)


ROUTES = [("ideas", IdeaViewSet)]
