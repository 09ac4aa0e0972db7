"""How is a measurement noted, sent in, approved and corrected?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.errors import DomainError, NotAllowed, from_validation
from cic.core.operations import edit, lock, move, operation, record, remove, touch
from cic.core.permissions import require
from pilots.calculations.measurements import faults, period_faults
from pilots.choices import STARTED_STATES, MeasurementState
from pilots.models import Indicator, Measurement
from pilots.transitions.indicators import MEASUREMENT

MAX_ROWS = 1000
OPEN_STATES = (MeasurementState.DRAFT, MeasurementState.RETURNED)
SENTENCES = {
    "missing": gettext_lazy("Give this, or say why it was not measured."),
    "not_here": gettext_lazy("An indicator of this kind does not hold this."),
    "not_with_reason": gettext_lazy("Leave this empty when it was not measured."),
    "denominator_zero": gettext_lazy("The denominator must be more than 0."),
    "not_yes_or_no": gettext_lazy("Say 1 for yes or 0 for no."),
    "end_before_start": gettext_lazy("The end comes before the start."),
    "in_the_future": gettext_lazy("This period is not over yet."),
    "before_the_start": gettext_lazy("The trial had not started then."),
}


@operation
def record_measurement(
    *, actor: Any, indicator: Indicator, submit: bool = False, **fields: Any
) -> Measurement:
    """Note one measurement; with `submit`, send it in at once.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "duplicate".
    """
    measurement = Measurement(indicator=indicator, measured_by=actor, **fields)
    require(actor, "pilots.measure", measurement)
    # Two that note the same period wait for each other, and the second is told.
    lock(indicator)
    _check(measurement)
    _check_once(measurement)
    record(measurement, actor=actor)
    touch(indicator, actor=actor)
    return move(measurement, MEASUREMENT, "submit", actor=actor) if submit else measurement


@operation
def record_measurements(
    rows: Sequence[Mapping[str, Any]], *, actor: Any, submit: bool = False
) -> list[Measurement]:
    """Note many measurements at once: all of them or, if one is wrong, none.

    Raises: DomainError "limit" above MAX_ROWS; the refusal of the first wrong row, its fields under `rows/<n>`.
    """
    if len(rows) > MAX_ROWS:
        raise DomainError("limit", _("At most %(count)d measurements at once.") % {"count": MAX_ROWS})
    # In the order of their ids, so that two bulks never wait for each other's rows.
    for indicator in sorted({row["indicator"] for row in rows}, key=lambda row: row.pk):
        lock(indicator)
    saved = []
    for number, row in enumerate(rows):
        try:
            saved.append(record_measurement(actor=actor, submit=submit, **row))
        except DomainError as error:
            detail = _("Row %(number)d: %(reason)s") % {"number": number + 1, "reason": error.detail}
            refusal = DomainError(error.code, detail, fields=error.fields, blockers=error.blockers)
            refusal.inside = ("rows", number)  # type: ignore[attr-defined]
            raise refusal from error
    return saved


@operation
def edit_measurement(
    measurement: Measurement, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Measurement:
    """Change a measurement that is still a draft or was returned.

    Raises: NotAllowed; DomainError "wrong_state", "invalid", "duplicate" or "stale".
    """
    lock(measurement.indicator)
    fresh = lock(measurement, expected_version)
    require(actor, "pilots.measure", fresh)
    if fresh.state not in OPEN_STATES:
        raise DomainError("wrong_state", _("It has been sent in. Correct it with a new version."))
    if "indicator" in changes and changes["indicator"].pk != fresh.indicator_id:
        sentence = _("It stays with its indicator.")
        raise DomainError("invalid", sentence, fields={"indicator": [sentence]})
    for name, value in changes.items():
        setattr(fresh, name, value)
    _check(fresh)
    _check_once(fresh)
    return edit(measurement, changes, actor=actor)


@operation
def move_measurement(
    measurement: Measurement,
    name: str,
    *,
    actor: Any,
    note: str = "",
    authority: str = "",
    changes: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Measurement:
    """Send in, approve or return a measurement. An approved correction takes the place of what it corrects.

    Raises: as `cic.core.operations.move`.
    """
    lock(measurement.indicator)
    given = dict(changes or {})
    if name == "return":
        given["return_reason"] = note[:300]
    if name == "approve" and measurement.supersedes_id:
        # The old one first: at no time are two versions of one period in force.
        edit(
            lock(measurement.supersedes),
            {"is_current": False},
            actor=actor,
            note=measurement.correction_reason,
            action="supersede",
        )
        given["is_current"] = True
    moved = move(
        measurement, MEASUREMENT, name, actor=actor, note=note, authority=authority, changes=given,
        expected_version=expected_version,
    )  # fmt: skip
    touch(moved.indicator, actor=actor)
    return moved


@operation
def move_measurements(
    rows: Sequence[Measurement], name: str, *, actor: Any, note: str = ""
) -> list[Measurement]:
    """Approve, return or send in several at once: all of them or, if one cannot, none.

    Raises: DomainError "limit" above MAX_ROWS; the refusal of the first that cannot, naming its period.
    """
    if len(rows) > MAX_ROWS:
        raise DomainError("limit", _("At most %(count)d measurements at once.") % {"count": MAX_ROWS})
    # In the order of indicators and ids, so that two bulks never wait for each other's rows.
    moved = []
    for row in sorted(rows, key=lambda one: (one.indicator_id, one.pk)):
        try:
            moved.append(move_measurement(row, name, actor=actor, note=note))
        except NotAllowed:
            raise
        except DomainError as error:
            detail = _("%(measurement)s: %(reason)s") % {"measurement": row, "reason": error.detail}
            raise DomainError(error.code, detail, fields=error.fields, blockers=error.blockers) from error
    return moved


@operation
def correct_measurement(measurement: Measurement, *, actor: Any, reason: str, **fields: Any) -> Measurement:
    """Write a new version of an approved measurement; the old one counts until the new one is approved.

    Raises: NotAllowed; DomainError "wrong_state", "incomplete", "invalid" or "duplicate".
    """
    lock(measurement.indicator)
    fresh = lock(measurement)
    require(actor, "pilots.measure", fresh)
    if fresh.state != MeasurementState.APPROVED or not fresh.is_current:
        raise DomainError("wrong_state", _("Only the approved version in force is corrected."))
    if Measurement.objects.filter(supersedes=fresh).exists():
        raise DomainError("duplicate", _("A correction of it waits already."))
    if not reason.strip():
        raise DomainError("incomplete", _("Give the reason."), fields={"reason": [_("Give the reason.")]})
    names = ("period_start", "period_end", "value", "numerator", "denominator", "text", "not_measured_reason")
    values = {name: fields.get(name, getattr(fresh, name)) for name in names}
    correction = Measurement(
        indicator=fresh.indicator,
        supersedes=fresh,
        is_current=False,
        correction_reason=reason[:300],
        measured_by=actor,
        **values,
    )
    _check(correction)
    record(correction, actor=actor, note=reason, action="correct")
    return move(correction, MEASUREMENT, "submit", actor=actor)


@operation
def remove_measurement(measurement: Measurement, *, actor: Any, note: str = "") -> None:
    """Throw a draft or a returned measurement away.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    lock(measurement.indicator)
    fresh = lock(measurement)
    require(actor, "pilots.measure", fresh)
    if fresh.state not in OPEN_STATES:
        raise DomainError("wrong_state", _("It has been sent in. Correct it with a new version."))
    remove(fresh, actor=actor, note=note)
    touch(fresh.indicator, actor=actor)


