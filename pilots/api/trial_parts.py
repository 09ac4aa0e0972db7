"""What belongs to trials: partners, team, sites, permits, milestones, risks, logbook, success criteria, extensions."""

from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.idempotency import idempotent
from pilots.api.trials import PersonField
from pilots.filters import trial_parts as filters
from pilots.models import (
    ExtensionRequest,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    TrialPartner,
)
from pilots.operations import extensions, trial_parts
from pilots.transitions.permits import PERMIT
from pilots.transitions.trials import EXTENSION

ENDS = ("created_at", "updated_at", "version")
SOURCE = ("source", "external_id")
SHOWN = {
    "list": "pilots.view_trial_part",
    "retrieve": "pilots.view_trial_part",
    "history": "pilots.view_inner_part",
}
INNER = {
    "list": "pilots.view_inner_part",
    "retrieve": "pilots.view_inner_part",
    "history": "pilots.view_inner_part",
}
STEERED = {
    "create": "pilots.edit_trial_part",
    "partial_update": "pilots.edit_trial_part",
    "destroy": "pilots.edit_trial_part",
}


def writes(model: Any) -> dict[str, Any]:
    """The operations that write one kind of part."""
    return {
        "create": partial(trial_parts.add_part, model),
        "edit": trial_parts.edit_part,
        "remove": trial_parts.remove_part,
    }


