"""Do scores come to the percentage that a committee would reckon by hand?"""

from decimal import Decimal

import pytest

from pilots.calculations.scores import mean_pct, spread_pct, weighted_pct


@pytest.mark.parametrize(
    ("rows", "pct"),
    [
        ([(5, 5, Decimal(1))], "100.0"),
        ([(0, 5, Decimal(1))], "0.0"),
        ([(4, 5, Decimal(2)), (3, 5, Decimal(1))], "73.3"),
        ([(1, 3, Decimal(1))], "33.3"),
        ([(7, 10, Decimal(1)), (5, 5, Decimal(0))], "70.0"),
        ([(1, 8, Decimal(1))], "12.5"),
    ],
)
def test_weighted_pct(rows, pct):
    assert weighted_pct(rows) == Decimal(pct)


def test_weighted_pct_of_nothing_is_none():
    assert weighted_pct([]) is None
    assert weighted_pct([(3, 5, Decimal(0))]) is None


def test_mean_and_spread_compare_evaluators():
    values = [Decimal("70.0"), Decimal("80.0"), Decimal("81.0")]

    assert (mean_pct(values), spread_pct(values)) == (Decimal("77.0"), Decimal("11.0"))
    assert (mean_pct([]), spread_pct([])) == (None, None)
