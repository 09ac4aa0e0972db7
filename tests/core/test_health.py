"""Do the health pages tell the truth, also when the database is away?"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from cic.core import health
from cic.core.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.addresses")]


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


def test_livez_asks_the_database_nothing(client, django_assert_num_queries):
    client.cookies["session"] = "x" * 32
    with django_assert_num_queries(0):
        response = client.get("/livez")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_readyz_counts_what_waits_and_what_was_given_up(client):
    long_ago = timezone.now() - timedelta(seconds=90)
    for values in ({"run_at": long_ago}, {"parked_at": long_ago}, {"done_at": long_ago}):
        Job.objects.create(task="tests.note", **values)

    response = client.get("/readyz")

    report = response.json()
    assert response.status_code == 200
    assert 90 <= report["jobs"].pop("oldest_due_seconds") < 120
    assert report == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "jobs": {"due": 1, "parked": 1},
        "warnings": [],
    }


def test_readyz_says_when_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *args: ["one"])

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, "pending")


def test_k03_readyz_says_when_the_database_is_away_and_when_it_is_back(client, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    gone = client.get("/readyz")
    live = client.get("/livez")
    monkeypatch.undo()
    back = client.get("/readyz")

    assert (gone.status_code, gone["Retry-After"], gone.json()["database"]) == (503, "5", "unreachable")
    assert (live.status_code, back.status_code) == (200, 200)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405