def _check(measurement: Measurement) -> None:
    """Refuse what is not a measurement of this indicator, or not of its trial's time."""
    indicator = measurement.indicator
    if indicator.trial.state not in STARTED_STATES:
        raise DomainError("wrong_state", _("Nothing is measured before the trial has started."))
    try:
        measurement.clean_fields(exclude=["indicator", "supersedes", "measured_by"])
    except ValidationError as error:
        raise from_validation(error) from error
    found = period_faults(
        measurement.period_start,
        measurement.period_end,
        started_on=indicator.trial.started_on,
        today=timezone.localdate(),
    )
    found |= faults(
        indicator.kind,
        value=measurement.value,
        numerator=measurement.numerator,
        denominator=measurement.denominator,
        text=measurement.text,
        not_measured_reason=measurement.not_measured_reason,
    )
    if found:
        fields = {name: [str(SENTENCES[code])] for name, code in found.items()}
        raise DomainError(
            "invalid",
            " ".join(dict.fromkeys(text for texts in fields.values() for text in texts)),
            fields=fields,
        )


def _check_once(measurement: Measurement) -> None:
    same = Measurement.objects.current().filter(
        indicator_id=measurement.indicator_id,
        period_start=measurement.period_start,
        period_end=measurement.period_end,
    )
    if measurement.is_current and same.exclude(pk=measurement.pk).exists():
        raise DomainError("duplicate", _("There is a measurement for this period. Correct that one."))
