"""/api/v1/trials/: proofs of concept and pilots, with all their moves, and where each comes from and leads to."""

from dataclasses import asdict
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, LabelField, StrictSerializer
from cic.core.api.serializers import VisibleRelatedField
from cic.core.idempotency import idempotent
from partners.choices import UserKind
from partners.models import Agreement, Area, Organisation, User
from pilots.choices import (
    PUBLIC_TRIAL_LABELS,
    TRIAL_VERDICTS,
    DecisionVerdict,
    TrialKind,
    TrialState,
)
from pilots.filters.trials import TrialFilter
from pilots.models import Idea, Trial
from pilots.models.descents import lineage_of
from pilots.operations import trials
from pilots.transitions.trials import TRIAL_PUBLICATION, table_of

from .challenges import GoalsField

STATE_LABELS = dict(TrialState.choices) | PUBLIC_TRIAL_LABELS
INNER = "pilots.read_inner_fields"


class PersonField(VisibleRelatedField):
    """A person by id, among those the caller may know of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **({"queryset": User.objects.all()} if not kwargs.get("read_only") else {}), **kwargs
        )

    def get_queryset(self) -> Any:
        """The people the caller may know of."""
        request = self.context.get("request")
        known = User.objects.visible_to(request.user) if request is not None else User.objects.all()
        return known.filter(kind=UserKind.PERSON)


class TrialSerializer(DomainSerializer):
    """A trial. `state` is what the staff say, `state_label` what partners and citizens read, `status` what the dates add.

    `idea`, `origin` and `agreement` name only what the caller may see. What concerns the inner workings is for
    those inside of the trial.
    """

    list_fields = (
        "id", "reference", "kind", "title", "acronym", "language", "centre", "promoter", "monitor", "budget_eur",
        "trl_in", "trl_out", "starts_on", "ends_on", "started_on", "ended_on", "state", "state_label", "publication",
        "created_at", "updated_at", "version", "source", "external_id",
    )  # fmt: skip
    confidential_fields = {
        "monitor": "pilots.view_monitor",
        "skip_reason": INNER,
        "no_baseline_reason": INNER,
        "data_protection": INNER,
        "insurance": INNER,
        "told": INNER,
        "source_values": INNER,
    }

    monitor = PersonField(required=False, allow_null=True)
    sdgs = GoalsField()
    state_label = LabelField(source="state", labels=STATE_LABELS)
    status = serializers.CharField(read_only=True)

    class Meta:
        model = Trial
        fields = (
            "id", "reference", "kind", "title", "acronym", "summary", "language", "idea", "origin", "skip_reason",
            "centre", "agreement", "promoter", "monitor", "areas", "sdgs", "hypothesis", "method", "environment",
            "trl_in", "trl_out", "budget_eur", "starts_on", "ends_on", "started_on", "ended_on", "resumes_on", "told",
            "no_baseline_reason", "data_collected", "data_protection", "insurance", "state", "state_label", "status",
            "publication", "public_from", "translations", "created_at", "updated_at", "version", "source",
            "external_id", "source_values",
        )  # fmt: skip
        read_only_fields = (
            "resumes_on", "told", "started_on", "ended_on", "public_from", "source", "external_id", "source_values",
        )  # fmt: skip
        extra_kwargs = {"areas": {"required": False}}

    def to_representation(self, trial: Trial) -> dict[str, Any]:
        """Names of other records only where the caller may see those."""
        shown = super().to_representation(trial)
        for name in ("idea", "origin", "agreement"):
            if name in shown and not getattr(trial, f"{name}_seen", False):
                shown[name] = None
        return shown


class DeriveSerializer(StrictSerializer):
    """An accepted idea or a proof of concept with go; what is known of it need not be sent again."""

    kind = serializers.ChoiceField(choices=TrialKind.choices, default=TrialKind.PILOT)
    idea = VisibleRelatedField(queryset=Idea.objects.all(), required=False)
    origin = VisibleRelatedField(queryset=Trial.objects.all(), required=False)
    title = serializers.CharField(required=False, max_length=500)
    summary = serializers.CharField(required=False, allow_blank=True)
    skip_reason = serializers.CharField(required=False, allow_blank=True)
    promoter = VisibleRelatedField(queryset=Organisation.objects.all(), required=False)
    agreement = VisibleRelatedField(queryset=Agreement.objects.all(), required=False, allow_null=True)
    monitor = PersonField(required=False, allow_null=True)
    areas = VisibleRelatedField(queryset=Area.objects.all(), many=True, required=False)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one source."""
        if ("idea" in attrs) == ("origin" in attrs):
            raise serializers.ValidationError(_("Name an idea or a proof of concept."))
        return attrs


