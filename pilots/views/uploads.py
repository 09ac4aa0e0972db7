"""Where does somebody hand in a table of measurements of one trial, and get the sheet to fill in?"""

from typing import Any

from defusedcsv import csv
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from cic.core.views import WorkspacePage
from partners.views.parts import AddPage
from pilots.forms.imports import MeasurementUploadForm
from pilots.models import ImportRun, Trial
from pilots.models.results import with_readings
from pilots.operations import imports

from .measured import period_of

COLUMNS = (
    "trial", "indicator", "name", "period_start", "period_end", "value", "numerator", "denominator", "not_measured_because",
    "note",
)  # fmt: skip


class MeasurementUploadPage(AddPage):
    """Upload measurements; the file is checked at once and taken in in the background."""

    parent_model = Trial
    model = ImportRun
    noun = "trial"
    whole = "trial"
    permission = "pilots.work_on_trial"
    template_name = "pilots/imports/upload.html"
    form_class = MeasurementUploadForm
    page_title = _("Upload measurements")
    submit_label = _("Upload")

    def act(self, form: Any) -> Any:
        """Start it."""
        values = form.cleaned_data
        return imports.upload_measurements(
            actor=self.request.user,
            trial=self.parent,
            files=[(each.name, each) for each in values["files"]],
            submit=values["submit_now"],
            dry_run=values["dry_run"],
        )

    def get_success_url(self) -> str:
        """To the import, which tells how far it is."""
        return reverse("import_detail", args=[self.result.pk])


class MeasurementSheet(WorkspacePage, View):
    """The sheet to fill in: one line for each indicator, with the period that is due."""

    model = Trial
    noun = "trial"
    permission = "pilots.work_on_trial"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The sheet as CSV, in UTF-8 with BOM."""
        trial = self.get_object()
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{trial.reference}-measurements.csv"'
        sheet = csv.writer(response)
        sheet.writerow(COLUMNS)
        for indicator in with_readings(trial.indicators.order_by("pk")):
            period = period_of(indicator, trial)
            days = [period.get(name, "") for name in ("period_start", "period_end")]
            # By its id, since two indicators may share a name; the name is for whoever fills it in.
            sheet.writerow([trial.reference, indicator.pk, indicator.name, *days, "", "", "", "", ""])
        return response


ROUTES = [
    path("trials/<int:pk>/measurements/upload/", MeasurementUploadPage.as_view(), name="measurement_upload"),
    path("trials/<int:pk>/measurements/sheet/", MeasurementSheet.as_view(), name="measurement_sheet"),
]
