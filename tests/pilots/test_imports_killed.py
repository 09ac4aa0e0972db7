"""Does an import that is killed, raced or tried again end as if nothing had happened?"""

import os
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.base import File
from django.core.management import call_command
from django.db import connection, connections

from cic.core.background import run_job
from cic.core.models import AuditEntry, Job
from partners.models import Organisation
from pilots.models import ImportRun, Trial, TrialPartner
from pilots.operations.imports import run_import, start_import
from tests.factories.partners import CentreFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
PROJECTS, ORGANISATIONS, SHARES = 60, 400, 1_800
CONTACT = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/contact-form/project"


@pytest.fixture
def files(tmp_path):
    """A made-up export of PROJECTS projects and SHARES participations of ORGANISATIONS organisations."""
    projects = tmp_path / "projects.csv"
    lines = [
        "id|acronym|title|startDate|endDate|totalCost|legalBasis|topics|subCall|fundingScheme|objective|grantDoi|cluster"
    ]
    lines += [
        f"9{n:08d}|A{n}|Title {n}|2024-01-01|2025-01-01|{n},5|B|T|C|S|Words|D|C" for n in range(PROJECTS)
    ]
    projects.write_text("\n".join(lines))
    shares = tmp_path / "shares.csv"
    lines = [
        "projectID|name|shortName|SME|activityType|city|country|organizationURL|contactForm|order|role|ecContribution"
    ]
    lines += [
        f"9{n % PROJECTS:08d}|Organisation {n % ORGANISATIONS}||False|PRC|Town|ES||{CONTACT}/{800000000 + n % ORGANISATIONS}/9{n % PROJECTS:08d}"
        f"|{n}.0|participant|{n}.01"
        for n in range(SHARES)
    ]
    shares.write_text("\n".join(lines))
    return projects, shares


def whole():
    """What has to be there in the end, each row exactly once."""
    money = sum(TrialPartner.objects.values_list("contribution_eur", flat=True))
    return Trial.objects.count(), Organisation.objects.count(), TrialPartner.objects.count(), money


EXPECTED = (PROJECTS, ORGANISATIONS, SHARES, sum(Decimal(n) + Decimal("0.01") for n in range(SHARES)))


def until(condition, seconds=50):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_k11_import_killed_at_any_row_and_run_again_has_each_row_once(files, tmp_path):
    centre = CentreFactory()
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = (
            f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        )
    environment = os.environ | {"VAR_DIR": str(tmp_path), "DATABASE_URL": url}
    command = [
        sys.executable,
        "manage.py",
        "pilots_import",
        "cordis",
        *map(str, files),
        "--centre",
        str(centre.pk),
    ]

    cursors = []
    for stop_after in (1, 1000):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        until(lambda after=stop_after: ImportRun.objects.filter(done__gte=after).exists())
        process.send_signal(signal.SIGKILL)
        process.wait()
        run = ImportRun.objects.get()
        cursors.append(run.done)
        assert run.state == "running"
        assert (
            Trial.objects.count() + Organisation.objects.count() + TrialPartner.objects.count() + 2
            >= run.done
        )
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    run = ImportRun.objects.get()
    assert 0 < cursors[0] < cursors[1] < run.total
    assert f"goes on after row {cursors[1]}" in said
    assert (run.state, run.done, run.created_count) == ("done", run.total, PROJECTS + ORGANISATIONS + SHARES)
    assert whole() == EXPECTED
    assert AuditEntry.objects.filter(action__endswith=".import").count() == PROJECTS + ORGANISATIONS + SHARES
    call_command("audit_verify", stdout=StringIO())


def test_k11_the_same_file_after_that_brings_nothing_new(files):
    centre = CentreFactory()
    for expected in ((PROJECTS + ORGANISATIONS + SHARES, 0), (0, PROJECTS + ORGANISATIONS + SHARES)):
        run = run_import(started(centre, files).pk)
        assert (run.created_count, run.unchanged_count) == expected
    assert whole() == EXPECTED


def started(centre, files, **options):
    opened = [(path.name, File(path.open("rb"))) for path in files]
    try:
        return start_import(actor=None, centre=centre, files=opened, **options)
    finally:
        for _name, content in opened:
            content.close()


def together(*tasks):
    """Run the tasks at once; their errors."""
    errors = []

    def run(task):
        try:
            task()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_two_workers_with_one_import_take_each_row_once(files):
    run = started(CentreFactory(), files)

    errors = together(lambda: run_import(run.pk), lambda: run_import(run.pk))

    run.refresh_from_db()
    assert errors == []
    assert (run.state, run.done, run.created_count) == ("done", run.total, PROJECTS + ORGANISATIONS + SHARES)
    assert whole() == EXPECTED


def test_two_imports_of_one_file_at_once_write_each_record_once(files):
    centre = CentreFactory()
    runs = [started(centre, files) for _number in range(2)]

    errors = together(*[lambda run=run: run_import(run.pk) for run in runs])

    assert errors == []
    assert sum(run.created_count for run in ImportRun.objects.all()) == PROJECTS + ORGANISATIONS + SHARES
    assert [run.rejected_count for run in ImportRun.objects.all()] == [0, 0]
    assert whole() == EXPECTED


def test_import_in_the_background_is_done_by_its_job(files):
    run = started(CentreFactory(), files[:1])

    run_job(Job.objects.get(task="pilots.run_import").pk)

    run.refresh_from_db()
    assert (run.state, Trial.objects.count()) == ("done", PROJECTS)