class DecideSerializer(StrictSerializer):
    """What a body decided on a finished proof of concept."""

    verdict = serializers.ChoiceField(
        choices=[choice for choice in DecisionVerdict.choices if choice[0] in TRIAL_VERDICTS]
    )
    body = serializers.CharField(max_length=200)
    authority = serializers.CharField(max_length=300)
    members_present = serializers.CharField(required=False, allow_blank=True)
    reasons = serializers.CharField()
    conditions = serializers.CharField(required=False, allow_blank=True)
    decided_on = serializers.DateField()


class AncestorSerializer(serializers.Serializer):
    """A record a trial came from or led to; `step` says how far off, `kind` by which link."""

    type = serializers.CharField()
    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    step = serializers.IntegerField()
    kind = serializers.CharField()


class LineageSerializer(serializers.Serializer):
    """Both ways: what a trial came from, and what it led to."""

    came_from = AncestorSerializer(many=True)
    led_to = AncestorSerializer(many=True)


class TrialViewSet(DomainViewSet):
    """Trials the caller may see. `state` is read-only: it changes through `moves`, by kind of trial."""

    serializer_class = TrialSerializer
    translate_permission = "pilots.translate"
    filterset_class = TrialFilter
    writes = {"create": trials.create_trial, "edit": trials.edit_trial, "move": trials.move_trial}
    allowed = {
        "list": "pilots.view_trial",
        "retrieve": "pilots.view_trial",
        "create": "pilots.create_trial",
        "partial_update": "pilots.edit_trial",
        "upsert": "pilots.create_trial",
        "moves": "pilots.view_trial",
        "history": "pilots.view_trial",
        "lineage": "pilots.view_trial",
        "derive": "pilots.create_trial",
        "decide": "pilots.decide_trial",
    }

    def get_queryset(self) -> Any:
        """Trials the caller may see; for one, with what it may name of others."""
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        user = self.request.user
        seen = {"idea": Idea, "origin": Trial, "agreement": Agreement}
        named = {
            f"{name}_seen": Exists(model.objects.visible_to(user).filter(pk=OuterRef(f"{name}_id")))
            for name, model in seen.items()
        }
        return rows.prefetch_related("areas").annotate(**named)

    def tables_of(self, obj: Any) -> list[Any]:
        """The table of its kind, and its way to the public."""
        return [table_of(obj), TRIAL_PUBLICATION]

    @action(detail=True, methods=["get"], serializer_class=LineageSerializer, filter_backends=())
    def lineage(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What it came from and what it led to, as far as the caller may see it."""
        self.check_parameters(())
        found = lineage_of(self.get_object(), request.user)
        names = ("type", "id", "reference", "title", "step", "kind")
        return Response(
            {way: [{n: asdict(row)[n] for n in names} for row in rows] for way, rows in found.items()}
        )

    @action(detail=False, methods=["post"], serializer_class=DeriveSerializer)
    @idempotent
    def derive(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a trial from an accepted idea or a proof of concept, with what is known of it."""
        self.check_parameters(())
        values = self.checked_values(
            DeriveSerializer(data=request.data, context=self.get_serializer_context())
        )
        source = values.pop("idea", None) or values.pop("origin", None)
        self._check_centre({"centre": source.centre})
        trial = trials.derive_trial(source, values.pop("kind"), actor=request.user, **values)
        self.serializer_class = TrialSerializer
        return self.created(trial)

    @action(detail=True, methods=["post"], serializer_class=DecideSerializer)
    @idempotent
    def decide(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Record what a body decided on a finished proof of concept; it takes effect and is told at once."""
        self.check_parameters(())
        trial = self.get_object()
        values = self.checked_values(DecideSerializer(data=request.data))
        trials.decide_poc(trial, values, actor=request.user)
        self.serializer_class = TrialSerializer
        return self.answer(self.fresh(trial))


ROUTES = [("trials", TrialViewSet)]
