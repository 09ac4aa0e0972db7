"""Does our engine for PostgreSQL read what Django's reads, and notice what it notices?"""

import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from cic.core.postgresql.base import UtcLoader

NOTICED_WITHIN_SECONDS = 5


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        (b"2026-11-22 08:00:00+00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (b"2026-11-22 08:00:00.5+00", datetime(2026, 11, 22, 8, 0, 0, 500_000, tzinfo=UTC)),
        (b"2026-11-22 08:00:00.123456+00", datetime(2026, 11, 22, 8, 0, 0, 123_456, tzinfo=UTC)),
        (b"2026-11-22 10:00:00+02", datetime(2026, 11, 22, 8, tzinfo=UTC)),
    ],
)
def test_instant_is_read_in_utc(text, instant):
    found = UtcLoader(1184).load(text)

    assert (found, found.tzinfo) == (instant, UTC)


def test_instant_beyond_what_python_holds_is_refused():
    with pytest.raises(psycopg.DataError):
        UtcLoader(1184).load(b"infinity")


@pytest.mark.django_db(transaction=True)
def test_connection_that_the_server_ends_is_not_used_again():
    other = connection.copy()
    other.ensure_connection()
    assert other.is_usable()

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [other.connection.info.backend_pid])
        end = time.monotonic() + NOTICED_WITHIN_SECONDS
        while other.is_usable() and time.monotonic() < end:
            time.sleep(0.01)
        assert not other.is_usable()
    other.close()


@pytest.mark.django_db
def test_connection_with_a_broken_transaction_is_asked():
    if connection.vendor == "postgresql":
        other = connection.copy()
        other.set_autocommit(False)
        with pytest.raises(psycopg.Error):
            other.connection.execute("SELECT 1/0")
        assert not other.is_usable()
        other.rollback()
        other.close()
    assert connection.is_usable()
