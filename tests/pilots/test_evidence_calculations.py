"""Are changes, their intervals and the levels of evidence what the methods say?"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pilots.calculations.evidence import (
    Change,
    Design,
    change_from_baseline,
    change_from_comparison,
    level_of,
    newcombe,
    student_quantile,
    wilson,
)
from pilots.calculations.indicators import Goal, Reading


def goal(*values, kind="number", baseline=None, aggregation="mean"):
    """A goal measured day by day; a percentage from pairs."""
    rows = []
    for number, value in enumerate(values):
        day = date(2026, 1, 1) + timedelta(days=number)
        if kind == "percentage":
            part = {"numerator": Decimal(value[0]), "denominator": Decimal(value[1])}
        else:
            part = {"value": None if value is None else Decimal(str(value))}
        rows.append(Reading(day, day, **part))
    base = None if baseline is None else Decimal(str(baseline))
    return Goal(1, "Noise", kind, "", "down", aggregation, base, "", None, "", tuple(rows))


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.3027), (5, 2.5706), (10, 2.2281), (30, 2.0423), (1000, 1.9623)],
)
def test_student_quantile_is_that_of_the_tables(freedom, expected):
    assert student_quantile(freedom) == pytest.approx(expected, abs=0.0002)


def test_wilson_interval_is_that_of_newcombes_example():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872: 81 of 263, method 3.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)


@pytest.mark.parametrize(
    ("one", "one_n", "two", "two_n", "expected"),
    [(56, 70, 48, 80, (0.0524, 0.3339)), (9, 10, 3, 10, (0.1705, 0.8090)), (10, 10, 0, 20, (0.6791, 1.0))],
)
def test_newcombe_interval_is_that_of_his_table(one, one_n, two, two_n, expected):
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
    assert newcombe(one / one_n, one_n, two / two_n, two_n) == pytest.approx(expected, abs=0.0001)


def test_change_from_one_figure_before_has_no_interval_and_says_why():
    assert change_from_baseline(goal(61, 60, 62, baseline=68), Decimal(61)) == Change(
        -7.0, why_not="one_figure_before"
    )


def test_change_of_a_share_whose_numbers_are_known_has_one():
    change = change_from_baseline(goal((56, 70), kind="percentage", baseline=60), Decimal(80), baseline_n=80)

    assert (change.difference, change.method, change.is_clear) == (pytest.approx(20), "newcombe", True)
    assert (change.low, change.high) == (pytest.approx(5.24, abs=0.01), pytest.approx(33.39, abs=0.01))


@pytest.mark.parametrize("missing", [{"baseline": None}, {"actual": None}])
def test_no_change_is_told_where_a_side_is_missing(missing):
    one = goal(61, baseline=missing.get("baseline", 68))

    assert (
        change_from_baseline(one, missing.get("actual", Decimal(61)) if "actual" in missing else Decimal(61))
        is None
    )


def test_difference_from_a_comparison_place_has_welchs_interval():
    change = change_from_comparison(goal(1, 2, 3, 4, 5), goal(2, 4, 6, 8, 10))

    # Variances 2.5 and 10: standard error 1.5811, 5.8824 degrees of freedom, quantile 2.4588.
    assert (change.difference, change.method, change.is_clear) == (-3, "welch", False)
    assert (change.low, change.high) == (pytest.approx(-6.888, abs=0.002), pytest.approx(0.888, abs=0.002))


def test_fewer_than_three_measurements_on_a_side_have_no_interval():
    assert change_from_comparison(goal(61, None, 60, 62), goal(66, 68)) == Change(-6.0, why_not="too_few")
    assert change_from_comparison(goal(61), goal(None)) is None


def test_series_that_do_not_vary_have_an_interval_of_one_point():
    change = change_from_comparison(goal(1, 1, 1), goal(3, 3, 3))

    assert (change.low, change.high, change.is_clear) == (-2, -2, True)


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        (Design(measured=False, has_before=True), None),
        (Design(measured=True, has_before=False), 1),
        (Design(measured=True, has_before=True), 2),
        (Design(measured=True, has_before=False, comparisons=("alike",)), 2),
        (Design(measured=True, has_before=True, comparisons=("other",)), 2),
        (Design(measured=True, has_before=True, comparisons=("alike",)), 3),
        (Design(measured=True, has_before=True, comparisons=("alike", "other"), places=2), 2),
        (Design(measured=True, has_before=True, comparisons=("controlled",), places=2), 3),
        (Design(measured=True, has_before=True, comparisons=("controlled", "random"), places=2), 4),
        (Design(measured=True, has_before=True, comparisons=("random", "random"), places=1), 3),
        (Design(measured=True, has_before=True, comparisons=("random", "random"), places=2), 5),
    ],
)
def test_level_of_evidence_follows_from_the_design(design, expected):
    assert level_of(design) == expected
