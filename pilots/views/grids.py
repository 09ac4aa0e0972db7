"""What do all indicators of a trial say, period by period, and how are many approved or filled in at once?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.errors import DomainError, NotAllowed
from cic.core.formats import day, figure
from cic.core.permissions import can
from pilots.calculations.indicators import next_period
from pilots.choices import STARTED_STATES, IndicatorKind, MeasurementState
from pilots.forms.grids import CellForm, Place, typed
from pilots.models import Indicator, Measurement
from pilots.operations import measurements

from .indicators import badge_of, value_of
from .trial_pages import TrialSidePage

PERIODS = 12
MOVES = ("approve", "return")
Period = tuple[Any, Any]


class TrialGridPage(TrialSidePage):
    """One row for each indicator, one column for each period, twelve at a time."""

    template_name = "pilots/trials/grid.html"
    tab = "grid"
    refusal = ""
    reason = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note what was typed, or decide on what was chosen: everything or nothing."""
        self.object = self.get_object()
        self.forms: dict[Place, CellForm] = {}
        action = request.POST.get("action", "")
        if action != "record" and action not in MOVES:
            raise Http404
        try:
            done = self._record() if action == "record" else self._decide(action)
        except NotAllowed as error:
            raise PermissionDenied from error
        except DomainError as error:
            self.refusal = error.detail
            done = 0
        if done:
            said = {
                "record": _("%(count)d sent in."),
                "approve": _("%(count)d approved."),
                "return": _("%(count)d returned."),
            }
            messages.success(request, said[action] % {"count": done})
            return redirect(request.get_full_path())
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=422)

    def _record(self) -> int:
        """Note the typed cells and send them in; how many there were."""
        trial, user = self.object, self.request.user
        if not can(user, "pilots.work_on_trial", trial):
            raise PermissionDenied
        indicators = trial.indicators.in_bulk()
        for indicator in indicators.values():
            indicator.trial = trial
        found = list(typed(self.request.POST, indicators))
        self.forms = {form.place: form for form in found}
        if not found:
            raise DomainError("incomplete", _("Nothing was typed into any cell."))
        # Each is asked, so that each wrong cell says so.
        wrong = [form for form in found if not form.is_valid()]
        if wrong:
            raise DomainError("invalid", _("Nothing was noted. Mend the cells that are marked."))
        try:
            return len(
                measurements.record_measurements([form.row() for form in found], actor=user, submit=True)
            )
        except DomainError as error:
            at = getattr(error, "inside", None)
            if at is not None:
                found[at[1]].add_error(None, error.detail)
            raise DomainError(
                "invalid", _("Nothing was noted. %(reason)s") % {"reason": error.detail}
            ) from error

    def _decide(self, name: str) -> int:
        """Approve or return what was chosen; how many there were."""
        user = self.request.user
        self.reason = self.request.POST.get("reason", "")[:300]
        chosen = {text for text in self.request.POST.getlist("selected") if text.isdecimal()}
        if not chosen:
            raise DomainError("incomplete", _("Choose at least one measurement."))
        rows = Measurement.objects.visible_to(user).filter(
            indicator__trial=self.object, pk__in=[int(text[:18]) for text in chosen]
        )
        found = list(rows.select_related("indicator__trial"))
        if len(found) != len(chosen):
            raise DomainError("limit", _("One of these is not here any more. Nothing was changed."))
        if name == "return" and not self.reason.strip():
            raise DomainError("incomplete", _("Give the reason for returning them."))
        return len(measurements.move_measurements(found, name, actor=user, note=self.reason))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Columns, rows of cells, and what the reader may do with them."""
        context = super().get_context_data(**kwargs)
        trial, user = self.object, self.request.user
        fills = context["works"] and trial.state in STARTED_STATES
        decides = can(user, "pilots.edit_trial", trial)
        indicators = list(trial.indicators.order_by("pk"))
        page = self.request.GET.get("page", "")
        number = int(page[:6]) if page.isdecimal() else 0
        seen = Measurement.objects.visible_to(user).filter(indicator__trial=trial)
        periods, older = self._periods(seen, number)
        if fills and number == 0:
            periods = self._with_due(periods, indicators)
        cells = self._cells(seen, periods, decides=decides)
        forms = getattr(self, "forms", {})
        rows = []
        for indicator in indicators:
            line = []
            for period in periods:
                place = (indicator.pk, *period)
                shown = cells.get(place, [])
                form = forms.get(place)
                if form is None and not shown and fills and self._may_fill(period):
                    form = CellForm(indicator=indicator, place=place)
                line.append({"period": self._words(period), "shown": shown, "form": form})
            rows.append({"indicator": indicator, "unit": self._unit(indicator), "cells": line})
        waiting = decides and any(entry["choosable"] for shown in cells.values() for entry in shown)
        return context | {
            "rows": rows,
            "columns": [self._words(period) for period in periods],
            "fills": fills,
            "any_empty": any(cell["form"] for row in rows for cell in row["cells"]),
            "waiting": waiting,
            "refusal": self.refusal,
            "reason": self.reason,
            "previous_url": f"?page={number + 1}" if older else "",
            "next_url": (f"?page={number - 1}" if number > 1 else "?") if number else "",
            "more": self._ways(fills=fills, steers=context["steers"]),
        }

    def _ways(self, *, fills: bool, steers: bool) -> list[dict[str, Any]]:
        """Where one goes on from here."""
        pk = self.object.pk
        ways = [(_("As a list"), f"{reverse('measurement_list')}?trial={pk}", True)]
        ways.append((_("Add an indicator"), reverse("indicator_create", args=[pk]), steers))
        ways.append((_("Upload measurements"), reverse("measurement_upload", args=[pk]), fills))
        return [{"label": label, "url": url} for label, url, offered in ways if offered]

    def _periods(self, seen: Any, number: int) -> tuple[list[Period], bool]:
        """The periods of this page in the order of time, and whether there are older ones."""
        found = seen.order_by("-period_end", "-period_start").values_list("period_start", "period_end")
        first = number * PERIODS
        rows = list(found.distinct()[first : first + PERIODS + 1])
        return rows[:PERIODS][::-1], len(rows) > PERIODS

    def _with_due(self, periods: list[Period], indicators: list[Indicator]) -> list[Period]:
        """With the periods that are to be measured next, whatever became of the last ones."""
        rows = Measurement.objects.current().filter(indicator__in=indicators).order_by()
        last = dict(rows.values_list("indicator").annotate(last=Max("period_end")))
        today, started = timezone.localdate(), self.object.started_on
        due = {next_period(row.period_days, started, last.get(row.pk), today) for row in indicators}
        return [*periods, *sorted({pair for pair in due if pair} - set(periods), key=lambda pair: pair[::-1])]

    def _cells(self, seen: Any, periods: list[Period], *, decides: bool) -> dict[Place, list[dict[str, Any]]]:
        """By indicator and period: the version in force, and a correction of it that waits."""
        if not periods:
            return {}
        rows = seen.filter(
            period_start__in={start for start, _end in periods},
            period_end__in={end for _start, end in periods},
        ).select_related("indicator")
        cells: dict[Place, list[dict[str, Any]]] = {}
        for row in rows.order_by("pk"):
            if row.state == MeasurementState.APPROVED and not row.is_current:
                continue
            cells.setdefault((row.indicator_id, row.period_start, row.period_end), []).append(
                {
                    "measurement": row,
                    "value": short_of(row.indicator, row),
                    "badge": badge_of(row),
                    "correction": bool(row.supersedes_id) and not row.is_current,
                    "choosable": decides and row.state == MeasurementState.SUBMITTED,
                }
            )
        return cells

    def _may_fill(self, period: Period) -> bool:
        started = self.object.started_on
        return period[1] <= timezone.localdate() and (started is None or period[1] >= started)

    def _words(self, period: Period) -> dict[str, Any]:
        start, end = period
        return {
            "start": start,
            "end": end,
            "said": f"{day(start)} – {day(end)}" if start != end else day(end),
        }

    def _unit(self, indicator: Indicator) -> str:
        return "%" if indicator.kind == IndicatorKind.PERCENTAGE else indicator.unit


def short_of(indicator: Indicator, measurement: Measurement) -> str:
    """The value as a cell shows it: the unit stands at the head of the row."""
    if measurement.not_measured_reason:
        return ""
    if indicator.kind == IndicatorKind.NUMBER:
        return figure(measurement.value)
    if indicator.kind == IndicatorKind.PERCENTAGE and measurement.denominator:
        return figure(measurement.numerator / measurement.denominator * 100)
    return value_of(indicator, measurement)


ROUTES = [path("trials/<int:pk>/indicators/", TrialGridPage.as_view(), name="trial_grid")]
