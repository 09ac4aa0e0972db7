"""/api/v1/challenges/: the needs of the city."""

from typing import Any

from rest_framework import serializers

from cic.core.api import DomainSerializer, DomainViewSet, LabelField
from pilots.filters.challenges import ChallengeFilter
from pilots.models import Challenge
from pilots.operations import challenges
from pilots.transitions.challenges import CHALLENGE, CHALLENGE_PUBLICATION


class GoalsField(serializers.ListField):
    """Sustainable Development Goals, by their numbers."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=17)
        super().__init__(**{"child": child, "required": False, "max_length": 17, **kwargs})


class ChallengeSerializer(DomainSerializer):
    """A need. `state_label` is what citizens read; `sdgs` are the numbers of UN goals."""

    sdgs = GoalsField()
    state_label = LabelField(source="state", labels=CHALLENGE.public_labels)
    list_fields = (
        "id", "reference", "title", "language", "centre", "territory_text", "closes_on", "state", "state_label",
        "publication", "created_at", "updated_at", "version", "source", "external_id",
    )  # fmt: skip

    class Meta:
        model = Challenge
        fields = (
            "id", "reference", "title", "need", "language", "centre", "territory_text", "territories", "areas",
            "affected_groups", "sdgs", "closes_on", "criteria_set", "state", "state_label", "publication", "public_from",
            "translations", "created_at", "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = ("public_from", "source", "external_id")


class ChallengeViewSet(DomainViewSet):
    """Needs the caller may see. `state` and `publication` change through `moves`."""

    serializer_class = ChallengeSerializer
    translate_permission = "pilots.translate"
    filterset_class = ChallengeFilter
    table = CHALLENGE
    writes = {
        "create": challenges.create_challenge,
        "edit": challenges.edit_challenge,
        "move": challenges.move_challenge,
    }
    allowed = {
        "list": "pilots.view_challenge",
        "retrieve": "pilots.view_challenge",
        "create": "pilots.create_challenge",
        "partial_update": "pilots.edit_challenge",
        "upsert": "pilots.create_challenge",
        "moves": "pilots.view_challenge",
        "history": "pilots.view_challenge",
    }

    def tables_of(self, obj: Any) -> list[Any]:
        """Its way, and its way to the public."""
        return [CHALLENGE, CHALLENGE_PUBLICATION]


ROUTES = [("challenges", ChallengeViewSet)]
