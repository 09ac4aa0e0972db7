"""What do people see of indicators and measurements, and how do they define, measure, approve and correct?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.context import NavEntry
from cic.core.formats import day, figure
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import DetailPage, ListPage, moves_of
from partners.views.parts import AddPage, PartConfirmPage, PartEditPage
from pilots.choices import OVER_STATES, STARTED_STATES, IndicatorKind, MeasurementState
from pilots.filters.indicators import IndicatorFilter, MeasurementFilter
from pilots.forms.indicators import CorrectionForm, IndicatorForm, MeasurementForm
from pilots.models import Indicator, Measurement, Trial
from pilots.models.results import goal_of, with_readings
from pilots.operations import indicators, measurements
from pilots.transitions.indicators import MEASUREMENT

from .measured import drawn, due_of, period_of
from .trial_parts import PartMovePage

SHOWN = 120
FIELD_NAMES = {field.name: field.verbose_name for field in Indicator._meta.concrete_fields}


class IndicatorListPage(ListPage):
    """The indicators of trials the reader may see."""

    model = Indicator
    noun = "indicator"
    permission = "pilots.view_indicator"
    filterset_class = IndicatorFilter
    quiet_filters = ("trial", "updated_at", "site", "comparison_of")
    row_template = "pilots/indicators/_row.html"
    page_title = _("Indicators")
    columns = (
        ("name", _("Indicator"), "name"),
        ("trial", _("Trial"), ""),
        ("kind", _("Kind"), ""),
        ("baseline_count", _("Before"), ""),
        ("target_count", _("Target"), ""),
    )
    export_columns = (
        ("trial", "trial__reference"),
        ("name", "name"),
        ("kind", "kind"),
        ("unit", "unit"),
        ("direction", "direction"),
        ("aggregation", "aggregation"),
        ("baseline", "baseline"),
        ("baseline_text", "baseline_text"),
        ("baseline_n", "baseline_n"),
        ("target", "target"),
        ("target_text", "target_text"),
        ("period_days", "period_days"),
        ("id", "pk"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the trial."""
        return queryset.select_related("trial")


