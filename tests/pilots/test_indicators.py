"""Are indicators frozen and amended visibly, and do measurements count as they should?"""

from decimal import Decimal

import pytest

from cic.core.errors import DomainError
from cic.core.models import AuditEntry
from pilots.calculations.indicators import (
    Goal,
    Reading,
    aggregate,
    next_due,
    next_period,
    progress_pct,
    result_of,
)
from pilots.models import Indicator, IndicatorAmendment, Measurement
from pilots.operations.indicators import add_indicator, amend_indicator, edit_indicator, remove_indicator
from pilots.operations.measurements import (
    correct_measurement,
    edit_measurement,
    move_measurement,
    record_measurement,
    record_measurements,
    remove_measurement,
)
from tests.factories.partners import PartnerFactory, StaffFactory, today
from tests.factories.trials import IndicatorFactory, MeasurementFactory, PilotFactory

db = pytest.mark.django_db
WEEK = {"period_start": today(-14), "period_end": today(-8)}
D = Decimal


def staff(trial, role="coordinator"):
    return StaffFactory(role=role, centre=trial.centre)


@pytest.fixture
def noise():
    """The frozen indicator of a running pilot."""
    return PilotFactory(running=True).indicators.get()


def of_kind(kind, **fields):
    return IndicatorFactory(trial=PilotFactory(running=True, indicator=False), kind=kind, **fields)


def refused(code, function, *args, **kwargs):
    """The refusal of a call that must change nothing."""
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    assert AuditEntry.objects.count() == entries
    return caught.value


@db
def test_indicator_before_the_start_is_added_changed_and_removed_freely():
    pilot = PilotFactory()
    actor = staff(pilot)
    indicator = add_indicator(
        actor=actor, trial=pilot, name="Noise", unit="dB(A)", baseline=D(68), target=D(60)
    )

    indicator = edit_indicator(indicator, {"target": D(59)}, actor=actor)

    assert (indicator.target, indicator.frozen_at) == (D(59), None)
    refused("wrong_state", amend_indicator, indicator, {"target": D(58)}, actor=actor, reason="Because")
    remove_indicator(indicator, actor=actor)
    assert not Indicator.objects.exists()
    assert not IndicatorAmendment.objects.exists()


@db
def test_frozen_indicator_changes_only_by_an_amendment_with_a_reason(noise):
    actor = staff(noise.trial)
    refused("wrong_state", edit_indicator, noise, {"target": D(62)}, actor=actor)
    refused("wrong_state", remove_indicator, noise, actor=actor)
    refused("incomplete", amend_indicator, noise, {"target": D(62)}, actor=actor, reason="  ")
    assert edit_indicator(noise, {"period_days": 7}, actor=actor).period_days == 7

    amend_indicator(
        noise, {"target": D(62), "unit": noise.unit}, actor=actor, reason="The street was rebuilt."
    )

    amendment = IndicatorAmendment.objects.get()
    assert (amendment.before, amendment.after) == ({"target": "60"}, {"target": "62"})
    assert (amendment.reason, amendment.made_by) == ("The street was rebuilt.", actor)
    assert Indicator.objects.get().target == D(62)


@db
def test_indicator_added_after_the_start_is_an_amendment(noise):
    actor = staff(noise.trial)
    fields = {"trial": noise.trial, "name": "Complaints", "baseline": D(12)}
    refused("incomplete", add_indicator, actor=actor, **fields)

    added = add_indicator(actor=actor, reason="Neighbours asked for it.", **fields)

    assert added.frozen_at is not None
    assert added.amendments.get().after["name"] == "Complaints"


@db
def test_kind_does_not_change_once_something_was_measured(noise):
    MeasurementFactory(indicator=noise)

    refused(
        "limit", amend_indicator, noise, {"kind": "qualitative"}, actor=staff(noise.trial), reason="Words"
    )


@db
def test_partner_does_not_define_or_amend_indicators(noise):
    member = PartnerFactory(organisation=noise.trial.promoter)

    refused("not_allowed", amend_indicator, noise, {"target": D(90)}, actor=member, reason="Easier")
    refused("not_allowed", add_indicator, actor=member, trial=noise.trial, name="Mine", reason="Better")


