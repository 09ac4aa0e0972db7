"""/api/v1/indicators/, /indicator-amendments/ and /measurements/: what trials are judged by, and what was measured."""

import json
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cic.core.api import DomainSerializer, DomainViewSet, StrictSerializer
from cic.core.api.parsers import (
    CSVFileParser,
    JSONListParser,
    NDJSONFileParser,
    SpreadsheetFileParser,
)
from cic.core.api.serializers import IdNumberField, VisibleRelatedField
from cic.core.idempotency import idempotent
from pilots.api.imports import ImportRunSerializer
from pilots.filters.indicators import IndicatorAmendmentFilter, IndicatorFilter, MeasurementFilter
from pilots.models import Indicator, IndicatorAmendment, Measurement, Trial
from pilots.operations import imports, indicators, measurements
from pilots.operations.measurements import MAX_ROWS
from pilots.transitions.indicators import MEASUREMENT

VALUES = ("period_start", "period_end", "value", "numerator", "denominator", "text", "not_measured_reason")


class IndicatorSerializer(DomainSerializer):
    """A figure a trial is judged by. A change of a frozen one, or a new one after the start, needs `reason`."""

    reason = serializers.CharField(write_only=True, required=False, allow_blank=True, max_length=4000)

    class Meta:
        model = Indicator
        fields = (
            "id", "trial", "name", "kind", "unit", "direction", "aggregation", "baseline", "baseline_text", "baseline_n",
            "target", "target_text", "site", "comparison_of", "period_days", "frozen_at", "reason", "translations", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("frozen_at",)


def change_indicator(
    indicator: Indicator, changes: dict[str, Any], *, actor: Any, expected_version: int | None = None
) -> Indicator:
    """Edit it, or amend it where a reason is given and it is frozen."""
    reason = changes.pop("reason", "")
    if reason and indicator.frozen_at:
        return indicators.amend_indicator(
            indicator, changes, actor=actor, reason=reason, expected_version=expected_version
        )
    return indicators.edit_indicator(indicator, changes, actor=actor, expected_version=expected_version)


class IndicatorViewSet(DomainViewSet):
    """Indicators of trials the caller may see."""

    serializer_class = IndicatorSerializer
    translate_permission = "pilots.translate"
    filterset_class = IndicatorFilter
    writes = {
        "create": indicators.add_indicator,
        "edit": change_indicator,
        "remove": indicators.remove_indicator,
    }
    allowed = {
        "list": "pilots.view_indicator",
        "retrieve": "pilots.view_indicator",
        "create": "pilots.edit_indicator",
        "partial_update": "pilots.edit_indicator",
        "destroy": "pilots.edit_indicator",
        "history": "pilots.view_inner_part",
    }

    def get_queryset(self) -> Any:
        """With the trial, where one is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("trial")


class IndicatorAmendmentSerializer(DomainSerializer):
    """A change of a frozen indicator: what it was, what it is, and why."""

    class Meta:
        model = IndicatorAmendment
        fields = ("id", "indicator", "before", "after", "reason", "made_at")
        read_only_fields = fields


class IndicatorAmendmentViewSet(DomainViewSet):
    """Amendments: read only, they follow from a change of a frozen indicator."""

    serializer_class = IndicatorAmendmentSerializer
    filterset_class = IndicatorAmendmentFilter
    allowed = {"list": "pilots.view_amendment", "retrieve": "pilots.view_amendment"}

    def get_queryset(self) -> Any:
        """With indicator and trial, where one is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("indicator__trial")


class MeasurementSerializer(DomainSerializer):
    """A value in a period. A percentage has numerator and denominator; what was not measured says why."""

    class Meta:
        model = Measurement
        fields = (
            "id", "indicator", *VALUES, "state", "is_current", "supersedes", "correction_reason", "return_reason",
            "created_at", "updated_at", "version", "source", "external_id",
        )  # fmt: skip
        read_only_fields = (
            "is_current", "supersedes", "correction_reason", "return_reason", "source", "external_id"
        )  # fmt: skip


class MeasurementRowSerializer(DomainSerializer):
    """One row of a bulk: the indicator by its id."""

    indicator = IdNumberField()

    class Meta:
        model = Measurement
        fields = ("indicator", *VALUES)


class BulkSerializer(StrictSerializer):
    """Up to 1,000 measurements, taken together or not at all; `submit` sends them in at once."""

    submit = serializers.BooleanField(default=False)
    rows = MeasurementRowSerializer(many=True, allow_empty=False)

    def validate_rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows with their indicators, each of which the caller may see: one query for all."""
        if len(rows) > MAX_ROWS:
            raise serializers.ValidationError(
                _("At most %(count)d measurements at once.") % {"count": MAX_ROWS}
            )
        wanted = {row["indicator"] for row in rows}
        seen = (
            Indicator.objects.visible_to(self.context["request"].user).select_related("trial").in_bulk(wanted)
        )
        errors = [
            {} if row["indicator"] in seen else {"indicator": [_("There is no such indicator.")]}
            for row in rows
        ]
        if any(errors):
            raise serializers.ValidationError(errors)
        return [{**row, "indicator": seen[row["indicator"]]} for row in rows]


class MeasurementUploadSerializer(StrictSerializer):
    """Query parameters of an upload: of which trial, whether it is only tried, whether all are sent in at once."""

    trial = VisibleRelatedField(queryset=Trial.objects.all())
    dry_run = serializers.BooleanField(default=False)
    submit = serializers.BooleanField(default=False)


def listed(rows: list[Any]) -> File:
    """A list out of a JSON body as the file it might have been."""
    text = json.dumps(rows, ensure_ascii=False, default=str)
    return ContentFile(text.encode(), name="body.json")


class CorrectSerializer(DomainSerializer):
    """What the new version of an approved measurement says, and why there is one."""

    reason = serializers.CharField(max_length=300)

    class Meta:
        model = Measurement
        fields = ("reason", *VALUES)
        extra_kwargs = {name: {"required": False} for name in VALUES}


class MeasurementViewSet(DomainViewSet):
    """Measurements: approved ones in force for all who may see the trial, the others for those inside."""

    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilter
    table = MEASUREMENT
    writes = {
        "create": measurements.record_measurement,
        "edit": measurements.edit_measurement,
        "move": measurements.move_measurement,
        "remove": measurements.remove_measurement,
    }
    allowed = {
        "list": "pilots.view_measurement",
        "retrieve": "pilots.view_measurement",
        "create": "pilots.measure",
        "partial_update": "pilots.measure",
        "destroy": "pilots.measure",
        "upsert": "pilots.measure",
        "moves": "pilots.view_measurement",
        "history": "pilots.measure",
        "bulk": "pilots.measure",
        "correct": "pilots.measure",
    }

    def get_queryset(self) -> Any:
        """With indicator and trial, where one is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("indicator__trial")

    @action(
        detail=False,
        methods=["post"],
        serializer_class=BulkSerializer,
        parser_classes=(JSONListParser, CSVFileParser, NDJSONFileParser, SpreadsheetFileParser),
    )
    @idempotent
    def bulk(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Note many measurements.

        A JSON object with up to 1,000 `rows`: all of them or, if one is wrong, none. A file (CSV, XLSX, NDJSON)
        or a JSON list with `?trial=`: any number, in the background, each row that is right; the answer is the
        import, with its address.
        """
        if not isinstance(request.data, dict):
            return self._upload(request)
        self.check_parameters(())
        values = self.checked_values(BulkSerializer(data=request.data, context=self.get_serializer_context()))
        saved = measurements.record_measurements(values["rows"], actor=request.user, submit=values["submit"])
        return Response({"measurements": [row.pk for row in saved]}, status=201)

    def _upload(self, request: Any) -> Response:
        """Start an import of the body; 202 and where to see how far it is."""
        self.check_parameters(("trial", "dry_run", "submit"))
        asked = {name: request.query_params[name] for name in request.query_params}
        serializer = MeasurementUploadSerializer(data=asked, context=self.get_serializer_context())
        values = self.checked_values(serializer)
        file = request.data if isinstance(request.data, File) else listed(request.data)
        run = imports.upload_measurements(actor=request.user, files=[(file.name, file)], **values)
        address = settings.BASE_URL + reverse("imports-detail", args=[run.pk])
        shown = ImportRunSerializer(run, context=self.get_serializer_context()).data
        return Response(shown, status=202, headers={"Location": address})

    @action(detail=True, methods=["post"], serializer_class=CorrectSerializer)
    @idempotent
    def correct(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send in a new version of an approved measurement; the old one counts until it is approved."""
        self.check_parameters(())
        measurement = self.get_object()
        values = self.checked_values(
            CorrectSerializer(data=request.data, context=self.get_serializer_context())
        )
        correction = measurements.correct_measurement(measurement, actor=request.user, **values)
        self.serializer_class = MeasurementSerializer
        return self.created(correction)


ROUTES = [
    ("indicators", IndicatorViewSet),
    ("indicator-amendments", IndicatorAmendmentViewSet),
    ("measurements", MeasurementViewSet),
]
