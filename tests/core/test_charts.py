"""Do lines, bars and pins stand where their figures say?"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cic.core.charts import (
    LABEL_GAP_PCT,
    Point,
    Term,
    bar_chart,
    date_ticks,
    line_chart,
    nice_ticks,
    share_pct,
    spark,
    term_chart,
)
from cic.core.maps import city_map

START = date(2026, 1, 1)


def points(*values):
    """One measurement a day."""
    return [Point(START + timedelta(days=index), value) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 2.5, 5, 7.5, 10]),
        (60, 68, [60, 62, 64, 66, 68]),
        (61.2, 67.6, [60, 62, 64, 66, 68]),
        (-3, 3, [-4, -2, 0, 2, 4]),
        (0.001, 0.002, [0.001, 0.00125, 0.0015, 0.00175, 0.002]),
        (5, 5, [4.5, 4.75, 5, 5.25, 5.5]),
    ],
)
def test_nice_ticks_enclose_the_values_in_round_steps(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_nice_ticks_given_in_reverse_are_the_same():
    assert nice_ticks(68, 60) == nice_ticks(60, 68)


def test_nice_ticks_of_an_endless_value_are_refused():
    with pytest.raises(ValueError, match="finite"):
        nice_ticks(0, float("inf"))


def test_date_ticks_of_half_a_year_are_first_days_of_months():
    assert date_ticks(date(2026, 8, 17), date(2027, 2, 13)) == [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


def test_date_ticks_of_ten_years_are_even_years():
    assert date_ticks(date(2021, 1, 1), date(2031, 1, 1)) == [
        date(year, 1, 1) for year in (2022, 2024, 2026, 2028, 2030)
    ]


def test_date_ticks_never_exceed_the_limit():
    for days in (1, 20, 90, 400, 1200, 4000, 20_000):
        assert len(date_ticks(START, START + timedelta(days=days))) <= 8


def test_line_chart_places_first_and_last_day_at_the_edges():
    chart = line_chart(points(60, 64, 68))

    assert [dot.x for dot in chart.dots] == [0, 50, 100]
    assert [dot.y for dot in chart.dots] == [100, 50, 0]
    assert chart.lines == ("0,100 50,50 100,0",)


def test_line_chart_of_unordered_points_is_drawn_in_order():
    chart = line_chart(list(reversed(points(60, 64, 68))))

    assert [dot.value for dot in chart.dots] == [60, 64, 68]


def test_line_chart_breaks_where_nothing_was_measured():
    chart = line_chart(
        [*points(60, 64), Point(date(2026, 1, 3), None, "frozen"), Point(date(2026, 1, 4), 68)]
    )

    assert len(chart.lines) == 1
    assert [(gap.on, gap.note) for gap in chart.gaps] == [(date(2026, 1, 3), "frozen")]
    assert len(chart.dots) == 3
    assert len(chart.rows) == 4


def test_line_chart_scale_covers_baseline_and_target():
    chart = line_chart(points(61.2), baseline=Decimal(68), target=Decimal(60))

    assert (chart.y_ticks[0].value, chart.y_ticks[-1].value) == (60, 68)
    assert {label.kind: label.y for label in chart.labels} == {"baseline": 0, "now": 85, "target": 100}


def test_line_chart_labels_of_one_level_are_set_apart():
    chart = line_chart(points(60, 60), baseline=60, target=60)
    heights = sorted(label.text_y for label in chart.labels)

    assert len(heights) == 3
    assert all(
        later - earlier >= LABEL_GAP_PCT - 0.01 for earlier, later in zip(heights, heights[1:], strict=False)
    )
    assert heights[-1] <= 100


def test_line_chart_marks_today_only_within_its_days():
    assert line_chart(points(1, 2, 3), today=date(2026, 1, 2)).today_x == 50
    assert line_chart(points(1, 2, 3), today=date(2027, 1, 1)).today_x is None


def test_line_chart_without_measurements_still_has_axes():
    chart = line_chart([], baseline=68, target=60, starts_on=START, ends_on=START + timedelta(days=90))

    assert chart.last is None
    assert chart.lines == ()
    assert chart.x_ticks[0].on == START
    assert chart.label("baseline").value == 68


def test_line_chart_of_nothing_at_all_is_empty():
    chart = line_chart([])

    assert (chart.dots, chart.labels, chart.x_ticks, chart.today_x) == ((), (), (), None)


def test_line_chart_of_one_point_stands_in_the_middle():
    chart = line_chart(points(5))

    assert (chart.dots[0].x, chart.dots[0].y, chart.lines) == (50, 50, ())


def test_bar_chart_measures_from_zero_with_target_mark():
    chart = bar_chart([("shops", 12, 10), ("noise", -4, None), ("complaints", None, 8)])

    assert chart.zero_pct == 25
    assert [(bar.start_pct, bar.width_pct, bar.target_pct) for bar in chart.bars] == [
        (25, 60, 75),
        (5, 20, None),
        (25, 0, 65),
    ]


def test_bar_chart_of_zeros_divides_by_nothing():
    assert [bar.width_pct for bar in bar_chart([("none", 0, 0)]).bars] == [0]


def test_term_chart_stands_on_whole_years():
    chart = term_chart(
        [
            Term(
                "A",
                date(2024, 1, 1),
                date(2026, 1, 1),
                extended_to=date(2028, 1, 1),
                notice_on=date(2027, 1, 1),
            )
        ],
        today=date(2026, 7, 2),
    )
    bar = chart.bars[0]

    assert (bar.start_pct, bar.end_pct) == (0, pytest.approx(80, abs=0.1))
    assert bar.extension_start_pct == pytest.approx(40, abs=0.1)
    assert bar.notice_pct == pytest.approx(60, abs=0.1)
    assert chart.today_pct == pytest.approx(50, abs=0.1)
    assert [tick.on.year for tick in chart.ticks] == [2024, 2025, 2026, 2027, 2028, 2029]


def test_term_chart_reaches_as_far_as_the_law():
    term = Term("A", date(2024, 1, 1), date(2026, 1, 1), limit_on=date(2030, 1, 1))

    chart, plain = term_chart([term], today=START), term_chart([replace(term, limit_on=None)], today=START)

    assert chart.bars[0].limit_pct == pytest.approx(100 * 6 / 7, abs=0.1)
    assert (chart.shows_limits, plain.shows_limits) == (True, False)
    assert (chart.ticks[-1].on.year, plain.ticks[-1].on.year) == (2031, 2027)


def test_term_chart_of_no_terms_is_empty():
    assert term_chart([], today=START).bars == ()


def test_spark_leaves_out_what_was_not_measured():
    assert spark([1, None, 3]) == "0,100 100,0"
    assert spark([None, 2]) == ""


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 4, 25), (9, 4, 100), (-1, 4, 0), (1, 0, 0), (None, 4, 0)]
)
def test_share_pct_stays_between_nothing_and_all(part, whole, share):
    assert share_pct(part, whole) == share


def test_city_map_keeps_north_above_south_and_pins_in_place():
    square = [(2.0, 41.0), (2.2, 41.0), (2.2, 41.2), (2.0, 41.2)]
    plot = city_map(
        [("1", "One", [square])], [("South-west", "/a", 2.0, 41.0), ("North-east", "", 2.2, 41.2)]
    )

    south_west, north_east = plot.pins
    assert (south_west.number, north_east.number) == (1, 2)
    assert south_west.x < north_east.x
    assert south_west.y > north_east.y
    assert plot.shapes[0].path.startswith("M")
    assert plot.shapes[0].path.endswith("Z")
    assert plot.height > plot.width  # a degree of longitude is the shorter one here


def test_city_map_of_nothing_is_empty():
    plot = city_map([])

    assert (plot.shapes, plot.pins) == ((), ())
