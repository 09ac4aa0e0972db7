"""Are terms counted as the law counts them?"""

from datetime import date

import pytest

from partners.calculations.names import name_key, tax_key
from partners.calculations.terms import (
    add_years,
    effective_end,
    elapsed_pct,
    latest_extended_end,
    latest_first_end,
    notice_date,
)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2025, 1, 1), 4, date(2029, 1, 1)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_years_run_from_date_to_date(day, years, later):
    assert add_years(day, years) == later
    assert latest_first_end(day, years) == latest_extended_end(day, years) == later


@pytest.mark.parametrize(
    ("signed", "extensions", "terminated", "end"),
    [
        (date(2026, 1, 1), [], None, date(2026, 1, 1)),
        (date(2026, 1, 1), [date(2027, 1, 1), None], None, date(2027, 1, 1)),
        (date(2026, 1, 1), [date(2027, 1, 1)], date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 1, 1), [], date(2030, 1, 1), date(2026, 1, 1)),
        (None, [], None, None),
        (None, [], date(2026, 6, 1), date(2026, 6, 1)),
    ],
)
def test_effective_end_is_the_last_extension_or_the_termination(signed, extensions, terminated, end):
    assert effective_end(signed, extensions, terminated) == end


def test_notice_date_without_end_or_without_notice_is_none():
    assert notice_date(None, 90) is None
    assert notice_date(date(2026, 4, 1), 0) is None
    assert notice_date(date(2026, 4, 1), 90) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("today", "share"),
    [(date(2025, 12, 31), 0.0), (date(2026, 1, 1), 0.0), (date(2026, 1, 6), 50.0), (date(2027, 1, 1), 100.0)],
)
def test_elapsed_share_stays_between_0_and_100(today, share):
    assert elapsed_pct(date(2026, 1, 1), date(2026, 1, 10), today) == share


def test_elapsed_share_without_a_term_is_none():
    assert elapsed_pct(None, date(2026, 1, 10), date(2026, 1, 1)) is None
    assert elapsed_pct(date(2026, 1, 10), date(2026, 1, 1), date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "spelling",
    ["Col·laboració, S.L.", "COL•LABORACIÓ SL", "Colŀlaboració, s.l.", "col.laboració S. L.", "Collaboracio"],
)
def test_name_key_of_each_spelling_is_the_same(spelling):
    assert name_key(spelling) == "collaboracio"


def test_name_key_of_a_name_that_is_a_legal_form_is_not_empty():
    assert name_key("AB") == "ab"


@pytest.mark.parametrize("spelling", ["ES B-12.345.678", "b12345678", "B 12345678"])
def test_tax_key_leaves_country_and_marks_aside(spelling):
    assert tax_key(spelling, "ES") == "B12345678"