@db
def test_measurement_is_sent_in_returned_mended_and_approved(noise):
    member, actor = PartnerFactory(organisation=noise.trial.promoter), staff(noise.trial)
    measurement = record_measurement(actor=member, indicator=noise, value=D("64.2"), **WEEK)
    assert Measurement.objects.approved().count() == 0
    measurement = move_measurement(measurement, "submit", actor=member)
    refused("not_allowed", move_measurement, measurement, "approve", actor=member)
    refused("incomplete", move_measurement, measurement, "return", actor=actor)
    measurement = move_measurement(measurement, "return", actor=actor, note="Which microphone?")
    assert measurement.return_reason == "Which microphone?"
    measurement = edit_measurement(measurement, {"value": D("64.1"), "text": "Class 1"}, actor=member)

    measurement = move_measurement(measurement, "submit", actor=member)
    measurement = move_measurement(measurement, "approve", actor=actor)

    assert list(Measurement.objects.approved()) == [measurement]
    refused("wrong_state", edit_measurement, measurement, {"value": D(1)}, actor=actor)
    refused("wrong_state", remove_measurement, measurement, actor=actor)


@db
def test_correction_counts_once_approved_and_the_old_version_until_then(noise):
    old = MeasurementFactory(indicator=noise, value=D(64))
    actor = staff(noise.trial)
    refused("incomplete", correct_measurement, old, actor=actor, reason=" ", value=D(63))

    new = correct_measurement(old, actor=actor, reason="Wind", value=D(63))

    assert [row.value for row in Measurement.objects.approved()] == [D(64)]
    refused("duplicate", correct_measurement, old, actor=actor, reason="Again", value=D(62))
    move_measurement(new, "approve", actor=actor)
    assert [row.value for row in Measurement.objects.approved()] == [D(63)]
    assert Measurement.objects.count() == 2
    old.refresh_from_db()
    refused("wrong_state", correct_measurement, old, actor=actor, reason="Late", value=D(61))


@db
def test_second_measurement_of_a_period_is_refused(noise):
    actor = staff(noise.trial)
    record_measurement(actor=actor, indicator=noise, value=D(64), **WEEK)

    refused("duplicate", record_measurement, actor=actor, indicator=noise, value=D(65), **WEEK)

    assert Measurement.objects.count() == 1


@db
@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("number", {}, {"value"}),
        ("number", {"value": D(1), "numerator": D(1)}, {"numerator"}),
        ("number", {"value": D(1), "not_measured_reason": "Rain"}, {"value"}),
        ("percentage", {"value": D(50)}, {"value", "numerator", "denominator"}),
        ("percentage", {"numerator": D(5)}, {"denominator"}),
        ("percentage", {"numerator": D(0), "denominator": D(0)}, {"denominator"}),
        ("boolean", {"value": D(2)}, {"value"}),
        ("qualitative", {}, {"text"}),
        ("qualitative", {"value": D(2), "text": "Good"}, {"value"}),
    ],
)
def test_measurement_that_is_not_one_of_its_kind_is_refused(kind, fields, wrong):
    indicator = of_kind(kind)

    refusal = refused(
        "invalid", record_measurement, actor=staff(indicator.trial), indicator=indicator, **WEEK, **fields
    )

    assert set(refusal.fields) == wrong


@db
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("number", {"value": D(0)}),
        ("number", {"not_measured_reason": "It rained every night."}),
        ("percentage", {"numerator": D(3), "denominator": D(8)}),
        ("boolean", {"value": D(0)}),
        ("qualitative", {"text": "Neighbours sleep."}),
    ],
)
def test_measurement_of_each_kind_is_taken_and_a_missing_one_is_a_value_of_its_own(kind, fields):
    indicator = of_kind(kind)

    measurement = record_measurement(actor=staff(indicator.trial), indicator=indicator, **WEEK, **fields)

    assert {name: getattr(measurement, name) for name in fields} == fields


@db
@pytest.mark.parametrize(("start", "end"), [(-1, 5), (-5, -9), (-200, -190)])
def test_measurement_of_a_period_to_come_or_before_the_start_is_refused(noise, start, end):
    period = {"period_start": today(start), "period_end": today(end)}

    refusal = refused(
        "invalid", record_measurement, actor=staff(noise.trial), indicator=noise, value=D(1), **period
    )

    assert set(refusal.fields) == {"period_end"}


@db
@pytest.mark.parametrize("state", ["preparing", "ready", "cancelled"])
def test_nothing_is_measured_before_the_start(state):
    indicator = IndicatorFactory(trial=PilotFactory(state=state, indicator=False))

    refused(
        "wrong_state",
        record_measurement,
        actor=staff(indicator.trial),
        indicator=indicator,
        value=D(1),
        **WEEK,
    )


@db
def test_many_measurements_are_taken_together_or_not_at_all(noise):
    actor = staff(noise.trial)
    days = [
        {"indicator": noise, "value": D(60), "period_start": today(-n), "period_end": today(-n)}
        for n in range(1, 6)
    ]
    refusal = refused("invalid", record_measurements, [*days[:3], {**days[3], "value": None}], actor=actor)
    assert refusal.inside == ("rows", 3)
    assert not Measurement.objects.exists()

    saved = record_measurements(days, actor=actor, submit=True)

    assert {row.state for row in saved} == {"submitted"}
    assert Measurement.objects.count() == 5
    refused("limit", record_measurements, days * 201, actor=actor)


