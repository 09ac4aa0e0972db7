"""How do rows of an uploaded table become measurements of one trial, each period once?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cic.core.operations import edit_many, move, record_many, touch
from cic.core.permissions import require
from cic.core.texts import clean_text
from pilots.calculations.measurements import faults, period_faults
from pilots.calculations.readers import Action, Kind, Row
from pilots.choices import MeasurementState
from pilots.models import Indicator, Measurement, Trial
from pilots.transitions.indicators import MEASUREMENT

from . import words
from .wanted import Chunk

FIELDS = ("value", "numerator", "denominator", "text", "not_measured_reason")
NOUN = str(Kind.MEASUREMENT)
Key = tuple[int, Any, Any]


@dataclass(slots=True)
class Told:
    """What one row says of one indicator."""

    row: Row
    indicator: Indicator
    values: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.indicator.pk, self.row.values["period_start"], self.row.values["period_end"]

    def differs_from(self, measurement: Measurement) -> bool:
        """Whether the row says something else than what is noted."""
        return any(getattr(measurement, name) != value for name, value in self.values.items())


@dataclass(slots=True)
class Plan:
    """What a stretch of rows will write, in the order in which it is written."""

    new: list[Measurement] = field(default_factory=list)
    corrections: list[Measurement] = field(default_factory=list)
    edits: list[tuple[Measurement, dict[str, Any]]] = field(default_factory=list)
    sent: list[Measurement] = field(default_factory=list)


def apply(rows: Sequence[Row], chunk: Chunk) -> None:
    """Note a stretch of measurements: new periods, changed drafts, corrections of what was approved."""
    trial = chunk.run.trial
    if trial is None:
        return
    require(chunk.actor, "pilots.work_on_trial", trial)
    told = _told([row for row in rows if row.kind == Kind.MEASUREMENT], trial, chunk)
    # Whoever notes one of these by hand waits until this stretch is done, and is then told.
    ids = sorted({one.indicator.pk for one in told})
    list(Indicator.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    there = _there(told)
    waiting = {
        one.supersedes_id: one
        for one in Measurement.objects.filter(supersedes__in=[row.pk for row in there.values()])
    }
    plan, met = Plan(), set()
    for one in told:
        if one.key in met:
            chunk.reject(one.row, "", "repeated_id", one.row.external_id)
            continue
        met.add(one.key)
        found = there.get(one.key)
        if found is None:
            _new(one, chunk, plan)
        elif found.state == MeasurementState.APPROVED:
            _correct(one, found, waiting.get(found.pk), chunk, plan)
        else:
            _change(one, found, chunk, plan)
    if not chunk.run.dry_run:
        _write(plan, chunk)


def _told(rows: Iterable[Row], trial: Trial, chunk: Chunk) -> list[Told]:
    """The rows that can be measurements of `trial`; the others are reported."""
    by_name: dict[str, list[Indicator]] = {}
    by_id = {}
    for indicator in trial.indicators.order_by("pk"):
        by_name.setdefault(indicator.name.casefold(), []).append(indicator)
        by_id[str(indicator.pk)] = indicator
    kept = []
    for row in rows:
        values = row.values
        named = by_name.get(values["indicator"].casefold(), [])
        indicator = by_id.get(values["indicator"]) or (named[0] if len(named) == 1 else None)
        if not values["in_force"]:
            chunk.note(row, "is_current", words.OLD_VERSION, row.external_id, Action.KEPT)
            chunk.count(NOUN, "unchanged")
        elif values["trial"] and values["trial"] not in (trial.reference, str(trial.pk)):
            chunk.reject(row, "trial", words.OTHER_TRIAL, values["trial"])
        elif indicator is None:
            problem = words.AMBIGUOUS if named else words.NOT_FOUND
            chunk.reject(row, "indicator", problem, values["indicator"])
        elif told := _checked(row, indicator, trial, chunk):
            kept.append(told)
    return kept


def _checked(row: Row, indicator: Indicator, trial: Trial, chunk: Chunk) -> Told | None:
    """The row, under the rules that hold for a measurement noted by hand; None when it breaks one."""
    said = {name: row.values[name] for name in FIELDS}
    said["text"] = clean_text(said["text"], multiline=True)
    said["not_measured_reason"] = clean_text(said["not_measured_reason"], multiline=False)
    start, end = row.values["period_start"], row.values["period_end"]
    wrong = period_faults(start, end, started_on=trial.started_on, today=timezone.localdate())
    wrong |= faults(indicator.kind, **said)
    for name, code in wrong.items():
        chunk.note(row, name, code, row.values.get(name) or "", Action.REJECTED)
    if wrong:
        chunk.count(NOUN, "rejected")
        return None
    return Told(row, indicator, said)


def _there(told: Sequence[Told]) -> dict[Key, Measurement]:
    """What is noted already of these indicators and periods."""
    keys = {one.key for one in told}
    rows = Measurement.objects.current().filter(
        indicator_id__in={key[0] for key in keys},
        period_start__in={key[1] for key in keys},
        period_end__in={key[2] for key in keys},
    )
    found = {(row.indicator_id, row.period_start, row.period_end): row for row in rows}
    return {key: row for key, row in found.items() if key in keys}


def _new(one: Told, chunk: Chunk, plan: Plan) -> None:
    chunk.count(NOUN, "created")
    if chunk.run.dry_run:
        chunk.note(one.row, "", words.NEW, one.row.external_id, words.WOULD_WRITE)
    state = MeasurementState.SUBMITTED if chunk.run.submit else MeasurementState.DRAFT
    plan.new.append(_row(one, chunk, state=state))


def _row(one: Told, chunk: Chunk, **more: Any) -> Measurement:
    _pk, start, end = one.key
    return Measurement(
        indicator=one.indicator,
        period_start=start,
        period_end=end,
        measured_by=chunk.actor,
        **one.values,
        **more,
    )


def _change(one: Told, found: Measurement, chunk: Chunk, plan: Plan) -> None:
    """What was not approved yet: a draft or a returned one takes the new values, one that was sent in waits."""
    differs = one.differs_from(found)
    if found.state == MeasurementState.SUBMITTED:
        if differs:
            chunk.reject(one.row, "", words.WAITING, _said(found, one))
        else:
            chunk.count(NOUN, "unchanged")
        return
    sends = chunk.run.submit and (differs or found.state == MeasurementState.DRAFT)
    if differs:
        chunk.note(one.row, "", words.CHANGED, _said(found, one), chunk.verb)
        plan.edits.append((found, one.values))
    if sends:
        if not differs:
            chunk.note(one.row, "state", words.CHANGED, one.row.external_id, words.SENT_IN)
        plan.sent.append(found)
    chunk.count(NOUN, "changed" if differs or sends else "unchanged")


def _correct(one: Told, found: Measurement, waiting: Measurement | None, chunk: Chunk, plan: Plan) -> None:
    """What was approved stays as it is: a changed value becomes a correction, which waits for its own approval."""
    if not one.differs_from(found) or (waiting is not None and not one.differs_from(waiting)):
        chunk.count(NOUN, "unchanged")
    elif waiting is not None and waiting.state == MeasurementState.SUBMITTED:
        chunk.reject(one.row, "", words.WAITING, _said(waiting, one))
    elif waiting is not None:
        _change(one, waiting, chunk, plan)
    else:
        reason = one.row.values["correction_reason"] or _("Uploaded with import %(number)s") % {
            "number": chunk.run.pk
        }
        verb = words.WOULD_WRITE if chunk.run.dry_run else words.CORRECTED
        chunk.note(one.row, "", words.CHANGED, _said(found, one), verb)
        chunk.count(NOUN, "changed")
        state = MeasurementState.SUBMITTED
        plan.corrections.append(
            _row(one, chunk, state=state, supersedes=found, is_current=False, correction_reason=reason)
        )


def _said(found: Measurement, one: Told) -> str:
    """What differs, before and after."""
    pairs = ((getattr(found, name), value) for name, value in one.values.items())
    return "; ".join(f"{_short(old)} → {_short(new)}" for old, new in pairs if old != new)


def _short(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _write(plan: Plan, chunk: Chunk) -> None:
    note = _("Import %(number)s") % {"number": chunk.run.pk}
    record_many(plan.new, actor=chunk.actor, note=note)
    record_many(plan.corrections, actor=chunk.actor, note=note, action="correct")
    edit_many(plan.edits, actor=chunk.actor, note=note)
    for measurement in plan.sent:
        move(measurement, MEASUREMENT, "submit", actor=chunk.actor, note=note)
    changed = [*plan.new, *plan.corrections, *plan.sent, *(row for row, _values in plan.edits)]
    for indicator_id in sorted({row.indicator_id for row in changed}):
        touch(Indicator(pk=indicator_id), actor=chunk.actor)
