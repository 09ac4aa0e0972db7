"""Is everything that the clock starts on the schedule, and does it exist?"""

from celery import current_app

from cic.celery import schedule_rooms


def scheduled():
    """Entry → the periodic task it starts."""
    current_app.autodiscover_tasks(force=True)
    schedule_rooms()
    rows = current_app.conf.beat_schedule.items()
    return {entry: row["kwargs"]["task"] for entry, row in rows if row["task"] == "core.start_periodic"}


def test_every_room_is_on_the_schedule_with_tasks_that_exist():
    entries = scheduled()

    assert entries["core.tidy"] == "core.tidy"
    assert {task.partition(".")[0] for task in entries.values()} >= {"core", "partners"}
    assert [task for task in entries.values() if task not in current_app.tasks] == []


def test_k15_the_clock_starts_only_what_claims_what_is_due():
    scheduled()

    assert {row["task"] for row in current_app.conf.beat_schedule.values()} == {
        "core.sweep",
        "core.start_periodic",
    }


def test_k07_the_schedule_is_in_utc():
    assert current_app.conf.timezone == "UTC"
    assert current_app.conf.enable_utc is True
