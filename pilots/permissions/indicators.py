"""Who may define, change and measure an indicator?"""

from typing import Any

from .trials import (
    part_of_run_trial,
    part_of_seen_trial,
    runs_trial,
    sees_trial,
    stands_inside,
    works_on_trial,
)


def sees_amendment(user: Any, amendment: Any) -> bool:
    """Everybody who may read the indicator."""
    return amendment is None or sees_trial(user, amendment.indicator.trial)


def sees_measurement(user: Any, measurement: Any) -> bool:
    """Approved ones in force with the trial; the others those inside."""
    if measurement is None:
        return True
    trial = measurement.indicator.trial
    shown = measurement.state == "approved" and measurement.is_current
    return stands_inside(user, trial) or (shown and sees_trial(user, trial))


def measures(user: Any, measurement: Any) -> bool:
    """Those who work on the trial; without a measurement, anybody signed in: the operation asks again."""
    return user.is_authenticated if measurement is None else works_on_trial(user, measurement.indicator.trial)


def measures_indicator(user: Any, indicator: Any) -> bool:
    """Those who work on the trial of that indicator."""
    return user.is_authenticated if indicator is None else works_on_trial(user, indicator.trial)


def approves(user: Any, measurement: Any) -> bool:
    """City staff who steer the trial."""
    return runs_trial(user, measurement.indicator.trial if measurement is not None else None)


PERMISSIONS = {
    "pilots.view_indicator": part_of_seen_trial,
    "pilots.edit_indicator": part_of_run_trial,
    "pilots.view_amendment": sees_amendment,
    "pilots.view_measurement": sees_measurement,
    "pilots.measure": measures,
    "pilots.measure_indicator": measures_indicator,
    "pilots.approve_measurement": approves,
}