class OfTrial(DomainViewSet):
    """What belongs to a trial the caller may see, or stands inside of."""

    def get_queryset(self) -> Any:
        """With the trial, where one row is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("trial")


class TrialPartnerSerializer(DomainSerializer):
    """An organisation in a trial; its contribution in euro where it is money."""

    class Meta:
        model = TrialPartner
        fields = (
            "id", "trial", "organisation", "role", "contribution", "contribution_eur", "position", *ENDS, *SOURCE
        )  # fmt: skip
        read_only_fields = SOURCE


class TrialPartnerViewSet(OfTrial):
    """Organisations in trials."""

    serializer_class = TrialPartnerSerializer
    filterset_class = filters.TrialPartnerFilter
    writes = writes(TrialPartner)
    allowed = {**SHOWN, **STEERED}


class TeamPersonSerializer(DomainSerializer):
    """A person in the team of a trial."""

    user = PersonField()

    class Meta:
        model = TeamPerson
        fields = ("id", "trial", "user", "organisation", "task", *ENDS)


class TeamPersonViewSet(OfTrial):
    """People in the teams of trials, for those inside."""

    serializer_class = TeamPersonSerializer
    filterset_class = filters.TeamPersonFilter
    writes = writes(TeamPerson)
    allowed = {**INNER, **STEERED}


class SiteSerializer(DomainSerializer):
    """A place where a trial happens; degrees, WGS 84."""

    class Meta:
        model = Site
        fields = ("id", "trial", "name", "address", "territory", "comparison", "latitude", "longitude", *ENDS)


class SiteViewSet(OfTrial):
    """Places where trials happen."""

    serializer_class = SiteSerializer
    filterset_class = filters.SiteFilter
    writes = writes(Site)
    allowed = {**SHOWN, **STEERED}


class PermitSerializer(DomainSerializer):
    """A permit a trial needs. `state` changes through `moves`."""

    class Meta:
        model = Permit
        fields = ("id", "trial", "name", "authority", "number", "valid_from", "valid_to", "state", *ENDS)


class PermitViewSet(OfTrial):
    """Permits, for those inside."""

    serializer_class = PermitSerializer
    filterset_class = filters.PermitFilter
    table = PERMIT
    writes = {**writes(Permit), "move": trial_parts.move_permit}
    allowed = {**INNER, **STEERED, "moves": "pilots.view_inner_part"}


class MilestoneSerializer(DomainSerializer):
    """A step of the plan."""

    class Meta:
        model = Milestone
        fields = ("id", "trial", "title", "due_on", "done_on", "translations", *ENDS)


class MilestoneViewSet(OfTrial):
    """Steps of plans."""

    serializer_class = MilestoneSerializer
    translate_permission = "pilots.translate"
    filterset_class = filters.MilestoneFilter
    writes = writes(Milestone)
    allowed = {**SHOWN, **STEERED}


class RiskSerializer(DomainSerializer):
    """Something that may go wrong; likelihood and impact from 1 to 5."""

    class Meta:
        model = Risk
        fields = ("id", "trial", "description", "likelihood", "impact", "response", "closed_on", *ENDS)


class RiskViewSet(OfTrial):
    """Risks, for those inside."""

    serializer_class = RiskSerializer
    filterset_class = filters.RiskFilter
    writes = writes(Risk)
    allowed = {**INNER, **STEERED}


class LogEntrySerializer(DomainSerializer):
    """What happened. Partners write entries; the city decides which are shown to the public."""

    class Meta:
        model = LogEntry
        fields = ("id", "trial", "happened_on", "text", "place", "is_public", "is_incident", *ENDS)


class LogEntryViewSet(OfTrial):
    """The logbook: public entries for all who may see the trial, the others for those inside."""

    serializer_class = LogEntrySerializer
    filterset_class = filters.LogEntryFilter
    writes = writes(LogEntry)
    allowed = {
        "list": "pilots.view_log",
        "retrieve": "pilots.view_log",
        "create": "pilots.write_log",
        "partial_update": "pilots.write_log",
        "destroy": "pilots.write_log",
        "history": "pilots.view_inner_part",
    }


class SuccessCriterionSerializer(DomainSerializer):
    """What a proof of concept must show. Frozen at the start; `amendments` tells each later change and its reason."""

    class Meta:
        model = SuccessCriterion
        fields = ("id", "trial", "text", "met", "evidence", "amendments", *ENDS)
        read_only_fields = ("amendments",)


class AmendCriterionSerializer(StrictSerializer):
    """The new words of a frozen criterion, and why."""

    text = serializers.CharField(max_length=300)
    reason = serializers.CharField(max_length=4000)


class SuccessCriterionViewSet(OfTrial):
    """Success criteria, for those inside."""

    serializer_class = SuccessCriterionSerializer
    filterset_class = filters.SuccessCriterionFilter
    writes = writes(SuccessCriterion)
    allowed = {**INNER, **STEERED, "amend": "pilots.edit_trial_part"}

    @action(detail=True, methods=["post"], serializer_class=AmendCriterionSerializer)
    @idempotent
    def amend(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Change a frozen criterion, visibly and with a reason."""
        self.check_parameters(())
        criterion = self.get_object()
        values = self.checked_values(AmendCriterionSerializer(data=request.data))
        criterion = trial_parts.amend_criterion(criterion, actor=request.user, **values)
        self.serializer_class = SuccessCriterionSerializer
        return self.answer(self.fresh(criterion))


class ExtensionRequestSerializer(DomainSerializer):
    """A wish for more time. `state` changes through `moves`: grant or refuse."""

    class Meta:
        model = ExtensionRequest
        fields = ("id", "trial", "new_ends_on", "reason", "state", *ENDS)


class ExtensionRequestViewSet(OfTrial):
    """Wishes for more time, for those inside."""

    serializer_class = ExtensionRequestSerializer
    filterset_class = filters.ExtensionRequestFilter
    table = EXTENSION
    writes = {"create": extensions.ask_extension, "move": extensions.move_extension}
    allowed = {**INNER, "create": "pilots.ask_extension", "moves": "pilots.view_inner_part"}


ROUTES = [
    ("trial-partners", TrialPartnerViewSet),
    ("team-people", TeamPersonViewSet),
    ("sites", SiteViewSet),
    ("permits", PermitViewSet),
    ("milestones", MilestoneViewSet),
    ("risks", RiskViewSet),
    ("log-entries", LogEntryViewSet),
    ("success-criteria", SuccessCriterionViewSet),
    ("extension-requests", ExtensionRequestViewSet),
]