class IndicatorPage(DetailPage):
    """One indicator: its line, its measurements with where each stands, and how it was amended."""

    model = Indicator
    noun = "indicator"
    permission = "pilots.view_indicator"
    translate_permission = "pilots.translate"
    template_name = "pilots/indicators/detail.html"

    def get_queryset(self) -> Any:
        """With trial, readings and amendments."""
        return with_readings(super().get_queryset().select_related("trial__centre", "site", "comparison_of"))

    def history(self) -> Any:
        """An indicator has no stages."""
        return []

    def facts(self) -> list[tuple[Any, Any]]:
        """What is fixed of it."""
        row = self.object
        return [
            (_("Trial"), row.trial),
            (_("Kind"), row.get_kind_display()),
            (_("Better is"), row.get_direction_display()),
            (_("Periods count as"), row.get_aggregation_display()),
            (_("Before"), row.baseline_text or figure(row.baseline)),
            (_("Target"), row.target_text or figure(row.target)),
            (_("Baseline taken of how many"), figure(row.baseline_n) if row.baseline_n else ""),
            (_("Is compared with"), row.comparison_of or ""),
            (_("Comparison place"), row.site or ""),
            (_("Measured every, in days"), row.period_days),
            (_("Next measurement by"), day(due_of(row, row.trial))),
            (_("Fixed since"), day(row.frozen_at)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Chart, measurements with their moves, and the form for the next one."""
        row, user = self.object, self.request.user
        trial = row.trial
        works = trial.state in STARTED_STATES and can(user, "pilots.measure_indicator", row)
        steers = trial.state not in OVER_STATES and can(user, "pilots.edit_indicator", row)
        rows = Measurement.objects.visible_to(user).filter(indicator=row).select_related("measured_by")
        shown = [self._row(one, works=works) for one in rows.order_by("-period_end", "-pk")[:SHOWN]]
        return super().get_context_data(
            title=row.said.name,
            crumbs=[
                {"label": _("Trials"), "url": reverse("trial_list")},
                {"label": trial.reference, "url": reverse("trial_detail", args=[trial.pk])},
                {"label": row.name},
            ],
            figure=drawn(goal_of(row), trial),
            measurements=shown,
            amendments=[amended(one) for one in row.amendments.order_by("-made_at")],
            entry_form=MeasurementForm(user=user, parent=row, initial=period_of(row, trial))
            if works and trial.state not in OVER_STATES
            else None,
            steers=steers,
            frozen=trial.has_started,
            **kwargs,
        )

    def _row(self, measurement: Measurement, *, works: bool) -> dict[str, Any]:
        measurement.indicator = self.object
        open_now = measurement.state in (MeasurementState.DRAFT, MeasurementState.RETURNED)
        approved = measurement.state == MeasurementState.APPROVED and measurement.is_current
        return {
            "measurement": measurement,
            "value": value_of(self.object, measurement),
            "badge": badge_of(measurement),
            "moves": moves_of(measurement, (MEASUREMENT,), self.request.user, "measurement") if works else [],
            "edit_url": reverse("measurement_edit", args=[measurement.pk]) if works and open_now else "",
            "remove_url": reverse("measurement_remove", args=[measurement.pk]) if works and open_now else "",
            "correct_url": reverse("measurement_correct", args=[measurement.pk])
            if works and approved
            else "",
        }


def badge_of(measurement: Measurement) -> dict[str, str]:
    """Where a measurement stands; an approved one that was corrected no longer counts."""
    if measurement.state == MeasurementState.APPROVED and not measurement.is_current:
        return {"label": gettext("Replaced by a correction"), "tone": "neutral"}
    return MEASUREMENT.badge(measurement)


def value_of(indicator: Indicator, measurement: Measurement) -> str:
    """What was measured, as a person says it."""
    if measurement.not_measured_reason:
        return gettext("Not measured: %(reason)s") % {"reason": measurement.not_measured_reason}
    if indicator.kind == IndicatorKind.PERCENTAGE and measurement.denominator:
        share = figure(measurement.numerator / measurement.denominator * 100)
        parts = {
            "part": figure(measurement.numerator),
            "whole": figure(measurement.denominator),
            "share": share,
        }
        return gettext("%(share)s %% (%(part)s of %(whole)s)") % parts
    if indicator.kind == IndicatorKind.BOOLEAN and measurement.value is not None:
        return gettext("Yes") if measurement.value else gettext("No")
    if indicator.kind == IndicatorKind.QUALITATIVE:
        return measurement.text
    return f"{figure(measurement.value)} {indicator.unit}".strip()


def amended(amendment: Any) -> dict[str, Any]:
    """An amendment as an entry of a timeline: what, from, to, why."""
    changes = [
        f"{FIELD_NAMES.get(name, name)}: {amendment.before.get(name) or '–'} → {value or '–'}"
        for name, value in amendment.after.items()
        if amendment.before.get(name) != value
    ]
    title = "; ".join(map(str, changes)) if amendment.before else gettext("Added after the start")
    return {"at": amendment.made_at, "title": title, "text": amendment.reason}


class IndicatorCreatePage(AddPage):
    """Define an indicator; after the start with a reason."""

    parent_model = Trial
    model = Indicator
    noun = "trial"
    whole = "trial"
    permission = "pilots.edit_trial"
    form_class = IndicatorForm
    page_title = _("Add an indicator")

    def act(self, form: Any) -> Any:
        """Define it."""
        return indicators.add_indicator(actor=self.request.user, **self.values(form))


class IndicatorEditPage(PartEditPage):
    """Change an indicator; a frozen one is amended, with a reason that everybody reads."""

    model = Indicator
    noun = "indicator"
    whole = "trial"
    permission = "pilots.edit_indicator"
    form_class = IndicatorForm
    whole_noun = "trial"
    page_title = _("Change the indicator")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_success_url(self) -> str:
        """Back to the indicator."""
        return reverse("indicator_detail", args=[self.object.pk])

    def act(self, form: Any) -> Any:
        """Change or amend it."""
        changes = dict(form.cleaned_data)
        reason = changes.pop("reason", "")
        options = {"actor": self.request.user, "expected_version": self.expected_version}
        if self.object.frozen_at:
            return indicators.amend_indicator(self.object, changes, reason=reason, **options)
        return indicators.edit_indicator(self.object, changes, **options)


class IndicatorRemovePage(PartConfirmPage):
    """Ask before an indicator is taken away."""

    model = Indicator
    noun = "indicator"
    whole = "trial"
    whole_noun = "trial"
    permission = "pilots.edit_indicator"
    page_title = _("Take the indicator away?")
    submit_label = _("Take it away")

    def act(self, form: Any) -> Any:
        """Take it away."""
        indicators.remove_indicator(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class MeasurementListPage(ListPage):
    """Measurements the reader may see; those that wait for an approval by the filter."""

    model = Measurement
    noun = "measurement"
    permission = "pilots.view_measurement"
    filterset_class = MeasurementFilter
    quiet_filters = ("indicator", "trial", "updated_at", "value")
    row_template = "pilots/indicators/_measurement_row.html"
    page_title = _("Measurements")
    columns = (
        ("period_end", _("Period"), "period_end"),
        ("indicator", _("Indicator"), ""),
        ("trial", _("Trial"), ""),
        ("value", _("Value"), ""),
        ("state", _("State"), ""),
    )
    export_columns = (
        ("trial", "indicator__trial__reference"),
        ("indicator", "indicator__name"),
        ("period_start", "period_start"),
        ("period_end", "period_end"),
        ("value", "value"),
        ("numerator", "numerator"),
        ("denominator", "denominator"),
        ("text", "text"),
        ("not_measured_reason", "not_measured_reason"),
        ("state", "state"),
        ("is_current", "is_current"),
    )

    def rows(self, queryset: Any) -> Any:
        """With indicator and trial."""
        return queryset.select_related("indicator__trial")

    def row_url(self, row: Any) -> str:
        """To its indicator."""
        return reverse("indicator_detail", args=[row.indicator_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each row in words."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.shown, row.badge = value_of(row.indicator, row), badge_of(row)
        return context


class MeasurementCreatePage(AddPage):
    """Note what was measured."""

    parent_model = Indicator
    model = Measurement
    noun = "indicator"
    whole = "indicator"
    permission = "pilots.measure_indicator"
    form_class = MeasurementForm
    page_title = _("Record a measurement")
    done = _("The measurement is recorded.")

    def act(self, form: Any) -> Any:
        """Note it, and send it in if so wished."""
        values = self.values(form)
        return measurements.record_measurement(
            actor=self.request.user, submit=values.pop("submit_now"), **values
        )


class _OfIndicator(PartEditPage):
    """A form over a measurement; it leads back to the indicator."""

    model = Measurement
    noun = "measurement"
    whole = "indicator"
    whole_noun = "indicator"
    permission = "pilots.measure"

    def get_queryset(self) -> Any:
        """With indicator and trial."""
        return super().get_queryset().select_related("indicator__trial")


class MeasurementEditPage(_OfIndicator):
    """Mend a draft, or what was returned."""

    form_class = MeasurementForm
    page_title = _("Change the measurement")

    def act(self, form: Any) -> Any:
        """Save it."""
        return measurements.edit_measurement(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class MeasurementCorrectPage(_OfIndicator):
    """Write a new version of an approved measurement."""

    form_class = CorrectionForm
    page_title = _("Correct the measurement")
    submit_label = _("Send in the correction")
    done = _("The correction is sent in. The old version counts until it is approved.")

    def act(self, form: Any) -> Any:
        """Send it in."""
        return measurements.correct_measurement(self.object, actor=self.request.user, **form.cleaned_data)


class MeasurementRemovePage(PartConfirmPage):
    """Ask before a draft is thrown away."""

    model = Measurement
    noun = "measurement"
    whole = "indicator"
    whole_noun = "indicator"
    permission = "pilots.measure"
    page_title = _("Throw the measurement away?")
    submit_label = _("Throw it away")

    def get_queryset(self) -> Any:
        """With indicator and trial."""
        return super().get_queryset().select_related("indicator__trial")

    def act(self, form: Any) -> Any:
        """Throw it away."""
        measurements.remove_measurement(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


class MeasurementMovePage(PartMovePage):
    """Send in, approve or return a measurement."""

    model = Measurement
    noun = "measurement"
    whole = "indicator"
    tab = "indicator_detail"
    permission = "pilots.measure"
    tables = (MEASUREMENT,)

    def get_queryset(self) -> Any:
        """With indicator and trial."""
        return Measurement.objects.visible_to(self.request.user).select_related("indicator__trial")

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return measurements.move_measurement(obj, name, actor=self.request.user, **given)


ROUTES = [
    path("indicators/", IndicatorListPage.as_view(), name="indicator_list"),
    path("indicators/<int:pk>/", IndicatorPage.as_view(), name="indicator_detail"),
    *translation_routes("indicators", "indicator", Indicator, "pilots.translate"),
    path("indicators/<int:pk>/edit/", IndicatorEditPage.as_view(), name="indicator_edit"),
    path("indicators/<int:pk>/remove/", IndicatorRemovePage.as_view(), name="indicator_remove"),
    path("trials/<int:pk>/indicators/new/", IndicatorCreatePage.as_view(), name="indicator_create"),
    path("measurements/", MeasurementListPage.as_view(), name="measurement_list"),
    path("indicators/<int:pk>/measurements/new/", MeasurementCreatePage.as_view(), name="measurement_create"),
    path("measurements/<int:pk>/edit/", MeasurementEditPage.as_view(), name="measurement_edit"),
    path("measurements/<int:pk>/correct/", MeasurementCorrectPage.as_view(), name="measurement_correct"),
    path("measurements/<int:pk>/remove/", MeasurementRemovePage.as_view(), name="measurement_remove"),
    path("measurements/<int:pk>/moves/<slug:name>/", MeasurementMovePage.as_view(), name="measurement_move"),
]
NAV = [NavEntry(_("The chain"), _("Measurements"), "measurement_list")]
