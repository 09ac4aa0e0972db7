"""Does the statement of accessibility say what the checks found, and is it younger than the law wants?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cms.facts import statement
from cms.facts.statement import check_statement, last_checks
from cms.models import written

PAGE = "/en/accessibility/"


@pytest.fixture
def checks(monkeypatch):
    """Another outcome of the checks than the one that is kept."""

    def put(**changes):
        changed = replace(last_checks(), **changes)
        monkeypatch.setattr(written, "last_checks", lambda: changed)
        monkeypatch.setattr(statement, "last_checks", lambda: changed)

    return put


def test_statement_is_of_the_day_of_the_checks_and_names_what_is_not_accessible(site, client, checks):
    checks(checked_on=date(2026, 3, 9), found=("en /en/pilots/: color-contrast ×1",))

    text = client.get(PAGE).content.decode()

    assert "prepared on March 9, 2026" in text
    assert "partially conformant" in text
    assert "color-contrast ×1" in text
    assert all(str(known) in text for known in statement.EXCEPTIONS)


def test_state_is_full_only_if_nothing_was_found_and_nothing_is_known(site, client, checks, monkeypatch):
    checks(found=())
    assert "partially conformant" in client.get(PAGE).content.decode()

    monkeypatch.setattr(statement, "EXCEPTIONS", ())
    assert "fully conformant" in client.get(PAGE).content.decode()

    checks(found=("en /en/pilots/: color-contrast ×1",))
    assert "partially conformant" in client.get(PAGE).content.decode()


def test_kept_statement_is_less_than_a_year_old():
    assert timezone.localdate() - last_checks().checked_on < timedelta(days=365)
    assert check_statement(None) == []


@pytest.mark.parametrize(("days", "found"), [(365, []), (366, ["cms.W003"])])
def test_check_warns_of_a_statement_older_than_a_year(checks, days, found):
    checks(checked_on=timezone.localdate() - timedelta(days=days))

    assert [row.id for row in check_statement(None)] == found
