"""Does an upload of measurements that is killed and run again have each row once?"""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import File
from django.db import connection

from cic.core.models import AuditEntry
from pilots.models import ImportRun, Measurement
from pilots.operations.imports import run_import, upload_measurements
from tests.factories.trials import IndicatorFactory, PilotFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ROWS = 2_000
RUN = "from pilots.operations.imports import run_import; run_import({})"


def test_k11_upload_killed_at_any_row_and_run_again_has_each_row_once(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    trial = PilotFactory(running=True, indicator=False, started_on=date(2020, 1, 1))
    IndicatorFactory(trial=trial, name="Noise")
    table = tmp_path / "table.csv"
    days = [(date(2020, 1, 1) + timedelta(days=n)).isoformat() for n in range(ROWS)]
    table.write_text(
        "\n".join(
            [
                "indicator,period_start,period_end,value",
                *(f"Noise,{day},{day},{n}.25" for n, day in enumerate(days)),
            ]
        )
    )
    with table.open("rb") as content:
        run = upload_measurements(actor=None, trial=trial, files=[("table.csv", File(content))])
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = (
            f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        )
    environment = os.environ | {"VAR_DIR": str(tmp_path), "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "shell", "-c", RUN.format(run.pk)]

    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 50
    while not ImportRun.objects.filter(done__gte=1).exists():
        assert time.monotonic() < end, "it did not begin in time"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    run.refresh_from_db()
    cursor = run.done
    run = run_import(run.pk)

    assert 0 < cursor < run.total
    assert (run.state, run.done, run.created_count) == ("done", ROWS, ROWS)
    assert Measurement.objects.count() == ROWS
    assert sum(Measurement.objects.values_list("value", flat=True)) == sum(
        Decimal(n) + Decimal("0.25") for n in range(ROWS)
    )
    assert AuditEntry.objects.filter(action="measurement.import").count() == ROWS