@db
def test_a04_bulk_with_a_foreign_indicator_writes_nothing(noise):
    member = PartnerFactory(organisation=noise.trial.promoter)
    foreign = PilotFactory(running=True, title="Secret vans").indicators.get()
    rows = [{"indicator": one, "value": D(60), **WEEK} for one in (noise, foreign)]

    refusal = refused("not_allowed", record_measurements, rows, actor=member)

    assert "Secret" not in refusal.detail
    assert not Measurement.objects.exists()


@db
def test_public_sees_approved_versions_in_force_only():
    indicator = PilotFactory(running=True, public=True).indicators.get()
    shown = MeasurementFactory(indicator=indicator)
    MeasurementFactory(indicator=indicator, state="draft")
    MeasurementFactory(indicator=indicator, is_current=False)

    assert list(Measurement.objects.visible_to(PartnerFactory())) == [shown]
    assert Measurement.objects.visible_to(staff(indicator.trial)).count() == 3


def reading(number, value=None, numerator=None, denominator=None, **fields):
    return Reading(today(number), today(number), value, numerator, denominator, **fields)


@pytest.mark.parametrize(("way", "figure"), [("last", D(61)), ("sum", D(189)), ("mean", D(63))])
def test_aggregate_of_numbers_passes_over_what_was_not_measured(way, figure):
    rows = [
        reading(-1, not_measured_reason="Rain"),
        reading(-3, D(61)),
        reading(-9, D(66)),
        reading(-5, D(62)),
    ]

    assert aggregate("number", way, rows) == figure


@pytest.mark.parametrize(("way", "figure"), [("last", D(50)), ("sum", D(20)), ("mean", D(20))])
def test_aggregate_of_percentages_is_all_numerators_over_all_denominators(way, figure):
    rows = [reading(-9, None, D(15), D(90)), reading(-3, None, D(5), D(10))]

    assert aggregate("percentage", way, rows) == figure


@pytest.mark.parametrize("rows", [[], [reading(-1)], [reading(-1, not_measured_reason="Rain")]])
def test_aggregate_of_nothing_is_unknown_not_zero(rows):
    assert [
        aggregate(kind, way, rows) for kind in ("number", "percentage") for way in ("last", "sum", "mean")
    ] == [None] * 6


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "share"),
    [
        (D(68), D(60), D(64), "down", D(50)),
        (D(68), D(60), D(70), "down", D(-25)),
        (D(10), D(20), D(30), "up", D(200)),
        (None, D(20), D(10), "up", D(50)),
        (None, D(20), D(25), "up", D(100)),
        (None, D(60), D(64), "down", D(0)),
        (None, D(60), D(58), "down", D(100)),
        (D(60), D(60), D(60), "down", D(100)),
        (D(60), D(60), D(61), "down", D(0)),
        (D(0), D(0), D(1), "up", D(100)),
        (D(68), None, D(64), "down", None),
        (D(68), D(60), None, "down", None),
    ],
)
def test_progress_follows_the_direction_and_knows_what_is_unknown(baseline, target, actual, direction, share):
    assert progress_pct(baseline, target, actual, direction) == share


def test_result_of_a_goal_compares_target_and_actual():
    goal = Goal(
        1, "Noise", "number", "dB(A)", "down", "last", D(68), "", D(60), "", (reading(-5, D(61)), reading(-1))
    )
    words = Goal(
        2, "Sleep", "qualitative", "", "up", "last", None, "Bad", None, "Good", (reading(-5, text="Better"),)
    )

    assert [(row.actual, row.met, row.progress_pct) for row in (result_of(goal),)] == [
        (D(61), False, D("87.5"))
    ]
    assert (result_of(words).actual_text, result_of(words).met) == ("Better", None)


def test_next_measurement_is_due_a_period_after_the_last_or_the_start():
    assert next_due(30, today(), None) == today(30)
    assert next_due(30, today(-60), today(-10)) == today(20)
    assert next_due(30, None, None) is None


def test_next_period_follows_the_last_and_does_not_reach_into_the_future():
    assert next_period(30, today(-90), None, today()) == (today(-90), today(-61))
    assert next_period(30, today(-90), today(-11), today()) == (today(-10), today())
    assert next_period(30, today(-90), today(), today()) is None
    assert next_period(30, None, None, today()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 3661, 4_000_000])
def test_indicator_measured_at_no_time_is_refused(noise, days):
    """Reminders and My work count on from it: one day beyond the calendar would end them for everybody."""
    refused("invalid", edit_indicator, noise, {"period_days": days}, actor=staff(noise.trial))
